"""`/h/hash`: the fingerprints of one file, and the two things that other routes take from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone

from shelterwood.errors import ShelterwoodError
from shelterwood.web.provider.hma.asking import KINDS, types_in
from shelterwood.web.provider.hma.counting import Counted, count
from shelterwood.web.provider.hma.door import hma_door, only
from shelterwood.web.provider.hma.looking import why_not
from shelterwood.web.provider.hma.uploads import Basis, media_of
from shelterwood.web.provider.scan.answers import answer
from shelterwood.web.provider.scan.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from shelterwood.fingerprints.pdq import Pdq
    from shelterwood.web.provider.hma.uploads import Media
    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.scan.spool import Spooled

__all__ = ["hash_media", "hashes_of", "picture_hash"]

_USUAL: Final = {"photo": ("pdq",), "video": ("video_md5",)}


@hma_door
def hash_media(request: HttpRequest, *, key: KeyHeld) -> HttpResponse:
    """Return `{"pdq": hex}`; a picture of too little detail has its `quality` beside it, as a warning."""
    only(request, "GET", "POST")
    types = types_in(request)
    media = media_of(request, may=Basis(key, now=timezone.now()))
    with media.spooled:
        found, print_of = hashes_of(media, types or _USUAL[media.content_type])
    count(Counted.HASHED)
    data: dict[str, object] = dict(found)
    if print_of is not None and not print_of.is_detailed:
        data["quality"] = print_of.quality
    response = answer(data)
    if print_of is not None:
        response.headers["Shelterwood-Quality"] = str(print_of.quality)
    return response


def hashes_of(media: Media, types: Iterable[str]) -> tuple[dict[str, str], Pdq | None]:
    """Return the fingerprints by signal type, and the PDQ where it is among them; end the view if it cannot be had."""
    found, print_of = {}, None
    for signal_type in types:
        if KINDS[signal_type] == "pdq":
            print_of = picture_hash(media.spooled)
            found[signal_type] = str(print_of.hex)
        else:
            found[signal_type] = str(getattr(media.spooled.digests, KINDS[signal_type]))
    return found, print_of


def picture_hash(spooled: Spooled) -> Pdq:
    """Return the PDQ of the first frame, upright and in RGB; end the view with 400 where it cannot be opened."""
    try:
        with spooled.view() as data:
            examined = decode(data)
    except ShelterwoodError as error:
        raise why_not(type(error).__name__) from error
    if not examined.frames:
        raise why_not(str(examined.missed[0]) if examined.missed else "not_a_picture")
    return examined.frames[0].pdq
