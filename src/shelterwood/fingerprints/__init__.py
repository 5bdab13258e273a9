"""What a fingerprint is: parse, format, compute, distance, examples; for every kind a list may carry."""
