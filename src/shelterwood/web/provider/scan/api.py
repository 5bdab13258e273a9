"""The door `POST /api/v1/scan`: headers, legal basis, body, look, keep, answer, in this order and no other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from shelterwood.errors import ShelterwoodError
from shelterwood.policy import Refused
from shelterwood.scanning.outcomes import Outcome
from shelterwood.web.hall import faults
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.hall.ui.problems import problem, problem_of
from shelterwood.web.provider.keys.door import key_door
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.scan import bodies, multipart, neighbours, patience, queries, remembering, services, spool
from shelterwood.web.provider.scan.answers import answer, said, takes_only
from shelterwood.web.provider.scan.counting import count
from shelterwood.web.provider.scan.keeping import keep_nothing, keep_spooled
from shelterwood.web.provider.scan.matching import Finding, find, find_prints, not_looked_at
from shelterwood.web.provider.scan.neighbours import Ground, NothingSetUp
from shelterwood.web.provider.scan.waiting import accepting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.scan.models import Detection
    from shelterwood.web.provider.scan.states import KeptState

SPOOLED: Final = faults.register("scan.spooled")
COMMITTED: Final = faults.register("scan.committed")

__all__ = ["STATUS_OF", "item_state", "scan"]

STATUS_OF: Final[dict[type[ShelterwoodError], int]] = {
    bodies.HeaderNotUnderstood: 400,
    bodies.LengthNotSaid: 411,
    bodies.PrintsNotUnderstood: 400,
    bodies.TypeNotTaken: 415,
    multipart.FormNotUnderstood: 400,
    patience.TooSlow: 408,
    remembering.OtherContent: 422,
    remembering.StillAtWork: 409,
    spool.BodyEnded: 400,
    spool.BodyTooLong: 413,
    spool.NoRoom: 507,
    accepting.TooManyWait: 503,
    accepting.TooManyWaitOfKey: 429,
}
"""The HTTP status of what can be wrong with an upload, for every door that takes one in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One request that may be looked at: what was looked at, and with what content."""

    heading: bodies.Heading
    upload: services.Upload
    ground: Ground
    content: str  # digest of everything the answer depends on
    look: Callable[[], Finding]
    keep_object: Callable[[Detection], KeptState]
    accept: accepting.Accept | None = None  # in place of looking, where the sender prefers to hear later


@key_door(scope=Scope.SCAN)
def scan(request: HttpRequest, *, key: KeyHeld) -> HttpResponse:
    """Check one upload, or fingerprints of one."""
    if request.method != "POST":
        return takes_only("POST")
    try:
        return _scan(request, key, now=timezone.now())
    except ShelterwoodError as error:
        status = STATUS_OF.get(type(error))
        if status is None:
            raise
        refusal = problem_of(error, status=status)
        if status in {429, 503}:
            refusal.headers["Retry-After"] = str(accepting.ASK_AGAIN)
        return refusal


@key_door(scope=Scope.SCAN)
def item_state(request: HttpRequest, item: str, *, key: KeyHeld) -> HttpResponse:
    """Say whether an item of the key's service is to be out of sight; the same shape for items never heard of."""
    if request.method != "GET":
        return takes_only("GET")
    if not bodies.ITEM.fullmatch(item):
        return problem(
            status=404, title="No item can have this id.", detail=f"An id is {bodies.ITEM_FORM}.", code="no_such_item"
        )
    state = queries.item_state(item=item, service=key.service)
    return answer(
        {
            "item": item,
            "hidden": state.is_hidden,
            "state": str(state.hold),
            "event": None if state.event is None else str(state.event),
            "release_at": None if state.release_at is None else state.release_at.isoformat(timespec="seconds"),
        }
    )


def _scan(request: HttpRequest, key: KeyHeld, *, now: datetime) -> HttpResponse:
    heading = bodies.heading_of(request)
    _refuse_too_long(heading)
    ground = neighbours.ground_for(key, medium=heading.medium, now=now)
    if isinstance(ground, Refused):
        return problem(status=403, title=ground.sentence, code=str(ground.reason))
    if isinstance(ground, NothingSetUp):
        return answer(said(count(not_looked_at(ground.reason)), key=key, event=None))
    mark = services.account_mark(heading.account, service=key.service)
    upload = services.Upload(key=key, item=heading.item, account_mark=mark)
    if heading.later:
        accepting.refuse_if_full(length=heading.length, key=key)
    if heading.is_prints:
        return _scan_prints(request, heading, upload, ground, now=now)
    with _receive(request, heading) as spooled:
        faults.step(SPOOLED)
        asked = _Asked(
            heading=heading,
            upload=upload,
            ground=ground,
            content=_content(heading, spooled.digests.sha256),
            look=lambda: neighbours.looked(lambda lists: find(spooled, lists), now=now),
            keep_object=keep_spooled(spooled, ground.claims),
            accept=accepting.bytes_of(spooled, upload, heading) if heading.later else None,
        )
        return _answered(asked, now=now)


def _scan_prints(
    request: HttpRequest, heading: bodies.Heading, upload: services.Upload, ground: Ground, *, now: datetime
) -> HttpResponse:
    body = spool.held_whole(patience.Body(request), length=heading.length)
    given = bodies.read_prints(body)
    if given.medium is not heading.medium:
        again = neighbours.ground_for(upload.key, medium=given.medium, now=now)
        if isinstance(again, Refused):
            return problem(status=403, title=again.sentence, code=str(again.reason))
    asked = _Asked(
        heading=heading,
        upload=upload,
        ground=ground,
        content=_content(heading, hashlib.sha256(body).hexdigest()),
        look=lambda: neighbours.looked(lambda lists: find_prints(given, lists), now=now),
        keep_object=keep_nothing,
        accept=accepting.prints_of(body, upload, given) if heading.later else None,
    )
    return _answered(asked, now=now)


def _answered(asked: _Asked, *, now: datetime) -> HttpResponse:
    """Look, keep what was found, remember the answer where it was asked for, and only then answer."""
    key, begun = asked.upload.key, None
    if asked.heading.idempotency:
        started = remembering.begin(key=key.id, mark=asked.heading.idempotency, asked=asked.content, now=now)
        if isinstance(started, remembering.Replay):
            return answer(started.answer, status=started.status)
        begun = started
    try:
        if asked.accept is not None:
            return answer(asked.accept(begun, now), status=202)
        return answer(_kept(asked, begun, now=now))
    except BaseException:
        remembering.abandon(begun)
        raise


def _kept(asked: _Asked, begun: remembering.Begun | None, *, now: datetime) -> dict[str, object]:
    finding, key = asked.look(), asked.upload.key
    if finding.outcome is not Outcome.MATCH:
        data = said(finding, key=key, event=None)
        remembering.finish(begun, status=200, answer=data)
        count(finding, token=asked.ground.permitted.token)
        return data

    def answer_of(detection: Detection) -> dict[str, object]:
        return said(finding, key=key, event=str(detection.pk))

    detection = services.keep_finding(
        finding=finding,
        upload=asked.upload,
        ground=asked.ground,
        keep_object=asked.keep_object,
        then=lambda made: remembering.finish(begun, status=200, answer=answer_of(made)),
        now=now,
    )
    count(finding, token=asked.ground.permitted.token)
    faults.step(COMMITTED)
    return answer_of(detection)


def _receive(request: HttpRequest, heading: bodies.Heading) -> spool.Spooled:
    most = facts().longest_upload
    if heading.is_form:
        return multipart.receive_form(request, length=heading.length, most=most)
    return spool.receive(patience.Body(request), length=heading.length, most=most)


def _refuse_too_long(heading: bodies.Heading) -> None:
    most = bodies.LONGEST_JSON if heading.is_prints else facts().longest_upload
    if heading.length > most:
        raise spool.BodyTooLong(f"The body has more than {most:,} bytes.", remedy="Send less at a time.")


def _content(heading: bodies.Heading, digest: str) -> str:
    text = "\0".join((digest, heading.content_type, heading.item, heading.account, str(heading.later)))
    return hashlib.sha256(text.encode()).hexdigest()
