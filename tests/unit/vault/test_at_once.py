"""Many at once: what is sealed while a purge wraps its week anew is neither lost nor left under the old key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shelterwood.vault import Due, ObjectId, PurgeReason, Vault

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_sealing_and_purging_at_once_lose_nothing_and_keep_nothing(
    mount: Callable[[], Vault], content: Callable[[Vault, ObjectId], bytes]
) -> None:
    purging, sealing = mount(), mount()
    doomed = [purging.seal([b"doomed"], media_type="png", actor="key:1", now=NOW).object_id for _ in range(4)]

    def seal(number: int) -> ObjectId:
        return sealing.seal([b"%d" % number], media_type="png", actor="key:1", now=NOW).object_id

    def purge(name: ObjectId) -> int:
        due = [Due(object_id=name, reason=PurgeReason.CLOCK_ENDED)]
        return len(purging.purge(due, actor="system:keeper", now=NOW).purged)

    with ThreadPoolExecutor(6) as pool:
        sealed = pool.map(seal, range(16))
        purged = pool.map(purge, doomed)
        names, destroyed = list(sealed), sum(purged)

    after = mount()
    assert destroyed == len(doomed)
    assert [content(after, name) for name in names] == [b"%d" % number for number in range(16)]
    assert sorted(after.objects()) == sorted(names)
    assert len(after.ledger.every_proof()) == len(doomed)
    assert [len(after.keys.key_ids(week)) for week in after.keys.weeks()] == [1]
