"""An organisation's provider opens an account here only if it vouches for a second factor."""

from __future__ import annotations

import pytest

from shelterwood.web.hall.accounts.openid import vouches_for_second_factor

GOLD = frozenset({"https://id.example.org/acr/gold"})


@pytest.mark.parametrize(
    "claims", [{"amr": ["pwd", "mfa"]}, {"amr": ["mfa"]}, {"acr": "https://id.example.org/acr/gold"}]
)
def test_a_claim_of_a_second_factor_is_believed(claims: dict[str, object]) -> None:
    assert vouches_for_second_factor(claims, accepted_acr=GOLD)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"amr": ["pwd"]},
        {"amr": "mfa"},
        {"amr": None},
        {"acr": "1"},
        {"acr": ["https://id.example.org/acr/gold"]},
        {"acr": ""},
    ],
)
def test_anything_less_is_not(claims: dict[str, object]) -> None:
    assert not vouches_for_second_factor(claims, accepted_acr=GOLD)
