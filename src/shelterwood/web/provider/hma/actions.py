"""What the HMA routes write into the record beside the lines of the lists; `object_ref` is `list:UUID`."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = ["CONTENT_NOTED"]

CONTENT_NOTED = register("bank.content-noted", "The note on one content of a bank was changed.")
