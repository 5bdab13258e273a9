"""The verbs of the lists: the only writers of their tables and files; each transaction ends with its line."""

from __future__ import annotations

from shelterwood.web.provider.lists.services.asked_imports import IMPORT, ask_for_import, do_import
from shelterwood.web.provider.lists.services.checking import (
    adopt_or_hold,
    forecast,
    opened_version,
    run_benign_set,
    sign_version,
)
from shelterwood.web.provider.lists.services.entries import EntryNotAdded, add_entry, withdraw_entry
from shelterwood.web.provider.lists.services.going_live import (
    ListNotReady,
    approve,
    disable,
    enable,
    propose,
    return_proposal,
    withdraw,
)
from shelterwood.web.provider.lists.services.importing import Delivered, begin_empty, import_delivery
from shelterwood.web.provider.lists.services.registering import (
    ListNotValid,
    describe_list,
    register_list,
    set_matching,
)

__all__ = [
    "IMPORT", "Delivered", "EntryNotAdded", "ListNotReady", "ListNotValid", "add_entry", "adopt_or_hold", "approve",
    "ask_for_import", "begin_empty", "describe_list", "disable", "do_import", "enable", "forecast", "import_delivery",
    "opened_version", "propose", "register_list", "return_proposal", "run_benign_set", "set_matching", "sign_version",
    "withdraw", "withdraw_entry",
]  # fmt: skip
