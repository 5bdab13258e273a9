"""Forms of the evidence pages: which objects to show, and what an authority asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms

from shelterwood.web.provider.evidence.objects import Wanted
from shelterwood.web.provider.evidence.states import Clock, Held, HoldReason, Kept, LiftReason
from shelterwood.web.provider.evidence.wording import CLOCKS, HELD, HOLD_REASONS, KEPT, LIFT_REASONS

__all__ = ["ExtendForm", "HoldForm", "LiftForm", "ObjectsForm"]

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
_CODE = r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,79}"
_NO_CODE = "Use letters, digits and . _ : / + - only, without blanks: the custody record holds no names."


def _code(label: str, hint: str) -> forms.RegexField:
    return forms.RegexField(
        rf"^{_CODE}\Z",
        label=label,
        max_length=80,
        help_text=hint,
        error_messages={"invalid": _NO_CODE},
        widget=forms.TextInput(attrs=_PLAIN),
    )


class _LastDayField(forms.DateField):
    """A last day; what comes out is the instant at which it is over (UTC)."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> datetime | None:  # noqa: ANN401 - Django's signature
        """Return the end of the day."""
        day: date | None = super().clean(value)
        return None if day is None else datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


class ObjectsForm(forms.Form):
    """A filter from the address of the page; everything may be left open."""

    kept = forms.ChoiceField(label="Show", choices=[(k.value, KEPT[k]) for k in Kept], required=False)
    clock = forms.ChoiceField(label="Clock", choices=[(c.value, CLOCKS[c]) for c in Clock], required=False)
    held = forms.ChoiceField(label="Hold", choices=[(h.value, HELD[h]) for h in Held], required=False)
    name = forms.UUIDField(
        label="Object or event", required=False, help_text="Its whole id.", widget=forms.TextInput(attrs=_PLAIN)
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000, widget=forms.HiddenInput)

    def wanted(self) -> Wanted:
        """Return what is asked for; call after `is_valid`."""
        said = self.cleaned_data
        return Wanted(
            kept=Kept(said["kept"] or Kept.HERE),
            clock=Clock(said["clock"] or Clock.ANY),
            held=Held(said["held"] or Held.ANY),
            name=said["name"],
            page=said["page"] or 1,
        )


class HoldForm(forms.Form):
    """What an authority asked."""

    authority = _code("Authority", "Its code here, such as court-of-appeal-7.")
    reference = _code("Reference of the request", "As the authority writes it, such as 2026/118-K.")
    reason = forms.ChoiceField(
        label="Why it is to be kept",
        choices=[(r.value, HOLD_REASONS[r]) for r in HoldReason],
        widget=forms.RadioSelect,
    )
    until = _LastDayField(label="Last day of the hold (UTC)", help_text="A hold always ends. It can be extended.")


class ExtendForm(forms.Form):
    """A later end."""

    until = _LastDayField(label="New last day of the hold (UTC)")


class LiftForm(forms.Form):
    """Why a hold ends before its day."""

    reason = forms.ChoiceField(
        label="Why it ends now", choices=[(r.value, LIFT_REASONS[r]) for r in LiftReason], widget=forms.RadioSelect
    )
