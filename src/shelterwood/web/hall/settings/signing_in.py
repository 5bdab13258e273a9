"""How people prove who they are: password with a second factor, or a passkey; optionally their organisation's provider.

What allauth could do by mail or by self-registration is switched off here, and its addresses are not in any urls.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shelterwood.web.hall.settings.environment import Environment, SettingNotUnderstood

if TYPE_CHECKING:
    from shelterwood.web.hall.settings.origin import Origin

__all__ = ["signing_in"]

_ACCOUNTS = "shelterwood.web.hall.accounts"


def signing_in(env: Environment, *, origin: Origin) -> dict[str, Any]:
    """Return the settings of Django's and allauth's sign-in; FORM_TARGETS are origins that sign-in redirects to."""
    settings: dict[str, Any] = {
        "AUTH_USER_MODEL": "accounts.Account",
        "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
        "AUTH_PASSWORD_VALIDATORS": _PASSWORD_RULES,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "home",
        "LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_ADAPTER": f"{_ACCOUNTS}.adapters.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],  # nobody signs up; allauth wants them named
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "name",
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_RATE_LIMITS": False,  # throttling.py does it, before any look-up and across processes
        "ACCOUNT_FORMS": {"login": f"{_ACCOUNTS}.forms.SignInForm"},
        "MFA_FORMS": {
            "authenticate": f"{_ACCOUNTS}.forms.CodeForm",
            "reauthenticate": f"{_ACCOUNTS}.forms.FreshCodeForm",
            "activate_totp": f"{_ACCOUNTS}.forms.AppForm",
            "add_webauthn": f"{_ACCOUNTS}.forms.PasskeyForm",
        },
        "MFA_RATE_LIMITS": False,
        "MFA_ADAPTER": f"{_ACCOUNTS}.adapters.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_WEBAUTHN_USER_VERIFICATION": "required",
        # Browsers offer passkeys to plain http on localhost only; fido2 would refuse even that.
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not origin.secure,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "INSTALLED_APPS": [],
        "FORM_TARGETS": [],
        "OIDC_ACR": frozenset[str](),
        "OIDC_NAME": "",
    }
    issuer = env.text("SHELTERWOOD_OIDC_ISSUER")
    return settings | (_openid(env, issuer=issuer.rstrip("/")) if issuer else {})


def _openid(env: Environment, *, issuer: str) -> dict[str, Any]:
    parts = urlsplit(issuer)
    client, secret = env.text("SHELTERWOOD_OIDC_CLIENT"), env.secret("SHELTERWOOD_OIDC_SECRET")
    if parts.scheme != "https" or not parts.hostname:
        raise SettingNotUnderstood(f"SHELTERWOOD_OIDC_ISSUER is '{issuer}'.", remedy="Give an https address.")
    if not client or not secret:
        raise SettingNotUnderstood(
            "SHELTERWOOD_OIDC_ISSUER is set without client or secret.",
            remedy="Set SHELTERWOOD_OIDC_CLIENT and SHELTERWOOD_OIDC_SECRET (or SHELTERWOOD_OIDC_SECRET_FILE).",
        )
    name = env.text("SHELTERWOOD_OIDC_NAME") or "your organisation"
    app = {
        "provider_id": "organisation",
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }
    accepted = (env.text("SHELTERWOOD_OIDC_ACR") or "").split(",")
    return {
        "INSTALLED_APPS": ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"],
        "FORM_TARGETS": [f"https://{parts.netloc}"],
        "OIDC_ACR": frozenset(value.strip() for value in accepted if value.strip()),
        "OIDC_NAME": name,
        "SOCIALACCOUNT_ADAPTER": f"{_ACCOUNTS}.openid.OrganisationAdapter",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [app]}},
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_LOGIN_ON_GET": False,
        "SOCIALACCOUNT_AUTO_SIGNUP": False,
    }


_PASSWORD_RULES: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name"]},
    },
]
