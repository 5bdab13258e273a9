"""Write a VICS 2.0 hash set, for forensic tools that read nothing else.

The format cannot say everything a list holds. What it cannot say is left out and counted, never bent: an item without
an MD5 (which the format demands), an item without a class of the chosen national profile (a category would have to be
invented), and what was withdrawn (the format has no tombstones).
"""

from __future__ import annotations

import enum
import json
import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO

from shelterwood.lists.entries import Entry, Record, Withdrawal
from shelterwood.lists.instants import format_instant
from shelterwood.lists.vics_rows import CONTEXT

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

__all__ = ["LeftOut", "write_vics"]

_FIELDS = {"md5": "MD5", "sha1": "SHA1", "photodna": "PhotoDNA"}
_NAMES = {"pdq": "PDQ", "sha256": "SHA256"}


class LeftOut(enum.StrEnum):
    """Why something of a list is not in the file that was written."""

    WITHDRAWN = "withdrawn: this format has no tombstones"
    NO_MD5 = "an item without an MD5, which this format demands"
    NO_CLASS = "an item without one class of the chosen profile: none is invented"


def write_vics(records: Iterable[Record], stream: BinaryIO, *, profile: str, left_out: Counter[LeftOut]) -> int:
    """Write live entries, in canonical order, as one hash set of a national profile (US, UK, Default).

    Returns the number of Media rows; `left_out` counts items, or entries where they were withdrawn. Raises ValueError
    where the profile is not a plain name.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", profile):
        raise ValueError("a profile is a plain name such as US, UK or Default")
    head = json.dumps({"@odata.context": CONTEXT.format(profile=profile)})
    stream.write(head[:-1].encode() + b', "value": [')
    count = 0
    for media in _media(records, f"vics-2.0/{profile}", left_out):
        count += 1
        stream.write(b",\n" if count > 1 else b"\n")
        stream.write(json.dumps({"MediaID": count} | media, ensure_ascii=False).encode())
    stream.write(b"\n]}\n")
    return count


def _media(records: Iterable[Record], scheme: str, left_out: Counter[LeftOut]) -> Iterator[dict[str, Any]]:
    for _, group in groupby(records, lambda record: record.item):
        live = []
        for record in group:
            if isinstance(record, Withdrawal) or record.withdrawn_at is not None:
                left_out[LeftOut.WITHDRAWN] += 1
            else:
                live.append(record)
        if live:
            media = _row(live, scheme)
            if isinstance(media, LeftOut):
                left_out[media] += 1
            else:
                yield media


def _row(entries: list[Entry], scheme: str) -> dict[str, Any] | LeftOut:
    first: dict[str, str] = {}
    others = []
    for entry in entries:
        if entry.kind in _FIELDS and entry.kind not in first:
            first[entry.kind] = entry.value if entry.kind == "photodna" else entry.value.upper()
        else:
            others.append({"HashName": _NAMES.get(entry.kind, entry.kind), "HashValue": entry.value})
    labels = {entry.label.label for entry in entries if entry.label is not None and entry.label.scheme == scheme}
    if "md5" not in first:
        return LeftOut.NO_MD5
    if len(labels) != 1 or not (category := labels.pop()).isdecimal():
        return LeftOut.NO_CLASS
    recorded = [entry.recorded_at for entry in entries if entry.recorded_at is not None]
    media_type = next((entry.provenance.media for entry in entries if entry.provenance.media), None)
    return {
        "Category": int(category),
        **{name: first[kind] for kind, name in _FIELDS.items() if kind in first},
        **({"MimeType": str(media_type)} if media_type else {}),
        **({"DateUpdated": format_instant(max(recorded))} if recorded else {}),
        **({"AlternativeHashes": others} if others else {}),
    }
