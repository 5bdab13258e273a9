"""One file out of a form (RFC 7578), streamed into the spool; its name and every other field are ignored or refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from shelterwood.errors import ShelterwoodError
from shelterwood.web.provider.scan.patience import Body
from shelterwood.web.provider.scan.spool import BodyEnded, Spooled, Spooling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

    from shelterwood.web.provider.scan.spool import Stream

__all__ = ["Form", "FormNotUnderstood", "read_form", "receive_form"]


class FormNotUnderstood(ShelterwoodError):
    """A form does not hold exactly one file, or is no form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that came whole: its one file in the spool, the name of its field, and the other fields as text."""

    spooled: Spooled
    field: str
    texts: Mapping[str, str]

    def with_no_other_text(self, *known: str) -> Self:
        """Return the form if its texts are among the `known`; else remove the file and raise FormNotUnderstood.

        Another text may be content too, and would not have been looked at.
        """
        if not self.texts.keys() <= set(known):
            with self.spooled:
                raise _wrong()
        return self


def receive_form(request: HttpRequest, *, length: int, most: int) -> Spooled:
    """Take in the one file of a form that holds nothing else; raise as `read_form` does."""
    return read_form(request, length=length, most=most).with_no_other_text().spooled


def read_form(request: HttpRequest, *, length: int, most: int, on_file: Callable[[str], None] | None = None) -> Form:
    """Take in a form with one file; `on_file` may refuse the file by its field, before it is read.

    Raises FormNotUnderstood, BodyEnded, BodyTooLong, NoRoom.
    """
    with Spooling(most=most) as spooling:
        counted = _Counted(Body(request), length)
        handler = _IntoSpool(spooling, on_file)
        try:
            texts, _ = _Parser(request.META, counted, [handler]).parse()  # type: ignore[arg-type]  # it only reads
        except (MultiPartParserError, SuspiciousOperation) as error:
            raise counted.ended() or _wrong() from error
        except OSError as error:
            raise BodyEnded("The connection broke.", remedy="Send it again, whole.") from error
        if (ended := counted.ended()) is not None:
            raise ended
        if handler.files != 1:
            raise _wrong()
        return Form(
            spooled=spooling.done(), field=handler.field, texts={name: str(text) for name, text in texts.items()}
        )


def _wrong() -> FormNotUnderstood:
    return FormNotUnderstood("The form does not hold exactly one file.", remedy="Send one file, and nothing else.")


class _Parser(MultiPartParser):
    """Django's, which passes over a file whose name is none to it: then an uploader's name could keep a file unseen."""

    def sanitize_file_name(self, file_name: str) -> str:  # noqa: ARG002 - the name is used for nothing
        return "file"


class _Counted:
    """The body, and how much of it came."""

    def __init__(self, stream: Stream, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._stream.read(wanted) if wanted else b""
        self._left -= len(piece)
        return piece

    def ended(self) -> BodyEnded | None:
        """Return the error where fewer bytes came than were said: nothing more is to be had."""
        while self._left:
            try:
                if not self.read(1 << 16):
                    break
            except OSError:
                break
        return BodyEnded("The body ended early.", remedy="Send it again, whole.") if self._left else None


class _IntoSpool(FileUploadHandler):
    """Takes the first file; a second makes the form refused."""

    chunk_size = 256 * 1024

    def __init__(self, spooling: Spooling, on_file: Callable[[str], None] | None) -> None:
        super().__init__()
        self._spooling = spooling
        self._on_file = on_file
        self.files = 0
        self.field = ""

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files > 1:
            raise _wrong()
        self.field = str(self.field_name or "")
        if self._on_file is not None:
            self._on_file(self.field)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        self._spooling.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """Say nothing: the file is in the spool."""
