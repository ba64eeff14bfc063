"""What simulated staff has begun and what it has finished: it survives the process.

A person who is registered waits no more, so whoever falls between registering somebody and writing
down what they wish would never come back to them; and a service remembers a request for 24 hours
only, so that what is finished must be known here. Source: Tenpoint design decision.
"""

from pathlib import Path
from typing import Final

BEGUN: Final = "begun"
DONE: Final = "done"
WORDS: Final = 3


class Book:
    """A file of lines that only grows; a line that was cut off says nothing.

    What is begun and finished has a name without blanks: a wristband, or an act for its wearer.
    """

    def __init__(self, file: Path) -> None:
        """Go on where an earlier life stopped."""
        self.open: dict[str, str] = {}
        """References of people for whom something is begun and not finished, by its name."""
        self.done: set[str] = set()
        """Names of what is finished."""
        self._file = file
        for line in file.read_text("ascii").splitlines() if file.exists() else ():
            self._note(line.split())
        self._write("")

    def begin(self, name: str, person: str) -> None:
        """Keep, before anything is asked of the service, that something is begun for a person."""
        if self.open.get(name) != person:
            self._write(f"{BEGUN} {name} {person}")

    def finish(self, name: str, person: str) -> None:
        """Keep that it is done."""
        self._write(f"{DONE} {name} {person}")

    def _write(self, line: str) -> None:
        with self._file.open("a", encoding="ascii") as file:
            file.write(f"{line}\n")
        self._note(line.split())

    def _note(self, words: list[str]) -> None:
        if len(words) != WORDS:
            return
        word, name, person = words
        if word == BEGUN:
            self.open[name] = person
        else:
            self.open.pop(name, None)
            self.done.add(name)
