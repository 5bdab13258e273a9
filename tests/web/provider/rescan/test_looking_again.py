"""Hosted media looked at again: under a token of its own, kept as an upload would be, counted, gone on with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import grounds
import live_lists
import pytest
from django.db import IntegrityError, transaction
from people import make_person, signed_in
from uploads import Program, jpeg, make_key, picture

from shelterwood.policy import EndToEnd, Occasion, RefusalReason, ServiceId, ServiceType, Surface, TokenId
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.provider.basis import live
from shelterwood.web.provider.basis import services as basis
from shelterwood.web.provider.basis.drafts import DetectionNotPossible
from shelterwood.web.provider.basis.models import Measured
from shelterwood.web.provider.evidence.models import EvidenceObject
from shelterwood.web.provider.keys import services as keys
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.lists import publishing
from shelterwood.web.provider.lists import services as lists
from shelterwood.web.provider.lists.growth import growth_of
from shelterwood.web.provider.rescan import looking, services, sources
from shelterwood.web.provider.rescan.models import RescanRun
from shelterwood.web.provider.rescan.states import RunState, may_move
from shelterwood.web.provider.scan import queries, spool
from shelterwood.web.provider.scan import services as scan
from shelterwood.web.provider.scan.models import Detection
from shelterwood.web.provider.scan.states import HoldState

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

    from shelterwood.web.provider.basis.models import Token
    from shelterwood.web.provider.lists.models import ProviderList

Rescan = Callable[..., tuple[int, str]]


def counts(run: RescanRun) -> tuple[int, int, int, int]:
    assert run.items == run.matched + run.known + run.unmatched + run.not_scanned
    return run.matched, run.known, run.unmatched, run.not_scanned


def actions() -> list[str]:
    lines = Line.objects.filter(action__regex=r"^(rescan|detection)\.").order_by("seq")
    return list(lines.values_list("action", flat=True))


def interrupted_after(items: int) -> Callable[[], None]:
    left = iter(range(items - 1))

    def tell() -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return tell


def test_14_what_matches_goes_the_way_of_an_upload_and_every_item_is_counted(rescan: Rescan, hosted: Path) -> None:
    matched, said = rescan(hosted)

    run = RescanRun.objects.get()
    assert (matched, counts(run), run.state) == (1, (1, 0, 2, 2), "done")
    assert run.reasons == {"name_is_no_item_id": 1, "not_a_file": 1}
    assert "5 items: 1 matched, 0 known before, 2 matched nothing, 2 not scanned." in said
    found = Detection.objects.get()
    assert (found.item, found.hold, found.kept, found.exactness) == ("photo-1.jpg", "held", "sealed", "exact")
    assert (found.token_id, found.surface) == (run.token_id, "public_upload")
    assert EvidenceObject.objects.get().event_id == found.pk
    assert queries.item_state(item="photo-1.jpg", service="photos").is_hidden
    assert actions() == ["rescan.began", "detection.found", "rescan.ended"]
    assert list(spool.directory().iterdir()) == []
    assert [row.examined for row in Measured.objects.all()] == [3]


def test_without_a_token_for_it_nothing_is_read_and_the_refusal_is_recorded(
    rescan: Rescan, hosted: Path, token: Token
) -> None:
    arrival = grounds.issued_token(now=datetime.now(UTC).replace(microsecond=0))
    make_key(arrival.name, name="photos-upload")
    for path in hosted.rglob("*.jpg"):
        path.unlink()
    (hosted / "photo-1.jpg").mkdir()  # reading would be noticed

    with pytest.raises(looking.BasisEnded) as refused:
        rescan(hosted, key="photos-upload")

    assert refused.value.reason is RefusalReason.OCCASION_NOT_OF_TOKEN
    assert not RescanRun.objects.exists()
    line = Line.objects.get(action="rescan.refused")
    assert line.codes["why"] == "occasion_not_of_token"
    assert Line.objects.filter(action="detection.refused", codes__reason="occasion_not_of_token").exists()
    assert token.name != arrival.name


def test_a_key_for_looking_again_does_not_open_the_door_for_uploads(token: Token) -> None:
    program = Program(make_key(token.name))

    answer = program.send(jpeg(picture(1)))

    assert answer.status_code == 403
    assert "occasion_not_of_token" in answer.content.decode()


def test_the_interim_regime_refuses_looking_again(cups: ProviderList, rescan: Rescan, hosted: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    pair = grounds.officer_pair(now=now)
    grounds.declare_messenger(pair.proposing, now=now, end_to_end=EndToEnd.NEVER)
    with pytest.raises(DetectionNotPossible) as refused:
        basis.propose_token(
            proposal=grounds.messages_proposal(now=now, occasion=Occasion.RESCAN), actor=pair.proposing, now=now
        )
    assert refused.value.reason is RefusalReason.OCCASION_NOT_OF_PROFILE
    proposed = basis.propose_token(proposal=grounds.messages_proposal(now=now), actor=pair.proposing, now=now)
    arrival = grounds.issue(proposed, actor=pair.issuing, now=now)
    purpose = keys.KeyPurpose(
        token_id=TokenId(arrival.name),
        service=ServiceId("messages"),
        service_type=ServiceType.NUMBER_INDEPENDENT_MESSAGING,
        surface=Surface.PRIVATE_MESSAGE,
        scopes=frozenset({Scope.SCAN}),
    )
    keys.make(name="messages-again", purpose=purpose, lasts=timedelta(days=1), actor=OPERATOR, now=now)

    with pytest.raises(looking.BasisEnded) as refused_run:
        rescan(hosted, key="messages-again")
    assert refused_run.value.reason is RefusalReason.OCCASION_NOT_OF_PROFILE
    assert cups.state == "live"
    assert not Detection.objects.exists()


def test_interrupted_it_goes_on_where_it_was_and_finds_nothing_twice(rescan: Rescan, hosted: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        rescan(hosted, tell=interrupted_after(4))
    run = RescanRun.objects.get()
    assert (run.state, run.why, run.items) == ("stopped", "interrupted", 4)
    before = counts(run)

    told: list[tuple[int, int]] = []
    rescan(hosted, began=lambda done, in_all: told.append((done, in_all)))

    run.refresh_from_db()
    assert (told, run.state, counts(run)) == ([(4, 5)], "done", (1, 0, 2, 2))
    assert sum(before) == 4
    assert Detection.objects.count() == 1
    assert "rescan.went-on" in actions()
    assert run.source_mark == ""


def test_a_source_that_changed_is_begun_anew_as_is_one_that_somebody_wants_so(rescan: Rescan, hosted: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        rescan(hosted, tell=interrupted_after(2))
    rescan(hosted, again=True)
    assert set(RescanRun.objects.values_list("state", flat=True)) == {"dropped", "done"}

    with pytest.raises(KeyboardInterrupt):
        rescan(hosted, tell=interrupted_after(2))
    (hosted / "photo-9.jpg").write_bytes(jpeg(picture(9)))
    rescan(hosted)

    assert RescanRun.objects.count() == 4
    assert RescanRun.objects.order_by("-began_at")[0].items == 6


def test_what_a_person_has_let_go_is_not_held_again(rescan: Rescan, hosted: Path, soon: datetime) -> None:
    rescan(hosted)
    Detection.objects.update(release_at=soon - timedelta(minutes=2))
    scan.release_undecided(soon)
    assert Detection.objects.get().hold == HoldState.RELEASED

    matched, said = rescan(hosted)

    assert (matched, Detection.objects.count()) == (0, 1)
    assert "0 matched, 1 known before" in said
    assert not queries.item_state(item="photo-1.jpg", service="photos").is_hidden


def test_a_token_that_is_withdrawn_stops_it_at_the_next_item(rescan: Rescan, hosted: Path, token: Token) -> None:
    officer = grounds.Actor.person(make_person(Role.FILING_OFFICER).pk)

    def withdraw() -> None:
        if token.state == "issued":
            basis.withdraw_token(token_id=token.pk, actor=officer, now=datetime.now(UTC))
            token.refresh_from_db()
            live.forget()

    with pytest.raises(looking.BasisEnded):
        rescan(hosted, tell=withdraw)

    run = RescanRun.objects.get()
    assert (run.state, run.why, run.items) == ("refused", "token_not_accepted", 1)
    assert may_move(state=RunState.REFUSED, to=RunState.RUNNING)


def test_a_list_that_goes_out_of_service_stops_it_and_nothing_counts_as_looked_at(
    rescan: Rescan, hosted: Path, cups: ProviderList
) -> None:
    def disable() -> None:
        cups.refresh_from_db()
        if cups.state == "live":
            lists.disable(row=cups, actor=live_lists.manager(), now=datetime.now(UTC))
            publishing.publish()
            live_lists.live.forget()

    with pytest.raises(looking.NothingToLookIn):
        rescan(hosted, tell=disable)

    run = RescanRun.objects.get()
    assert (run.state, run.why) == ("stopped", "no_list_in_service")
    assert run.unmatched == 0
    with pytest.raises(services.ListNotInService):
        rescan(hosted)


@pytest.mark.parametrize("wrong", [{"list_name": "saucers"}, {"list_version": 2}])
def test_a_list_or_version_that_is_not_in_service_is_refused(
    rescan: Rescan, hosted: Path, wrong: dict[str, object]
) -> None:
    with pytest.raises(services.ListNotInService):
        rescan(hosted, **wrong)
    assert not RescanRun.objects.exists()


def test_json_lines_name_item_path_and_account(rescan: Rescan, hosted: Path, tmp_path: Path) -> None:
    lines = [
        json.dumps({"item": "p:1", "path": "hosted/ab/photo-1.jpg", "account": "a-7"}),
        json.dumps({"item": "p:2", "path": str(hosted / "photo-3.jpg")}),
        json.dumps({"item": "p:3", "path": "hosted/gone.jpg"}),
        json.dumps({"item": "no id", "path": "hosted/photo-3.jpg"}),
        json.dumps({"item": "p:5", "path": "hosted/photo-5.jpg"}),  # a link
        json.dumps({"item": "p:6", "path": "x", "name": "of somebody"}),
        "[" * 4000,
        "x" * 20_000,
        json.dumps({"item": "p:9", "path": "/dev/zero"}),
        json.dumps({"item": "p:10", "path": "hosted/sound.mp3"}),
        "",
    ]
    (hosted / "sound.mp3").write_bytes(b"ID3")
    source = tmp_path / "items.jsonl"
    source.write_text("\n".join(lines))

    matched, _said = rescan(source)

    run, found = RescanRun.objects.get(), Detection.objects.get()
    assert (matched, found.item, found.account_mark != "") == (1, "p:1", True)
    assert run.items == run.in_all == 12  # what is longer than a line may be is counted in pieces, and not scanned
    assert run.reasons == {
        "audio_excluded": 1,
        "line_not_understood": 5,
        "name_is_no_item_id": 1,
        "not_readable": 3,
    }
    assert counts(run) == (1, 0, 1, 10)


def test_what_is_too_long_is_not_scanned(rescan: Rescan, hosted: Path, settings: SettingsWrapper) -> None:
    settings.FACTS = settings.FACTS.__class__(
        **{name: getattr(settings.FACTS, name) for name in settings.FACTS.__slots__} | {"longest_upload": 100}
    )

    rescan(hosted)

    assert RescanRun.objects.get().reasons["too_long"] == 3


def test_a_source_that_is_neither_folder_nor_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(sources.SourceNotUsable):
        sources.source_at(tmp_path / "pipe")


def test_the_rate_is_limited_by_the_key_and_the_command(rescan: Rescan, hosted: Path) -> None:
    began = datetime.now(UTC)

    rescan(hosted, per_second=10)

    assert datetime.now(UTC) - began >= timedelta(seconds=0.4)  # five items, a tenth of a second apart
    assert RescanRun.objects.get().per_second == 10


@pytest.mark.parametrize("wrong", [{"matched": 9}, {"state": "running"}, {"state": "lost"}, {"source_mark": "0"}])
def test_the_database_refuses_runs_that_cannot_be(rescan: Rescan, hosted: Path, wrong: dict[str, object]) -> None:
    rescan(hosted)

    with pytest.raises(IntegrityError), transaction.atomic():
        RescanRun.objects.update(**wrong)


def test_the_page_of_a_list_says_how_it_has_grown_since(
    rescan: Rescan, hosted: Path, cups: ProviderList, token: Token
) -> None:
    reader = signed_in(make_person(Role.ADMINISTRATOR))
    page = reader.get(f"/lists/{cups.pk}").content.decode()
    assert "was never compared with this list" in page
    rescan(hosted)
    assert [(grown.scan is not None, grown.entries) for grown in growth_of(cups)] == [(True, 0)]

    wanted = {f"cup-{n}": {"pdq": live_lists.pdq_at_random(n)} for n in range(2, 5)}
    live_lists.deliver(cups, wanted | {"cup-1": {"pdq": live_lists.pdq_at_random(1)}})

    page = reader.get(f"/lists/{cups.pk}").content.decode()
    assert "compared with version 1" in page
    assert "what is here was not scanned against them" in page
    shown = reader.get("/rescans/").content.decode()
    assert "photos, public upload" in shown
    assert "2; nothing is kept of them" in shown
    assert token.name not in shown
