"""The one way to write a record as bytes, so that a stranger can recompute the digest of a list.

A record is one line of JSON in the form of RFC 8785 (members sorted, no spaces, UTF-8, only the escapes that are
needed); members that are not set are left out. The lines are sorted by the UTF-8 bytes of source, then entry_id,
then kind, then value, and end in a line feed. The digest of a list is the SHA-256 of these lines: `sha256sum
entries.jsonl`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from shelterwood.lists.entries import NOTHING_STATED, ClassLabel, Entry, MediaType, Provenance, Record, Withdrawal
from shelterwood.lists.instants import format_instant, parse_instant

__all__ = ["from_line", "key_bytes", "key_of_line", "to_line"]

_decode = json.JSONDecoder().decode


def key_bytes(record: Record) -> bytes:
    """Return bytes that sort as records do: the four parts of the key, joined by U+0000, which none may contain."""
    return "\0".join(record.key).encode()


def key_of_line(line: bytes) -> bytes:
    """Return `key_bytes` of the record that a canonical line states, without making the record."""
    members = _decode(line.decode())
    return "\0".join(
        (members["source"], members["entry_id"], members.get("kind", ""), members.get("value", ""))
    ).encode()


def to_line(record: Record) -> bytes:
    """Return the canonical line of a record, line feed included."""
    if isinstance(record, Withdrawal):
        return _object(
            entry_id=record.entry_id,
            owner=record.owner,
            source=record.source,
            withdrawn_at=format_instant(record.withdrawn_at),
        )
    text = encode_basestring
    parts = ['{"entry_id":', text(record.entry_id), ',"kind":', text(record.kind)]
    if record.label is not None:
        parts += (',"label":{"label":', text(record.label.label), ',"scheme":', text(record.label.scheme), "}")
    if record.owner is not None:
        parts += (',"owner":', text(record.owner))
    if record.provenance is not NOTHING_STATED and record.provenance != NOTHING_STATED:
        parts += (',"provenance":', _provenance(record.provenance))
    parts += (',"source":', text(record.source))
    if record.valid_from is not None:
        parts += (',"valid_from":"', format_instant(record.valid_from), '"')
    parts += (',"value":', text(record.value))
    if record.withdrawn_at is not None:
        parts += (',"withdrawn_at":"', format_instant(record.withdrawn_at), '"')
    parts.append("}\n")
    return "".join(parts).encode()


@lru_cache(maxsize=4096)
def _provenance(provenance: Provenance) -> str:
    stated = {
        "assessors": list(provenance.assessors) or None,
        "generator": provenance.generator,
        "media": provenance.media,
        "recorded_at": None if provenance.recorded_at is None else format_instant(provenance.recorded_at),
        "submission": provenance.submission,
    }
    return json.dumps(
        {name: value for name, value in stated.items() if value is not None}, ensure_ascii=False, separators=(",", ":")
    )


def _object(**members: str | None) -> bytes:
    stated = {name: value for name, value in members.items() if value is not None}
    return json.dumps(stated, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes) -> Record:
    """Return the record of a canonical line. Raises ValueError, KeyError or a ShelterwoodError where it is not one."""
    members: dict[str, Any] = _decode(line.decode())
    withdrawn = members.pop("withdrawn_at", None)
    if "kind" not in members:
        return Withdrawal(withdrawn_at=parse_instant(withdrawn), **members)
    if "label" in members:
        members["label"] = _to_label(**members["label"])
    if "provenance" in members:
        members["provenance"] = _to_provenance(**_hashable(members["provenance"]))
    if "valid_from" in members:
        members["valid_from"] = parse_instant(members["valid_from"])
    if withdrawn is not None:
        members["withdrawn_at"] = parse_instant(withdrawn)
    return Entry(**members)


@lru_cache(maxsize=1024)  # a list repeats a few classes and times over millions of rows
def _to_label(*, scheme: str, label: str) -> ClassLabel:
    return ClassLabel(scheme=scheme, label=label)


def _hashable(stated: dict[str, Any]) -> dict[str, Any]:
    return stated | {"assessors": tuple(stated["assessors"])} if "assessors" in stated else stated


@lru_cache(maxsize=4096)
def _to_provenance(**stated: Any) -> Provenance:  # noqa: ANN401  (members of a line, checked by Provenance)
    if "media" in stated:
        stated["media"] = MediaType(stated["media"])
    if "recorded_at" in stated:
        stated["recorded_at"] = parse_instant(stated["recorded_at"])
    return Provenance(**stated)
