"""Make the data of a provider's service that may scan: a token of two officers, a list in service, an API key.

    python -m benchmarks.serve_setup DATA ENTRIES FOLDER

prints the key. People, grounds and lists are those of the web tests, made by the services that make them in earnest.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["main"]

TESTS = Path(__file__).parents[1] / "tests" / "web"


def main(data: Path, entries: int, folder: Path) -> str:
    """Return the text of the key."""
    from shelterwood.web.hall.running.roles import become

    become("provider", data=data, port=0)
    from shelterwood.web.hall.running.preparing import prepare

    prepare()
    sys.path.insert(0, str(TESTS))
    import grounds
    import live_lists
    import people
    import uploads

    now = people.NOW = live_lists.NOW = datetime.now(UTC).replace(microsecond=0)
    drawn = random.Random(1)
    row = live_lists.new_list(name="coffee-cups")
    live_lists.deliver(row, {str(number): {"pdq": drawn.randbytes(32).hex()} for number in range(entries)}, now=now)
    live_lists.prepare(row, folder / "benign", live_lists.manager())
    live_lists.put_in_service(row)
    token = grounds.issued_token(now=now)
    return uploads.make_key(token.name)


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
