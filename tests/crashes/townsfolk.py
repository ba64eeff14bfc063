"""What the agencies of the town do: tell, hear, ask, say no; drawn from the seed."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlmodel import Session, select

from services.dataexchange.commands import ActivateAgreement
from services.dataexchange.handlers.agreements import activate_agreement
from services.dataexchange.handlers.commit import Desk
from services.dataexchange.handlers.leader import Leader
from shared.events.control import (
    ConsentGiven,
    ConsentWithdrawn,
    ErasureConfirmed,
    ProtectionConcernRaised,
    RestateEnded,
    SafeguardsStated,
    TaskOpened,
    WithholdingSet,
)
from shared.events.event import ABSENT
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.registration import PersonRegistered, PersonState, RegistrationUpdated
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency, Purpose
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState, ChosenBy, Giver
from shared.kernel.identifiers import ConsentRef, Kind, PersonRef, own
from shared.messaging.bus import Partition
from shared.messaging.permissions import stream_topic
from shared.messaging.receive import Heard, Receiver
from shared.messaging.relay import Relay
from tests.crashes.adversary import at_once
from tests.crashes.town import PARTITIONS, ROOT, UNTIL, Office, Town

PEOPLE: Final = 3
MENDED: Final = 0.2
"""How likely it is, per act, that what was broken is found and put right."""


def sign_agreements(town: Town) -> None:
    """Bring the agreements of the repository between the town's agencies into force."""
    for path in sorted((ROOT / "deploy" / "agreements").glob("*.toml")):
        author, recipient, _ = path.stem.split(".")
        if {author, recipient} <= set(town.offices):
            text = path.read_bytes()
            signed = {
                Agency(party): hashlib.sha256(party.encode() + text).digest()
                for party in (author, recipient)
            }
            command = ActivateAgreement(text=text, signatures=signed)
            at_once(town.database.transact(lambda session: activate(command, town, session)))


def activate(command: ActivateAgreement, town: Town, session: Session) -> None:
    """Activate one agreement."""
    desk = Desk(session, town.deployment, town.now(), town.make_id)
    activate_agreement(command, desk=desk)


def new_leader(town: Town) -> Leader:
    """Return a leader of its own life: nothing is left of an earlier one's memory."""
    return Leader(
        holder=town.make_id().hex(),
        bus=town.adversary.bus(town.log.as_principal(EXCHANGE)),
        database=town.database,
        deployment=town.deployment,
        sign=lambda data: hashlib.sha512(data).digest(),
        clock=town.adversary.clock,
        liveness=town.adversary.clock,
        make_id=town.make_id,
    )


async def lead(town: Town) -> None:
    """Lead, or wait to."""
    leader = new_leader(town)
    while True:
        done = await leader.step()
        await town.adversary.sleep(0.05 if done else 1.0)


async def send(office: Office) -> None:
    """Carry out what stands in an outbox."""
    town = office.town
    bus = town.adversary.bus(town.log.as_principal(office.agency))
    relay = Relay(office.agency, bus, office.database, office.outbox)
    while True:
        done = await relay.step(most=town.adversary.random.randint(1, 20))
        await town.adversary.sleep(0.05 if done else 1.0)


async def hear(office: Office) -> None:
    """Apply what comes in."""
    town = office.town
    receiver = Receiver(
        agency=office.agency,
        bus=town.adversary.bus(town.log.as_principal(office.agency)),
        database=office.database,
        hears=HEARS[office.agency](office),
        open_outbox=office.outbox,
        tables=office.tables,
        clock=town.adversary.clock,
        partitions=PARTITIONS,
    )
    while True:
        done = await receiver.step()
        assert not receiver.stuck, f"seed {town.adversary.seed}: {receiver.stuck}"
        await town.adversary.sleep(0.05 if done else 1.0)


def reception_hears(office: Office) -> dict[type, Callable[..., None]]:
    """Return what reception does with what it hears."""

    def on_restate_asked(event: RestateAsked, _: Heard, session: Session) -> None:
        row = session.get(office.believed, event.about)
        answers = 0
        if row is not None and row.state:
            state = msgspec.json.decode(row.state, type=RegistrationUpdated)
            office.say(session, state, token=event.token)
            answers = 1
        office.say(session, RestateEnded(token=event.token, events=answers))

    return {RestateAsked: on_restate_asked}


def unhcr_hears(office: Office) -> dict[type, Callable[..., None]]:
    """Return what UNHCR does with what it hears: absent leaves what is known."""

    def on_state(event: PersonState, heard: Heard, session: Session) -> None:
        row = office.row(session, event.person)
        known = msgspec.json.decode(row.state, type=dict) if row.state else {}
        known |= msgspec.json.decode(msgspec.json.encode(event))
        row.state = msgspec.json.encode(known)
        row.times += 1
        session.add(row)

    def on_concern(event: ProtectionConcernRaised, _: Heard, session: Session) -> None:
        row = office.row(session, event.person)
        row.concerns += 1
        session.add(row)

    def on_erasure(event: ErasureAsked, _: Heard, session: Session) -> None:
        row = office.row(session, event.about)
        known = msgspec.json.decode(row.state, type=dict) if row.state else {}
        if event.categories is ABSENT or Category.CONTACT in event.categories:
            known.pop("contact", None)
        row.state = msgspec.json.encode(known)
        session.add(row)
        office.say(session, ErasureConfirmed(notice=event.notice, outcome="ERASED"))

    def on_restate(event: RestateAsked, _: Heard, session: Session) -> None:
        office.say(session, RestateEnded(token=event.token, events=0))

    return {
        PersonRegistered: on_state,
        RegistrationUpdated: on_state,
        ProtectionConcernRaised: on_concern,
        ErasureAsked: on_erasure,
        RestateAsked: on_restate,
    }


HEARS: Final = {RECEPTION: reception_hears, UNHCR: unhcr_hears}


class Life:
    """What happens to people, act by act."""

    def __init__(self, town: Town, acts: int) -> None:
        """Let so many acts happen."""
        self.town = town
        self.acts = acts
        self.people = [PersonRef(own(Kind.PERSON, town.make_id)) for _ in range(PEOPLE)]
        self.version = 0
        self.spoiled: list[tuple[Office, int, bytes]] = []

    async def live(self) -> None:
        """Act after act, each in one transaction of the agency concerned."""
        while self.acts:
            self.acts -= 1
            await self.act()
            if self.town.adversary.random.random() < MENDED:
                mend(self)
            await self.town.adversary.sleep(self.town.adversary.random.uniform(0, 4))

    async def act(self) -> None:
        """One act, drawn from the seed."""
        draw = self.town.adversary.random
        person = draw.choice(self.people)
        act = draw.choice(ACTS)
        office = self.town.offices[draw.choice((RECEPTION, UNHCR)) if act in BOTH else OWNER[act]]
        await office.database.transact(lambda session: act(self, office, session, person))

    def reference(self, office: Office, session: Session, person: PersonRef) -> PersonRef | None:
        """Return what an office calls a person, if it has met her."""
        known = office.known(session)
        if office.agency == RECEPTION:
            return person if person in known else None
        return PersonRef(min(known)) if known else None


def register(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """Reception registers a person, or changes what it knows of her."""
    life.version += 1
    row = office.row(session, person)
    first = not row.state
    state = RegistrationUpdated(
        person=person,
        given_name=f"Name {life.version}",
        contact=f"000 {life.version:04d}",
        area=f"A{life.version}",
    )
    row.state = msgspec.json.encode(state)
    session.add(row)
    if first:
        stated = SafeguardsStated(
            person=person, treated_as_child=AgeState.ADULT, hide_location=False
        )
        office.say(session, stated)
        kept = {name: getattr(state, name) for name in state.__struct_fields__}
        office.say(session, PersonRegistered(**kept))
    else:
        office.say(session, state)


def consent(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """A person agrees that UNHCR may call her."""
    about = life.reference(office, session, person)
    if about is None:
        return
    after = tuple(life.town.withdrawn.get(f"{office.agency} {about}", ()))
    given = ConsentGiven(
        person=about,
        consent=ConsentRef(own(Kind.CONSENT, life.town.make_id)),
        giver=Giver.SELF,
        purpose=Purpose.PROFILING,
        recipients=(UNHCR,),
        categories=(Category.CONTACT,),
        until=UNTIL,
        alone=True,
        deprived_of_liberty=False,
        interpreter_by=ChosenBy.PERSON,
        after=after or ABSENT,
    )
    office.say(session, given)


def withdraw(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """A person says no, to anyone who serves her."""
    about = life.reference(office, session, person)
    if about is None:
        return
    told = office.outbox(session).add(ConsentWithdrawn(person=about))
    office.said[told] = (office.agency, ConsentWithdrawn(person=about))
    life.town.withdrawn.setdefault(f"{office.agency} {about}", []).append(told)


def open_task(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """A person asks UNHCR for something, in person."""
    about = life.reference(office, session, person)
    if about is not None:
        opened = TaskOpened(person=about, purpose=Purpose.PROFILING, until=UNTIL)
        office.say(session, opened)


def withhold(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """A person keeps her name from UNHCR, or no longer."""
    about = life.reference(office, session, person)
    if about is not None:
        on = life.town.adversary.random.random() < 0.6
        wish = WithholdingSet(person=about, from_=(UNHCR,), categories=(Category.FULL_NAME,), on=on)
        office.say(session, wish)


def worry(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """A clerk notices something."""
    about = life.reference(office, session, person)
    if about is not None:
        office.say(session, ProtectionConcernRaised(person=about))


def spoil(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """Something breaks the newest open event about a person: nobody can read it."""
    row = newest_open(office, session, person)
    if row is not None and row.body != BROKEN:
        life.spoiled.append((office, row.seq, row.body))
        row.body = BROKEN
        row.sent_at = None
        session.add(row)


def newest_open(office: Office, session: Session, person: PersonRef) -> Any:
    """Return the newest row about a person that the exchange has not answered."""
    table: Any = office.tables.outbox
    open_rows = select(table).where(table.key == person, table.closed_at == None)  # noqa: E711
    return session.exec(open_rows.order_by(table.seq.desc())).first()


def mend(life: Life) -> None:
    """Repair what was broken, and send it again, as an owner does."""
    for office, seq, body in life.spoiled:
        at_once(office.database.transact(lambda s, o=office, n=seq, b=body: repair(o, s, n, b)))
    life.spoiled = []


def repair(office: Office, session: Session, seq: int, body: bytes) -> None:
    """Put an event right in the outbox, and have what is open of its key sent again."""
    row = session.get(office.tables.outbox, seq)
    if row is not None and row.closed_at is None:
        row.body = body
        session.add(row)
        session.flush()
        office.outbox(session).resend(key=row.key)


def expire(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """Records of UNHCR's stream expire before it has read them."""
    del office, session, person
    log, draw = life.town.log, life.town.adversary.random
    place = Partition(stream_topic(UNHCR), draw.randrange(PARTITIONS))
    ends = at_once(log.as_principal(UNHCR).end_offsets([place.topic]))
    log.truncate(place, before=ends[place])


BROKEN: Final = b'{"person": 1'

Act = Callable[[Life, Office, Session, PersonRef], None]
ACTS: Final[tuple[Act, ...]] = (
    register,
    register,
    register,
    consent,
    consent,
    withdraw,
    open_task,
    withhold,
    worry,
    spoil,
    expire,
)
BOTH: Final[tuple[Act, ...]] = (consent, withdraw)
OWNER: Final[dict[Act, Agency]] = {
    register: RECEPTION,
    open_task: UNHCR,
    withhold: RECEPTION,
    worry: RECEPTION,
    spoil: RECEPTION,
    expire: UNHCR,
}


def at_rest(town: Town, life: Life) -> bool:
    """Return whether nothing is on its way any more."""
    if life.acts:
        return False
    mend(life)
    for office in town.offices.values():
        if at_once(office.database.transact(lambda s, o=office: o.outbox(s).open_rows())):
            return False
    return heard_to_the_end(town)


def heard_to_the_end(town: Town) -> bool:
    """Return whether the exchange has nothing to send, and everybody has heard everything."""
    from services.dataexchange.store import log  # noqa: PLC0415

    if at_once(town.database.transact(log.pending)):
        return False
    numbers = at_once(town.database.transact(log.numbers))
    for (agency, partition), last in numbers.items():
        office = town.offices[agency]
        heard = at_once(office.database.transact(lambda s, o=office: heard_numbers(o, s)))
        if heard.get(partition) != last:
            return False
    return True


def heard_numbers(office: Office, session: Session) -> dict[int, Any]:
    """Return the last number that an office applied, by partition."""
    from shared.messaging.receive.progress import load_readings  # noqa: PLC0415

    readings = load_readings(session, office.tables)
    return {number: None if row.gap else row.last for number, row in readings.items()}


HOUR: Final = timedelta(hours=1)
