"""What an auditor may ask the record for."""

from __future__ import annotations

from typing import Any

from django import forms

from shelterwood.web.hall.audit.queries import Filter

__all__ = ["FilterForm"]


class FilterForm(forms.Form):
    """A filter from the address of the page; everything may be left open."""

    action = forms.CharField(required=False, max_length=80, label="Action", help_text="Or how it begins: case.")
    actor = forms.CharField(required=False, max_length=80, label="Who", help_text="As the record writes it: person:5")
    object = forms.CharField(required=False, max_length=120, label="What", help_text="Such as case:17")
    since = forms.DateField(required=False, label="From", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def wanted(self) -> Filter:
        """Return what is asked for; call after `is_valid`."""
        asked: dict[str, Any] = self.cleaned_data
        return Filter(
            action=asked["action"],
            actor=asked["actor"],
            object_ref=asked["object"],
            since=asked["since"],
            until=asked["until"],
            before=asked["before"],
        )
