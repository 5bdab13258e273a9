"""The verbs of detections, and the only writers of their tables: keep what was found, release what nobody decided."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from shelterwood.web.hall import faults
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.audit.services import record
from shelterwood.web.provider.scan import actions, neighbours, queries, telling
from shelterwood.web.provider.scan.clocks import clocks_of
from shelterwood.web.provider.scan.matching import exactness_of
from shelterwood.web.provider.scan.models import Detection, DetectionMatch
from shelterwood.web.provider.scan.states import Exactness, HoldState, KeptState, WhyReleased

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shelterwood.scanning import Match
    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.scan.matching import Finding
    from shelterwood.web.provider.scan.neighbours import Ground

__all__ = [
    "VARIANTS_A_DAY",
    "Upload",
    "account_mark",
    "detection_ref",
    "keep_finding",
    "release_undecided",
]

KEPT = faults.register("scan.kept")

VARIANTS_A_DAY = 5
"""So many near matches of one account within a day are said in the record: somebody may be trying out changes."""

_SCAN = Actor.system("scan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Whose upload it is: the key it came with, the platform's id of the item, the mark of the account."""

    key: KeyHeld
    item: str = ""
    account_mark: str = ""


def detection_ref(detection: Detection) -> str:
    """Return how the record names `detection`."""
    return f"detection:{detection.pk}"


def account_mark(account: str, *, service: str) -> str:
    """Return the keyed digest of a platform's account id: it tells that two are the same, and nothing else."""
    text = f"account\0{service}\0{account}".encode()
    return hmac.new(str(settings.SECRET_KEY).encode(), text, hashlib.sha256).hexdigest() if account else ""


@transaction.atomic
def keep_finding(
    *,
    finding: Finding,
    upload: Upload,
    ground: Ground,
    keep_object: Callable[[Detection], KeptState],
    then: Callable[[Detection], object],
    now: datetime,
) -> Detection:
    """Write a detection event with its matches, keep the object, hold the item; the caller answers only after this.

    `keep_object` puts the bytes where they last and says what it did; `then` writes what must be there together with
    the event (the remembered answer). If either raises, nothing of it has happened.
    """
    detection = Detection(key_id=upload.key.id, **_what(finding, upload, ground, now), **_ends(ground, now))
    detection.kept = keep_object(detection)
    faults.step(KEPT)
    detection.save(force_insert=True)
    DetectionMatch.objects.bulk_create(
        DetectionMatch(detection=detection, place=place, **_of(match)) for place, match in enumerate(finding.matches)
    )
    telling.tell_hold(detection, now=now)
    then(detection)
    _say_variants(detection, now=now)
    codes = {
        "exactness": detection.exactness,
        "hold": detection.hold,
        "kept": detection.kept,
        "lists": " ".join(sorted({match.list for match in finding.matches})),
        "token": detection.token_id,
    }
    actor = upload.key.actor
    record(action=actions.DETECTION_FOUND, actor=actor, object_ref=detection_ref(detection), now=now, codes=codes)
    return detection


def release_undecided(now: datetime) -> int:
    """Let go of everything that nobody decided in the hours that its token allows; return how many there were."""
    due = Detection.objects.filter(hold=HoldState.HELD, release_at__lte=now).values_list("pk", flat=True)
    return sum(_release(pk, now=now) for pk in list(due[:1000]))


@transaction.atomic
def _release(detection_id: Any, *, now: datetime) -> int:  # noqa: ANN401 - a primary key
    still_held = Detection.objects.filter(pk=detection_id, hold=HoldState.HELD)
    changed = still_held.update(hold=HoldState.RELEASED, released_at=now, why_released=WhyReleased.UNDECIDED)
    if changed:
        telling.tell_hold(Detection.objects.get(pk=detection_id), now=now)
        codes = {"why": str(WhyReleased.UNDECIDED)}
        ref = f"detection:{detection_id}"
        record(action=actions.DETECTION_RELEASED, actor=_SCAN, object_ref=ref, now=now, codes=codes)
    return changed


def _what(finding: Finding, upload: Upload, ground: Ground, now: datetime) -> dict[str, Any]:
    traits, first = finding.traits, finding.traits.frames[0] if finding.traits.frames else None
    return {
        "found_at": now,
        "item": upload.item,
        "account_mark": upload.account_mark,
        "token_id": ground.permitted.token,
        "profile_id": ground.permitted.profile.id,
        "profile_version": ground.permitted.profile.version,
        "service": upload.key.service,
        "surface": upload.key.surface,
        "technology_version": ground.technology.version,
        "technology_digest": ground.technology.digest,
        "size": traits.size,
        "md5": traits.md5 or "",
        "sha1": traits.sha1 or "",
        "sha256": traits.sha256 or "",
        "format": traits.format or "",
        "pdq": first.pdq if first else "",
        "quality": first.quality if first else None,
        "checked": dict(finding.checked),
        "exactness": _exactness(finding),
        "more_matches": finding.more_matches,
    }


def _exactness(finding: Finding) -> Exactness:
    """Return how sure it is; what only a list of our own says is never more than near, so a person looks at it."""
    own = neighbours.own_lists(match.list for match in finding.matches)
    return exactness_of(tuple(match for match in finding.matches if match.list not in own))


def _ends(ground: Ground, now: datetime) -> dict[str, Any]:
    clocks = clocks_of(ground, now=now)
    return {
        "hold": HoldState.NOT_HELD if clocks.release_at is None else HoldState.HELD,
        "release_at": clocks.release_at,
        "prints_end_at": clocks.prints_end_at,
        "ends_at": clocks.ends_at,
    }


def _of(match: Match) -> dict[str, Any]:
    return {
        "list_name": match.list,
        "list_version": str(match.list_version),
        "source": match.source,
        "entry": match.entry,
        "algorithm": match.algorithm,
        "distance": match.distance,
        "radius": match.radius,
        "orientation": match.orientation or "",
        "frame": match.frame,
        "scheme": match.scheme or "",
        "label": match.label or "",
    }


def _say_variants(detection: Detection, *, now: datetime) -> None:
    """Write one line a day of an account that reaches the number, not one for each upload after it.

    Uploads at once may each miss the others, so the number may be passed before anybody sees it reached.
    """
    if not detection.account_mark or detection.exactness != Exactness.NEAR:
        return
    day = timedelta(days=1)
    of_account = Detection.objects.filter(account_mark=detection.account_mark, exactness=Exactness.NEAR)
    recent = list(of_account.filter(found_at__gt=now - day).only("pk"))
    if len(recent) < VARIANTS_A_DAY or queries.variants_said(now, within=day) & set(map(detection_ref, recent)):
        return
    codes = {"near": str(len(recent))}
    record(action=actions.DETECTION_VARIANTS, actor=_SCAN, object_ref=detection_ref(detection), now=now, codes=codes)
