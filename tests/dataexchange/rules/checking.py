"""A person about whom a check is asked: everything speaks for clear, until it is changed."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from services.dataexchange.rules.book import Book
from services.dataexchange.rules.judge import Judgement
from services.dataexchange.rules.outcomes import Release
from services.dataexchange.rules.reading import Message
from shared.codes.protection import Stated
from shared.kernel.agencies import (
    BORDER,
    IOM,
    UNHCR,
    Agency,
)
from tests.builders import NOON, judged
from tests.dataexchange.rules.plain_protection import (
    STATING,
    Feed,
    Word,
    a_meeting_book,
    a_met,
    as_message,
    asked,
    called,
)

NOW, OLD = timedelta(0), timedelta(hours=24, seconds=1)
CLEAR = {BORDER: "ASK_ASYLUM_AUTHORITY", IOM: "CLEAR"}
WORDS = (None, Stated.NO, Stated.YES, Stated.UNKNOWN)


def told(book: Book, *said: Word | Feed | Message) -> Book:
    for one in said:
        judged(book, one if isinstance(one, Message) else as_message(one))
    return book


def feeds(**ages: timedelta) -> list[Feed]:
    return [Feed(one, 1, ages.get(one.replace("-", "_"), NOW)) for one in STATING]


def a_clear_book(**more: Any) -> Book:
    book = a_meeting_book(**more)
    a_met(book)
    return told(book, *feeds(), Word(UNHCR, 1, Stated.NO))


def answers(judgement: Judgement) -> list[Release]:
    return [one for one in judgement.releases if one.wire.endswith(".ProtectionCheckAnswered.v1")]


def word(judgement: Judgement) -> str:
    [answer] = answers(judgement)
    return str(msgspec.json.decode(answer.body or b"")["answer"])


def check(book: Book, asker: Agency = BORDER, kind: str = "REMOVAL", at: datetime = NOON) -> str:
    return word(judged(book, asked(asker, called(asker), kind), at=at))


def a_copy(book: Book) -> Book:
    """The same book before anybody asked."""
    book.aggregates = {
        place: one
        for place, one in book.aggregates.items()
        if not place[0].startswith(("gov-b", "io"))
    }
    return book
