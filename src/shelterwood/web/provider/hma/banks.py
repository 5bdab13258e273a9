"""`/c/...`: banks and their content. Reading needs the scope `reviewer`, writing the scope `lists` as well."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from shelterwood.web.provider.hma import queries, services
from shelterwood.web.provider.hma.asking import (
    KINDS,
    AskedNotUnderstood,
    flag,
    json_body,
    on_or_off,
    signals_in,
    types_in,
)
from shelterwood.web.provider.hma.door import hma_door, may_write, only
from shelterwood.web.provider.hma.hashing import hashes_of
from shelterwood.web.provider.hma.looking import why_not
from shelterwood.web.provider.hma.uploads import media_of, no_basis_needed
from shelterwood.web.provider.lists.states import ListState
from shelterwood.web.provider.scan.answers import answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from shelterwood.web.provider.hma.models import BankContent
    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.lists.models import ProviderList

__all__ = ["add_media", "add_signals", "all_banks", "one_bank", "one_content"]

_BANKED = {"photo": ("pdq", "sha256"), "video": ("video_md5", "sha256")}
_METADATA = {"content_id", "content_uri", "json"}


@hma_door
def all_banks(request: HttpRequest, *, key: KeyHeld) -> HttpResponse:
    """Return every bank, or make one: it is there at once, and looked up when two people have put it in service."""
    only(request, "GET", "POST")
    if request.method == "GET":
        return answer_list([_bank(row) for row in queries.all_banks()])
    may_write(key)
    body = json_body(request)
    on_or_off(body)
    name = body.get("name")
    if not isinstance(name, str):
        raise AskedNotUnderstood("The bank has no name.", remedy='Send {"name": "MY_BANK"}.')
    row = services.make_bank(name=name, owner=key.service, actor=key.actor, now=timezone.now())
    lacking = ", ".join(queries.what_lacks(row))
    note = f"Not looked up yet. It lacks: {lacking}. Two people put it in service, on the page of the list."
    return answer(_bank(row) | {"note": note}, status=201)


@hma_door
def one_bank(request: HttpRequest, bank: str, *, key: KeyHeld) -> HttpResponse:
    """Return a bank, switch it off or on, or take it out of service for good."""
    only(request, "GET", "PUT", "DELETE")
    row, now = queries.bank_named(bank), timezone.now()
    if request.method != "GET":
        may_write(key)
    if request.method == "DELETE":
        services.withdraw_bank(bank=row, actor=key.actor, now=now)
        return answer({"message": "Done"})
    if request.method == "PUT":
        body = json_body(request)
        if body.get("name", row.name) != row.name:
            raise AskedNotUnderstood("A bank keeps its name: tokens and the record say it.", remedy="Make another.")
        on = on_or_off(body)
        if on is not None:
            services.switch_bank(bank=row, on=on, actor=key.actor, now=now)
    return answer(_bank(row))


@hma_door
def add_media(request: HttpRequest, bank: str, *, key: KeyHeld) -> HttpResponse:
    """Add what a file looks like to a bank; the file itself is not kept."""
    only(request, "POST")
    may_write(key)
    row, types = queries.bank_named(bank), types_in(request)
    media = media_of(request, may=no_basis_needed, texts=("note", "metadata"))
    with media.spooled:
        found, print_of = hashes_of(media, types or _BANKED[media.content_type])
    if print_of is not None and not print_of.is_detailed:
        raise why_not("too_little_detail")
    told = _told_in_form(media.texts) if media.heading else _told_in_json(request)
    return _added(row, {KINDS[name]: value for name, value in found.items()}, told, key)


@hma_door
def add_signals(request: HttpRequest, bank: str, *, key: KeyHeld) -> HttpResponse:
    """Add content to a bank by its fingerprints."""
    only(request, "POST")
    may_write(key)
    row, body = queries.bank_named(bank), json_body(request)
    told: dict[str, Any] = {name: body.pop(name) for name in ("note", "metadata") if name in body}
    return _added(row, signals_in(body), told, key)


@hma_door
def one_content(request: HttpRequest, bank: str, content_id: str, *, key: KeyHeld) -> HttpResponse:
    """Return one content of this bank, switch it off or on, change its note, or delete it."""
    only(request, "GET", "PUT", "DELETE")
    row, now = queries.bank_named(bank), timezone.now()
    content = queries.content_in(row, content_id)
    if request.method != "GET":
        may_write(key)
    if request.method == "DELETE":
        services.delete_content(bank=row, content=content, actor=key.actor, now=now)
        return answer({"deleted": 1})
    if request.method == "PUT":
        _change(request, row, content, key)
    return answer(_content(request, row, content))


def answer_list(banks: list[dict[str, Any]]) -> HttpResponse:
    """Return a list as it goes out; HMA answers this one question with no object around it."""
    return answer(banks)  # type: ignore[arg-type]  # any JSON


def _change(request: HttpRequest, row: ProviderList, content: BankContent, key: KeyHeld) -> None:
    body, now = json_body(request), timezone.now()
    until, note = body.get("disable_until_ts"), body.get("note")
    if until is not None:
        if type(until) is not int:
            raise AskedNotUnderstood("'disable_until_ts' is not a whole number.", remedy="Send 0, 1 or Unix seconds.")
        services.set_content(bank=row, content=content, until=until, actor=key.actor, now=now)
    if note is not None:
        services.note_content(bank=row, content=content, note=_text(note, "note"), actor=key.actor, now=now)


def _added(row: ProviderList, prints: Mapping[str, str], told: Mapping[str, Any], key: KeyHeld) -> HttpResponse:
    metadata = told.get("metadata") or {}
    if not isinstance(metadata, dict) or not metadata.keys() <= _METADATA:
        raise AskedNotUnderstood("'metadata' holds other fields than HMA's.", remedy="Send content_id.")
    added = services.add_content(
        bank=row,
        fingerprints=prints,
        note=_text(told.get("note") or "", "note"),
        content_id=_text(metadata.get("content_id") or "", "content_id"),
        actor=key.actor,
        now=timezone.now(),
    )
    data: dict[str, Any] = {"id": added.content.pk, "signals": _signals(prints)}
    return answer(data if added.made else data | {"duplicate": True})


def _told_in_form(texts: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {name: texts[name] for name in ("note",) if name in texts}
    if "metadata" in texts:
        try:
            told["metadata"] = json.loads(texts["metadata"])
        except (ValueError, RecursionError) as error:
            raise AskedNotUnderstood("'metadata' is not JSON.", remedy='Send {"content_id": "..."}.') from error
    return told


def _told_in_json(request: HttpRequest) -> dict[str, Any]:
    return json_body(request) if request.content_type == "application/json" else {}


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise AskedNotUnderstood(f"'{name}' is not a text.", remedy="Send a text.")
    return value


def _signals(prints: Mapping[str, str]) -> dict[str, str]:
    """Return fingerprints under HMA's names: what it calls video_md5 is any MD5."""
    return {"video_md5" if kind == "md5" else kind: value for kind, value in sorted(prints.items())}


def _bank(row: ProviderList) -> dict[str, Any]:
    return {"name": row.name, "matching_enabled_ratio": 1 if row.state == ListState.LIVE else 0}


def _content(request: HttpRequest, row: ProviderList, content: BankContent) -> dict[str, Any]:
    """Return content in HMA's shape; fingerprints only of content that was added here."""
    told: dict[str, Any] = {
        "id": content.pk,
        "disable_until_ts": content.disable_until,
        "original_media_uri": None,
        "bank": _bank(row),
        "note": content.note or None,
    }
    if flag(request.GET.get("include_signals", "false"), "include_signals"):
        told["signals"] = _signals(dict(content.signals.values_list("kind", "value")))
    if flag(request.GET.get("include_metadata", "true"), "include_metadata"):
        told["metadata"] = {"content_id": content.content_id or None, "content_uri": None, "json": None}
    return told
