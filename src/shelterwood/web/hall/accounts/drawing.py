"""Draw a QR code as one SVG path, here and not at somebody's service."""

from __future__ import annotations

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

__all__ = ["Drawing", "qr_path"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A square of `size` units, and the path of its dark modules."""

    size: int
    path: str


def qr_path(text: str) -> Drawing:
    """Return the QR code of `text` with its quiet border of four modules (ISO/IEC 18004)."""
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = [(x, y) for y, row in enumerate(rows) for x, on in enumerate(row) if on]
    return Drawing(size=len(rows), path="".join(f"M{x} {y}h1v1h-1z" for x, y in dark))
