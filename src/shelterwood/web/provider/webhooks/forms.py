"""Forms of the webhooks: whose events go where, and how long an old secret goes on signing."""

from __future__ import annotations

from typing import Any

from django import forms

from shelterwood.web.provider.webhooks.queries import services_without

__all__ = ["RegisterForm", "RotateForm"]


class RegisterForm(forms.Form):
    """A new webhook."""

    service = forms.ChoiceField(label="Service", help_text="Its uploads and items are what is told of.")
    url = forms.CharField(
        label="Address of your server",
        max_length=500,
        help_text="Such as https://upload.example.org/shelterwood. It must be https.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's arguments
        super().__init__(*args, **kwargs)
        choices = [("", "Choose"), *((name, name) for name in services_without())]
        self.fields["service"].choices = choices  # type: ignore[attr-defined]  # a choice field


class RotateForm(forms.Form):
    """How long both secrets sign."""

    hours = forms.IntegerField(
        label="Hours for which the old secret signs too",
        min_value=0,
        max_value=720,
        initial=24,
        help_text="0 if it has leaked. Otherwise long enough to teach your server the new one.",
    )
