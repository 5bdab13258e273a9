"""`/metrics`: numbers for whoever watches, as the Prometheus text format 0.0.4 writes them; nothing about anybody.

Open to this machine itself, past the proxy, and elsewhere to whoever shows SHELTERWOOD_METRICS_TOKEN.
"""

from __future__ import annotations

from dataclasses import fields
from hmac import compare_digest
from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseForbidden
from django.utils import timezone
from django.views.decorators.http import require_safe

from shelterwood.web.hall.access.declarations import open_to_all
from shelterwood.web.hall.outbox import queries
from shelterwood.web.hall.running import board, counters, keeper, readiness
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

__all__ = ["metrics"]

_FORWARDING = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_VIA",
    "SHELTERWOOD_FORWARDED",  # ui/client.py took X-Forwarded-For away, and says so
)


@open_to_all(because="a program reads it: on this machine itself, or with the token of the settings")
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with every number, or 403."""
    if not (_is_local(request) or _shows_token(request)):
        return HttpResponseForbidden("Only this machine, or who shows the token.\n", content_type="text/plain")
    text = "".join(f"{line}\n" for line in _lines())
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_local(request: HttpRequest) -> bool:
    try:
        near = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return near and not any(name in request.META for name in _FORWARDING)


def _shows_token(request: HttpRequest) -> bool:
    token, shown = facts().metrics_token, request.headers.get("Authorization", "")
    return bool(token) and compare_digest(shown.encode(), f"Bearer {token}".encode())


def _lines() -> Iterator[str]:
    reasons = readiness.reasons_not_ready()
    yield from _family("shelterwood_ready", "gauge", "1: work may be sent.", {"": int(not reasons)})
    yield from _family("shelterwood_counted_total", "counter", "Counted since the service started.", _counted())
    if "database" not in reasons:
        yield from _family("shelterwood_jobs", "gauge", "Jobs of the outbox.", _jobs())
        overdue = int(queries.longest_overdue(now=timezone.now()).total_seconds())
        yield from _family("shelterwood_outbox_overdue_seconds", "gauge", "How late the latest job is.", {"": overdue})
    yield from _of_keeper()


def _of_keeper() -> Iterator[str]:
    seen = board.keeper()
    if seen.supervised:
        silent = {"": int(seen.seconds_ago)}
        yield from _family(
            "shelterwood_keeper_silent_seconds", "gauge", "Since the keeper's last sign of life.", silent
        )
    rounds = {f'round="{each.name}"': board.seen(each.number) for each in keeper.rounds()}
    failures = {label: one.failures for label, one in rounds.items()}
    successes = {label: one.last_success for label, one in rounds.items()}
    yield from _family("shelterwood_round_failures_total", "counter", "Failed rounds of the keeper.", failures)
    what = "When a round last went well, in seconds since 1970; 0: not since the start."
    yield from _family("shelterwood_round_last_success_timestamp_seconds", "gauge", what, successes)


def _counted() -> dict[str, int]:
    return {f'name="{name}"': number for name, number in counters.totals().items()}


def _jobs() -> dict[str, int]:
    states = [each.name for each in fields(queries.KindCounted) if each.name != "kind"]
    return {
        f'kind="{kind.kind}",state="{state}"': getattr(kind, state) for kind in queries.counted() for state in states
    }


def _family(name: str, kind: str, meaning: str, values: dict[str, int]) -> Iterator[str]:
    """Write one metric with its samples; labels are our own dotted names and need no escaping."""
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values.items():
        yield f"{name}{{{labels}}} {value}" if labels else f"{name} {value}"
