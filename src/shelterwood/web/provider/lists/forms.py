"""Forms of the lists: plain words, one column."""

from __future__ import annotations

from typing import Any

from django import forms

from shelterwood.fingerprints import pdq
from shelterwood.lists import Delivery
from shelterwood.policy import shipped_legal_references
from shelterwood.web.provider.lists.queries import files_waiting
from shelterwood.web.provider.lists.states import ListKind

__all__ = [
    "DescribeForm", "ForecastForm", "ImportForm", "MatchingForm", "RegisterForm", "SignatureForm", "WithdrawEntryForm",
]  # fmt: skip

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class RegisterForm(forms.Form):
    """A new list."""

    name = forms.CharField(
        label="Name",
        max_length=64,
        help_text="What matches and the record call it: letters, digits, '.', '_' and '-'.",
        widget=forms.TextInput(attrs=_PLAIN),
    )
    owner = forms.CharField(label="Owner", max_length=200, help_text="The organisation whose list it is.")
    kind = forms.ChoiceField(
        label="Kind",
        choices=[
            (ListKind.DELIVERED.value, "Delivered by its owner"),
            (ListKind.OWN.value, "Our own: entries are added one by one, and are never taken for verified"),
        ],
        widget=forms.RadioSelect,
        initial=ListKind.DELIVERED.value,
    )
    owner_key = forms.CharField(
        label="Owner's public key (if deliveries are signed)",
        max_length=64,
        required=False,
        help_text="The x of an Ed25519 JWK. Without it, record the agreement with the owner.",
        widget=forms.TextInput(attrs=_PLAIN),
    )


class DescribeForm(forms.Form):
    """The papers of a list."""

    agreement = forms.CharField(
        label="Agreement with the owner",
        max_length=300,
        required=False,
        help_text="Where the signed agreement is kept, and its date. May be empty where every version is signed.",
    )
    legal_reference = forms.ChoiceField(
        label="Legal reference", help_text="The offence that what is listed stands for, by the label of the table."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's arguments
        super().__init__(*args, **kwargs)
        labels = sorted({row.label for row in shipped_legal_references().rows})
        self.fields["legal_reference"].choices = [("", "Choose"), *((label, label) for label in labels)]  # type: ignore[attr-defined]  # a choice field


class ImportForm(forms.Form):
    """A file of the inbox."""

    file = forms.ChoiceField(label="File in the inbox")
    delivery = forms.ChoiceField(
        label="What it means that something is left out",
        choices=[
            ("", "As is usual for its format"),
            (Delivery.WHOLE.value, "The file is the whole list: what is missing was withdrawn"),
            (Delivery.ITEMS.value, "The file holds changed items, each complete"),
            (Delivery.ENTRIES.value, "Nothing: what is missing is unchanged"),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's arguments
        super().__init__(*args, **kwargs)
        waiting = [(file.name, f"{file.name}: {file.size:,} bytes, {file.format}") for file in files_waiting()]
        self.fields["file"].choices = [("", "Choose"), *waiting]  # type: ignore[attr-defined]  # a choice field


class ForecastForm(forms.Form):
    """What the forecast reckons with."""

    uploads_per_day = forms.IntegerField(label="Pictures uploaded a day", min_value=1, max_value=1_000_000_000)
    minutes_per_match = forms.IntegerField(label="Minutes that a person needs for a match", min_value=1, max_value=600)


class SignatureForm(forms.Form):
    """The owner's signature over the newest version."""

    signature = forms.CharField(
        label="Owner's signature",
        max_length=4096,
        help_text="A JWS in one line, over the SHA-256 of the delivered file or of the version.",
        widget=forms.TextInput(attrs=_PLAIN),
    )


class MatchingForm(forms.Form):
    """Radius and orientations."""

    radius = forms.IntegerField(label="Radius in bits", min_value=0, max_value=31)
    orientations = forms.MultipleChoiceField(
        label="Orientations",
        choices=[(each.value, each.value.replace("_", " ")) for each in pdq.Orientation],
        widget=forms.CheckboxSelectMultiple,
    )


class WithdrawEntryForm(forms.Form):
    """One item of a list."""

    source = forms.CharField(label="Source", max_length=200, widget=forms.TextInput(attrs=_PLAIN))
    entry_id = forms.CharField(label="Entry", max_length=200, widget=forms.TextInput(attrs=_PLAIN))
