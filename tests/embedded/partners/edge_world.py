"""One simulated partner on the real event log; the test is the exchange, the desk and the sender.

The exchange answers every event once, by its identifier; time moves only when the test says so.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from sqlmodel import Session, select

from embedded.partners.edge import Office, Practice, Tools, part_by_part
from embedded.partners.edge.memory import State
from embedded.partners.edge.practice import Habits
from embedded.partners.edge.shelter import ShelterProvider
from embedded.partners.edge.tables import CaseRow
from shared.codes.pathways import Pathway, Priority
from shared.codes.places import AreaText
from shared.codes.referrals import Service
from shared.crypto import sealing, signing
from shared.crypto.keys import opener, sealer
from shared.crypto.signing import Use, signer
from shared.events.event import Event, decode, encode, key_of
from shared.events.exchange import Answer, DecisionMade, Digest, HeadSigned, Outcome, Signature
from shared.events.referral import ReferralAccepted, ReferralOffered, ReferralPayloadSent
from shared.events.registry import contract_of, find_contract
from shared.events.sealed import Sealed
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency
from shared.kernel.categories import Category
from shared.kernel.identifiers import (
    EventRef,
    Form,
    Kind,
    PersonRef,
    Reference,
    ReferralRef,
    reference,
)
from shared.messaging.bus import Bus, Message, Partition, Record, Span
from shared.messaging.envelope import Envelope, headers_of, read_envelope, release_id
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import control_topic, events_topic, grants, stream_topic, topics

T = TypeVar("T")
E = TypeVar("E", bound=Event)

NOON = datetime(2022, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEED = 10
CANARY = "Canary-4711"


def ref(kind: Kind, number: int = 1) -> Reference:
    return reference(kind, Form.ISSUED, number.to_bytes(16, "big"))


def referral(number: int = 1) -> ReferralRef:
    return ReferralRef(ref(Kind.REFERRAL, number))


def person(number: int = 1) -> PersonRef:
    return PersonRef(ref(Kind.PERSON, number))


def counted_ids(start: int = 1) -> Callable[[], bytes]:
    numbers = count(start)
    return lambda: (next(numbers) << 88 | next(numbers)).to_bytes(16, "big")


def offer(
    number: int = 1,
    pathway: Pathway = Pathway.SHELTER,
    *,
    respond_by: datetime = NOON + 72 * HOUR,
) -> ReferralOffered:
    return ReferralOffered(
        referral=referral(number),
        service=Service.OTHER,
        pathway=pathway,
        area=AreaText("XTP-1"),
        priority=Priority.URGENT,
        respond_by=respond_by,
        consented=True,
    )


class Willing(ShelterProvider):
    """Accepts at once whatever it may."""

    habits = Habits(asks=0.0, declines=0.0)


class Curious(ShelterProvider):
    """Asks first, then accepts."""

    habits = Habits(asks=1.0, declines=0.0)


class Full(ShelterProvider):
    """Has no place for anybody."""

    habits = Habits(asks=0.0, declines=1.0)


class World:
    """A partner, its carrier, what it was told and what it has told."""

    def __init__(self, folder: Path, practice: Practice, *, seed: int = SEED) -> None:
        folder.mkdir()
        self.folder = folder
        self.practice = practice
        self.agency: Agency = practice.agency
        agency = self.agency
        self.now = NOON
        self.log = EventLog(
            folder / "log.sqlite", topics([agency], 2), grants([agency]), lambda: NOON
        )
        self.exchange = self.log.as_principal(EXCHANGE)
        self.wrap: Callable[[Bus], Bus] = lambda bus: bus
        self.released = 0
        self.seen: dict[str, tuple[Event, Envelope]] = {}
        self.read: dict[Partition, int] = {}
        self.outcomes: Mapping[type[Event], Outcome] = {}
        key, sender, own = (
            sealing.new_sealing_key(),
            signing.new_signing_key(),
            signing.new_signing_key(),
        )
        unhcr = sealing.new_sealing_key()
        public = sealing.public_of(key)
        self.seal = sealer(RECEPTION, signer(sender, Use.SEAL), recipient=agency, to=public)
        self.open_at_unhcr = opener(UNHCR, unhcr, {agency: signing.public_of(own)})
        self.tools = Tools(
            seed=seed,
            clock=lambda: self.now,
            make_id=counted_ids(),
            key=public.id,
            open_parts=part_by_part(opener(agency, key, {RECEPTION: signing.public_of(sender)})),
            seal=sealer(
                agency, signer(own, Use.SEAL), recipient=UNHCR, to=sealing.public_of(unhcr)
            ),
        )
        self.office = self.build()

    def build(self) -> Office:
        return Office.build(
            self.practice,
            database=self.folder / "partner.sqlite",
            bus=self.wrap(self.log.as_principal(self.agency)),
            tools=self.tools,
            liveness=lambda: NOON,
        )

    def start_again(self) -> None:
        """Let the partner fall and come back on the same file."""
        self.office.database.close()
        self.office = self.build()

    def close(self) -> None:
        self.office.database.close()
        self.log.close()

    async def release(self, *events: Event) -> None:
        """Write events on the partner's stream."""
        await self.exchange.publish([self.message(event) for event in events])

    def message(self, event: Event) -> Message:
        """Return the next release."""
        self.released += 1
        stream = stream_topic(self.agency)
        envelope = Envelope(
            id=release_id(stream, 0, self.released),
            wire=contract_of(type(event)).wire,
            source=EXCHANGE,
            day=NOON.date(),
        )
        return Message(
            topic=stream,
            key=key_of(event, self.agency).encode(),
            value=encode(event),
            headers=headers_of(envelope),
            partition=0,
        )

    async def tell(self, *events: Event) -> None:
        """Write events on the stream and let the partner hear them."""
        await self.release(*events)
        await self.settle()

    async def settle(self) -> None:
        """Let everybody work until nobody has anything to do, without time passing."""
        await self.say_head()
        while await self.work() or await self.answer():
            pass
        assert self.office.post.receiver.stuck == {}
        assert self.office.post.deadlines is not None
        assert self.office.post.deadlines.failed == {}

    async def work(self) -> int:
        """Let the partner do one step."""
        return await self.office.step()

    async def say_head(self) -> None:
        """Sign a head, without which no clock runs."""
        await self.release(
            HeadSigned(
                size=self.released,
                root=Digest(""),
                at=NOON,
                signature=Signature(""),
                last=(self.released + 1,),
                reached=(),
            )
        )

    async def pass_time(self, hours: float, *, by: float = 12) -> None:
        """Let case time pass, so many hours at a time."""
        end = self.now + hours * HOUR
        while self.now < end:
            self.now = min(self.now + by * HOUR, end)
            await self.settle()

    async def answer(self) -> int:
        """Answer what the partner has told and was not answered before; return how much."""
        answers = []
        for record in await self.records():
            event, envelope = decoded(record)
            outcome = self.outcomes.get(type(event), Outcome.TAKEN)
            answers.append(Answer(event=EventRef(Reference(envelope.id)), outcome=outcome))
            self.seen.setdefault(envelope.id, (event, envelope))
        if answers:
            await self.release(DecisionMade(answers=tuple(answers)))
        return len(answers)

    async def records(self) -> list[Record]:
        """Return what the partner has sent since the last time, control first."""
        own = [control_topic(self.agency), events_topic(self.agency)]
        ends = await self.exchange.end_offsets(own)
        spans = [
            Span(Partition(*place), self.read.get(place, 0), end)
            for place, end in sorted(ends.items())
            if end > self.read.get(place, 0)
        ]
        self.read |= ends
        return await self.exchange.read(spans) if spans else []

    def told(self, kind: type[E]) -> list[E]:
        """Return what the partner has told of a kind."""
        return [event for event, _ in self.seen.values() if isinstance(event, kind)]

    def case(self, number: int = 1) -> CaseRow:
        """Return how far the partner has come with a referral."""
        found = select(CaseRow).where(CaseRow.referral == referral(number))
        return self.look(lambda session: session.exec(found).one())

    def look(self, work: Callable[[Session], T]) -> T:
        """Return what is found in the partner's file, read aside."""
        with Session(self.office.database._engine) as session:  # noqa: SLF001
            return work(session)

    async def accepted(self, number: int = 1, pathway: Pathway = Pathway.SHELTER) -> None:
        """Offer, and let the time pass in which staff accepts."""
        await self.tell(offer(number, pathway, respond_by=self.now + 72 * HOUR))
        await self.pass_time(72, by=36)
        assert self.case(number).state == State.ACCEPTED

    async def served(self, number: int = 1, pathway: Pathway = Pathway.SHELTER) -> None:
        """Offer, be accepted, and send the payload."""
        await self.accepted(number, pathway)
        await self.tell(self.payload(number))

    def payload(self, number: int = 1, *, nonce: bytes | None = None) -> ReferralPayloadSent:
        """Return a payload as the sender seals it, bound to the acceptance's nonce."""
        if nonce is None:
            nonce = next(
                bytes.fromhex(str(event.seal_nonce))
                for event in reversed(self.told(ReferralAccepted))
                if event.referral == referral(number)
            )
        return ReferralPayloadSent(
            person=person(number),
            referral=referral(number),
            full_name=self.sealed(f"{CANARY} name", Category.FULL_NAME, nonce),
            contact=self.sealed(f"{CANARY} contact", Category.CONTACT, nonce),
            health=self.sealed(f"{CANARY} health", Category.HEALTH, nonce),
        )

    def sealed(self, value: str, category: Category, nonce: bytes) -> Sealed:
        return self.seal(value.encode(), category=category, nonce=nonce)


def decoded(record: Record) -> tuple[Event, Envelope]:
    envelope = read_envelope(record)
    contract = find_contract(envelope.wire)
    assert contract is not None
    return decode(contract.event, record.value), envelope
