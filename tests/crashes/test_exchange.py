"""The real exchange under the adversary: what must hold whatever falls, and whenever."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlmodel import Session, select

from services.dataexchange.store import log
from services.dataexchange.store.tables import LogRow
from shared.events.exchange import Outcome
from shared.kernel.agencies import RECEPTION, UNHCR
from shared.messaging.bus import Span
from shared.messaging.permissions import stream_topic
from tests.crashes.acts import Life
from tests.crashes.adversary import Adversary, at_once
from tests.crashes.hostile_bus import Faults
from tests.crashes.plain_rule import plain_rule
from tests.crashes.rest import at_rest
from tests.crashes.town import AGENCIES, Town, build_town
from tests.crashes.townsfolk import hear, lead, send, sign_agreements

SEEDS = 1000
BLOCK = 20
"""Seeds in one test, so that a thousand schedules are not a thousand lines."""

FAULTS = Faults(crash=0.015, zombie=0.006, unknown=0.1)


@contextmanager
def a_town(seed: int) -> Iterator[tuple[Town, Life]]:
    memory = Path("/dev/shm")  # noqa: S108 - a disk without waiting, where there is one
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    adversary = Adversary(seed, FAULTS)
    town = build_town(adversary, folder)
    sign_agreements(town)
    life = Life(town, acts=18)
    try:
        adversary.start("leader", partial(lead, town))
        for office in town.offices.values():
            adversary.start(f"{office.agency} relay", partial(send, office))
            adversary.start(f"{office.agency} ears", partial(hear, office))
        adversary.start("life", life.live, crashes=False, zombies=False)
        yield town, life
    finally:
        adversary.end()
        town.log.close()
        town.database.close()
        for office in town.offices.values():
            office.database.close()
        shutil.rmtree(folder)


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_nothing_is_lost_doubled_or_told_against_a_no(first: int) -> None:
    for seed in range(first, first + BLOCK):
        schedule(seed)


def schedule(seed: int) -> None:
    """Run one schedule and check what must hold; every failure names the seed."""
    with a_town(seed) as (town, life):
        town.adversary.run(400)
        town.adversary.settle(Patient(lambda: at_rest(town, life)), 30_000)

        streams_are_whole(town)
        log_obeys_every_no(town)
        unhcr_believes_what_it_may(town)


class Patient:
    """Asks now and then only: the question costs more than a step."""

    def __init__(self, question: Callable[[], bool]) -> None:
        self.question = question
        self.asked = 0
        self.answered = False

    def __call__(self) -> bool:
        self.asked += 1
        self.answered = self.answered or (self.asked % 25 == 0 and self.question())
        return self.answered


def record_numbers(session: Session) -> list[int]:
    return sorted(session.exec(select(LogRow.no)).all())


def read_record(town: Town, number: int) -> log.Body:
    return town.ask(lambda session: log.read(session, number))[1]


def streams_are_whole(town: Town) -> None:
    """First occurrences are 1, 2, 3, ...; one number never has two contents."""
    for agency in AGENCIES:
        bus = town.log.as_principal(agency)
        ends = at_once(bus.end_offsets([stream_topic(agency)]))
        begins = at_once(bus.begin_offsets([stream_topic(agency)]))
        for place, end in ends.items():
            seen: dict[int, bytes] = {}
            for record in at_once(bus.read([Span(place, begins[place], end)])):
                number = int((record.header("ce_id") or b"").rpartition(b":")[2])
                content = (record.header("ce_type") or b"") + record.value
                if seen and number < min(seen):
                    continue
                if number not in seen:
                    whole = number == max(seen, default=number - 1) + 1
                    assert whole, f"seed {town.adversary.seed}: a hole"
                    seen[number] = content
                rescinded = b"ReleaseRescinded" in content or b"ReleaseRescinded" in seen[number]
                assert rescinded or seen[number] == content, f"seed {town.adversary.seed}: two"


def log_obeys_every_no(town: Town) -> None:
    """Judge the log once more by a plain rule, in its own order."""
    said = plain_rule(town)
    rows = town.ask(record_numbers)
    for number in rows:
        body = read_record(town, number)
        for outcome in body.outcomes:
            if outcome.verdict is Outcome.TAKEN:
                said.hear(outcome)
        for release in body.releases:
            if release.wire.startswith("org.tenpoint.registration."):
                assert said.allows(release), f"seed {town.adversary.seed}: log {number}"


def unhcr_believes_what_it_may(town: Town) -> None:
    """What may be known is known as it now stands; what no longer may be is gone."""
    reception, unhcr = town.offices[RECEPTION], town.offices[UNHCR]
    told = reception.ask(reception.known)
    believed = unhcr.ask(unhcr.known)
    rule = plain_rule(town)
    for number in sorted(town.ask(record_numbers)):
        body = read_record(town, number)
        for outcome in body.outcomes:
            if outcome.verdict is Outcome.TAKEN:
                rule.hear(outcome)
    names = {
        subject: reference
        for (agency, reference), subject in rule.subjects.items()
        if agency == UNHCR
    }
    for person, row in told.items():
        subject = rule.subjects[RECEPTION, person]
        now = msgspec.json.decode(row.state)
        held = msgspec.json.decode(believed[names[subject]].state)
        where = f"seed {town.adversary.seed}"
        assert held.get("area") == now["area"], where
        assert held.get("contact") == (now["contact"] if rule.may_call(subject) else None), where
        if rule.may_name(subject):
            assert held.get("given_name") == now["given_name"], where
