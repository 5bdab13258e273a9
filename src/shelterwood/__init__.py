"""Shelterwood: find known material by fingerprint, review it with care, report it once, let anyone check.

The library surface lives in the packages below (`fingerprints`, `index`, `lists`, `media`, `scanning`); this
module holds the version and nothing else, so that importing it costs nothing.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
