"""`/m/...`: look-ups by fingerprint or file, comparing two fingerprints, and what is in service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone

from shelterwood.fingerprints import pdq
from shelterwood.policy import Medium
from shelterwood.web.provider.hma import looking
from shelterwood.web.provider.hma.asking import (
    CONTENT_TYPES,
    KINDS,
    AskedNotUnderstood,
    fingerprint,
    flag,
    json_body,
    kind_of,
    names_in,
    quality_in,
    types_in,
)
from shelterwood.web.provider.hma.door import hma_door, only
from shelterwood.web.provider.hma.looking import Looked, Sought
from shelterwood.web.provider.hma.uploads import Basis, media_of
from shelterwood.web.provider.lists import live
from shelterwood.web.provider.scan.answers import answer
from shelterwood.web.provider.scan.bodies import GivenPrints
from shelterwood.web.provider.scan.keeping import keep_nothing, keep_spooled
from shelterwood.web.provider.scan.matching import find, find_prints
from shelterwood.web.provider.scan.services import Upload

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from shelterwood.web.provider.hma.uploads import Media
    from shelterwood.web.provider.keys.holding import KeyHeld

__all__ = ["compare", "index_status", "lookup", "raw_lookup"]

_SERVED: Final = ("pdq", "video_md5", "sha1", "sha256")


@hma_door
def lookup(request: HttpRequest, *, key: KeyHeld) -> HttpResponse:
    """Return the content that a fingerprint or a file matches, by bank."""
    only(request, "GET", "POST")
    now = timezone.now()
    flag(request.GET.get("bypass_coinflip", "false"), "bypass_coinflip")  # without effect: no bank is half in service
    if request.method == "GET" and "signal" in request.GET:
        signal_type, looked = _by_signal(request, key, now=now)
        return looking.answered(looked, looked.by_bank(signal_type))
    types, basis = types_in(request), Basis(key, now=now)
    media = media_of(request, may=basis)
    with media.spooled:
        looked = looking.look(_of_media(request, media, basis, key), now=now)
    looking.refuse_unchecked(looked, types or CONTENT_TYPES[media.content_type])
    return looking.answered(looked, _by_type(looked, media, types))


@hma_door
def raw_lookup(request: HttpRequest, *, key: KeyHeld) -> HttpResponse:
    """Return the numbers of the content that a fingerprint matches, with distances where they are asked for."""
    only(request, "GET")
    with_distance = flag(request.GET.get("include_distance", "false"), "include_distance")
    signal_type, looked = _by_signal(request, key, now=timezone.now())
    found = looked.nearest(signal_type)
    if not with_distance:
        return looking.answered(looked, {"matches": [number for _, number, _ in found]})
    told = [{"bank_content_id": number, "distance": str(distance)} for _, number, distance in found]
    return looking.answered(looked, {"matches": told})


@hma_door
def compare(request: HttpRequest, *, key: KeyHeld) -> HttpResponse:  # noqa: ARG001 - any key with the scope may
    """Return for each signal type whether two fingerprints match; of PDQ also how far apart they are, as a number."""
    only(request, "POST")
    told: dict[str, object] = {}
    for signal_type, pair in json_body(request).items():
        if not isinstance(pair, list) or len(pair) != 2:
            raise AskedNotUnderstood("There are not two signals to compare.", remedy='Send {"pdq": [hex, hex]}.')
        first, second = (fingerprint(signal_type, each) for each in pair)
        if KINDS[signal_type] == "pdq":
            apart = pdq.distance(pdq.parse(first), pdq.parse(second))
            told[signal_type] = [apart <= pdq.DEFAULT_RADIUS, {"distance": apart}]
        else:
            told[signal_type] = [first == second, {}]
    return answer(told)


@hma_door
def index_status(request: HttpRequest, *, key: KeyHeld) -> HttpResponse:  # noqa: ARG001 - any key with the scope may
    """Return how many fingerprints of each type are in service now; there is no index that could be behind."""
    only(request, "GET")
    asked, now = request.GET.get("signal_type"), timezone.now()
    if asked is not None:
        kind_of(asked)
    lists = live.current(now=now)
    opened = lists.enabled.lists if isinstance(lists, live.LiveLists) else ()
    present = isinstance(lists, live.LiveLists)
    told = {
        name: {
            "built_to": int(now.timestamp()) if present else -1,
            "present": present,
            "size": sum(each.counts.kinds.get(KINDS[name], 0) for each in opened),
        }
        for name in ([asked] if asked else _SERVED)
    }
    return answer(told)


def _by_signal(request: HttpRequest, key: KeyHeld, *, now: datetime) -> tuple[str, Looked]:
    """Look a fingerprint up; end the view where its quality, if it was sent, says that it cannot be."""
    signal_type = request.GET.get("signal_type", "")
    value = fingerprint(signal_type, request.GET.get("signal"))
    basis = Basis(key, now=now)
    basis(Medium.VIDEO if signal_type == "video_md5" else Medium.IMAGE)
    given = _given(KINDS[signal_type], value, quality=quality_in(request))
    sought = Sought(
        upload=Upload(key=key),
        ground=basis.ground,
        banks=names_in(request, "banks"),
        find=lambda lists: find_prints(given, lists),
        keep_object=keep_nothing,
    )
    looked = looking.look(sought, now=now)
    looking.refuse_unchecked(looked, [signal_type])
    return signal_type, looked


def _given(kind: str, value: str, *, quality: int | None) -> GivenPrints:
    if kind == "pdq":
        return GivenPrints(pdq=pdq.parse(value), quality=quality)
    return GivenPrints(
        md5=value if kind == "md5" else None,
        sha1=value if kind == "sha1" else None,
        sha256=value if kind == "sha256" else None,
    )


def _of_media(request: HttpRequest, media: Media, basis: Basis, key: KeyHeld) -> Sought:
    return Sought(
        upload=media.upload(key),
        ground=basis.ground,
        banks=names_in(request, "banks"),
        find=lambda lists: find(media.spooled, lists),
        keep_object=keep_spooled(media.spooled, basis.ground.claims),
    )


def _by_type(looked: Looked, media: Media, types: tuple[str, ...] | None) -> dict[str, object]:
    """Return the matches by signal type: HMA's own type of the content always, others where they matched."""
    usual = CONTENT_TYPES[media.content_type]
    found = {each: looked.by_bank(each) for each in types or usual}
    return {each: banks for each, banks in found.items() if types or banks or each == usual[0]}
