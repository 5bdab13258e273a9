"""Forms of the accounts: plain words, one column, what browsers and password managers need to help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts.throttling import is_first_use

if TYPE_CHECKING:
    from shelterwood.web.hall.accounts.models import Account

__all__ = [
    "AppForm",
    "CodeForm",
    "FreshCodeForm",
    "InviteForm",
    "NewPasswordForm",
    "OwnPasswordForm",
    "PasskeyForm",
    "RolesForm",
    "SignInForm",
    "SoloForm",
]

_CODE_HINT = "Six digits from your app, or one of your recovery codes."


class SignInForm(LoginForm):
    """Name and password; the refusal says the same whatever was wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - allauth's arguments
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = "Sign-in name"
        login.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        password.widget.attrs = {"autocomplete": "current-password"}
        password.help_text = ""

    def clean(self) -> dict[str, Any]:
        """Refuse in one sentence."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            raise ValidationError("This name and password do not belong together.") from None
        return cleaned


class _OnceMixin:
    """A code works once, in every process of the service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - allauth's arguments
        super().__init__(*args, **kwargs)
        code = self.fields["code"]  # type: ignore[attr-defined]  # a mixin of forms
        code.help_text = _CODE_HINT
        code.widget.attrs = {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}

    def clean_code(self) -> str:
        """Return the code if it is right and was not used before."""
        code: str = super().clean_code()  # type: ignore[misc]  # a mixin of forms
        if not is_first_use(f"{self.user.pk}:{code}", now=timezone.now()):  # type: ignore[attr-defined]  # the same
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_OnceMixin, AuthenticateForm):
    """The second step of signing in."""


class FreshCodeForm(_OnceMixin, ReauthenticateForm):
    """Proving it again."""


class AppForm(ActivateTOTPForm):
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - allauth's arguments
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code that the app shows now"
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class PasskeyForm(AddWebAuthnForm):
    """A name for the passkey; every passkey here can sign in alone, so none is a mere second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - allauth's arguments
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["name"].label = "Name of this passkey"
        self.fields["name"].help_text = "So that you know it again, such as 'blue key' or 'laptop'."
        self.fields["name"].max_length = 60
        self.fields["name"].initial = self.initial["name"] = ""

    def clean(self) -> dict[str, Any]:
        """Accept only a passkey whose device asked for a PIN, a finger or a face."""
        cleaned: dict[str, Any] = super().clean() | {"passwordless": True}
        return cleaned


class NewPasswordForm(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters, none of the usual ones. A few unrelated words are good.",
    )
    again = forms.CharField(
        label="The same password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:  # noqa: ANN401 - Django's arguments
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """Return the password if it is strong enough."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned["password"] != cleaned.get("again"):
            self.add_error("again", "This is not the same password.")
        return cleaned


class OwnPasswordForm(NewPasswordForm):
    """Another password for oneself; fresh proof was asked for before."""


class _RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> frozenset[Role]:  # noqa: ANN401 - Django's signature
        return frozenset(Role(role) for role in super().clean(value))


def _roles_field() -> _RolesField:
    return _RolesField(
        label="Roles",
        choices=[(role.value, role.label) for role in Role],
        help_text="Whoever decides cases does not appoint people; the auditor only reads the record.",
    )


class InviteForm(forms.Form):
    """A new colleague: a pseudonym and roles."""

    name = forms.CharField(
        label="Sign-in name",
        max_length=32,
        help_text="A pseudonym such as reviewer-3: lower-case letters, digits, hyphens. No civil name.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    roles = _roles_field()


class RolesForm(forms.Form):
    """What a colleague may do."""

    roles = _roles_field()


class SoloForm(forms.Form):
    """Who hears complaints of a service of one person."""

    outside_body = forms.CharField(label="Outside body", max_length=200)
    outside_contact = forms.CharField(label="How people reach it", max_length=300)
