"""Pages of NCMEC hash sharing v2 (XML), for a member that has fetched them: read streaming, with a locked-down parser.

The format is described in docs/reference/list-formats.md. Classification is kept verbatim under its own scheme;
deletions become withdrawals of the whole item; pages of one delivery are not in time order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from lxml import etree

from shelterwood.lists.accounting import Reason, Skipped
from shelterwood.lists.bounded import BoundedStream
from shelterwood.lists.entries import ClassLabel, Entry, EntryNotValid, MediaType, Provenance, Withdrawal
from shelterwood.lists.instants import TimeNotUnderstood, parse_instant
from shelterwood.lists.refusals import ListFileNotReadable, SourceNotNamed
from shelterwood.lists.rows import Defaults, RowRefused, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from shelterwood.lists.entries import Record

__all__ = ["NAMESPACE", "SCHEME", "looks_like_ncmec", "read_ncmec"]

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
SCHEME = "ncmec-hash-sharing-v2"
_NS = f"{{{NAMESPACE}}}"
_MEDIA = {f"{_NS}image": MediaType.IMAGE, f"{_NS}video": MediaType.VIDEO}
_DELETED = (f"{_NS}deletedImage", f"{_NS}deletedVideo")


def looks_like_ncmec(head: str) -> bool:
    """Whether the first part of a file is the beginning of such a page."""
    return head.lstrip().startswith("<") and NAMESPACE in head


def read_ncmec(stream: BinaryIO, *, file: str, defaults: Defaults) -> Iterator[tuple[int, Record] | Skipped]:
    """Yield (number of the item in the page, record) or what was skipped. Raises ListFileNotReadable.

    The entry id is `<member id>/<entry id>`, the owner the member id.
    """
    if defaults.source is None:
        raise SourceNotNamed(file)
    for row, item in enumerate(_items(stream, file), start=1):
        try:
            yield from _records(item, file=file, row=row, source=defaults.source)
        except RowRefused as refused:
            yield refused.skipped(file=file, row=row)


def _items(stream: BinaryIO, file: str) -> Iterator[etree._Element]:
    """Yield each item complete, and let go of it and of everything before it."""
    source = BoundedStream(stream, file=file, forbidden=(b"<!DOCTYPE", b"<!ENTITY"))
    parsed = etree.iterparse(
        source,
        events=("start", "end"),
        tag=(f"{_NS}queryResult", *_MEDIA, *_DELETED),
        encoding="utf-8",  # whatever is declared: the search for DOCTYPE above must see what the parser sees
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    inside = False
    try:
        for event, element in parsed:
            if element.tag == f"{_NS}queryResult":
                inside = inside or element.getparent() is None
            elif event == "end" and inside:
                source.quiet = 0
                yield element
                _let_go(element)
    except etree.XMLSyntaxError as error:
        raise ListFileNotReadable(f"{file} is cut off or not well-formed XML (line {error.lineno}).") from None
    if not inside:
        raise ListFileNotReadable(f"{file} is not a page of NCMEC hash sharing v2.")


def _let_go(element: etree._Element) -> None:
    element.clear()
    for node in (element, element.getparent()):
        parent = None if node is None else node.getparent()
        while parent is not None and node is not None and node.getprevious() is not None:
            del parent[0]


def _records(item: etree._Element, *, file: str, row: int, source: str) -> Iterator[tuple[int, Record] | Skipped]:
    withdrawn = item.tag in _DELETED
    member, entry_id = _identity(item, Reason.WITHDRAWAL_LOST if withdrawn else Reason.FIELD_MISSING)
    try:
        if withdrawn:
            at = _timestamp(item, Reason.WITHDRAWAL_LOST)
            yield row, Withdrawal(source=source, entry_id=entry_id, owner=member, withdrawn_at=at)
            return
        provenance = Provenance(media=_MEDIA[str(item.tag)], recorded_at=_timestamp(item, Reason.TIME_NOT_VALID))
        label = _label(item)
        for found in _fingerprints(item, file=file, row=row):
            if isinstance(found, Skipped):
                yield found
                continue
            kind, value = found
            yield (
                row,
                Entry(
                    source=source,
                    entry_id=entry_id,
                    owner=member,
                    kind=kind,
                    value=value,
                    label=label,
                    provenance=provenance,
                ),
            )
    except EntryNotValid as error:
        raise RowRefused(Reason.WITHDRAWAL_LOST if withdrawn else Reason.FIELD_NOT_VALID, error.fact) from error


def _identity(item: etree._Element, reason: Reason) -> tuple[str, str]:
    member = item.find(f"{_NS}member")
    member_id = "" if member is None else (member.get("id") or "").strip()
    entry_id = _text(item, "id")
    if not member_id or not entry_id:
        raise RowRefused(reason, "id" if member_id else "the id of the member")
    return member_id, f"{member_id}/{entry_id}"


def _text(item: etree._Element, name: str) -> str:
    return (item.findtext(f"{_NS}{name}") or "").strip()


def _timestamp(item: etree._Element, reason: Reason) -> datetime:
    try:
        return parse_instant(_text(item, "timestamp"))
    except TimeNotUnderstood as error:
        raise RowRefused(reason, f"timestamp: {error.fact}") from error


def _label(item: etree._Element) -> ClassLabel | None:
    classification = _text(item, "classification")
    return ClassLabel(scheme=SCHEME, label=classification) if classification else None


def _fingerprints(item: etree._Element, *, file: str, row: int) -> Iterator[tuple[str, str] | Skipped]:
    """Yield each (kind, value) once, and why there is none; a kind that is not known is carried opaque."""
    seen = set()
    parent = item.find(f"{_NS}fingerprints")
    if parent is None or len(parent) == 0:
        raise RowRefused(Reason.NO_FINGERPRINT, "")
    for element in parent:
        try:
            found = _fingerprint(element)
        except RowRefused as refused:
            yield refused.skipped(file=file, row=row)
            continue
        if found not in seen:
            seen.add(found)
            yield found


def _fingerprint(element: etree._Element) -> tuple[str, str]:
    name, text = etree.QName(element).localname.lower(), (element.text or "").strip()
    if element.get("href") is not None:
        raise RowRefused(Reason.NOT_CARRIED, name[:50])
    if not text:
        raise RowRefused(Reason.NO_FINGERPRINT, name[:50])
    return fingerprint(name, text)
