"""What the terminal says of the legal basis, and what doctor warns of before it is too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from grounds import declare_photos, issued_token, officer_pair

from shelterwood.web.provider.basis import services, telling


def test_show_says_what_is_looked_at_and_who_answers_for_it() -> None:
    now = datetime.now(UTC)
    pair = officer_pair(now=now)
    token = issued_token(now=now, officers=pair)

    said = telling.show()

    assert "Photo pages (photos): DETECTING" in said
    assert f"Token {token.name}, proposed by {pair.first.name}, issued by {pair.second.name}." in said
    assert "profile pictures: not looked at." in said


def test_show_says_why_a_service_is_not_looked_at() -> None:
    assert telling.show() == "No service is declared here. Nothing is looked at."

    declare_photos(officer_pair().proposing)

    assert "not detecting\n  There is no legal-basis token." in telling.show()


def test_doctor_is_content_with_a_basis_for_more_than_a_month_and_warns_before_it_ends() -> None:
    now = datetime.now(UTC)
    token = issued_token(now=now, officers=officer_pair(now=now))

    good, late = telling.findings(now=now), telling.findings(now=now + timedelta(days=340))
    over = telling.findings(now=now + timedelta(days=366))

    assert [state for state, _ in good] == ["ok"]
    assert late[0][0] == "warning"
    assert f"Renew token {token.name}" in late[0][1]
    assert "has ended" in over[0][1]


def test_doctor_warns_of_a_service_without_a_basis() -> None:
    now = datetime.now(UTC)
    pair = officer_pair(now=now)
    token = issued_token(now=now, officers=pair)
    services.withdraw_token(token_id=token.pk, actor=pair.proposing, now=now)

    assert telling.findings(now=now)[0][0] == "warning"
    assert "'photos' is not looked at" in telling.findings(now=now)[0][1]


def test_keys_are_listed_with_their_state() -> None:
    pair = officer_pair()

    assert telling.show_keys().count("registered officer") == 2
    assert pair.first.name in telling.show_keys()
