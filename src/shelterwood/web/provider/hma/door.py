"""The door of HMA's routes: an API key with the scope `reviewer`, and errors that both sorts of client can read.

An error is our problem document with one field more, HMA's `message`.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Final

from django.db import InterfaceError, OperationalError

from shelterwood.errors import ShelterwoodError
from shelterwood.fingerprints.hexadecimal import MalformedFingerprint
from shelterwood.lists import EntryNotValid
from shelterwood.lists.values import ValueNotValid
from shelterwood.web.hall.ui.problems import busy, problem, problem_of
from shelterwood.web.provider.hma.asking import AskedNotUnderstood
from shelterwood.web.provider.hma.counting import Counted, count
from shelterwood.web.provider.hma.fetching import AddressNotFetched, FetchingFailed
from shelterwood.web.provider.hma.queries import NoSuchBank, NoSuchContent
from shelterwood.web.provider.hma.services import BankExists, BankNotOurs
from shelterwood.web.provider.keys.door import key_door
from shelterwood.web.provider.keys.scopes import Scope
from shelterwood.web.provider.lists.services import EntryNotAdded, ListNotReady, ListNotValid
from shelterwood.web.provider.lists.states import ListStepNotPossible
from shelterwood.web.provider.scan.api import STATUS_OF

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from shelterwood.web.provider.keys.holding import KeyHeld

__all__ = ["Instead", "hma_door", "may_write", "not_scanned", "only"]

_STATUS: Final[dict[type[ShelterwoodError], int]] = STATUS_OF | {
    AddressNotFetched: 400,
    AskedNotUnderstood: 400,
    BankExists: 403,
    BankNotOurs: 403,
    EntryNotAdded: 400,
    EntryNotValid: 400,
    FetchingFailed: 400,
    ListNotReady: 409,
    ListNotValid: 400,
    ListStepNotPossible: 409,
    MalformedFingerprint: 400,
    NoSuchBank: 404,
    NoSuchContent: 404,
    ValueNotValid: 400,
}
_PROBLEM = "application/problem+json"


class Instead(Exception):
    """There is another answer than the one that was asked for: it ends the view."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def hma_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Declare a view as an HMA route: for keys with the scope `reviewer`, with errors in HMA's shape too."""
    guarded = key_door(scope=Scope.REVIEWER)(_answering(view))

    @functools.wraps(guarded)
    def with_message(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - the view's own
        return _with_message(guarded(request, *args, **kwargs))

    return with_message


def _answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - the view's own
        try:
            return view(request, *args, **kwargs)
        except Instead as instead:
            return instead.answer
        except (OperationalError, InterfaceError):
            return busy()
        except ShelterwoodError as error:
            status = _STATUS.get(type(error))
            if status is None:
                raise
            return problem_of(error, status=status)

    return answered


def _with_message(answer: HttpResponse) -> HttpResponse:
    if answer.headers.get("Content-Type") != _PROBLEM:
        return answer
    body = json.loads(answer.content)
    body["message"] = " ".join(filter(None, (body["title"], body.get("detail"))))
    answer.content = json.dumps(body).encode()
    return answer


def only(request: HttpRequest, *methods: str) -> None:
    """End the view with 405 unless the request is made with one of `methods`."""
    if request.method not in methods:
        named = ", ".join(methods)
        refusal = problem(status=405, title=f"This route takes {named} only.", code="method_not_allowed")
        refusal.headers["Allow"] = named
        raise Instead(refusal)


def may_write(key: KeyHeld) -> None:
    """End the view with 403 unless the key also holds the scope `lists`."""
    if Scope.LISTS not in key.scopes:
        title = f"This API key does not hold the scope '{Scope.LISTS}', which writing to banks needs."
        raise Instead(problem(status=403, title=title, code="scope_not_held"))


def not_scanned(reason: str, *, status: int, sentence: str) -> Instead:
    """Return the end of a view that could not look: never an empty answer, which a client would read as no match."""
    count(Counted.NOT_SCANNED)
    refusal = problem(status=status, title=f"Not scanned: {sentence}", code=reason)
    body = json.loads(refusal.content) | {"outcome": "not_scanned", "reason": reason}
    refusal.content = json.dumps(body).encode()
    return Instead(refusal)
