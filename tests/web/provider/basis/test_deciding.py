"""The question of every door: how fast an end is seen, and what a refusal leaves behind."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from grounds import (
    START,
    TECHNOLOGY,
    declare_messenger,
    id_of,
    issue,
    issued_token,
    messages_proposal,
    officer_pair,
    request_for,
)

from shelterwood.policy import (
    EndToEnd,
    KeyRole,
    Permitted,
    Refused,
    ServiceType,
    Surface,
    TokenId,
    public_bytes,
    sign_profile,
)
from shelterwood.policy.shipped import read_data_file
from shelterwood.policy.testing import ThrowAwayKey
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.provider.basis import live, refusals, services
from shelterwood.web.provider.basis.models import RefusalBurst, Token
from shelterwood.web.provider.basis.policy import SecondPersonNeeded
from shelterwood.web.provider.basis.technology import technology_of

REFUSED = "detection.refused"


def test_scenario_1_no_basis_no_scan_and_the_refusal_is_recorded_with_the_profile() -> None:
    found = services.decide(
        token_id=None, request=request_for(end_to_end=EndToEnd.NEVER), technology=TECHNOLOGY, now=START
    )

    assert isinstance(found, Refused)
    line = Line.objects.get(action=REFUSED)
    assert line.codes == {
        "reason": "e2ee_not_attested",
        "profile": "NATIONAL_HOSTING",
        "service": "undeclared",
        "times": "1",
    }


def test_scenario_1_a_declared_service_without_token_is_refused_for_that() -> None:
    declare_messenger(officer_pair().proposing)

    found = services.decide(
        token_id=None, request=request_for("messages", Surface.PRIVATE_MESSAGE), technology=TECHNOLOGY, now=START
    )

    assert isinstance(found, Refused)
    assert found.reason == "no_token"
    assert Line.objects.get(action=REFUSED).codes["profile"] == "INTERIM2026"


def test_scenario_2_when_the_clock_passes_the_end_of_the_interim_act_every_surface_stops_at_that_instant() -> None:
    start, end = datetime(2028, 1, 10, 9, tzinfo=UTC), datetime(2028, 4, 3, 22, tzinfo=UTC)
    pair = officer_pair(now=start)
    declare_messenger(pair.proposing, now=start)
    proposal = messages_proposal(now=start, valid_to=end + timedelta(days=60))
    token = issue(
        services.propose_token(proposal=proposal, actor=pair.proposing, now=start), actor=pair.issuing, now=start
    )

    def ask(surface: Surface, now: datetime) -> Permitted | Refused:
        return services.decide(
            token_id=id_of(token), request=request_for("messages", surface), technology=TECHNOLOGY, now=now
        )

    surfaces = (Surface.PRIVATE_MESSAGE, Surface.GROUP_MESSAGE)
    last = end - timedelta(seconds=1)
    answers = [ask(surface, last) for surface in surfaces]

    assert all(isinstance(each, Permitted) and each.ask_again_at == end for each in answers)
    for after in (timedelta(0), timedelta(seconds=60), timedelta(days=30)):
        assert {ask(surface, end + after).reason for surface in surfaces} == {"profile_ended"}


def test_scenario_2_nothing_but_another_profile_lets_detection_resume() -> None:
    after = datetime(2028, 4, 4, 9, tzinfo=UTC)
    pair = officer_pair(now=after)
    declare_messenger(pair.proposing, now=after)

    with pytest.raises(Exception, match="new signed profile"):
        services.propose_token(proposal=messages_proposal(now=after), actor=pair.proposing, now=after)


def test_scenario_2_detection_resumes_under_a_new_signed_profile_and_a_token_for_it() -> None:
    after = datetime(2028, 4, 4, 9, tzinfo=UTC)
    pair, publisher = officer_pair(now=after), ThrowAwayKey.make()
    declare_messenger(pair.proposing, now=after)
    text = _later_interim_act(publisher)
    with pytest.raises(Exception, match="not in the register"):
        services.bring_in_profile(text=text, actor=pair.proposing, now=after)
    key = services.register_key(
        public=public_bytes(publisher.private),
        holder="The Example Publisher",
        role=KeyRole.PUBLISHER,
        valid_to=after + timedelta(days=100),
        actor=pair.proposing,
        now=after,
    )
    services.confirm_key(key_id=key.pk, actor=pair.issuing, now=after)

    law = services.bring_in_profile(text=text, actor=pair.proposing, now=after)
    with pytest.raises(SecondPersonNeeded):
        services.confirm_profile(profile_id=law.pk, actor=pair.proposing, now=after)
    services.confirm_profile(profile_id=law.pk, actor=pair.issuing, now=after)
    proposal = messages_proposal(now=after, valid_to=after + timedelta(days=30))
    token = issue(
        services.propose_token(proposal=proposal, actor=pair.proposing, now=after), actor=pair.issuing, now=after
    )

    def ask() -> Permitted | Refused:
        request = request_for("messages", Surface.PRIVATE_MESSAGE)
        return services.decide(token_id=id_of(token), request=request, technology=TECHNOLOGY, now=after)

    assert isinstance(ask(), Permitted)
    services.revoke_profile(profile_id=law.pk, actor=pair.proposing, now=after)
    assert isinstance(ask(), Refused)


def _later_interim_act(publisher: ThrowAwayKey) -> str:
    data = json.loads(read_data_file("profiles", "INTERIM2026.json"))
    data |= {"version": 2, "valid_from": "2028-04-04T00:00:00+02:00", "valid_to": "2030-04-04T00:00:00+02:00"}
    return sign_profile(json.dumps(data).encode(), key=publisher.private)


def test_a_withdrawal_is_seen_by_a_worker_that_has_the_token_in_memory() -> None:
    pair = officer_pair()
    token = issued_token(officers=pair)
    assert isinstance(_ask(token), Permitted)
    kept = (live._live, live._looked_at)  # what another worker would hold

    services.withdraw_token(token_id=token.pk, actor=pair.proposing, now=START)
    live._live, live._looked_at = kept[0], kept[1] - live.LOOK_EVERY
    found = _ask(token)

    assert isinstance(found, Refused)
    assert "withdrawn" in found.sentence
    assert live.LOOK_EVERY < 1


def test_between_two_looks_a_question_costs_no_query_and_a_look_costs_one() -> None:
    token = issued_token()
    _ask(token)

    with CaptureQueriesContext(
        connection,
    ) as none:
        _ask(token)
    live._looked_at = 0.0
    with CaptureQueriesContext(connection) as one:
        _ask(token)

    assert (len(none), len(one)) == (0, 1)


def test_what_was_verified_is_verified_again_after_a_minute() -> None:
    token = issued_token()
    _ask(token)
    Token.objects.filter(pk=token.pk).update(text="x" + token.text)  # past the services: no number rises

    assert isinstance(_ask(token, after=timedelta(seconds=59)), Permitted)
    assert isinstance(_ask(token, after=timedelta(seconds=60)), Refused)


@pytest.mark.parametrize(
    "technology",
    [
        technology_of(lists=["coffee-cups"], radius=30),
        technology_of(lists=["coffee-cups"], orientations=frozenset({"identity"})),
        technology_of(lists=["coffee-cups", "tea-cups"]),
        technology_of(lists={"coffee-cups": 20}),
        technology_of(lists=["coffee-cups"], digests=("sha256",)),
        technology_of(lists=["coffee-cups"], version="2"),
    ],
    ids=["radius", "orientations", "list", "radius of a list", "algorithm", "version"],
)
def test_any_change_of_the_technology_stops_detection_until_the_token_is_renewed(technology: object) -> None:
    token = issued_token()

    found = services.decide(token_id=id_of(token), request=request_for(), technology=technology, now=START)

    assert isinstance(found, Refused)
    assert found.reason == "technology_changed"


def test_another_service_surface_or_type_is_refused_with_the_same_token() -> None:
    pair = officer_pair()
    token = issued_token(officers=pair)
    declare_messenger(pair.proposing)
    asked = (
        request_for(surface=Surface.PROFILE_PICTURE),
        request_for("messages", Surface.PRIVATE_MESSAGE),
        request_for(service_type=ServiceType.NUMBER_INDEPENDENT_MESSAGING),
        request_for("elsewhere"),
    )

    answers = [services.decide(token_id=id_of(token), request=r, technology=TECHNOLOGY, now=START) for r in asked]

    assert all(isinstance(answer, Refused) for answer in answers)


def test_of_a_burst_the_first_is_a_line_and_the_rest_a_number_and_none_is_lost() -> None:
    token = issued_token()
    after = timedelta(days=400)

    for second in range(50):
        _ask(token, after=after + timedelta(seconds=second))
    first = [line.codes["times"] for line in Line.objects.filter(action=REFUSED)]
    refusals.close_bursts(START + after + timedelta(seconds=61))
    every = [int(line.codes["times"]) for line in Line.objects.filter(action=REFUSED)]

    assert first == ["1"]
    assert every == [1, 49]
    assert not RefusalBurst.objects.exists()


def test_a_burst_that_goes_on_is_written_each_minute() -> None:
    token = issued_token()

    for second in range(0, 150, 10):
        _ask(token, after=timedelta(days=400, seconds=second))
    refusals.close_bursts(START + timedelta(days=401))

    times = [int(line.codes["times"]) for line in Line.objects.filter(action=REFUSED)]
    assert sum(times) == 15
    assert len(times) == 4


def test_the_record_holds_no_text_that_a_stranger_made_up() -> None:
    services.decide(
        token_id=TokenId("somebody@example.org"), request=request_for("my diary"), technology=TECHNOLOGY, now=START
    )

    line = Line.objects.get(action=REFUSED)
    assert line.object_ref == "token:unknown"
    assert line.codes["service"] == "undeclared"


def test_a_rate_of_wrong_matches_above_the_limit_stops_detection_and_the_record_says_when() -> None:
    token = issued_token()
    for number in range(20):
        services.note_outcome(
            token_id=id_of(token),
            list_id="coffee-cups",
            outcome=services.Outcome.WRONG if number % 3 == 0 else services.Outcome.RIGHT,
            now=START + timedelta(minutes=number),
        )

    found = _ask(token, after=timedelta(hours=1))

    assert isinstance(found, Refused)
    assert found.reason == "error_limit_exceeded"
    stopped = Line.objects.get(action="detection.stopped")
    assert stopped.codes["list"] == "coffee-cups"


def test_few_wrong_matches_below_the_limit_stop_nothing() -> None:
    token = issued_token()
    for _ in range(120):
        services.note_outcome(token_id=id_of(token), list_id="coffee-cups", outcome=services.Outcome.RIGHT, now=START)

    assert isinstance(_ask(token, after=timedelta(hours=1)), Permitted)
    assert not Line.objects.filter(action="detection.stopped").exists()


def _ask(token: Token, *, after: timedelta = timedelta(0)) -> Permitted | Refused:
    return services.decide(token_id=id_of(token), request=request_for(), technology=TECHNOLOGY, now=START + after)
