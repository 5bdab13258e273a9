"""One file out of a form (RFC 7578), streamed into the spool; its name and every other field are ignored or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from shelterwood.errors import ShelterwoodError
from shelterwood.web.provider.scan.spool import BodyEnded, Spooled, Spooling

if TYPE_CHECKING:
    from django.http import HttpRequest

    from shelterwood.web.provider.scan.spool import Stream

__all__ = ["FormNotUnderstood", "receive_form"]


class FormNotUnderstood(ShelterwoodError):
    """A form does not hold exactly one file, or is no form."""


def receive_form(request: HttpRequest, *, length: int, most: int) -> Spooled:
    """Take in the one file of a form; raise FormNotUnderstood, BodyEnded, BodyTooLong or NoRoom."""
    counted = _Counted(request, length)
    with Spooling(most=most) as spooling:
        handler = _IntoSpool(spooling)
        try:
            MultiPartParser(request.META, counted, [handler]).parse()  # type: ignore[arg-type]  # it only reads
        except (MultiPartParserError, SuspiciousOperation) as error:
            raise counted.ended() or _wrong() from error
        except OSError as error:
            raise BodyEnded("The connection broke.", remedy="Send it again, whole.") from error
        if (ended := counted.ended()) is not None:
            raise ended
        if handler.files != 1:
            raise _wrong()
        return spooling.done()


def _wrong() -> FormNotUnderstood:
    return FormNotUnderstood("The form does not hold exactly one file.", remedy="Send one file, and nothing else.")


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

    def __init__(self, spooling: Spooling) -> None:
        super().__init__()
        self._spooling = spooling
        self.files = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files > 1:
            raise _wrong()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        self._spooling.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """Say nothing: the file is in the spool."""
