"""Exact search in Hamming space over millions of fingerprints, with live updates, in a memory-mapped directory."""
