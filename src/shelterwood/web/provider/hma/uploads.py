"""The bytes that a request is about: a form with one file, as HMA takes it, or an address that may be fetched.

The field's name is the content type (`photo`, `video`). The legal basis is asked before anything of the body is read,
and once more where the field says that it is something else than was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from shelterwood.policy import Medium, Refused
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.hall.ui.problems import problem
from shelterwood.web.provider.hma.asking import AskedNotUnderstood, content_type_in
from shelterwood.web.provider.hma.door import Instead, not_scanned
from shelterwood.web.provider.hma.fetching import fetch
from shelterwood.web.provider.scan import bodies, multipart, neighbours, services, spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from django.http import HttpRequest

    from shelterwood.web.provider.keys.holding import KeyHeld
    from shelterwood.web.provider.scan.neighbours import Ground
    from shelterwood.web.provider.scan.spool import Spooled

__all__ = ["Basis", "Media", "media_of", "no_basis_needed"]

_MEDIUM: Final = {"photo": Medium.IMAGE, "video": Medium.VIDEO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One file in the spool; `texts` are the other fields of its form, `heading` None where it was fetched."""

    spooled: Spooled
    content_type: str
    heading: bodies.Heading | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    def upload(self, key: KeyHeld) -> services.Upload:
        """Return whose upload it is, for the event."""
        if self.heading is None:
            return services.Upload(key=key)
        mark = services.account_mark(self.heading.account, service=key.service)
        return services.Upload(key=key, item=self.heading.item, account_mark=mark)


class Basis:
    """The legal basis of one request: asked for each medium before it is read; `ground` is the latest answer."""

    def __init__(self, key: KeyHeld, *, now: datetime) -> None:
        self._key = key
        self._now = now
        self._asked: dict[Medium, Ground] = {}
        self._latest = Medium.IMAGE

    def __call__(self, medium: Medium) -> None:
        """End the view where content of this medium may not be looked at; the refusal is recorded."""
        self._latest = medium
        if medium in self._asked:
            return
        found = neighbours.ground_for(self._key, medium=medium, now=self._now)
        if isinstance(found, Refused):
            raise Instead(problem(status=403, title=found.sentence, code=str(found.reason)))
        if isinstance(found, neighbours.NothingSetUp):
            raise not_scanned(found.reason, status=503, sentence="no list was ever in service here.")
        self._asked[medium] = found

    @property
    def ground(self) -> Ground:
        """The ground on which the medium that was asked for last may be looked at."""
        return self._asked[self._latest]


def no_basis_needed(_medium: Medium) -> None:
    """Let media be read that a bank is made of: nothing of a user is looked up."""


def media_of(request: HttpRequest, *, may: Callable[[Medium], None], texts: Iterable[str] = ()) -> Media:
    """Take in what a request is about; `may` is asked first. Use `with media.spooled`: the file goes with it.

    A form may hold these `texts` beside its file, and no other.
    """
    url = request.GET.get("url")
    if url is not None:
        content_type = content_type_in(request.GET.get("content_type", "photo"))
        may(_MEDIUM[content_type])
        return Media(spooled=fetch(url), content_type=content_type)
    if request.method != "POST":
        raise AskedNotUnderstood("There is neither a signal nor a 'url'.", remedy="Send one, or POST a file.")
    return _of_form(request, may, texts)


def _of_form(request: HttpRequest, may: Callable[[Medium], None], texts: Iterable[str]) -> Media:
    heading = bodies.heading_of(request)
    if not heading.is_form:
        raise bodies.TypeNotTaken("The body is not a form.", remedy="Send one file as multipart/form-data.")
    most = facts().longest_upload
    if heading.length > most:
        raise spool.BodyTooLong(f"The body has more than {most:,} bytes.", remedy="Send less at a time.")
    may(Medium.IMAGE)
    form = multipart.read_form(
        request, length=heading.length, most=most, on_file=lambda name: may(_MEDIUM[content_type_in(name)])
    ).with_no_other_text(*texts)
    return Media(spooled=form.spooled, content_type=form.field, heading=heading, texts=form.texts)
