"""Entry point of `shelterwood` and `python -m shelterwood`; everything it does lives in `shelterwood.cli`."""

from __future__ import annotations

import sys

from shelterwood.cli import run


def main() -> int:
    """Run the command line and return its exit code: 0 nothing found, 1 something found, 2 error."""
    return run()


if __name__ == "__main__":
    sys.exit(main())
