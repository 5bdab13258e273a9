"""What holds for every role. A role's module names the role first and then takes all of this (see provider.py).

`build(role)` returns the settings as a dictionary, so that nothing here depends on the order of imports, and reads the
environment exactly once.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shelterwood.web.hall.settings.database import database
from shelterwood.web.hall.settings.environment import Environment, SettingNotUnderstood
from shelterwood.web.hall.settings.facts import BucketFacts, Facts
from shelterwood.web.hall.settings.headers import content_security_policy
from shelterwood.web.hall.settings.origin import Origin
from shelterwood.web.hall.settings.places import Places, default_data
from shelterwood.web.hall.settings.signing_in import signing_in

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["build"]

_HALL = "shelterwood.web.hall"

_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    f"{_HALL}.ui.headers.HeadersMiddleware",
    f"{_HALL}.access.key_doors.KeyDoorMiddleware",
    "csp.middleware.CSPMiddleware",
    f"{_HALL}.ui.client.ClientAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    f"{_HALL}.accounts.visitors.VisitorMiddleware",
    f"{_HALL}.access.gate.GateMiddleware",
]

_APPS = [
    "django.forms",  # its templates of labels and widgets
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    f"{_HALL}.ui",  # before allauth: its templates are ours
    f"{_HALL}.audit",
    f"{_HALL}.accounts",
    f"{_HALL}.outbox",
    f"{_HALL}.running",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
]


def build(role: str, *, wing: Sequence[str] = (), variables: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the settings of `role`, whose `wing` has these apps, from the environment.

    Raises SettingNotUnderstood or DataNotUsable.
    """
    env = Environment(dict(os.environ) if variables is None else variables)
    env.refuse_unknown()
    places = Places.claim(Path(env.text("SHELTERWOOD_DATA") or default_data(role)).expanduser(), role=role)
    origin = Origin.parse(env.text("SHELTERWOOD_URL") or "http://localhost:8000")
    identity = signing_in(env, origin=origin)
    facts = Facts(
        role=role,
        places=places,
        origin=origin,
        behind_proxy=env.flag("SHELTERWOOD_PROXY"),
        session_idle=timedelta(minutes=env.number("SHELTERWOOD_SESSION_IDLE_MINUTES", least=5, most=480)),
        session_longest=timedelta(hours=env.number("SHELTERWOOD_SESSION_HOURS", least=1, most=24)),
        invitation_lasts=timedelta(hours=env.number("SHELTERWOOD_INVITATION_HOURS", least=1, most=168)),
        longest_upload=env.number("SHELTERWOOD_UPLOAD_MEGABYTES", least=1, most=256) * 1_000_000,
        most_waiting=env.number("SHELTERWOOD_WAITING_MOST", least=1, most=1_000_000),
        most_waiting_bytes=env.number("SHELTERWOOD_WAITING_MEGABYTES", least=1, most=10_000_000) * 1_000_000,
        waiting_share=env.number("SHELTERWOOD_WAITING_SHARE", least=1, most=100),
        decoders=env.number("SHELTERWOOD_DECODERS", least=1, most=64),
        fetch_from=frozenset((env.text("SHELTERWOOD_FETCH_FROM") or "").replace(",", " ").split()),
        webhook_hosts=frozenset((env.text("SHELTERWOOD_WEBHOOK_HOSTS") or "").replace(",", " ").split()),
        threads=env.number("SHELTERWOOD_THREADS", least=1, most=64),
        metrics_token=env.secret("SHELTERWOOD_METRICS_TOKEN"),
        demo=env.flag("SHELTERWOOD_DEMO"),
        log_heads=env.path("SHELTERWOOD_LOG_HEADS_DIR"),
        evidence=env.path("SHELTERWOOD_EVIDENCE"),
        keys=env.path("SHELTERWOOD_KEYS"),
        master_key_command=env.text("SHELTERWOOD_MASTER_KEY_COMMAND") or "",
        bucket=_bucket(env),
        oidc_name=identity.pop("OIDC_NAME"),
        oidc_acr=identity.pop("OIDC_ACR"),
    )
    return {
        "FACTS": facts,
        **_frame(places, env=env, role=role),
        **_transport(origin, proxied=facts.behind_proxy, form_targets=identity.pop("FORM_TARGETS")),
        **_sessions(facts),
        **identity,
        "INSTALLED_APPS": [*_APPS, *wing, *identity["INSTALLED_APPS"]],
    }


def _bucket(env: Environment) -> BucketFacts | None:
    address = env.text("SHELTERWOOD_BUCKET")
    region, key = env.text("SHELTERWOOD_BUCKET_REGION") or "us-east-1", env.secret("SHELTERWOOD_BUCKET_KEY") or ""
    return BucketFacts.parse(address, key=key, region=region) if address else None


def _frame(places: Places, *, env: Environment, role: str) -> dict[str, Any]:
    return {
        "DEBUG": False,
        "SECRET_KEY": env.secret_or_made("SHELTERWOOD_SECRET_KEY", directory=places.secrets),
        "DATABASES": {"default": database(env.secret("DATABASE_URL"), sqlite=places.database)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "MIDDLEWARE": _MIDDLEWARE,
        "ROOT_URLCONF": f"shelterwood.web.{role}.urls",
        "TEMPLATES": [_TEMPLATES],
        "FORM_RENDERER": f"{_HALL}.ui.forms.PlainRenderer",
        "LANGUAGE_CODE": "en",
        "TIME_ZONE": "UTC",
        "USE_TZ": True,
        "STATIC_URL": "/static/",
        "STATIC_ROOT": places.static,
        "STORAGES": {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}},
        "WHITENOISE_KEEP_ONLY_HASHED_FILES": True,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1_000_000,  # of forms; doors stream their bodies and have limits of their own
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 200,
        "LOGGING": _LOGGING,
    }


_TEMPLATES: dict[str, Any] = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.messages.context_processors.messages",
            f"{_HALL}.ui.context.of_every_page",
            f"{_HALL}.access.navigation.of_every_page",
        ],
        "builtins": ["django.contrib.humanize.templatetags.humanize"],  # intcomma: 412,000 is read, 412000 is counted
    },
}

# Lines go to standard error for the system's journal. The request log names routes (ui/logs.py); no address, no person,
# no body, and not the secret of a link.
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "filters": {"secrets": {"()": f"{_HALL}.ui.logs.WithoutSecrets"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}


def _transport(origin: Origin, *, proxied: bool, form_targets: list[str]) -> dict[str, Any]:
    if origin.secure and not proxied:
        raise SettingNotUnderstood(
            "SHELTERWOOD_URL is https, but SHELTERWOOD_PROXY is not yes.",
            remedy="The service itself speaks plain HTTP on this machine only: put a proxy in front that speaks TLS, "
            "let it set X-Forwarded-For and X-Forwarded-Proto, and set SHELTERWOOD_PROXY=yes.",
        )
    year = int(timedelta(days=365).total_seconds())
    prefix = "__Host-" if origin.secure else ""
    return {
        "ALLOWED_HOSTS": origin.allowed_hosts,
        "CSRF_TRUSTED_ORIGINS": [origin.url],
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if proxied else None,
        "SECURE_SSL_REDIRECT": origin.secure,
        "SECURE_REDIRECT_EXEMPT": [r"^(healthz|readyz|metrics)$"],  # asked from this machine, past the proxy
        "SECURE_HSTS_SECONDS": year if origin.secure else 0,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        # headers.py sets X-Frame-Options; the operator's other hosts are not ours to bind to TLS or to preload.
        "SILENCED_SYSTEM_CHECKS": ["security.W002", "security.W005", "security.W021"],
        "SESSION_COOKIE_NAME": f"{prefix}session",
        "SESSION_COOKIE_SECURE": origin.secure,
        "SESSION_COOKIE_SAMESITE": "Lax",  # Strict would sign a person out on the way back from an OIDC provider
        "CSRF_COOKIE_NAME": f"{prefix}csrf",
        "CSRF_COOKIE_SECURE": origin.secure,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "CSRF_FAILURE_VIEW": f"{_HALL}.ui.errors.form_not_ours",
        "CONTENT_SECURITY_POLICY": content_security_policy(form_targets=form_targets),
    }


def _sessions(facts: Facts) -> dict[str, Any]:
    return {
        "SESSION_ENGINE": f"{_HALL}.accounts.sessions",
        "SESSION_COOKIE_AGE": int(facts.session_longest.total_seconds()),
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    }
