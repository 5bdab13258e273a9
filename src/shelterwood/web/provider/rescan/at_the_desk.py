"""What `shelterwood rescan` does: check the key, go over the items, say in sentences what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.provider.keys.holding import held
from shelterwood.web.provider.keys.models import ApiKey
from shelterwood.web.provider.keys.services import ApiKeyNotValid
from shelterwood.web.provider.rescan.services import Wanted
from shelterwood.web.provider.rescan.sources import source_at
from shelterwood.web.provider.rescan.working import run_over

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.rescan.models import RescanRun

__all__ = ["rescan"]


def rescan(  # noqa: PLR0913 - the options of the command
    path: Path,
    *,
    key: str,
    list_name: str,
    list_version: int | None,
    per_second: int,
    again: bool,
    began: Callable[[int, int], None],
    tell: Callable[[], None],
) -> tuple[int, str]:
    """Look at every hosted item at `path`; return how many matched now, and what came of all of them.

    `began` is told how many are done already and how many there are; `tell` is called after each.
    """
    holding = _key(key)
    limit = min(per_second, holding.per_second)

    def wanted(mark: str, in_all: int) -> Wanted:
        return Wanted(
            list_name=list_name,
            list_version=list_version,
            source_mark=mark,
            in_all=in_all,
            per_second=limit,
            again=again,
        )

    run = run_over(
        source_at(path),
        key=holding,
        wanted=wanted,
        actor=OPERATOR,
        began=lambda run: began(run.items, run.in_all),
        tell=tell,
    )
    return run.matched, _said(run)


def _said(run: RescanRun) -> str:
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(run.reasons.items()))
    sentences = [
        (
            f"{run.items:,} items: {run.matched:,} matched, {run.known:,} known before, "
            f"{run.unmatched:,} matched nothing, {run.not_scanned:,} not scanned."
        ),
    ]
    if reasons:
        sentences.append(f"Not scanned: {reasons}.")
    if run.matched:
        sentences.append("What matched is held as the token says; 'GET /api/v1/items/ID/state' says so of each item.")
    return "\n".join(sentences)


def _key(name: str) -> KeyHeld:
    row = ApiKey.objects.prefetch_related("scopes_held").filter(name=name).first()
    if row is None or row.retired_at is not None or row.expires_at <= timezone.now():
        raise ApiKeyNotValid(
            f"There is no API key '{name}' that works.",
            remedy="Make one for the service, its surface, and the token that allows looking again.",
        )
    return held(row)
