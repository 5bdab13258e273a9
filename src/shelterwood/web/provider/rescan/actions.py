"""What the record can say about looking again; `object_ref` is `rescan:UUID`. Lines name lists and numbers only."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = ["RESCAN_BEGAN", "RESCAN_DROPPED", "RESCAN_ENDED", "RESCAN_REFUSED", "RESCAN_STOPPED", "RESCAN_WENT_ON"]

RESCAN_BEGAN = register("rescan.began", "Media that are already hosted are looked at again, under a token of its own.")
RESCAN_WENT_ON = register("rescan.went-on", "A look at hosted media that had stopped goes on where it was.")
RESCAN_STOPPED = register("rescan.stopped", "A look at hosted media stopped before its end; the codes say why.")
RESCAN_REFUSED = register("rescan.refused", "Hosted media may not be looked at again; the codes say why.")
RESCAN_DROPPED = register("rescan.dropped", "A look at hosted media that had not ended was given up for a new one.")
RESCAN_ENDED = register("rescan.ended", "Hosted media were looked at to the end; the codes are what came of it.")
