"""The settings that are ours and not Django's, as one typed value: `facts().origin`, `facts().session_idle`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from shelterwood.web.hall.settings.environment import SettingNotUnderstood

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from shelterwood.web.hall.settings.origin import Origin
    from shelterwood.web.hall.settings.places import Places

__all__ = ["BucketFacts", "Facts", "facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketFacts:
    """An S3-compatible bucket, as the environment names it."""

    endpoint: str
    name: str
    prefix: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)

    @classmethod
    def parse(cls, address: str, *, key: str, region: str) -> BucketFacts:
        """Read `https://HOST/BUCKET[/PREFIX]` and `ACCESS_KEY:SECRET_KEY`; raise SettingNotUnderstood."""
        parts = urlsplit(address)
        name, _, rest = parts.path.strip("/").partition("/")
        access, _, secret = key.partition(":")
        if not (parts.hostname and name and access and secret):
            raise SettingNotUnderstood(
                "SHELTERWOOD_BUCKET is no bucket, or SHELTERWOOD_BUCKET_KEY is no key.",
                remedy="Write https://HOST/BUCKET, and ACCESS_KEY:SECRET_KEY.",
            )
        prefix = f"{rest}/" if rest else ""
        endpoint = f"{parts.scheme}://{parts.netloc}"
        return cls(endpoint=endpoint, name=name, prefix=prefix, region=region, access_key=access, secret_key=secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What this installation is. Made by base.build; tests replace it whole (`settings.FACTS = replace(...)`)."""

    role: str
    places: Places
    origin: Origin
    behind_proxy: bool
    session_idle: timedelta
    session_longest: timedelta
    invitation_lasts: timedelta
    longest_upload: int = 100 << 20  # bytes that a door takes in at once
    most_waiting: int = 10_000  # uploads that may wait to be scanned later
    most_waiting_bytes: int = 20_000_000_000  # and what they may have together
    waiting_share: int = 50  # per cent of both that one API key may have
    decoders: int = 2  # decoding children a worker
    fetch_from: frozenset[str] = frozenset()  # origins from which a door may fetch what it is asked about
    webhook_hosts: frozenset[str] = frozenset()  # hosts of the operator's own network that may be told
    threads: int = 4  # requests a worker answers at a time
    metrics_token: str | None = None  # who shows it may read /metrics from elsewhere
    demo: bool = False  # not a real service: every page says so, and proposals of law may be tried
    log_heads: Path | None = None  # where copies of signed heads of the record go
    evidence: Path | None = None  # sealed objects; by default in the data directory
    keys: Path | None = None  # keys of the vault; by default beside the data directory, never in its backup
    master_key_command: str = ""
    bucket: BucketFacts | None = None  # where sealed objects go instead of a directory
    oidc_name: str = ""
    oidc_acr: frozenset[str] = frozenset()


def facts() -> Facts:
    """Return the facts of the installation that this process serves."""
    found = getattr(settings, "FACTS", None)
    assert isinstance(found, Facts)  # noqa: S101 - every settings module of ours makes it
    return found
