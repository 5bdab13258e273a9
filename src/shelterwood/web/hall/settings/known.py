"""The table of every environment variable that is read: an unknown SHELTERWOOD_ name is a typing error, not a wish."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KNOWN", "Setting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable: its name, what it decides, and what holds when it is absent."""

    name: str
    meaning: str
    default: str = ""
    secret: bool = False  # may be given as NAME_FILE: the path of a file that holds it


KNOWN: tuple[Setting, ...] = (
    Setting(
        name="SHELTERWOOD_DATA",
        meaning="Directory of everything that this installation keeps; mode 0700.",
        default="~/.local/share/shelterwood/ROLE",
    ),
    Setting(
        name="SHELTERWOOD_URL",
        meaning="Address under which people reach the service; https, except on this machine itself.",
        default="http://localhost:8000",
    ),
    Setting(
        name="SHELTERWOOD_PROXY",
        meaning="yes: a proxy of yours stands in front and sets X-Forwarded-For and X-Forwarded-Proto itself.",
        default="no",
    ),
    Setting(
        name="DATABASE_URL",
        meaning="postgres://USER:PASSWORD@HOST:PORT/NAME; without it SQLite in the data directory.",
        default="SQLite",
        secret=True,
    ),
    Setting(
        name="SHELTERWOOD_SECRET_KEY",
        meaning="Signs cookies, seals seeds of second factors; made at first start; keep it with the backups.",
        default="made",
        secret=True,
    ),
    Setting(
        name="SHELTERWOOD_SESSION_IDLE_MINUTES",
        meaning="A session unused for this long is over (5 to 480).",
        default="30",
    ),
    Setting(
        name="SHELTERWOOD_SESSION_HOURS",
        meaning="A session older than this is over, used or not (1 to 24).",
        default="10",
    ),
    Setting(
        name="SHELTERWOOD_INVITATION_HOURS",
        meaning="An invitation link works this long (1 to 168).",
        default="48",
    ),
    Setting(
        name="SHELTERWOOD_UPLOAD_MEGABYTES",
        meaning="The largest upload that a door takes in (1 to 256 million bytes).",
        default="100",
    ),
    Setting(
        name="SHELTERWOOD_WAITING_MOST",
        meaning="Uploads that may wait to be scanned later (1 to 1 million); one more is answered 503.",
        default="10000",
    ),
    Setting(
        name="SHELTERWOOD_WAITING_MEGABYTES",
        meaning="What they may have together (1 to 10 million; in million bytes).",
        default="20000",
    ),
    Setting(
        name="SHELTERWOOD_WAITING_SHARE",
        meaning="What one API key may have of both, in per cent (1 to 100); one more of it is answered 429.",
        default="50",
    ),
    Setting(
        name="SHELTERWOOD_DECODERS",
        meaning="Locked processes a worker that open pictures, so that a slow one holds up no other (1 to 64).",
        default="2",
    ),
    Setting(
        name="SHELTERWOOD_FETCH_FROM",
        meaning="Origins from which the HMA routes may fetch (`url=`): https://HOST, or http(s)://HOST:PORT=ADDRESS.",
        default="none",
    ),
    Setting(
        name="SHELTERWOOD_WEBHOOK_HOSTS",
        meaning="Hosts inside your own network that webhooks may go to, each with its address: https://HOST=ADDRESS.",
        default="none",
    ),
    Setting(
        name="SHELTERWOOD_THREADS",
        meaning="Requests that one worker answers at a time (1 to 64).",
        default="4",
    ),
    Setting(
        name="SHELTERWOOD_METRICS_TOKEN",
        meaning="Whoever shows it as a bearer token may read /metrics; without it only this machine itself may.",
        default="none",
        secret=True,
    ),
    Setting(
        name="SHELTERWOOD_OIDC_ISSUER",
        meaning="Address of your OpenID Connect provider; switches sign-in through it on.",
        default="off",
    ),
    Setting(name="SHELTERWOOD_OIDC_NAME", meaning="What the sign-in button calls it.", default="your organisation"),
    Setting(name="SHELTERWOOD_OIDC_CLIENT", meaning="Client id registered there.", default="none"),
    Setting(name="SHELTERWOOD_OIDC_SECRET", meaning="Client secret registered there.", default="none", secret=True),
    Setting(
        name="SHELTERWOOD_OIDC_ACR",
        meaning="Values of acr that prove a second factor there, comma-separated; amr is always looked at.",
        default="none",
    ),
    Setting(
        name="SHELTERWOOD_LOG_HEADS_DIR",
        meaning="Directory, best on another machine, that gets a copy of each signed head of the record.",
        default="none",
    ),
    Setting(
        name="SHELTERWOOD_EVIDENCE",
        meaning="Directory of sealed objects and their custody records; backed up with the data.",
        default="DATA/evidence",
    ),
    Setting(
        name="SHELTERWOOD_BUCKET",
        meaning="https://HOST/BUCKET or https://HOST/BUCKET/PREFIX: sealed objects go to this S3-compatible bucket.",
        default="a directory",
    ),
    Setting(name="SHELTERWOOD_BUCKET_REGION", meaning="Region that requests are signed for.", default="us-east-1"),
    Setting(
        name="SHELTERWOOD_BUCKET_KEY",
        meaning="ACCESS_KEY:SECRET_KEY of that bucket.",
        default="none",
        secret=True,
    ),
    Setting(
        name="SHELTERWOOD_KEYS",
        meaning="Directory of the vault's keys; replicated and never archived, so outside every backup.",
        default="DATA.keys",
    ),
    Setting(
        name="SHELTERWOOD_MASTER_KEY_COMMAND",
        meaning="Command that wraps and unwraps epoch keys in place of the master key's file.",
        default="DATA/secrets/vault_master_key",
    ),
    Setting(
        name="SHELTERWOOD_DEMO",
        meaning="yes: not a real service; every page says so, and proposals of law may be tried.",
        default="no",
    ),
    Setting(
        name="SHELTERWOOD_FAULT",
        meaning="For tests only: the step at which a process kills itself.",
        default="off",
    ),
    Setting(name="SHELTERWOOD_TRACEBACK", meaning="1: the command line prints where a defect happened.", default="off"),
)
