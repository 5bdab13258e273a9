"""Forms of the API keys: what a key is for, and how long an old secret goes on working."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms

from shelterwood.policy import ServiceType, Surface
from shelterwood.web.provider.keys.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

__all__ = ["FILLED_IN", "MakeForm", "RotateForm"]


FILLED_IN: Final = ("service", "component", "service_type", "surface", "token_id")
"""What the address of the page may fill in: the page of a token leads here with what it says."""


def _to_choose(words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return the words with nothing chosen: what a key sends is declared, never left as it happened to stand."""
    return [("", "Choose"), *((word.value, word.value.replace("_", " ").capitalize()) for word in words)]


class _ScopesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> frozenset[Scope]:  # noqa: ANN401 - Django's signature
        return frozenset(Scope(scope) for scope in super().clean(value))


class MakeForm(forms.Form):
    """A new key."""

    name = forms.CharField(
        label="Name", max_length=40, help_text="Such as photos-upload: lower-case letters, digits, hyphens."
    )
    scopes = _ScopesField(
        label="What it may do",
        choices=[(scope.value, scope.meaning) for scope in Scope],
        help_text="An upload server needs 'scan' only.",
    )
    service = forms.CharField(label="Service", max_length=80, help_text="As the legal-basis token names it.")
    component = forms.CharField(
        label="Part of the service", max_length=80, required=False, help_text="Empty, unless the token names a part."
    )
    service_type = forms.ChoiceField(label="Type of service", choices=_to_choose(ServiceType))
    surface = forms.ChoiceField(
        label="What is sent with it",
        choices=_to_choose(Surface),
        help_text="One key for one surface: make another key for another.",
    )
    token_id = forms.CharField(
        label="Legal-basis token",
        max_length=80,
        help_text="Its id, as its page under Legal basis shows it. Without a token that is valid nothing is read.",
    )
    per_second = forms.IntegerField(label="Most uses a second", min_value=1, max_value=10_000, initial=100)
    days = forms.IntegerField(label="Days until it ends", min_value=1, max_value=730, initial=365)


class RotateForm(forms.Form):
    """How long the old secret goes on working."""

    hours = forms.IntegerField(
        label="Hours for which the old secret goes on working",
        min_value=0,
        max_value=720,
        initial=24,
        help_text="0 if it has leaked. Otherwise long enough to put the new one everywhere.",
    )
