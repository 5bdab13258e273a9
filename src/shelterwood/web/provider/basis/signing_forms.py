"""Forms of keys and signatures: a passphrase, the key of an authority, a text that somebody else signed."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Any

from django import forms

from shelterwood.policy import KeyRole
from shelterwood.web.provider.basis.forms import start_of

__all__ = ["AuthorityKeyForm", "IssueForm", "OfficerKeyForm", "SignedTextForm"]

_SECRET = {"autocomplete": "off", "spellcheck": "false"}


class IssueForm(forms.Form):
    """The second person's signature."""

    shown_at = forms.DateTimeField(widget=forms.HiddenInput)
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    passphrase = forms.CharField(
        label="Passphrase of your signing key",
        strip=False,
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs=_SECRET),
    )


class OfficerKeyForm(forms.Form):
    """The passphrase that guards a new key."""

    passphrase = forms.CharField(
        label="Passphrase",
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs=_SECRET),
        help_text="At least 16 characters; five unrelated words are good. Nobody can look it up for you.",
    )
    again = forms.CharField(
        label="The same passphrase again", strip=False, max_length=500, widget=forms.PasswordInput(attrs=_SECRET)
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        cleaned = super().clean() or {}
        if cleaned.get("passphrase") != cleaned.get("again"):
            self.add_error("again", "This is not the same passphrase.")
        return cleaned


class AuthorityKeyForm(forms.Form):
    """The public key of an authority or publisher, as it told you by a way that you trust."""

    role = forms.ChoiceField(
        label="What it signs",
        choices=[("authority", "Orders of an authority"), ("publisher", "Texts of law (profiles)")],
        widget=forms.RadioSelect,
    )
    holder = forms.CharField(label="Whose key", max_length=120, help_text="Its name, as pages should show it.")
    public = forms.CharField(
        label="Public key (Ed25519)",
        max_length=100,
        help_text="32 bytes, as 64 hexadecimal digits or as base64. Compare it by telephone with somebody you know.",
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    last_day = forms.DateField(
        label="Last day on which it counts", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_public(self) -> bytes:
        """Return the 32 bytes."""
        text = "".join(self.cleaned_data["public"].split())
        try:
            return bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text, altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            raise forms.ValidationError("This is neither hexadecimal nor base64.") from None

    def key(self) -> dict[str, Any]:
        """Return what `services.register_key` takes."""
        said = self.cleaned_data
        return {
            "public": said["public"],
            "holder": said["holder"],
            "role": KeyRole(said["role"]),
            "valid_to": start_of(said["last_day"]) + timedelta(days=1),
        }


class SignedTextForm(forms.Form):
    """A signed order as its authority sent it, or a signed profile as its publisher did."""

    text = forms.CharField(
        label="Signed text",
        max_length=65_536,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text="The whole text: three parts joined by dots, without anything around it.",
    )
