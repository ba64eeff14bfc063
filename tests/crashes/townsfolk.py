"""What the agencies of the town do: tell, hear, ask, say no; drawn from the seed."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec
from sqlmodel import Session

from services.dataexchange.commands import ActivateAgreement
from services.dataexchange.handlers.agreements import activate_agreement
from services.dataexchange.handlers.commit import Desk
from services.dataexchange.handlers.leader import Leader
from shared.events.control import (
    ErasureConfirmed,
    ProtectionConcernRaised,
    RestateEnded,
)
from shared.events.event import ABSENT
from shared.events.exchange import ErasureAsked, RestateAsked
from shared.events.registration import PersonRegistered, PersonState, RegistrationUpdated
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency
from shared.kernel.categories import Category
from shared.messaging.receive import Heard, Receiver
from shared.messaging.relay import Relay
from tests.crashes.town import PARTITIONS, ROOT, Office, Town


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
            town.ask(partial(activate, command, town))


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

    def on_state(event: PersonState, _: Heard, session: Session) -> None:
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
