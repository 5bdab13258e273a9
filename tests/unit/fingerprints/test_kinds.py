"""Kinds: what parses, what is refused and with which words, and that the examples are what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

from shelterwood.fingerprints import MalformedFingerprint, Matching, pdq
from shelterwood.fingerprints.kinds import KNOWN, NotMatchable, kind

MATCHED = [name for name, known in KNOWN.items() if known.is_matched]
SAMPLES = Path(skimage.__file__).parent / "data"


def test_four_kinds_are_matched_here() -> None:
    assert MATCHED == ["pdq", "md5", "sha1", "sha256"]
    assert [kind(name).matching for name in MATCHED] == [Matching.PERCEPTUAL, *[Matching.EXACT] * 3]


@pytest.mark.parametrize("name", KNOWN)
def test_every_known_kind_brings_examples_in_canonical_form(name: str) -> None:
    examples = kind(name).examples()

    assert examples
    assert [kind(name).parse(example) for example in examples] == list(examples)


def test_the_pdq_examples_are_the_sample_pictures_they_say() -> None:
    names = ("coffee.png", "chelsea.png", "brick.png")
    pictures = [np.asarray(Image.open(SAMPLES / name).convert("RGB")) for name in names]

    assert tuple(pdq.compute(picture).hex for picture in pictures) == kind("pdq").examples()


@pytest.mark.parametrize("name", MATCHED)
def test_upper_case_is_accepted_and_becomes_lower(name: str) -> None:
    example = kind(name).examples()[0]

    assert kind(name).parse(example.upper()) == example


@pytest.mark.parametrize("name", MATCHED)
@pytest.mark.parametrize("spoil", ["{}\n", " {}", "{}0", "0x{}", "\N{FULLWIDTH DIGIT ONE}{}", "{}\0"])
def test_anything_around_the_digits_is_refused(name: str, spoil: str) -> None:
    text = spoil.format(kind(name).examples()[0])

    with pytest.raises(MalformedFingerprint):
        kind(name).parse(text)


def test_a_wrong_length_is_explained() -> None:
    with pytest.raises(MalformedFingerprint) as caught:
        kind("md5").parse("abc123")

    assert caught.value.fact == "'abc123' is no MD5 digest: it has 6 hexadecimal digits instead of 32."


def test_a_character_that_is_no_digit_is_explained() -> None:
    with pytest.raises(MalformedFingerprint) as caught:
        kind("pdq").parse("g" * 64)

    assert "not a hexadecimal digit" in caught.value.fact
    assert "64 digits" in caught.value.remedy


def test_a_huge_value_is_not_quoted_whole() -> None:
    with pytest.raises(MalformedFingerprint) as caught:
        kind("sha1").parse("f" * 10_000)

    assert len(caught.value.explain()) < 300


@pytest.mark.parametrize("name", MATCHED)
def test_bytes_and_text_are_two_forms_of_one_fingerprint(name: str) -> None:
    known = kind(name)

    for example in known.examples():
        assert known.format(known.to_bytes(example)) == example
        assert known.bits == 8 * len(known.to_bytes(example))


def test_bytes_of_a_wrong_length_are_refused() -> None:
    with pytest.raises(MalformedFingerprint):
        kind("sha1").format(b"short")


@pytest.mark.parametrize("value", ["AbC= +/,\n12", "0,17,255", " "])
def test_an_opaque_value_is_carried_as_it_is(value: str) -> None:
    assert kind("photodna").parse(value) == value


def test_an_empty_opaque_value_is_refused() -> None:
    with pytest.raises(MalformedFingerprint):
        kind("photodna").parse("")


def test_an_opaque_value_has_no_bytes() -> None:
    with pytest.raises(NotMatchable):
        kind("photodna").to_bytes("abcd")


def test_a_kind_never_heard_of_is_opaque_and_keeps_its_name() -> None:
    unknown = kind("New-Kind-9")

    assert (unknown.name, unknown.title, unknown.matching) == ("new-kind-9", "New-Kind-9", Matching.OPAQUE)
    assert unknown.examples() == ()


@pytest.mark.parametrize(("spelling", "name"), [("SHA-256", "sha256"), (" Pdq ", "pdq"), ("PDNA", "photodna")])
def test_usual_spellings_name_the_same_kind(spelling: str, name: str) -> None:
    assert kind(spelling) is KNOWN[name]
