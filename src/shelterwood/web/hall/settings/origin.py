"""The address under which people reach a service, and what follows from it for cookies, hosts and passkeys."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from shelterwood.web.hall.settings.environment import SettingNotUnderstood

__all__ = ["Origin"]

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Scheme, host and port of SHELTERWOOD_URL."""

    scheme: str
    host: str
    netloc: str

    @property
    def secure(self) -> bool:
        """Whether people come by TLS: then cookies are Secure and browsers are told to come by TLS only."""
        return self.scheme == "https"

    @property
    def url(self) -> str:
        """The origin as browsers write it."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def allowed_hosts(self) -> list[str]:
        """The Host headers that are answered; the machine itself always (health checks)."""
        return sorted({self.host, *_LOOPBACK[:2], "[::1]"})

    @classmethod
    def parse(cls, url: str) -> Origin:
        """Read an address; raise SettingNotUnderstood if it is no origin, or plain http to another machine."""
        parts = urlsplit(url.rstrip("/"))
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            raise SettingNotUnderstood(
                f"SHELTERWOOD_URL is '{url}'.", remedy="Give scheme and host only, as https://review.example.org."
            )
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise SettingNotUnderstood(
                f"SHELTERWOOD_URL is '{url}', which would send passwords in the clear.",
                remedy="Give an https address, and let a proxy in front speak TLS.",
            )
        return cls(scheme=parts.scheme, host=parts.hostname, netloc=parts.netloc)
