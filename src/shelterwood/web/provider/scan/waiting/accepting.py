"""The door's part of scanning later: refuse what there is no place for, keep the rest durably, and only then say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.scan.waiting import queries, services
from shelterwood.web.provider.scan.waiting.services import Sent

if TYPE_CHECKING:
    from datetime import datetime

    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.scan.bodies import GivenPrints, Heading
    from shelterwood.web.provider.scan.remembering import Begun
    from shelterwood.web.provider.scan.services import Upload
    from shelterwood.web.provider.scan.spool import Spooled

__all__ = ["ASK_AGAIN", "Accept", "TooManyWait", "TooManyWaitOfKey", "bytes_of", "prints_of", "refuse_if_full"]

ASK_AGAIN: Final = 30
"""Seconds after which a sender that was refused may try again."""

Accept = Callable[["Begun | None", "datetime"], dict[str, Any]]
"""Accepts what was sent, together with the request's idempotency key, and returns the answer."""


class TooManyWait(ShelterwoodError):
    """As many uploads wait as this service lets wait, or as many bytes."""


class TooManyWaitOfKey(ShelterwoodError):
    """As many uploads of one key wait as one key may have, or as many bytes; others still have a place."""


def refuse_if_full(*, length: int, key: KeyHeld) -> None:
    """Raise TooManyWait, TooManyWaitOfKey where one upload more of `length` bytes has no place; before it is read.

    One upload of a key of which nothing waits always has a place among that key's own.
    """
    load, limits = queries.load(key=key), facts()
    if load.all.is_over(limits.most_waiting, limits.most_waiting_bytes, length=length):
        raise TooManyWait(
            "As many uploads wait to be scanned as may wait here; this one was not accepted.",
            remedy="Send it again when Retry-After says, or leave out 'Prefer: respond-async'.",
        )
    own = [most * limits.waiting_share // 100 for most in (limits.most_waiting, limits.most_waiting_bytes)]
    if load.of_key.uploads and load.of_key.is_over(*own, length=length):
        raise TooManyWaitOfKey(
            "As many uploads of this API key wait to be scanned as one key may have; this one was not accepted.",
            remedy="Send it again when Retry-After says, or leave out 'Prefer: respond-async'.",
        )


def bytes_of(spooled: Spooled, upload: Upload, heading: Heading) -> Accept:
    """Return what accepts a body."""
    sent = Sent(
        upload=upload,
        medium=heading.medium,
        size=spooled.digests.size,
        sha256=spooled.digests.sha256,
        spooled=spooled,
    )
    return lambda begun, now: _accepted(sent, begun, now)


def prints_of(body: bytes, upload: Upload, given: GivenPrints) -> Accept:
    """Return what accepts fingerprints that were read from `body`."""
    sent = Sent(upload=upload, medium=given.medium, size=len(body), prints=body.decode())
    return lambda begun, now: _accepted(sent, begun, now)


def _accepted(sent: Sent, begun: Begun | None, now: datetime) -> dict[str, Any]:
    return queries.told(services.accept(sent=sent, begun=begun, now=now))
