"""Print the topic table: who may write and read which topic, as every carrier enforces it."""

import sys

from shared.kernel.agencies import COLUMN_OF
from shared.messaging.permissions import as_text


def main() -> None:
    """Print the table of all partner agencies."""
    sys.stdout.write(as_text(COLUMN_OF))


if __name__ == "__main__":
    main()
