"""What the accounts write into the record."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = [
    "ACCOUNT_ACCEPTED",
    "ACCOUNT_DEACTIVATED",
    "ACCOUNT_INVITED",
    "ACCOUNT_REACTIVATED",
    "ACCOUNT_RESET",
    "FACTOR_ADDED",
    "FACTOR_REMOVED",
    "PASSWORD_CHANGED",
    "RECOVERY_CODES_MADE",
    "RECOVERY_CODE_USED",
    "ROLES_SET",
    "SESSION_ENDED",
    "SIGNED_IN",
    "SIGNED_OUT",
    "SIGN_IN_REFUSED",
    "SIGN_IN_THROTTLED",
    "SOLO_MODE_BEGUN",
    "SOLO_MODE_ENDED",
]

ACCOUNT_INVITED = register("account.invited", "A one-time link was made for an account; an older one stopped working.")
ACCOUNT_ACCEPTED = register("account.accepted", "The person used the link and chose a password.")
ACCOUNT_RESET = register("account.reset", "Password, second factors and sessions were taken away; a new link was made.")
ACCOUNT_DEACTIVATED = register("account.deactivated", "The account can no longer sign in; its sessions ended.")
ACCOUNT_REACTIVATED = register("account.reactivated", "The account can sign in again.")
ROLES_SET = register("account.roles-set", "What the person may do was decided anew.")
PASSWORD_CHANGED = register("account.password-changed", "The person chose another password; other sessions ended.")
FACTOR_ADDED = register("account.factor-added", "A second factor was set up.")
FACTOR_REMOVED = register("account.factor-removed", "A second factor was taken away.")
RECOVERY_CODES_MADE = register("account.recovery-codes-made", "Recovery codes were made; older ones stopped working.")
RECOVERY_CODE_USED = register("account.recovery-code-used", "A recovery code stood in for the second factor.")
SIGNED_IN = register("sign-in.done", "A person signed in.")
SIGNED_OUT = register("sign-in.ended", "A person signed out.")
SIGN_IN_REFUSED = register("sign-in.refused", "Name, password or second factor were not right; the line names nobody.")
SIGN_IN_THROTTLED = register("sign-in.throttled", "Too many attempts; nothing was looked up. One line a window.")
SESSION_ENDED = register("session.ended", "A session was ended from another one.")
SOLO_MODE_BEGUN = register("solo-mode.begun", "The service is run by one person; an outside body was named.")
SOLO_MODE_ENDED = register("solo-mode.ended", "The service is run by more than one person again.")
