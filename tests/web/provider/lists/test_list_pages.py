"""The pages of the lists: a list goes the whole way in a browser, and every refusal is said on the page."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from live_lists import LEGAL_REFERENCE, deliver, draw_sample, new_list, pdq_at_random, put_in_service, ready_list
from people import make_person, signed_in

from shelterwood.lists import shipped_benign_set
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.outbox import kinds
from shelterwood.web.hall.outbox.delivering import deliver_due
from shelterwood.web.provider.lists import services, storage, telling
from shelterwood.web.provider.lists.models import ProviderList

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _empty_home() -> None:
    shutil.rmtree(storage.home(), ignore_errors=True)


def post(client: Client, name: str, row: ProviderList, **values: object) -> str:
    answer = client.post(reverse(name, args=[row.pk]), values, follow=True)
    return answer.content.decode()


def work() -> None:
    deliver_due(kinds.kind_of(services.IMPORT), datetime.now(UTC))


def test_a_list_goes_from_its_name_to_service_on_the_pages() -> None:
    first, second = signed_in(make_person(Role.ADMINISTRATOR)), signed_in(make_person(Role.SENIOR_REVIEWER))
    draw_sample(storage.sample())
    (storage.inbox() / "cups.csv").write_text(
        f"source,entry_id,kind,value\ncup-watch,1,pdq,{pdq_at_random(1)}\n", encoding="ascii"
    )
    page = first.post(
        reverse("register_list"), {"name": "cups", "owner": "Cup watch", "kind": "delivered"}, follow=True
    )
    assert "nothing imported yet" in page.content.decode()
    row = ProviderList.objects.get()

    assert "It begins in a moment" in post(first, "import_list", row, file="cups.csv", delivery="")
    work()
    assert "1 listed item" in first.get(reverse("one_list", args=[row.pk])).content.decode()
    post(first, "describe_list", row, agreement="agreement of 3 November", legal_reference=LEGAL_REFERENCE)
    assert "hours of review a day" in post(first, "forecast_list", row, uploads_per_day=1000, minutes_per_match=3)
    assert "It waits" not in post(first, "propose_list", row)
    assert "Another person puts it in force" in post(first, "approve_list", row)
    assert "in service since" in post(second, "approve_list", row)
    assert "in service since" not in post(first, "disable_list", row).split("<h2>")[0].replace(
        "in service since", "", 1
    )
    row.refresh_from_db()
    assert row.state == "disabled"


def test_a_hit_on_the_benign_set_is_named_on_the_page() -> None:
    flag = next(picture for picture in shipped_benign_set() if picture.name.startswith("flag"))
    row = new_list()
    deliver(row, {"bad-7": {"pdq": flag.codes[:32].hex()}})

    page = signed_in(make_person(Role.AUDITOR)).get(reverse("one_list", args=[row.pk])).content.decode()

    assert "bad-7" in page
    assert flag.name in page
    assert "Import</button>" not in page, "an auditor looks only"


def test_a_list_of_photodna_says_that_it_is_nearly_blind() -> None:
    deliver(new_list(), {"1": {"photodna": "AAAA"}, "2": {"photodna": "AAAB"}})

    page = signed_in(make_person(Role.REVIEWER)).get(reverse("lists")).content.decode()

    assert "nearly blind here" in page


def test_anyone_may_read_whose_lists_are_in_service(client: Client) -> None:
    put_in_service(ready_list())

    page = client.get(reverse("lists_in_public")).content.decode()

    assert "Cup watch" in page
    assert "two people" in page


def test_a_form_that_is_not_right_is_shown_again_with_what_is_wrong() -> None:
    row = ready_list()
    client = signed_in(make_person(Role.ADMINISTRATOR))

    answer = client.post(reverse("set_matching", args=[row.pk]), {"radius": 32, "orientations": ["identity"]})
    outside = client.post(reverse("import_list", args=[row.pk]), {"file": "../../secrets", "delivery": ""})

    assert answer.status_code == 400
    assert "less than or equal to 31" in answer.content.decode()
    assert outside.status_code == 400


def test_withdrawing_asks_once_more() -> None:
    row = put_in_service(ready_list())
    client = signed_in(make_person(Role.ADMINISTRATOR))

    assert "for good?" in client.get(reverse("withdraw_list", args=[row.pk])).content.decode()
    assert "was withdrawn for good" in post(client, "withdraw_list", row)


def test_what_anyone_may_check_is_named_on_the_page_about_the_service() -> None:
    about = Client().get("/about").content.decode()

    assert f'href="{reverse("lists_in_public")}"' in about
    assert Client().get(reverse("lists_in_public")).status_code == 200


def test_the_terminal_imports_tells_and_finds_what_is_open_to_others(tmp_path: Path) -> None:
    row = ready_list()
    delivery = tmp_path / "delivery.csv"
    delivery.write_text(f"entry_id,kind,value\n1,pdq,{pdq_at_random(1)}\n", encoding="ascii")

    assert telling.import_file(row.name, delivery, source="cup-watch", delivery=None)[0]
    delivery.write_text("<html>", encoding="ascii")
    done, said = telling.import_file(row.name, delivery, source=None, delivery=None)
    assert not done
    assert "no known list format" in said
    assert f"{row.name}: checked, version 2" in telling.status()
    sample = draw_sample(tmp_path / "sample")
    assert "in 1,000" in telling.forecast(row.name, sample, uploads_per_day=10, minutes_per_match=1)
    with pytest.raises(telling.NoSuchList):
        telling.import_file("nothing", delivery, source=None, delivery=None)
    for path in storage.inbox().iterdir():
        path.chmod(0o600)
    assert {state for state, _ in telling.findings()} == {"ok"}
    storage.manifest().chmod(0o644)
    (storage.home() / ".nobackup").unlink()
    assert {state for state, _ in telling.findings()} == {"ok", "BAD", "warning"}
