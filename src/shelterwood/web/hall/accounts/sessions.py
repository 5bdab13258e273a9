"""Sessions in the database, known by the digest of their cookie, that end when idle and end when old.

Django's own store keeps the cookie value in the clear; here a stolen backup opens nothing. The limits are enforced
where a session is loaded, so that no view can forget them.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from shelterwood.web.hall.accounts.models import Session
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SessionStore"]

_ACCOUNT = "_auth_user_id"
_SEEN_EVERY = timedelta(minutes=1)  # last_seen_at is written at most this often


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(SessionBase):
    """The store that SESSION_ENGINE names."""

    def exists(self, session_key: str) -> bool:
        """Return whether there is a session with this cookie."""
        return Session.objects.filter(digest=_digest(session_key)).exists()

    def load(self) -> dict[str, Any]:
        """Return the session's data; of one that is over nothing, and the row is deleted."""
        now = timezone.now()
        row = Session.objects.filter(digest=_digest(self.session_key or "")).first()
        if row is None or _is_over(row, now):
            if row is not None:
                row.delete()
            self._session_key = None
            return {}
        if now - row.last_seen_at >= _SEEN_EVERY:
            Session.objects.filter(pk=row.pk).update(last_seen_at=now)
        return self.decode(row.data)

    def create(self) -> None:
        """Begin a session under a new cookie."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # not in the stubs
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Write the data; raise CreateError if the cookie is taken, UpdateError if the session was ended meanwhile."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # not in the stubs
        fields = _fields(data) | {"data": self.encode(data)}
        if must_create:
            self._insert(fields)
        elif not Session.objects.filter(digest=_digest(self.session_key)).update(**fields):
            raise UpdateError

    def _insert(self, fields: Mapping[str, Any]) -> None:
        now = timezone.now()
        begin = {"started_at": now, "ends_at": now + facts().session_longest, "last_seen_at": now}
        try:
            with transaction.atomic():
                Session.objects.create(digest=_digest(self.session_key or ""), **(begin | dict(fields)))
        except IntegrityError as error:
            raise CreateError from error

    def delete(self, session_key: str | None = None) -> None:
        """End the session."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(digest=_digest(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Delete what is over (Django's command clearsessions); the keeper uses upkeep.clear."""
        now = timezone.now()
        Session.objects.filter(ends_at__lte=now).delete()
        Session.objects.filter(last_seen_at__lte=now - facts().session_idle).delete()


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the row says besides the data: whose it is, and since when, once somebody has signed in."""
    fields: dict[str, Any] = {"account_id": data.get(_ACCOUNT), "device": data.get("device", "")}
    if "started_at" in data:
        started = datetime.fromisoformat(data["started_at"])
        fields |= {"started_at": started, "ends_at": started + facts().session_longest}
    return fields


def _is_over(row: Session, now: datetime) -> bool:
    return now >= row.ends_at or now - row.last_seen_at >= facts().session_idle
