"""The town without weather: what two agencies tell the exchange, and what they hear."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlmodel import Session

from services.dataexchange.handlers.leader import Leader
from shared.codes.places import AreaText, NameText, PhoneText
from shared.events.control import ConsentGiven, SafeguardsStated, TaskOpened
from shared.events.event import Event
from shared.events.exchange import Outcome
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency, Purpose
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState, ChosenBy, Giver
from shared.kernel.identifiers import ConsentRef, Kind, PersonRef, Reference, TokenRef, own
from shared.messaging.bus import Record, Span
from shared.messaging.permissions import stream_topic
from shared.messaging.relay import Relay
from tests.crashes.adversary import Adversary, at_once
from tests.crashes.hostile_bus import Faults
from tests.crashes.town import AGENCIES, UNTIL, Town, build_town
from tests.crashes.townsfolk import new_leader, sign_agreements

T = TypeVar("T")
CALM = Faults(**dict.fromkeys(Faults.__dataclass_fields__, 0.0))


class World:
    """A town whose post is carried by hand."""

    def __init__(
        self, folder: Path, *, signed: bool = True, agencies: tuple[Agency, ...] = AGENCIES
    ) -> None:
        self.town: Town = build_town(Adversary(1, CALM), folder, agencies)
        if signed:
            sign_agreements(self.town)
        self.leader = self.new_leader()

    def new_leader(self) -> Leader:
        """A leader that calls the log directly; an earlier one's lease has ended."""
        leader = new_leader(self.town)
        leader.bus = self.town.log.as_principal(EXCHANGE)
        self.town.adversary._now_s += 20  # noqa: SLF001 - the virtual clock of these tests
        return leader

    def lead(self, leader: Leader | None = None) -> None:
        """Step until nothing is left to do."""
        while at_once((leader or self.leader).step()):
            pass

    def say(self, agency: Agency, *events: Event, token: TokenRef | None = None) -> list[str]:
        """Write events into an outbox and send them; return their references."""
        office = self.town.offices[agency]
        told = [str(office.ask(partial(self._add, office, event, token))) for event in events]
        self.send(agency)
        return told

    def _add(self, office: Any, event: Event, token: TokenRef | None, session: Session) -> Any:
        return office.outbox(session).add(event, token=token)

    def send(self, agency: Agency) -> None:
        """Carry out what stands in an outbox."""
        office = self.town.offices[agency]
        bus = self.town.log.as_principal(agency)
        at_once(Relay(agency, bus, office.database, office.outbox).step())

    def stream(self, agency: Agency) -> list[Record]:
        """Everything in an agency's stream, heads and answers too."""
        bus = self.town.log.as_principal(agency)
        ends = at_once(bus.end_offsets([stream_topic(agency)]))
        begins = at_once(bus.begin_offsets([stream_topic(agency)]))
        return at_once(bus.read([Span(p, begins[p], end) for p, end in sorted(ends.items())]))

    def heard(self, agency: Agency, name: str) -> list[Record]:
        """The records of one kind of event in an agency's stream."""
        end = f".{name}.v1".encode()
        return [one for one in self.stream(agency) if (one.header("ce_type") or b"").endswith(end)]

    def answers(self, agency: Agency) -> dict[str, tuple[Outcome, str | None]]:
        """The last answer to each of an agency's events."""
        found: dict[str, tuple[Outcome, str | None]] = {}
        for record in self.heard(agency, "DecisionMade"):
            for one in msgspec.json.decode(record.value)["answers"]:
                found[one["event"]] = (Outcome(one["outcome"]), one.get("code"))
        return found

    def ask(self, work: Callable[[Session], T]) -> T:
        """What a view of the exchange's database shows."""
        return self.town.ask(work)

    def unhcr_calls(self, index: int = 0) -> PersonRef:
        """UNHCR's reference of the first (or a later) person it has heard of."""
        keys = list(dict.fromkeys(r.key.decode() for r in self.heard(UNHCR, "PersonRegistered")))
        return PersonRef(Reference(keys[index]))

    def register(self, **more: Any) -> PersonRef:
        """Reception registers somebody: safeguards first, then the person."""
        person = PersonRef(own(Kind.PERSON, self.town.make_id))
        self.say(RECEPTION, adult(person), registered(person, **more))
        self.lead()
        return person


def adult(person: PersonRef) -> SafeguardsStated:
    return SafeguardsStated(person=person, treated_as_child=AgeState.ADULT, hide_location=False)


def registered(person: PersonRef, **more: Any) -> PersonRegistered:
    told: dict[str, Any] = {
        "given_name": NameText("Mira"),
        "contact": PhoneText("000 0142"),
        "area": AreaText("XTP-1"),
    }
    return PersonRegistered(person=person, **(told | more))


def consent(world: World, person: PersonRef, **more: Any) -> ConsentGiven:
    told: dict[str, Any] = {
        "consent": ConsentRef(own(Kind.CONSENT, world.town.make_id)),
        "giver": Giver.SELF,
        "purpose": Purpose.PROFILING,
        "recipients": (UNHCR,),
        "categories": (Category.CONTACT,),
        "until": UNTIL,
        "alone": True,
        "deprived_of_liberty": False,
        "interpreter_by": ChosenBy.PERSON,
    }
    return ConsentGiven(person=person, **(told | more))


def task(person: PersonRef) -> TaskOpened:
    return TaskOpened(person=person, purpose=Purpose.PROFILING, until=UNTIL)


@contextmanager
def a_world(
    folder: Path, *, signed: bool = True, agencies: tuple[Agency, ...] = AGENCIES
) -> Iterator[World]:
    world = World(folder, signed=signed, agencies=agencies)
    try:
        yield world
    finally:
        world.town.log.close()
        world.town.database.close()
        for office in world.town.offices.values():
            office.database.close()
