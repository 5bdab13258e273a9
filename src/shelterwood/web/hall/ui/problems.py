"""The one shape of an error for machines: application/problem+json (RFC 9457)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse

if TYPE_CHECKING:
    from django.http import HttpRequest

    from shelterwood.errors import ShelterwoodError

__all__ = ["MACHINE_PREFIXES", "SECONDS_BUSY", "answers_in_json", "busy", "problem", "problem_of"]

SECONDS_BUSY = "5"
MACHINE_PREFIXES = ("/api/", "/h/", "/m/", "/c/", "/messages")


def answers_in_json(request: HttpRequest) -> bool:
    """Return whether the caller is a machine: by the address, or because it asks for JSON and not for a page."""
    accepts = request.headers.get("Accept", "")
    return request.path.startswith(MACHINE_PREFIXES) or ("json" in accepts and "text/html" not in accepts)


def problem(*, status: int, title: str, detail: str = "", code: str = "") -> JsonResponse:
    """Return a problem document: `title` says what is wrong, `detail` what to do, `code` is stable for programs."""
    body = {"type": f"about:blank#{code}" if code else "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    return JsonResponse(body, status=status, content_type="application/problem+json")


def busy() -> JsonResponse:
    """Return what a program is told while the database does not answer, or is held by somebody else for too long."""
    refusal = problem(
        status=503,
        title="The database does not answer, or is held by other work.",
        detail="Nothing of this request was kept. Send it again after the seconds in Retry-After.",
        code="database_busy",
    )
    refusal.headers["Retry-After"] = SECONDS_BUSY
    return refusal


def problem_of(error: ShelterwoodError, *, status: int) -> JsonResponse:
    """Return the problem document of one of our errors: its fact, its remedy, its name as the code."""
    return problem(status=status, title=error.fact, detail=error.remedy, code=type(error).__name__)
