"""What `shelterwood log` does with an installation: check its chain, take a copy, sign where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from django.db import connection
from django.utils import timezone

from shelterwood.errors import ShelterwoodError
from shelterwood.web.hall.access.actors import OPERATOR
from shelterwood.web.hall.audit import heads, queries
from shelterwood.web.hall.audit.actions import RECORD_EXPORTED, RECORD_VERIFIED
from shelterwood.web.hall.audit.chain import line_to_json
from shelterwood.web.hall.audit.checking import Finding, HeadFacts, find_faults
from shelterwood.web.hall.audit.models import ChainHead
from shelterwood.web.hall.audit.services import record
from shelterwood.web.hall.audit.statements import read_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["NoRecord", "export", "public_key", "sign", "verify"]


class NoRecord(ShelterwoodError):
    """The data that were named hold no record: no service ever ran on them."""


def _demand() -> None:
    """Raise NoRecord where the tables of the record are not: a mistyped directory must not look like a sound one."""
    if "audit_chainhead" not in connection.introspection.table_names():
        raise NoRecord(
            "There is no record in these data: no service has run on them.",
            remedy="Name the directory of the service with --data or SHELTERWOOD_DATA.",
        )


def verify(signed: Iterable[str], *, progress: Callable[[int], None]) -> Finding:
    """Check the whole chain of this installation, against its head row and the `signed` heads; write down that it was.

    Lines that are written meanwhile are left for the next check. Raises NoRecord.
    """
    _demand()
    row = ChainHead.objects.filter(pk=1).first()
    head = HeadFacts(seq=row.seq, digest=row.digest) if row else HeadFacts()
    kept = [read_head(text, public=heads.public_key()) for text in signed]
    lines = queries.chained_lines(up_to=head.seq if row else None)
    finding = find_faults(lines, head=head, signed=kept, beyond=queries.beyond_the_head(), progress=progress)
    if row:  # without a head nothing can be written, and the finding says that it is gone
        codes = {"lines": str(finding.lines), "faults": str(len(finding.faults))}
        record(action=RECORD_VERIFIED, actor=OPERATOR, object_ref="", now=timezone.now(), codes=codes)
    return finding


def export(file: BinaryIO, *, progress: Callable[[int], None]) -> int:
    """Write every line as JSON Lines; what is personal stays here. Return how many."""
    _demand()
    now, end = timezone.now(), heads.head_now().seq
    for count, line in enumerate(queries.chained_lines(up_to=end), start=1):
        file.write(line_to_json(line) + b"\n")
        progress(count)
    record(action=RECORD_EXPORTED, actor=OPERATOR, object_ref="", now=now, codes={"lines": str(end)})
    return end


def sign() -> str:
    """Sign where the chain stands, and put a copy where SHELTERWOOD_LOG_HEADS_DIR says; return the statement."""
    _demand()
    return heads.sign_and_send(now=timezone.now()).text


def public_key() -> str:
    """Return the public half of the key that signs heads."""
    return heads.public_key()
