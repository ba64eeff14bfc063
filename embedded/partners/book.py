"""What simulated clerks have begun and not finished: it survives the process.

A person who is registered waits no more, so whoever falls between registering somebody and writing
down what they wish would never come back to them. Source: Tenpoint design decision.
"""

from pathlib import Path
from typing import Final

BEGUN: Final = "begun"
DONE: Final = "done"
WORDS: Final = 3


class Book:
    """A file of lines that only grows; a line that was cut off says nothing."""

    def __init__(self, file: Path) -> None:
        """Go on where an earlier life stopped."""
        self.open = read(file)
        """References of people begun and not finished, by wristband."""
        self._file = file
        self._write("")

    def begin(self, wristband: str, person: str) -> None:
        """Keep, before anything is asked of the service, that a person's turn has come."""
        self._write(f"{BEGUN} {wristband} {person}")

    def finish(self, wristband: str, person: str) -> None:
        """Keep that everything about a person is written down."""
        self._write(f"{DONE} {wristband} {person}")
        self.open.pop(wristband, None)

    def _write(self, line: str) -> None:
        with self._file.open("a", encoding="ascii") as file:
            file.write(f"{line}\n")


def read(file: Path) -> dict[str, str]:
    """Return the references of people begun and not finished, by wristband."""
    begun: dict[str, str] = {}
    lines = file.read_text("ascii").splitlines() if file.exists() else []
    for word, wristband, person in (line.split() for line in lines if len(line.split()) == WORDS):
        if word == BEGUN:
            begun[wristband] = person
        else:
            begun.pop(wristband, None)
    return begun
