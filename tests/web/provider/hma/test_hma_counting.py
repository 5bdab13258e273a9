"""What the HMA routes count: hashed, looked up, matched, not scanned; and for the error limit, what was examined."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hma_clients import encoded
from uploads import picture

from shelterwood.web.hall.running import counters, flushing
from shelterwood.web.provider.basis.models import Measured

if TYPE_CHECKING:
    from hma_clients import HmaClient

    from shelterwood.web.provider.lists.models import ProviderList


def test_each_request_counts_by_what_came_of_it(client: HmaClient, bank: ProviderList) -> None:
    before = counters.totals()
    file = encoded(picture(1))
    client.post_file("/h/hash", file)
    client.post_file(f"/c/bank/{bank.name}/content", file)
    client.post_file("/m/lookup", file)
    client.post_file("/m/lookup", encoded(picture(2)))
    client.post_file("/m/lookup", b"no picture")

    after = counters.totals()
    assert {name: after[name] - before[name] for name in after if name.startswith("hma.")} == {
        "hma.hashed": 1,
        "hma.looked_up": 3,
        "hma.matched": 1,
        "hma.not_scanned": 1,
    }
    flushing.flush(datetime.now(UTC))
    assert Measured.objects.get(list_source=bank.name).examined >= 2
