"""Count attempts before anything is looked up: by address and by what is tried, in memory first, then in the database.

A mark is keyed (HMAC): the table tells no name, no address, and not whether either exists. The count is the same work
for a name that exists and one that does not. A passkey is never throttled by account: nobody locks a colleague out.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from shelterwood.web.hall.access.actors import STRANGER
from shelterwood.web.hall.accounts import actions
from shelterwood.web.hall.accounts.models import AttemptMark
from shelterwood.web.hall.audit.services import record

__all__ = [
    "CODE",
    "INVITATION",
    "PASSKEY",
    "PASSWORD",
    "PASSWORD_BY_ADDRESS",
    "Limit",
    "forget",
    "is_first_use",
    "may_try",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `attempts` in `window`, for each value of `kind`."""

    kind: str
    attempts: int
    window: timedelta = timedelta(minutes=15)


PASSWORD = Limit(kind="password", attempts=10)
PASSWORD_BY_ADDRESS = Limit(kind="password-address", attempts=50)  # an office may share one address
CODE = Limit(kind="code", attempts=6)
PASSKEY = Limit(kind="passkey-address", attempts=100)  # nothing to guess: it bounds the rows a stranger can make
INVITATION = Limit(kind="invitation-address", attempts=30)
_ONCE = Limit(kind="code-used", attempts=1, window=timedelta(minutes=3))  # longer than a TOTP code is accepted

_MOST_REMEMBERED = 10_000
_lock = Lock()
_full: dict[str, datetime] = {}  # marks that are over their limit, until when: refused without the database


def may_try(limit: Limit, value: str, *, now: datetime) -> bool:
    """Count one attempt on `value` and return whether it is within `limit`."""
    mark = _mark(limit, value)
    if _is_full(mark, now=now):
        return False
    count, ends_at = _count(mark, limit=limit, now=now)
    if count <= limit.attempts:
        return True
    _remember_full(mark, until=ends_at, now=now)
    if count == limit.attempts + 1:
        codes = {"kind": limit.kind}
        record(action=actions.SIGN_IN_THROTTLED, actor=STRANGER, object_ref="", now=now, codes=codes)
    return False


def is_first_use(value: str, *, now: datetime) -> bool:
    """Return whether `value` (an account and a code) is used for the first time in three minutes, in any process."""
    return _count(_mark(_ONCE, value), limit=_ONCE, now=now)[0] == 1


def forget(limit: Limit, value: str) -> None:
    """Forget the attempts on `value`: the right person got in."""
    mark = _mark(limit, value)
    AttemptMark.objects.filter(mark=mark).delete()
    with _lock:
        _full.pop(mark, None)


def _mark(limit: Limit, value: str) -> str:
    text = f"{limit.kind}\0{value.lower()}".encode(errors="replace")
    return hmac.new(str(settings.SECRET_KEY).encode(), text, hashlib.sha256).hexdigest()


def _count(mark: str, *, limit: Limit, now: datetime) -> tuple[int, datetime]:
    """Add one to the mark's window, or begin a new one; return its count and its end."""
    AttemptMark.objects.filter(mark=mark, window_ends_at__lte=now).delete()  # the others are the keeper's
    for _ in range(2):
        if AttemptMark.objects.filter(mark=mark).update(count=F("count") + 1):
            break
        try:
            with transaction.atomic():
                AttemptMark.objects.create(mark=mark, count=1, window_ends_at=now + limit.window)
        except IntegrityError:  # another process began it at the same moment: add to that one
            continue
        break
    row = AttemptMark.objects.filter(mark=mark).first()
    return (row.count, row.window_ends_at) if row else (1, now + limit.window)


def _is_full(mark: str, *, now: datetime) -> bool:
    with _lock:
        until = _full.get(mark)
        return until is not None and now < until


def _remember_full(mark: str, *, until: datetime, now: datetime) -> None:
    with _lock:
        if len(_full) >= _MOST_REMEMBERED:
            for old in [m for m, end in _full.items() if end <= now] or list(_full)[: _MOST_REMEMBERED // 10]:
                del _full[old]
        _full[mark] = until
