"""Entry point of `shelterwood` and `python -m shelterwood`; everything it does lives in `shelterwood.cli`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    sys.stderr.write("The command line arrives with issue item 6.\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
