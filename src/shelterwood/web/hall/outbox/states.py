"""The states of a job, and the one table of how it passes from one to another."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["OPEN", "OVER", "TRANSITIONS", "JobState"]


class JobState(StrEnum):
    """Where a job is."""

    PENDING = "pending"  # waits for `next_attempt_at`
    RUNNING = "running"  # a keeper is at it, until `lease_until`; after that whoever comes first
    DONE = "done"
    DEAD = "dead"  # tried for days, or refused for good: a person has to look
    GIVEN_UP = "given_up"  # a person looked, and decided that it will not be delivered


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.PENDING: frozenset({JobState.RUNNING}),
    JobState.RUNNING: frozenset({JobState.RUNNING, JobState.PENDING, JobState.DONE, JobState.DEAD}),
    JobState.DONE: frozenset(),
    JobState.DEAD: frozenset({JobState.PENDING, JobState.GIVEN_UP}),
    JobState.GIVEN_UP: frozenset(),
}

OPEN = (JobState.PENDING, JobState.RUNNING)
OVER = (JobState.DONE, JobState.GIVEN_UP)
