"""Every role and every permission of a service, and the one table that joins them.

The administrator keeps the house running and never sees a case; whoever sees cases never appoints people; the auditor
reads the record and does nothing else. One person holds roles of two of these groups only where solo mode waives it,
which the page /about then says to everyone.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["GRANTS", "Permission", "Role", "RoleGroup", "group_of", "permissions_of"]


class Role(StrEnum):
    """What a person is here. The value is the word used on the command line and in the record."""

    REVIEWER = "reviewer"
    SENIOR_REVIEWER = "senior-reviewer"
    FILING_OFFICER = "filing-officer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The role as a page writes it."""
        return self.value.replace("-", " ").capitalize()


class RoleGroup(StrEnum):
    """Roles of different groups are never held by one person, except in solo mode."""

    CASES = "cases"
    HOUSE = "house"
    RECORD = "record"


class Permission(StrEnum):
    """One thing that a person may or may not do. Wings add theirs here, so that there is one place to read."""

    # cases
    CASE_SEE = "case.see"
    CASE_DECIDE = "case.decide"
    CASE_DECIDE_AGAIN = "case.decide-again"  # second opinions, escalations, complaints; never on one's own decision
    REPORT_FILE = "report.file"
    # the house
    PEOPLE_MANAGE = "people.manage"
    SERVICE_SET_UP = "service.set-up"  # lists, keys, peers
    DELIVERIES_SEE = "deliveries.see"
    # the legal basis (decision 0017): everyone here may know it, two people make it
    BASIS_READ = "basis.read"
    BASIS_PROPOSE = "basis.propose"
    BASIS_ISSUE = "basis.issue"
    # lists of known material (decision 0018): one manages and proposes, another approves
    LIST_READ = "list.read"
    LIST_MANAGE = "list.manage"
    LIST_APPROVE = "list.approve"
    # sealed evidence: numbers and dates, never content (decision 0016)
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_HOLD = "evidence.hold"
    # the record
    RECORD_READ = "record.read"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.REVIEWER: frozenset(
        {Permission.CASE_SEE, Permission.CASE_DECIDE, Permission.BASIS_READ, Permission.LIST_READ}
    ),
    Role.SENIOR_REVIEWER: frozenset(
        {
            Permission.CASE_SEE,
            Permission.CASE_DECIDE,
            Permission.CASE_DECIDE_AGAIN,
            Permission.BASIS_READ,
            Permission.LIST_READ,
            Permission.LIST_APPROVE,
        }
    ),
    Role.FILING_OFFICER: frozenset(
        {
            Permission.CASE_SEE,
            Permission.REPORT_FILE,
            Permission.DELIVERIES_SEE,
            Permission.BASIS_READ,
            Permission.BASIS_PROPOSE,
            Permission.BASIS_ISSUE,
            Permission.EVIDENCE_READ,
            Permission.EVIDENCE_HOLD,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.PEOPLE_MANAGE,
            Permission.SERVICE_SET_UP,
            Permission.DELIVERIES_SEE,
            Permission.BASIS_READ,
            Permission.BASIS_PROPOSE,
            Permission.LIST_READ,
            Permission.LIST_MANAGE,
            Permission.LIST_APPROVE,
            Permission.EVIDENCE_READ,
        }
    ),
    Role.AUDITOR: frozenset(
        {Permission.RECORD_READ, Permission.BASIS_READ, Permission.LIST_READ, Permission.EVIDENCE_READ}
    ),
}

_GROUPS: dict[Role, RoleGroup] = {
    Role.REVIEWER: RoleGroup.CASES,
    Role.SENIOR_REVIEWER: RoleGroup.CASES,
    Role.FILING_OFFICER: RoleGroup.CASES,
    Role.ADMINISTRATOR: RoleGroup.HOUSE,
    Role.AUDITOR: RoleGroup.RECORD,
}


def group_of(role: Role) -> RoleGroup:
    """Return the group of `role`."""
    return _GROUPS[role]


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return what somebody who holds all of `roles` may do."""
    return frozenset[Permission]().union(*(GRANTS[role] for role in roles))
