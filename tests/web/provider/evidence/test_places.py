"""Where evidence lies: a bucket, a command that holds the master key, and settings that cannot be meant."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from s3_server import ACCESS, BUCKET, SECRET, running_s3

from shelterwood.vault import ObjectPurged, Purpose
from shelterwood.web.hall.access.actors import Actor
from shelterwood.web.hall.settings.environment import SettingNotUnderstood
from shelterwood.web.hall.settings.facts import BucketFacts, facts
from shelterwood.web.provider.evidence import opening, services, upkeep
from shelterwood.web.provider.evidence.models import EvidenceObject

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
PERSON = Actor.person("7")
Seal = Callable[..., EvidenceObject]
XOR = "import sys; sys.stdout.buffer.write(bytes(b ^ 90 for b in sys.stdin.buffer.read()))"


def content(row: EvidenceObject) -> bytes:
    pieces = services.open_for(event_id=row.event_id, purpose=Purpose.REVIEW, actor=PERSON, now=NOW)
    return b"".join(pieces)


def test_evidence_lives_in_a_bucket_where_the_operator_says_so(
    seal: Seal, settings: SettingsWrapper, tmp_path: Path
) -> None:
    with running_s3() as server:
        bucket = BucketFacts.parse(f"{server.url}/{BUCKET}/house", key=f"{ACCESS}:{SECRET}", region="us-east-1")
        settings.FACTS = replace(facts(), bucket=bucket)
        opening.forget()
        gone, stays = seal(b"gone"), seal(b"stays", lasts=timedelta(days=9))

        assert content(gone) == b"gone"
        assert not list(tmp_path.rglob("*.sealed"))
        assert services.purge_due(now=NOW + timedelta(days=4)) == 1
        with pytest.raises(ObjectPurged):
            content(gone)
        assert content(stays) == b"stays"


def test_a_command_may_hold_the_master_key(seal: Seal, settings: SettingsWrapper, tmp_path: Path) -> None:
    script = tmp_path / "key_service.py"
    script.write_text(XOR)
    settings.FACTS = replace(facts(), master_key_command=f"{sys.executable} {script}")

    assert content(seal(b"shapes")) == b"shapes"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://host.example", "a:b"),
        ("bucket", "a:b"),
        ("https://host.example/bucket", ""),
        ("https://host.example/bucket", "only-one"),
    ],
)
def test_a_bucket_that_cannot_be_meant_stops_the_start(address: str, key: str) -> None:
    with pytest.raises(SettingNotUnderstood):
        BucketFacts.parse(address, key=key, region="us-east-1")


def test_a_bucket_has_a_prefix_if_its_address_has_one() -> None:
    found = BucketFacts.parse("https://host.example:9000/bucket/a/b", key="id:with:colon", region="r")

    assert (found.endpoint, found.name, found.prefix) == ("https://host.example:9000", "bucket", "a/b/")
    assert (found.access_key, found.secret_key) == ("id", "with:colon")
    assert "with:colon" not in repr(found)


def test_a_draft_that_a_death_left_behind_is_removed_after_a_day() -> None:
    week = opening.evidence_directory() / "objects" / "2026-W48"
    week.mkdir(parents=True, exist_ok=True)
    old, fresh = week / ".object.sealed.aa.part", week / ".object.sealed.bb.part"
    for draft in (old, fresh):
        draft.write_bytes(b"half")
    os.utime(old, (0, 0))

    upkeep.stray_round(NOW)

    assert (old.exists(), fresh.exists()) == (False, True)
    fresh.unlink()
