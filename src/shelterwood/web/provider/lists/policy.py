"""The path of a list into service: what each step asks, whether it is done, and who does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shelterwood.web.provider.lists.states import ListState

if TYPE_CHECKING:
    from shelterwood.web.provider.lists.models import ProviderList

__all__ = ["Step", "missing", "steps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the checklist.

    `who` says whose turn it is; `detail` what was found; `place` is the part of the list's page where it is done.
    One that is not `due` waits for others.
    """

    name: str
    done: bool
    detail: str
    who: str
    place: str = ""
    due: bool = True


def _papers(row: ProviderList) -> list[Step]:
    signed = bool(row.digest) and row.signed_digest == row.digest
    agreed = row.agreement or ("signed by the owner" if signed else "not recorded")
    manager = "whoever manages lists"
    return [
        Step(name="a version", done=bool(row.digest), detail=_version(row), who=manager, place="import"),
        Step(
            name="the owner's word",
            done=bool(row.agreement) or signed,
            detail=agreed,
            who=manager,
            place="papers",
        ),
        Step(
            name="a legal reference",
            done=bool(row.legal_reference),
            detail=row.legal_reference or "not recorded",
            who=manager,
            place="papers",
        ),
    ]


def _version(row: ProviderList) -> str:
    return f"version {row.version}" if row.digest else "nothing imported yet"


def _checks(row: ProviderList) -> list[Step]:
    ran = bool(row.digest) and row.golden_digest == row.digest and row.golden_hits is not None
    hits = row.golden_hits or 0
    found = "not run on this version" if not ran else "clean" if not hits else f"blocked: {hits:,} entries reach it"
    sampled = f"{row.forecast_matched:,} of {row.forecast_of:,} matched" if row.forecast_of else "not made yet"
    return [
        Step(
            name="a clean run of the benign set",
            done=ran and not hits,
            detail=found,
            who="the service itself",
            place="benign",
            due=bool(row.digest),
        ),
        Step(
            name="a forecast on your own sample",
            done=row.forecast_of > 0,
            detail=sampled,
            who="whoever manages lists",
            place="forecast",
            due=bool(row.digest),
        ),
    ]


def missing(row: ProviderList) -> list[str]:
    """Return what the list lacks before people decide; empty: it may be proposed."""
    return [step.name for step in (*_papers(row), *_checks(row)) if not step.done]


def steps(row: ProviderList) -> list[Step]:
    """Return the whole path, in order."""
    proposed = row.proposed_by.name if row.proposed_by else ""
    approved = row.approved_by.name if row.approved_by else ""
    live = row.state in {ListState.LIVE, ListState.DISABLED}
    second = f"{approved}, alone (solo mode)" if row.solo else approved
    return [
        *_papers(row),
        *_checks(row),
        Step(
            name="proposed",
            done=bool(proposed),
            detail=proposed or "by nobody yet",
            who="the first person",
            due=not missing(row),
        ),
        Step(
            name="approved",
            done=live,
            detail=second or "by nobody yet",
            who="a second person",
            due=row.state == ListState.PROPOSED,
        ),
    ]
