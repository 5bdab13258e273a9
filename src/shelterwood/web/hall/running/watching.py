"""Whether the keeper lives and does its rounds, and whether the outbox moves: for readiness and metrics."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone

from shelterwood.web.hall.outbox import queries
from shelterwood.web.hall.running import board, keeper

__all__ = ["why_keeper_is_not_well", "why_outbox_is_stuck"]

SILENT = 15.0
"""A keeper gives a sign of life every second; after so many without it is taken for dead."""

OFTEN = 3
"""A round that failed so often in a row is not having bad luck."""

OVERDUE = timedelta(minutes=15)
"""A job is tried within a second of its moment; the lease of one whose keeper died is ten minutes."""


def why_keeper_is_not_well() -> str:
    """Return why not, or ""; where no supervisor runs there need not be a keeper."""
    seen = board.keeper()
    if seen.supervised and seen.seconds_ago > SILENT:
        return "the keeper does not answer"
    failing = [each.name for each in keeper.rounds() if board.seen(each.number).failures_in_a_row >= OFTEN]
    return f"failing: {', '.join(failing)}" if failing else ""


def why_outbox_is_stuck() -> str:
    """Return why not, or ""."""
    try:
        overdue = queries.longest_overdue(now=timezone.now())
    except DatabaseError:  # that the database does not answer is its own reason
        return ""
    return "deliveries are not being tried" if overdue > OVERDUE else ""
