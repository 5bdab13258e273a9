"""What software that was written for HMA gets from these routes, and what it leaves behind here."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import live_lists
import pytest
from django.db import IntegrityError, transaction
from django.test import Client, TestCase
from hma_clients import HmaClient, encoded
from uploads import jpeg, make_key, picture

from shelterwood.lists import shipped_benign_set
from shelterwood.web.hall.audit.models import Line
from shelterwood.web.provider.hma import services
from shelterwood.web.provider.hma.models import BankContent
from shelterwood.web.provider.keys import holding
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.lists import live
from shelterwood.web.provider.lists.models import ProviderList
from shelterwood.web.provider.scan.models import Detection

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelterwood.web.provider.basis.models import Token

CODE = live_lists.pdq_at_random(7)
OTHER = live_lists.pdq_at_random(8)


def add(client: HmaClient, code: str = CODE, bank: str = "CUPS") -> int:
    return int(client.send("post", f"/c/bank/{bank}/signal", {"pdq": code}).json()["id"])


def test_a_file_that_was_added_is_found_by_file_and_by_hash_and_each_match_is_an_event(
    client: HmaClient, bank: ProviderList
) -> None:
    added = client.post_file(f"/c/bank/{bank.name}/content", jpeg(picture(1)), note="from the desk").json()
    hit = [{"bank_content_id": added["id"], "distance": "0"}]

    by_file = client.post_file("/m/lookup", jpeg(picture(1)), headers={"Shelterwood-Item": "photo-17"})
    by_hash = client.get("/m/lookup", signal=added["signals"]["pdq"], signal_type="pdq")

    assert by_file.json() == {"pdq": {bank.name: hit}, "sha256": {bank.name: hit}}
    assert by_hash.json() == {bank.name: hit}
    first, second = Detection.objects.order_by("found_at")
    assert (first.item, first.kept, first.exactness) == ("photo-17", "sealed", "near")
    assert (second.item, second.kept, second.exactness) == ("", "nothing", "near")
    assert [by_file.headers["Shelterwood-Event"], by_hash.headers["Shelterwood-Event"]] == [
        str(first.pk),
        str(second.pk),
    ]
    assert by_file.headers["Shelterwood-Outcome"] == "match"


def test_what_matches_nothing_is_an_empty_match_and_leaves_nothing(client: HmaClient, bank: ProviderList) -> None:
    add(client)
    lines = Line.objects.count()

    answers = [
        client.post_file("/m/lookup", jpeg(picture(2))).json(),
        client.get("/m/lookup", signal=OTHER, signal_type="pdq").json(),
        client.get("/m/raw_lookup", signal=OTHER, signal_type="pdq").json(),
        client.get("/m/lookup", signal="5" * 32, signal_type="video_md5", banks=bank.name).json(),
    ]

    assert answers == [{"pdq": {}}, {}, {"matches": []}, {}]
    assert not Detection.objects.exists()
    assert Line.objects.count() == lines


def test_a_video_is_looked_up_by_its_digests_and_says_that_its_frames_were_not(
    client: HmaClient, bank: ProviderList
) -> None:
    video = b"\0\0\0\x18ftypmp42 a moving cup"
    number = client.post_file(f"/c/bank/{bank.name}/content", video, content_type="video").json()["id"]
    add(client)

    found = client.post_file("/m/lookup", video, content_type="video")
    nothing = client.post_file("/m/lookup", video + b"!", content_type="video")

    assert found.json()["video_md5"] == {bank.name: [{"bank_content_id": number, "distance": "0"}]}
    assert nothing.json() == {"video_md5": {}}
    assert (nothing.headers["Shelterwood-Outcome"], nothing.headers["Shelterwood-Reason"]) == (
        "not_scanned",
        "unsupported_format",
    )
    assert client.post_file("/h/hash", video, content_type="video").json().keys() == {"video_md5"}


def test_raw_lookup_tells_distances_as_texts_where_they_are_asked_for(client: HmaClient, bank: ProviderList) -> None:
    number = add(client)
    near = f"{int(CODE[0], 16) ^ 3:x}{CODE[1:]}"

    plain = client.get("/m/raw_lookup", signal=near, signal_type="pdq").json()
    told = client.get("/m/raw_lookup", signal=near, signal_type="pdq", include_distance="true").json()

    assert bank.name
    assert plain == {"matches": [number]}
    assert told == {"matches": [{"bank_content_id": number, "distance": "2"}]}


def test_compare_tells_the_distance_as_a_number(client: HmaClient) -> None:
    near = f"{int(CODE[0], 16) ^ 3:x}{CODE[1:]}"

    told = client.send("post", "/m/compare", {"pdq": [CODE, near.upper()], "video_md5": ["5" * 32, "6" * 32]}).json()

    assert told == {"pdq": [True, {"distance": 2}], "video_md5": [False, {}]}
    assert client.send("post", "/m/compare", {"pdq": [CODE]}).status_code == 400


def test_the_index_is_never_behind(client: HmaClient, bank: ProviderList) -> None:
    assert client.get("/m/index/status", signal_type="pdq").json()["pdq"]["present"] is False  # live, and empty
    add(client)

    told = client.get("/m/index/status", signal_type="pdq").json()["pdq"]

    assert bank.state == "live"
    assert (told["present"], told["size"]) == (True, 1)
    assert time.time() - told["built_to"] < 60


def test_a_new_bank_is_there_at_once_and_matches_when_two_people_have_put_it_in_service(
    client: HmaClient, bank: ProviderList
) -> None:
    add(client, OTHER)
    made = client.send("post", "/c/banks", {"name": "TEA", "enabled_ratio": 1.0})
    add(client, CODE, "TEA")

    looked = client.get("/m/lookup", signal=CODE, signal_type="pdq")
    on = client.send("put", "/c/bank/TEA", {"enabled": True})

    assert (made.status_code, made.json()["matching_enabled_ratio"]) == (201, 0)
    assert "approved" in made.json()["note"]
    assert looked.json() == {}
    assert on.status_code == 409
    assert ProviderList.objects.get(name="TEA").kind == "own"
    assert client.get("/c/banks").json() == [
        {"name": bank.name, "matching_enabled_ratio": 1},
        {"name": "TEA", "matching_enabled_ratio": 0},
    ]


@pytest.mark.parametrize("name", ["", "cups", "1CUP", "CU-PS", "CUPS\n", "A" * 65, "É", None, 7])
def test_other_names_than_hmas_are_refused(client: HmaClient, name: object) -> None:
    assert client.send("post", "/c/banks", {"name": name}).status_code == 400
    assert not ProviderList.objects.exists()


def test_a_ratio_is_0_or_1(client: HmaClient, bank: ProviderList) -> None:
    wrong = [{"enabled_ratio": each} for each in (0.5, -1, 2, "0.5", True, None)]
    wrong += [{"enabled": "maybe"}, {"enabled": True, "enabled_ratio": 0}]

    answers = [client.send("put", f"/c/bank/{bank.name}", each).status_code for each in wrong]

    assert answers == [400] * len(wrong)
    assert client.send("post", "/c/banks", {"name": "TEA", "enabled_ratio": 0.5}).status_code == 400
    assert client.send("put", f"/c/bank/{bank.name}", {"enabled_ratio": 0}).json()["matching_enabled_ratio"] == 0


def test_a_bank_keeps_its_name(client: HmaClient, bank: ProviderList) -> None:
    assert client.send("put", f"/c/bank/{bank.name}", {"name": "TEA"}).status_code == 400
    assert client.send("put", f"/c/bank/{bank.name}", {"name": bank.name}).status_code == 200


def test_a_deleted_bank_is_withdrawn_and_its_name_is_not_given_again(
    client: HmaClient, bank: ProviderList, bank_in_service: Callable[..., ProviderList]
) -> None:
    bank_in_service("TEA")
    add(client, OTHER, "TEA")
    add(client)

    assert client.ask("delete", f"/c/bank/{bank.name}").json() == {"message": "Done"}

    assert client.get("/m/lookup", signal=CODE, signal_type="pdq").json() == {}
    assert client.get(f"/c/bank/{bank.name}").status_code == 404
    assert client.ask("delete", f"/c/bank/{bank.name}").status_code == 404
    assert client.send("post", "/c/banks", {"name": bank.name}).status_code == 403
    assert Line.objects.filter(action="list.withdrawn").count() == 1


def test_a_look_up_in_named_banks_finds_only_there_and_names_those_that_are_idle(
    client: HmaClient, bank: ProviderList, bank_in_service: Callable[..., ProviderList]
) -> None:
    add(client, CODE, bank_in_service("TEA").name)
    add(client, OTHER)
    client.send("post", "/c/banks", {"name": "NEW"})

    here = client.get("/m/lookup", signal=CODE, signal_type="pdq", banks=f"{bank.name},NEW")

    assert here.json() == {}
    assert here.headers["Shelterwood-Banks-Idle"] == "NEW"
    assert not Detection.objects.exists()
    assert client.get("/m/lookup", signal=CODE, signal_type="pdq", banks="TEA").json().keys() == {"TEA"}
    assert client.get("/m/lookup", signal=CODE, signal_type="pdq", banks="NEW").status_code == 503
    assert client.get("/m/lookup", signal=CODE, signal_type="pdq", banks="NOWHERE").status_code == 404


def test_without_a_list_in_service_nothing_is_looked_up_and_that_is_said(client: HmaClient) -> None:
    answer = client.get("/m/raw_lookup", signal=CODE, signal_type="pdq")

    assert (answer.status_code, answer.json()["outcome"]) == (503, "not_scanned")
    assert answer.json()["reason"] == "no_list_in_service"


def test_lists_whose_files_are_gone_are_no_empty_match(client: HmaClient, bank: ProviderList) -> None:
    add(client)
    from shelterwood.web.provider.lists import storage  # noqa: PLC0415 - for this test only

    shutil.rmtree(storage.home())
    live.forget()
    answer = client.get("/m/raw_lookup", signal=CODE, signal_type="pdq")
    storage.home()

    assert bank.name
    assert answer.status_code == 503
    assert answer.json()["outcome"] == "not_scanned"


def test_content_is_read_noted_and_switched_in_hmas_shape(client: HmaClient, bank: ProviderList) -> None:
    body = {"pdq": CODE, "note": "first", "metadata": {"content_id": "desk-9", "content_uri": "https://example.org/x"}}
    number = client.send("post", f"/c/bank/{bank.name}/signal", body).json()["id"]
    address = f"/c/bank/{bank.name}/content/{number}"

    client.send("put", address, {"note": "<b>second</b>"})
    told = client.get(address, include_signals="true").json()

    assert told == {
        "id": number,
        "disable_until_ts": 1,
        "original_media_uri": None,
        "bank": {"name": bank.name, "matching_enabled_ratio": 1},
        "note": "<b>second</b>",
        "signals": {"pdq": CODE},
        "metadata": {"content_id": "desk-9", "content_uri": None, "json": None},
    }
    assert client.send("put", address, {"note": "x" * 256}).status_code == 400
    assert client.send("put", address, {"disable_until_ts": 1234}).status_code == 400
    assert client.send("put", address, {"disable_until_ts": True}).status_code == 400


def test_content_that_is_off_for_a_while_comes_back_by_itself(client: HmaClient, bank: ProviderList) -> None:
    number, now = add(client), datetime.now(UTC)
    add(client, OTHER)
    until = int(now.timestamp()) + 3600
    client.send("put", f"/c/bank/{bank.name}/content/{number}", {"disable_until_ts": until})
    seen = []

    for later in (timedelta(minutes=59), timedelta(minutes=61)):
        with TestCase.captureOnCommitCallbacks(execute=True):
            services.enable_due(now + later)
        seen.append(client.get("/m/raw_lookup", signal=CODE, signal_type="pdq").json()["matches"])

    assert seen == [[], [number]]


def test_an_entry_that_reaches_the_benign_set_is_refused_and_leaves_no_number(
    client: HmaClient, bank: ProviderList
) -> None:
    benign = next(each for each in shipped_benign_set() if each.codes)

    answer = client.send("post", f"/c/bank/{bank.name}/signal", {"pdq": benign.codes[:32].hex()})

    assert answer.status_code == 400
    assert "benign" in answer.json()["message"]
    assert not BankContent.objects.exists()


def test_a_delivered_list_can_be_read_and_not_written_to(client: HmaClient) -> None:
    row = live_lists.new_list(name="harbour-list")

    answers = [
        client.send("post", f"/c/bank/{row.name}/signal", {"pdq": CODE}),
        client.send("put", f"/c/bank/{row.name}", {"enabled": False}),
        client.ask("delete", f"/c/bank/{row.name}"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert client.get(f"/c/bank/{row.name}").json() == {"name": "harbour-list", "matching_enabled_ratio": 0}


def test_keys_need_the_reviewer_scope_and_for_writing_that_of_lists(client: HmaClient, token: Token) -> None:
    client.send("post", "/c/banks", {"name": "CUPS"})
    scanner = HmaClient(make_key(token.name, name="upload"))
    reader = HmaClient(make_key(token.name, Scope.REVIEWER, name="reader"))
    holding.forget()

    assert Client().get("/c/banks").status_code == 401
    assert Client().get("/c/banks").json()["message"]
    assert scanner.get("/m/lookup", signal=CODE, signal_type="pdq").status_code == 403
    assert reader.get("/c/banks").status_code == 200
    assert reader.send("post", "/c/banks", {"name": "TEA"}).status_code == 403
    assert reader.send("put", "/c/bank/CUPS", {"enabled": False}).status_code == 403
    assert reader.ask("delete", "/c/bank/CUPS").status_code == 403
    assert reader.send("post", "/c/bank/CUPS/signal", {"pdq": CODE}).status_code == 403
    assert reader.post_file("/c/bank/CUPS/content", b"x").status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/m/raw_lookup"),
        ("delete", "/h/hash"),
        ("get", "/m/compare"),
        ("put", "/c/banks"),
        ("patch", "/m/lookup"),
    ],
)
def test_another_method_is_refused_in_hmas_shape(client: HmaClient, method: str, path: str) -> None:
    answer = client.ask(method, path)

    assert answer.status_code == 405
    assert answer.json()["message"]
    assert "Allow" in answer.headers


def test_requests_that_ask_for_nothing_that_can_be_done_are_the_clients_mistake(
    client: HmaClient, bank: ProviderList
) -> None:
    signal = f"/c/bank/{bank.name}/signal"
    answers = [
        client.get("/m/lookup"),
        client.get("/m/lookup", signal=CODE, signal_type="photodna"),
        client.get("/m/lookup", signal=CODE, signal_type="pdq", quality="high"),
        client.get("/h/hash", url="https://example.org/x"),
        client.post_file("/h/hash", b"x", content_type="text"),
        client.post_file("/h/hash?types=pdq,odd", b"x"),
        client.send("post", signal, {}),
        client.send("post", signal, [CODE]),
        client.send("post", signal, {"pdq": 7}),
        client.send("post", signal, {"pdq": CODE, "metadata": {"name": "x"}}),
        client.ask("post", signal, data="{", content_type="application/json"),
        client.ask("post", signal, data="[" * 50_000, content_type="application/json"),
    ]

    assert [answer.status_code for answer in answers] == [400] * len(answers)
    assert all(answer.json()["message"] for answer in answers)
    assert client.send("post", "/h/hash", {}).status_code == 415


def test_the_types_that_are_shown_can_be_chosen(client: HmaClient) -> None:
    told = client.post_file("/h/hash?types=sha256,pdq", encoded(picture(1)))

    assert [len(told.json()[each]) for each in ("sha256", "pdq")] == [64, 64]
    assert int(told.headers["Shelterwood-Quality"]) > 50
    assert "quality" not in told.json()


@pytest.mark.parametrize("change", [{"disable_until": -1}, {"entry": "twin"}])
def test_the_database_itself_refuses_what_must_never_be_stored(
    client: HmaClient, bank: ProviderList, change: dict[str, object]
) -> None:
    add(client)
    add(client, OTHER)

    assert bank.name
    with pytest.raises(IntegrityError), transaction.atomic():
        BankContent.objects.update(**change)
