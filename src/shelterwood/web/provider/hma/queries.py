"""What the routes read about banks and their content. A bank is a list that is not withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelterwood.errors import ShelterwoodError
from shelterwood.web.provider.hma.models import BankContent
from shelterwood.web.provider.lists.models import ProviderList
from shelterwood.web.provider.lists.policy import steps
from shelterwood.web.provider.lists.states import ListState

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NoSuchBank", "NoSuchContent", "all_banks", "bank_named", "banks_named", "content_in", "what_lacks"]


class NoSuchBank(ShelterwoodError):
    """There is no list of this name that is not withdrawn."""


class NoSuchContent(ShelterwoodError):
    """There is no content of this number in this bank, or it was deleted."""


def all_banks() -> list[ProviderList]:
    """Return every list that is not withdrawn, those of our own and those that were delivered."""
    return list(ProviderList.objects.exclude(state=ListState.WITHDRAWN).order_by("name"))


def bank_named(name: str) -> ProviderList:
    """Return one bank; raise NoSuchBank."""
    row = ProviderList.objects.exclude(state=ListState.WITHDRAWN).filter(name=name).first()
    if row is None:
        raise NoSuchBank("There is no bank of this name.", remedy="GET /c/banks names them all.")
    return row


def banks_named(names: Iterable[str]) -> list[ProviderList]:
    """Return several banks; raise NoSuchBank where one of them does not exist: a typing error is no empty match."""
    return [bank_named(name) for name in names]


def content_in(bank: ProviderList, number: str) -> BankContent:
    """Return content by its number, only of this bank and not deleted; raise NoSuchContent."""
    can_be = number.isascii() and number.isdigit() and len(number) < 19
    found = BankContent.objects.filter(list=bank, pk=int(number), deleted_at=None).first() if can_be else None
    if found is None:
        raise NoSuchContent("There is no content of this number in this bank.", remedy="It may have been deleted.")
    return found


def what_lacks(bank: ProviderList) -> list[str]:
    """Return what stands between a bank and service, in the order of its page."""
    return [step.name for step in steps(bank) if not step.done]
