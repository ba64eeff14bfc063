"""What happens to people of the town, act by act, drawn from the seed."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import msgspec
from sqlmodel import Session, select

from shared.codes.places import AreaText, NameText, PhoneText
from shared.events.control import (
    ConsentGiven,
    ConsentWithdrawn,
    ProtectionConcernRaised,
    SafeguardsStated,
    TaskOpened,
    WithholdingSet,
)
from shared.events.event import ABSENT
from shared.events.registration import PersonRegistered, RegistrationUpdated
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency, Purpose
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState, ChosenBy, Giver
from shared.kernel.identifiers import ConsentRef, Kind, PersonRef, Reference, own
from shared.messaging.bus import Partition
from shared.messaging.permissions import control_topic, stream_topic
from tests.crashes.adversary import at_once
from tests.crashes.town import PARTITIONS, UNTIL, Office, Town

PEOPLE: Final = 2
MENDED: Final = 0.2
"""How likely it is, per act, that what was broken is found and put right."""


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
        return PersonRef(Reference(min(known))) if known else None


def register(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """Reception registers a person, or changes what it knows of her."""
    life.version += 1
    row = office.row(session, person)
    first = not row.state
    state = RegistrationUpdated(
        person=person,
        given_name=NameText(f"Name {life.version}"),
        contact=PhoneText(f"000 {life.version:04d}"),
        area=AreaText(f"A{life.version}"),
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
        office.ask(partial(repair, office, seq, body))
    life.spoiled = []
    for office in life.town.offices.values():
        office.ask(partial(send_held_again, office))


def send_held_again(office: Office, session: Session) -> None:
    """Send again what is still held: a relay may have had the broken words in hand."""
    for row in office.outbox(session).open_rows():
        if row.code == "unreadable":
            office.outbox(session).resend(key=row.key)


def repair(office: Office, seq: int, body: bytes, session: Session) -> None:
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


def forget_control(life: Life, office: Office, session: Session, person: PersonRef) -> None:
    """Records of reception's control topic expire before the exchange has read them."""
    del office, session, person
    log = life.town.log
    place = Partition(control_topic(RECEPTION), 0)
    ends = at_once(log.as_principal(EXCHANGE).end_offsets([place.topic]))
    log.truncate(place, before=ends[place])


BROKEN: Final = b'{"person": 1'

Act = Callable[[Life, Office, Session, PersonRef], None]
ACTS: Final[tuple[Act, ...]] = (
    *(register, register, register),
    *(consent, consent, consent),
    *(withdraw, withdraw),
    *(open_task, open_task),
    *(withhold, worry, spoil, expire, forget_control),
)
"""What happens, the frequent often."""

BOTH: Final[tuple[Act, ...]] = (consent, withdraw)
OWNER: Final[dict[Act, Agency]] = {
    register: RECEPTION,
    open_task: UNHCR,
    withhold: RECEPTION,
    worry: RECEPTION,
    spoil: RECEPTION,
    expire: UNHCR,
    forget_control: RECEPTION,
}
