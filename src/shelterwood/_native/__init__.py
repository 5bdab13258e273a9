"""Façade of the compiled core, a package so that the import rules can see it.

Only `shelterwood.fingerprints` and `shelterwood.index` import from here (contract "native" in pyproject.toml).
"""

from shelterwood._native import _ext as ext

__all__ = ["ext"]
