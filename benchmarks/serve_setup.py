"""Make the data of a provider's service that may scan: a token of two officers, an own list in service, two API keys.

    python -m benchmarks.serve_setup DATA ENTRIES FOLDER

prints the keys: one that may scan, and one that may also write to the list. People, grounds and lists are those of
the web tests, made by the services that make them in earnest.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["main"]

TESTS = Path(__file__).parents[1] / "tests" / "web"


def main(data: Path, entries: int, folder: Path) -> tuple[str, str]:
    """Return the texts of the keys."""
    from shelterwood.web.hall.running.roles import become

    become("provider", data=data, port=0)
    from shelterwood.web.hall.running.preparing import prepare

    prepare()
    sys.path.insert(0, str(TESTS))
    import grounds
    import live_lists
    import people
    import uploads

    from shelterwood.web.provider.keys.scopes import Scope
    from shelterwood.web.provider.lists import upkeep
    from shelterwood.web.provider.lists.states import ListKind

    now = people.NOW = live_lists.NOW = datetime.now(UTC).replace(microsecond=0)
    drawn = random.Random(1)
    row = live_lists.new_list(name="coffee-cups", kind=ListKind.OWN)
    live_lists.deliver(row, {str(number): {"pdq": drawn.randbytes(32).hex()} for number in range(entries)}, now=now)
    live_lists.prepare(row, folder / "benign", live_lists.manager())
    live_lists.put_in_service(row)
    upkeep.check_files(now)  # as the keeper does in the first minute of a list
    token = grounds.issued_token(now=now)
    full = uploads.make_key(token.name, Scope.REVIEWER, Scope.LISTS, name="review-tool")
    return uploads.make_key(token.name), full


if __name__ == "__main__":
    print(*main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
