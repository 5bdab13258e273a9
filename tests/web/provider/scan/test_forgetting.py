"""What a detection event says of the bytes goes when their evidence is destroyed, in either mode."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import grounds
import pytest
from uploads import Program, make_key

from shelterwood.policy import EvidenceMode
from shelterwood.web.provider.evidence import upkeep
from shelterwood.web.provider.evidence.models import EvidenceObject
from shelterwood.web.provider.scan.models import Detection

if TYPE_CHECKING:
    from shelterwood.web.provider.basis.models import Token


def token_keeping(mode: EvidenceMode) -> Token:
    return grounds.issued_token(now=datetime.now(UTC).replace(microsecond=0), evidence=mode)


@pytest.mark.parametrize("mode", EvidenceMode)
def test_an_event_forgets_what_the_bytes_were_when_their_evidence_ends(mode: EvidenceMode, listed: bytes) -> None:
    program = Program(make_key(token_keeping(mode).name))
    assert program.send(listed, Shelterwood_Item="photo-1").json()["outcome"] == "match"
    found, kept = Detection.objects.get(), EvidenceObject.objects.get()
    assert (found.sha256, found.pdq == "") == (kept.sha256, False)
    assert (kept.latest_end is None) == (mode is EvidenceMode.SEAL)

    upkeep.purge_round(kept.expires_at + timedelta(seconds=1))

    found.refresh_from_db()
    assert (found.md5, found.sha1, found.sha256, found.pdq, found.size) == ("", "", "", "", None)
    assert (found.item, found.matches.count() > 0) == ("photo-1", True)
