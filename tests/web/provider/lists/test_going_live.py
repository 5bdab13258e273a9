"""A list goes live only with everything that a list in service has; the database itself refuses the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase
from joserfc import jws
from joserfc.jwk import OKPKey
from live_lists import deliver, manager, new_list, pdq_at_random, prepare, put_in_service, ready_list
from people import NOW

from shelterwood.lists import shipped_benign_set
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.accounts import solo
from shelterwood.web.provider.basis.policy import PersonNeeded, SecondPersonNeeded
from shelterwood.web.provider.lists import queries, services
from shelterwood.web.provider.lists.models import ListVersion, ProviderList
from shelterwood.web.provider.lists.services.registering import ListNotValid
from shelterwood.web.provider.lists.signatures import SignatureNotAccepted
from shelterwood.web.provider.lists.states import ListKind, ListState, ListStepNotPossible

if TYPE_CHECKING:
    from pathlib import Path


def test_a_list_for_another_purpose_is_refused_by_service_and_schema() -> None:
    with pytest.raises(ListNotValid, match="known-csam"):
        services.register_list(name="x", owner="y", purpose="copyright", actor=manager(), now=NOW)

    row = new_list()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderList.objects.filter(pk=row.pk).update(purpose="copyright")


def test_two_people_put_a_complete_list_in_service() -> None:
    row = put_in_service(ready_list())

    assert row.state == ListState.LIVE
    assert row.proposed_by != row.approved_by
    assert [(one.owner, one.people) for one in queries.in_public()] == [("Cup watch", 2)]


def test_the_person_who_proposed_cannot_approve() -> None:
    row, actor = ready_list(), manager()
    services.propose(row=row, actor=actor, now=NOW)

    with pytest.raises(SecondPersonNeeded):
        services.approve(row=row, actor=actor, now=NOW)


def test_one_person_is_enough_in_solo_mode_and_everyone_is_told() -> None:
    solo.begin(outside_body="A body", outside_contact="somewhere", actor=OPERATOR, now=NOW)
    row, actor = ready_list(), manager()

    services.propose(row=row, actor=actor, now=NOW)
    services.approve(row=row, actor=actor, now=NOW)

    assert [one.people for one in queries.in_public()] == [1]


def test_the_command_line_answers_for_no_list() -> None:
    with pytest.raises(PersonNeeded):
        services.propose(row=ready_list(), actor=OPERATOR, now=NOW)


@pytest.mark.parametrize(
    ("lacking", "values"),
    [
        ("owner's word", {"agreement": ""}),
        ("legal reference", {"legal_reference": ""}),
        ("benign set", {"golden_hits": None}),
        ("benign set", {"golden_digest": "0" * 64}),
        ("forecast", {"forecast_of": 0}),
    ],
)
def test_a_list_that_lacks_one_thing_is_not_proposed_and_cannot_be_stored_as_live(
    lacking: str, values: dict[str, Any]
) -> None:
    row = ready_list()
    ProviderList.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(services.ListNotReady, match=lacking):
        services.propose(row=row, actor=manager(), now=NOW)

    whole = put_in_service(ready_list())
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderList.objects.filter(pk=whole.pk).update(**values)


def test_the_database_refuses_one_person_twice() -> None:
    row = put_in_service(ready_list())

    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderList.objects.filter(pk=row.pk).update(approved_by=row.proposed_by)


def test_an_entry_that_reaches_a_flag_blocks_the_list_and_is_named(tmp_path: Path) -> None:
    flag = next(picture for picture in shipped_benign_set() if picture.name.startswith("flag"))
    row, actor = new_list(), manager()
    run = deliver(row, {"good": {"pdq": pdq_at_random(1)}, "bad": {"pdq": flag.codes[:32].hex()}}, actor=actor)
    prepare(row, tmp_path, actor)

    assert row.state == ListState.IMPORTED
    version = ListVersion.objects.get(list=row)
    assert [(hit["entry"], hit["benign"]) for hit in version.golden_named] == [("bad", flag.name)]
    assert "1 entry reaches" in run.sentences[-1]
    with pytest.raises(services.ListNotReady, match="benign"):
        services.propose(row=row, actor=actor, now=NOW)

    services.withdraw_entry(row=row, source="cup-watch", entry_id="bad", actor=actor, now=NOW)
    assert services.run_benign_set(version=version, actor=actor, now=NOW) == 0
    row.refresh_from_db()
    assert row.state == ListState.CHECKED


def test_a_file_of_one_pixel_blocks_by_its_digest() -> None:
    pixel = next(picture for picture in shipped_benign_set() if picture.sha256)
    row = new_list()
    deliver(row, {"bad": {"sha256": pixel.sha256 or ""}})

    assert ListVersion.objects.get(list=row).golden_named[0]["benign"] == pixel.name


def test_a_new_version_that_is_not_clean_leaves_the_old_one_in_service() -> None:
    flag = next(picture for picture in shipped_benign_set() if picture.name.startswith("flag"))
    row = put_in_service(ready_list())

    for _ in range(4):  # more than are kept: the one in service is not pruned
        run = deliver(row, {"1": {"pdq": pdq_at_random(1)}, "bad": {"pdq": flag.codes[:32].hex()}})

    assert row.version == 1
    assert "not used" in run.sentences[-1]
    assert len(services.opened_version(ListVersion.objects.get(list=row, number=1)).look_up_digests(at=NOW)) == 0
    held = queries.one_list(row).held_back
    assert held is not None
    assert held.number == 5


def test_a_clean_new_version_goes_into_service_by_itself() -> None:
    row = put_in_service(ready_list())

    deliver(row, {"1": {"pdq": pdq_at_random(1)}, "2": {"pdq": pdq_at_random(2)}})

    assert (row.state, row.version) == (ListState.LIVE, 2)


def test_a_new_delivery_voids_a_proposal() -> None:
    row = ready_list()
    services.propose(row=row, actor=manager(), now=NOW)

    deliver(row, {"2": {"pdq": pdq_at_random(2)}})

    assert row.state == ListState.CHECKED
    assert row.proposed_by is None
    assert row.forecast_of == 0


def test_a_signature_of_the_owner_stands_in_for_an_agreement(tmp_path: Path) -> None:
    key, other = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
    actor = manager()
    row = services.register_list(
        name="signed",
        owner="Cup watch",
        owner_key=key.as_dict()["x"],
        actor=actor,
        now=NOW,  # type: ignore[arg-type]
    )
    deliver(row, {"1": {"pdq": pdq_at_random(1)}}, actor=actor)
    prepare(row, tmp_path, actor)
    services.describe_list(row=row, agreement="", legal_reference=row.legal_reference, actor=actor, now=NOW)
    version = ListVersion.objects.get(list=row)

    def signed(by: OKPKey, digest: str, purpose: str = "known-csam") -> str:
        payload = f'{{"digest":"sha256:{digest}","purpose":"{purpose}"}}'
        return jws.serialize_compact({"alg": "Ed25519"}, payload, by, algorithms=["Ed25519"])

    for wrong in (signed(other, version.digest), signed(key, "0" * 64), signed(key, version.digest, "memes"), "x.y.z"):
        with pytest.raises(SignatureNotAccepted):
            services.sign_version(version=version, signature=wrong, actor=actor, now=NOW)
    services.sign_version(version=version, signature=signed(key, version.delivery_digest), actor=actor, now=NOW)

    assert put_in_service(row).state == ListState.LIVE
    deliver(row, {"2": {"pdq": pdq_at_random(2)}}, actor=actor)
    assert row.version == 1, "a version that is not signed does not go into service"


def test_an_unknown_legal_reference_is_refused() -> None:
    with pytest.raises(ListNotValid, match="no label"):
        services.describe_list(row=new_list(), agreement="", legal_reference="Art. 1", actor=manager(), now=NOW)


def test_a_withdrawn_list_stays_withdrawn() -> None:
    row = put_in_service(ready_list())
    with TestCase.captureOnCommitCallbacks(execute=True):
        services.withdraw(row=row, actor=manager(), now=NOW)

    with pytest.raises(ListStepNotPossible):
        services.enable(row=row, actor=manager(), now=NOW)
    with pytest.raises(ListStepNotPossible):
        deliver(row, {"1": {"pdq": pdq_at_random(1)}})


def test_a_list_of_our_own_follows_the_same_rules(tmp_path: Path) -> None:
    row, actor = new_list(kind=ListKind.OWN), manager()
    services.begin_empty(row=row, actor=actor, now=NOW)
    services.add_entry(row=row, entry_id="7", fingerprints={"pdq": pdq_at_random(7)}, actor=actor, now=NOW)
    row.refresh_from_db()
    with pytest.raises(services.ListNotReady, match="owner's word"):
        services.propose(row=row, actor=actor, now=NOW)

    prepare(row, tmp_path, actor)

    assert put_in_service(row).state == ListState.LIVE
