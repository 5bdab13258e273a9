"""A vault of its own for every test, in the directory of the test."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shelterwood.fingerprints import digests
from shelterwood.policy import EvidenceMode
from shelterwood.web.hall.access.actors import Actor, ActorKind
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.provider.evidence import opening, services, upkeep
from shelterwood.web.provider.evidence.models import EvidenceObject

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
KEY = Actor(kind=ActorKind.KEY, id="1")

Seal = Callable[..., EvidenceObject]


@pytest.fixture(autouse=True)
def _own_vault(settings: SettingsWrapper, tmp_path: Path) -> object:
    settings.FACTS = replace(facts(), evidence=tmp_path / "evidence", keys=tmp_path / "keys")
    upkeep.forget()
    yield
    opening.forget()
    upkeep.forget()


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    def sealing(
        data: bytes = b"shapes", *, mode: EvidenceMode = EvidenceMode.SEAL, lasts: timedelta = timedelta(days=3)
    ) -> EvidenceObject:
        spool = tmp_path / "spooled"
        spool.write_bytes(data)
        return services.seal(
            event_id=uuid.uuid4(),
            spool=spool,
            mode=mode,
            media_type="png",
            digests=digests.digest(data),
            expires_at=NOW + lasts,
            actor=KEY,
            now=NOW,
        )

    return sealing
