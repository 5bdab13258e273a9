"""The auditor's pages: read the record, see that it was checked, take a copy. Each look is a line itself."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from shelterwood.web.hall.access.declarations import needs
from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.permissions import Permission
from shelterwood.web.hall.audit import heads, queries
from shelterwood.web.hall.audit.actions import RECORD_EXPORTED, RECORD_READ, registered
from shelterwood.web.hall.audit.chain import line_to_json
from shelterwood.web.hall.audit.forms import FilterForm
from shelterwood.web.hall.audit.services import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

__all__ = ["export_record", "read_record"]

_PAGE = 50


@needs(Permission.RECORD_READ)
@require_safe
def read_record(request: HttpRequest) -> HttpResponse:
    """Show the newest lines that fit the filter; what was asked for is recorded, as codes of which fields were used."""
    form = FilterForm(request.GET or None)
    valid = form.is_valid() if form.is_bound else True
    wanted = form.wanted() if form.is_bound and valid else queries.Filter()
    page = queries.newest(wanted, count=_PAGE)
    _note_the_look(request, wanted)
    asked = {name: value for name, value in request.GET.items() if name != "before" and value}
    context = {
        "form": form,
        "page": page,
        "rows": [(line, _meaning(line.action)) for line in page.lines],
        "state": queries.state_of_chain(),
        "filtered": bool(asked),
        "older": urlencode(asked | {"before": page.older}) if page.older else "",
    }
    return render(request, "audit/record.html", context, status=200 if valid else 400)


def _meaning(action: str) -> str:
    """Say what a line of this name means; an action of a part that is gone has only its name."""
    known = registered().get(action)
    return known.meaning if known else ""


def _note_the_look(request: HttpRequest, wanted: queries.Filter) -> None:
    codes = {name: "yes" for name in ("action", "actor", "object_ref", "since", "until") if getattr(wanted, name)}
    if wanted.before:
        codes["before"] = str(wanted.before)
    record(action=RECORD_READ, actor=visitor_of(request).actor, object_ref="", now=timezone.now(), codes=codes)


@needs(Permission.RECORD_READ, fresh=True)
@require_POST
def export_record(request: HttpRequest) -> StreamingHttpResponse:
    """Send every line up to now as JSON Lines; what is personal about lines stays here."""
    end = heads.head_now().seq
    codes = {"lines": str(end)}
    record(action=RECORD_EXPORTED, actor=visitor_of(request).actor, object_ref="", now=timezone.now(), codes=codes)
    answer = StreamingHttpResponse(_lines(end), content_type="application/jsonl; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="record-{end}.jsonl"'
    return answer


def _lines(end: int) -> Iterator[bytes]:
    for line in queries.chained_lines(up_to=end):
        yield line_to_json(line) + b"\n"
