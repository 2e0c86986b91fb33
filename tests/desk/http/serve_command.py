"""`resolvent serve` as a module, so that worker processes can import what started them."""

from __future__ import annotations

import sys

from desk.cli.serve import command
from desk.cli.shared.exits import DeskError

if __name__ == "__main__":
    try:
        command(standalone_mode=False)
    except DeskError as error:
        print(f"resolvent: {error}", file=sys.stderr)
        sys.exit(error.exit)
