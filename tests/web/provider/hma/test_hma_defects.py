"""What HMA gets wrong and these routes get right: one test for each of its defects that a client can see.

Numbers are those of matching-peers.md 1.4.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import live_lists
import numpy as np
import pytest
from django.test import TestCase
from hma_clients import HmaClient, encoded
from PIL import Image
from uploads import make_key, picture

from shelterwood.fingerprints import pdq
from shelterwood.web.provider.hma import services
from shelterwood.web.provider.hma.models import BankContent
from shelterwood.web.provider.keys import holding
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.scan.models import Detection

if TYPE_CHECKING:
    from collections.abc import Callable

    from shelterwood.web.provider.basis.models import Token
    from shelterwood.web.provider.lists.models import ProviderList

CODE = live_lists.pdq_at_random(7)
OTHER = live_lists.pdq_at_random(8)


def add(client: HmaClient, code: str = CODE, bank: str = "CUPS") -> int:
    answer = client.send("post", f"/c/bank/{bank}/signal", {"pdq": code})
    assert answer.status_code == 200, answer.json()
    return int(answer.json()["id"])


def found(client: HmaClient, code: str = CODE) -> list[int]:
    answer = client.get("/m/raw_lookup", signal=code, signal_type="pdq")
    assert answer.status_code == 200, answer.json()
    return list(answer.json()["matches"])


def hash_of(client: HmaClient, data: bytes) -> bytes:
    return pdq.parse(client.post_file("/h/hash", data).json()["pdq"])


def test_hma_defect_01_a_bank_with_one_entry_matches(client: HmaClient, bank: ProviderList) -> None:
    number = add(client)

    answer = client.get("/m/lookup", signal=CODE, signal_type="pdq")

    assert answer.json() == {bank.name: [{"bank_content_id": number, "distance": "0"}]}


def _cmyk(image: Image.Image) -> tuple[bytes, Image.Image]:
    return encoded(image.convert("CMYK"), "JPEG", quality=95), image


def _palette(image: Image.Image) -> tuple[bytes, Image.Image]:
    few = image.convert("P", palette=Image.Palette.ADAPTIVE)
    return encoded(few, "GIF"), few.convert("RGB")


def _grey_with_alpha(image: Image.Image) -> tuple[bytes, Image.Image]:
    return encoded(image.convert("LA")), image.convert("L")


def _sixteen_bits(image: Image.Image) -> tuple[bytes, Image.Image]:
    deep = np.asarray(image.convert("L")).astype(np.uint16) * 257
    return encoded(Image.fromarray(deep)), image.convert("L")


@pytest.mark.parametrize("stored", [_cmyk, _palette, _grey_with_alpha, _sixteen_bits])
def test_hma_defect_02_pictures_of_every_mode_hash_as_they_look(
    client: HmaClient, stored: Callable[[Image.Image], tuple[bytes, Image.Image]]
) -> None:
    data, plain = stored(picture(3))

    assert pdq.distance(hash_of(client, data), hash_of(client, encoded(plain))) <= 4


def test_hma_defect_02_a_picture_of_one_bit_has_a_hash(client: HmaClient) -> None:
    plain = picture(3).convert("1", dither=Image.Dither.NONE)

    assert hash_of(client, encoded(plain)) == hash_of(client, encoded(plain.convert("RGB")))


def test_hma_defect_03_a_picture_turned_by_exif_hashes_as_it_is_shown(client: HmaClient) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the viewer turns it by a quarter
    turned = encoded(picture(3).rotate(90, expand=True), "PNG", exif=exif)

    assert hash_of(client, turned) == hash_of(client, encoded(picture(3)))


def test_hma_defect_04_low_quality_is_said_and_never_an_empty_match(client: HmaClient, bank: ProviderList) -> None:
    add(client)
    blank = encoded(Image.new("RGB", (64, 64), "white"))

    hashed = client.post_file("/h/hash", blank)
    looked, banked = client.post_file("/m/lookup", blank), client.post_file(f"/c/bank/{bank.name}/content", blank)
    by_hash = client.get("/m/lookup", signal=OTHER, signal_type="pdq", quality=12)

    assert hashed.status_code == 200
    assert (len(hashed.json()["pdq"]), hashed.json()["quality"]) == (64, 0)
    for answer in (looked, banked, by_hash):
        assert answer.status_code == 400
        assert (answer.json()["outcome"], answer.json()["reason"]) == ("not_scanned", "too_little_detail")
        assert "too little detail" in answer.json()["message"]


def test_hma_defect_05_what_cannot_be_opened_is_the_clients_mistake(client: HmaClient, bank: ProviderList) -> None:
    add(client)
    broken = [b"", b"no picture", b"\xff\xd8\xff\xe0 the beginning of one"]

    for path in ("/h/hash", "/m/lookup", f"/c/bank/{bank.name}/content"):
        answers = [client.post_file(path, data) for data in broken]

        assert [answer.status_code for answer in answers] == [400, 400, 400]
        assert all(answer.json()["message"] for answer in answers)


def test_hma_defect_06_bypass_coinflip_is_read_and_has_nothing_to_bypass(client: HmaClient, bank: ProviderList) -> None:
    number = add(client)
    query = {"signal": CODE, "signal_type": "pdq", "seed": "any"}

    answers = [client.get("/m/lookup", **query, bypass_coinflip=said).json() for said in ("true", "false")]
    wrong = client.get("/m/lookup", **query, bypass_coinflip="maybe")

    assert answers == [{bank.name: [{"bank_content_id": number, "distance": "0"}]}] * 2
    assert wrong.status_code == 400


def test_hma_defect_09_a_bank_that_is_made_disabled_is_disabled(client: HmaClient) -> None:
    made = client.send("post", "/c/banks", {"name": "TEA", "enabled": False})

    assert made.status_code == 201
    assert made.json()["matching_enabled_ratio"] == 0
    assert client.get("/c/bank/TEA").json() == {"name": "TEA", "matching_enabled_ratio": 0}


def test_hma_defect_10_content_of_one_bank_is_not_reached_through_another(
    client: HmaClient, bank: ProviderList, bank_in_service: Callable[..., ProviderList]
) -> None:
    other, number = bank_in_service("TEA"), add(client)
    wrong = f"/c/bank/{other.name}/content/{number}"

    answers = [client.get(wrong), client.send("put", wrong, {"disable_until_ts": 0}), client.ask("delete", wrong)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert client.get(f"/c/bank/{bank.name}/content/{number}").status_code == 200
    assert found(client) == [number]


def test_hma_defect_11_the_same_again_is_the_same_content_and_a_name_is_taken_once(
    client: HmaClient, bank: ProviderList
) -> None:
    number = add(client)

    again = client.send("post", f"/c/bank/{bank.name}/signal", {"pdq": CODE.upper()}).json()

    assert (again["id"], again["duplicate"]) == (number, True)
    assert found(client) == [number]
    assert client.send("post", "/c/banks", {"name": bank.name}).status_code == 403


def test_hma_defect_12_upper_case_is_taken_and_a_trailing_newline_is_not(client: HmaClient, bank: ProviderList) -> None:
    number = add(client, CODE.upper())

    assert found(client, CODE.upper()) == [number]
    for wrong in (f"{CODE}\n", f" {CODE}", CODE[:-1], f"{CODE}0", "", "z" * 64):
        assert client.get("/m/raw_lookup", signal=wrong, signal_type="pdq").status_code == 400
        assert client.send("post", f"/c/bank/{bank.name}/signal", {"pdq": wrong}).status_code == 400


def test_hma_defect_17_nothing_deletes_more_than_what_it_names(
    client: HmaClient, bank: ProviderList, bank_in_service: Callable[..., ProviderList]
) -> None:
    first, second = add(client), add(client, OTHER)
    elsewhere = add(client, OTHER, bank_in_service("TEA").name)

    client.ask("delete", f"/c/bank/{bank.name}/content/{first}")

    assert found(client) == []
    assert sorted(found(client, OTHER)) == sorted([second, elsewhere])
    assert BankContent.objects.count() == 3  # no row goes
    assert ".delete()" not in inspect.getsource(services)


def test_hma_defect_18_what_was_deleted_stays_deleted_when_it_is_delivered_again(
    client: HmaClient, bank: ProviderList
) -> None:
    add(client, OTHER)
    entries = {"cup-1": {"pdq": CODE}, "cup-2": {"pdq": live_lists.pdq_at_random(9)}}
    with TestCase.captureOnCommitCallbacks(execute=True):
        delivered = live_lists.put_in_service(live_lists.ready_list(entries))
    number = found(client)[0]

    assert client.ask("delete", f"/c/bank/{delivered.name}/content/{number}").json() == {"deleted": 1}
    with TestCase.captureOnCommitCallbacks(execute=True):
        live_lists.deliver(delivered, entries | {"cup-3": {"pdq": live_lists.pdq_at_random(10)}})

    assert bank.name == "CUPS"
    assert found(client, live_lists.pdq_at_random(10))  # the new version is in service
    assert found(client) == []
    assert client.get(f"/c/bank/{delivered.name}/content/{number}").status_code == 404


def test_hma_defect_18_a_deleted_entry_leaves_a_tombstone_and_its_number_is_not_given_again(
    client: HmaClient, bank: ProviderList
) -> None:
    number = add(client)
    client.ask("delete", f"/c/bank/{bank.name}/content/{number}")

    assert BankContent.objects.get(pk=number).deleted_at is not None
    assert client.ask("delete", f"/c/bank/{bank.name}/content/{number}").status_code == 404
    assert add(client) > number


def test_hma_defect_19_what_was_disabled_or_deleted_is_gone_at_once(
    client: HmaClient, bank: ProviderList, bank_in_service: Callable[..., ProviderList]
) -> None:
    add(client, OTHER, bank_in_service("TEA").name)  # so that there is something to look up in
    number = add(client)
    address = f"/c/bank/{bank.name}/content/{number}"

    client.send("put", address, {"disable_until_ts": 0})
    after_content_off = found(client)
    client.send("put", address, {"disable_until_ts": 1})
    after_content_on = found(client)
    client.send("put", f"/c/bank/{bank.name}", {"enabled": False})
    after_bank_off = found(client)
    client.send("put", f"/c/bank/{bank.name}", {"enabled_ratio": 1.0})
    after_bank_on = found(client)
    client.ask("delete", address)

    assert (after_content_off, after_content_on) == ([], [number])
    assert (after_bank_off, after_bank_on) == ([], [number])
    assert found(client) == []


def test_hma_defect_20_one_bad_entry_does_not_keep_the_others_out(client: HmaClient, bank: ProviderList) -> None:
    number = add(client)
    refused = client.send("post", f"/c/bank/{bank.name}/signal", {"pdq": "no fingerprint"})
    entries = {"cup-1": {"pdq": "not one"}, "cup-2": {"pdq": OTHER}}
    with TestCase.captureOnCommitCallbacks(execute=True):
        live_lists.put_in_service(live_lists.ready_list(entries))

    assert refused.status_code == 400
    assert found(client) == [number]
    assert len(found(client, OTHER)) == 1


def test_a_stranger_to_the_legal_basis_is_refused_in_hmas_shape_and_nothing_is_looked_up(
    client: HmaClient, bank: ProviderList, token: Token
) -> None:
    add(client)
    stranger = HmaClient(make_key("no-such-token", Scope.REVIEWER, name="stranger"))
    holding.forget()

    answers = [
        stranger.get("/m/lookup", signal=CODE, signal_type="pdq"),
        stranger.get("/m/raw_lookup", signal=CODE, signal_type="pdq"),
        stranger.post_file("/m/lookup", b"x"),
        stranger.post_file("/h/hash", b"x"),
        stranger.get("/m/lookup", url="https://example.org/x"),
    ]

    assert bank.name
    assert token.name
    assert [answer.status_code for answer in answers] == [403] * 5
    assert all(answer.json()["message"] for answer in answers)
    assert not Detection.objects.exists()
