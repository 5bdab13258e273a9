"""The keeper's broom takes what is over and leaves the rest."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from people import make_person, signed_in

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts import services, throttling, upkeep
from shelterwood.web.hall.accounts.models import AttemptMark, Invitation, Session


def test_what_is_over_goes_and_what_is_not_stays() -> None:
    now = timezone.now()
    signed_in(make_person())
    throttling.may_try(throttling.PASSWORD, "somebody", now=now)
    services.invite(name="waiting", roles=frozenset({Role.REVIEWER}), actor=OPERATOR, now=now)

    upkeep.clear(now=now)
    kept = (Session.objects.count(), AttemptMark.objects.count(), Invitation.objects.filter(used_at=None).count())
    upkeep.clear(now=now + timedelta(days=3))

    assert kept == (1, 1, 1)
    assert not Session.objects.exists()
    assert not AttemptMark.objects.exists()
    assert not Invitation.objects.exists()
