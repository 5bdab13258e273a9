"""A try at a second factor is counted before its code is looked at, alike on the three pages that ask for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.views import View

from shelterwood.web.hall.accounts.throttling import CODE, may_try
from shelterwood.web.hall.ui.errors import too_often

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["CountedTries"]


class CountedTries(View):
    """Put before a view whose POST carries a code."""

    def whose_try(self) -> str:
        """Return the key of the account whose tries are counted; who is signed in, unless a view knows better."""
        return str(self.request.user.pk)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Count first, then look at the code."""
        if not may_try(CODE, self.whose_try(), now=timezone.now()):
            return too_often(request)
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]  # the next view has it
        return answer
