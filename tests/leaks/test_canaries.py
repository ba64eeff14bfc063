"""Each text about each person carries a mark; afterwards no mark is where it may not be."""

import asyncio
import logging
import re
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from embedded import people
from embedded.demo import Replay
from embedded.main import AGENCIES, start
from embedded.people import Traveller, travellers
from shared.kernel.agencies import BORDER, DESK, SHELTER, UNHCR, Agency
from shared.kernel.clock import system_clock
from shared.messaging.bus import Span
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import grants, stream_topic, topics
from tests.crashes.adversary import at_once
from tests.embedded.running import COUNTS, SEED


class Marked:
    """A demonstration of marked people, and what was logged meanwhile."""

    def __init__(self, folder: Path, logged: str) -> None:
        self.folder = folder
        self.logged = logged

    def rows(self, name: str, *, without: tuple[str, ...] = ()) -> str:
        """Everything in a database, but for some tables, as text."""
        database = sqlite3.connect(f"file:{self.folder / name}?mode=ro", uri=True)
        try:
            tables = [
                row[0]
                for row in database.execute("select name from sqlite_master where type = 'table'")
            ]
            return "\n".join(
                repr(row)
                for table in tables
                if table not in without
                for row in database.execute(f'select * from "{table}"')  # noqa: S608
            )
        finally:
            database.close()

    def stream(self, agency: Agency) -> str:
        """Everything in one agency's stream, keys and headers too, as text."""
        log = EventLog(self.folder / "log.sqlite", topics(AGENCIES), grants(AGENCIES), system_clock)
        try:
            bus = log.as_principal(agency)
            ends = at_once(bus.end_offsets([stream_topic(agency)]))
            return repr(at_once(bus.read([Span(place, 0, end) for place, end in ends.items()])))
        finally:
            log.close()


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    folder = tmp_path_factory.mktemp("marked") / "run"
    plain = people.travellers
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(repr(record.__dict__))  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("embedded.people", "embedded.partners.border", "embedded.partners.clerk"):
            patch.setattr(f"{module}.travellers", partial(plain, marked=True))
        for module in ("embedded.partners.profiler", "embedded.reckoning"):
            patch.setattr(f"{module}.travellers", partial(plain, marked=True))
        asyncio.run(run(folder))
    logging.getLogger().removeHandler(handler)
    return Marked(folder, "\n".join(lines))


async def run(folder: Path) -> None:
    embedded = await start(folder, seed=SEED, first=min(COUNTS))
    embedded.run()
    try:
        await Replay(embedded, COUNTS).run()
    finally:
        await embedded.stop()


def everybody() -> list[Traveller]:
    return [
        one for day, count in COUNTS.items() for one in travellers(SEED, day, count, marked=True)
    ]


def mark(one: Traveller) -> str:
    return one.family_name[-8:]


def found(marks: list[str], text: str) -> list[str]:
    return [one for one in marks if one in text]


def test_the_marks_are_there_to_be_found(marked: Marked) -> None:
    marks = [mark(one) for one in everybody()]

    assert found(marks, marked.rows("registration.sqlite")) == marks
    assert len(found(marks, marked.rows("profiling.sqlite"))) > len(marks) / 2


def test_the_border_holds_nothing_that_reception_wrote(marked: Marked) -> None:
    marks = [mark(one) for one in everybody()]

    assert found(marks, marked.rows("border.sqlite")) == []


def test_the_exchange_keeps_no_value_of_anybody(marked: Marked) -> None:
    values = [mark(one) for one in everybody()] + [one.phone for one in everybody()]

    assert found(values, marked.rows("exchange.sqlite")) == []


def test_what_people_fear_is_nowhere_in_clear(marked: Marked) -> None:
    said = [text[:24] for one in everybody() for text in (one.fear, one.worry) if text]
    assert said

    everywhere = "".join(marked.rows(path.name) for path in marked.folder.glob("*.sqlite"))

    assert found(said, everywhere) == []


def test_a_telephone_reaches_unhcr_only_where_the_person_agreed(marked: Marked) -> None:
    agreed = {one.phone for one in everybody() if one.agrees_to_be_called}
    others = [one.phone for one in everybody() if one.phone not in agreed]

    assert found(others, marked.rows("profiling.sqlite")) == []
    assert found(others, marked.stream(UNHCR)) == []
    assert found(sorted(agreed), marked.stream(UNHCR))


def test_a_telephone_taken_back_is_no_longer_at_unhcr(marked: Marked) -> None:
    back = [one.phone for one in everybody() if one.withdraws and not one.withholds_name]
    assert back

    assert found(back, marked.rows("profiling.sqlite")) == []


def test_the_border_hears_no_name_and_no_number(marked: Marked) -> None:
    values = [mark(one) for one in everybody()] + [one.phone for one in everybody()]

    assert found(values, marked.stream(BORDER)) == []


def test_nothing_personal_is_in_a_log_line(marked: Marked) -> None:
    values = [mark(one) for one in everybody()] + [one.phone for one in everybody()]

    assert found(values, marked.logged) == []


def test_the_files_of_two_agencies_have_no_word_in_common_that_joins_them(
    marked: Marked,
) -> None:
    """But for the wristband, to reception only and destroyed there, and what both may have."""
    border = references(marked.rows("border.sqlite"))
    reception = references(marked.rows("registration.sqlite"))
    unhcr = references(marked.rows("profiling.sqlite"))

    assert border
    assert border & reception == set()
    assert border & unhcr == set()
    assert reception & unhcr == set()


def references(text: str) -> set[str]:
    """Every reference of Tenpoint's form in a text."""
    return set(re.findall(r"[PGNDRCMET][WX][0-9A-HJKMNP-TV-Z]{26}[0-9A-Z*~$=]", text))


def test_the_desk_learns_of_nobody(marked: Marked) -> None:
    values = [mark(one) for one in everybody()] + [one.phone for one in everybody()]

    assert found(values, marked.rows("referral.sqlite")) == []
    assert found(values, marked.stream(DESK)) == []


def test_the_shelter_learns_of_who_asked_for_it_and_of_nobody_else(marked: Marked) -> None:
    asked = {one.phone for one in everybody() if one.wants_shelter}
    others = [one.phone for one in everybody() if one.phone not in asked]
    names = [mark(one) for one in everybody() if not one.wants_shelter]

    assert found(sorted(asked), marked.rows("shelter.sqlite"))
    assert found(others + names, marked.rows("shelter.sqlite")) == []


def test_what_is_sealed_to_the_shelter_is_in_no_stream_in_clear(marked: Marked) -> None:
    values = [one.phone for one in everybody() if one.wants_shelter]
    values += [mark(one) for one in everybody() if one.wants_shelter]

    assert found(values, marked.stream(SHELTER)) == []


def test_desk_and_shelter_call_everybody_by_names_of_their_own(marked: Marked) -> None:
    files = ("registration", "profiling", "referral", "shelter")
    named = [references(marked.rows(f"{file}.sqlite")) for file in files]

    assert all(named)
    for place, one in enumerate(named):
        assert all(one & other == set() for other in named[place + 1 :])


def test_the_wristband_is_destroyed_at_registration(marked: Marked) -> None:
    bands = [one.wristband for one in everybody() if one.boat is not None]

    assert found(bands, marked.rows("registration.sqlite", without=("request", "outbox"))) == []
    assert found(bands, marked.rows("profiling.sqlite")) == []
