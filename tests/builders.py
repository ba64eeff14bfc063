"""Small builders: an event as the exchange reads it, and a book to judge it against."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from services.dataexchange.rules.agreements import Agreement, parse_agreement
from services.dataexchange.rules.book import Book, Policy, Restate
from services.dataexchange.rules.judge import Judgement, judge_batch
from services.dataexchange.rules.matrix import parse_matrix
from services.dataexchange.rules.reading import Message, Unreadable
from shared.codes.places import AreaText, NameText, PhoneText
from shared.events.control import ConsentGiven, SafeguardsStated, TaskOpened
from shared.events.event import Event, Topic, key_of
from shared.events.registration import RegistrationUpdated
from shared.events.registry import contract_of
from shared.kernel.agencies import BORDER, IOM, RECEPTION, UNHCR, Agency, Purpose
from shared.kernel.categories import Category
from shared.kernel.consent import AgeState, ChosenBy, Giver
from shared.kernel.identifiers import ConsentRef, Form, Kind, PersonRef, TokenRef, reference
from shared.messaging.envelope import Envelope
from shared.messaging.permissions import control_topic, events_topic

ROOT = Path(__file__).parents[1]
MATRIX = parse_matrix((ROOT / "deploy" / "matrix.toml").read_bytes())
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = NOON.date()
UNTIL = date(2030, 12, 31)
PARTITIONS = 3
NUMBERS = count(1)


def a_reference(kind: Kind, number: int = 1, form: Form = Form.OWN) -> Any:
    return reference(kind, form, number.to_bytes(16, "big"))


def a_person(number: int = 1) -> PersonRef:
    return PersonRef(a_reference(Kind.PERSON, number))


def counted_ids(start: int = 1_000_000) -> Callable[[], bytes]:
    """Identifiers one after the other, so that a run can be repeated."""
    numbers = count(start)
    return lambda: next(numbers).to_bytes(16, "big")


@cache
def agreements_between(*agencies: Agency) -> tuple[Agreement, ...]:
    """The agreements of the repository between some agencies."""
    found = []
    for path in sorted((ROOT / "deploy" / "agreements").glob("*.toml")):
        author, recipient, _ = path.stem.split(".")
        if {author, recipient} <= set(agencies):
            parties = (Agency(author), Agency(recipient))
            found.append(
                parse_agreement(
                    path.read_bytes(),
                    signatures=dict.fromkeys(parties, b"signed"),
                    keys={party: party.encode() for party in parties},
                    verify=lambda *_: True,
                    matrix=MATRIX,
                )
            )
    return tuple(found)


def a_book(*agencies: Agency, agreements: Iterable[Agreement] | None = None, **more: Any) -> Book:
    """An empty book; by default everybody's agreements of the repository are in force."""
    parties = agencies or (BORDER, RECEPTION, UNHCR, IOM)
    signed = agreements_between(*parties) if agreements is None else agreements
    by_parties: dict[tuple[Agency, Agency], tuple[Agreement, ...]] = {}
    for one in signed:
        known = by_parties.get((one.author, one.recipient), ())
        by_parties[one.author, one.recipient] = (*known, one)
    return Book(
        Policy(
            matrix=MATRIX,
            agreements=by_parties,
            hearers=frozenset(parties),
            partitions=dict.fromkeys(parties, PARTITIONS),
            **more,
        )
    )


def a_message(
    author: Agency,
    event: Event,
    sequence: int = 1,
    *,
    day: date = TODAY,
    token: str | None = None,
    event_id: str | None = None,
) -> Message:
    """An event as its author told it."""
    contract = contract_of(type(event))
    topic = control_topic if contract.topic is Topic.CONTROL else events_topic
    named = event_id or str(a_reference(Kind.EVENT, next(NUMBERS)))
    given = None if token is None else TokenRef(a_token(token))
    envelope = Envelope(named, contract.wire, author, day, sequence, given)
    return Message(0, author, topic(author), key_of(event, author), envelope, contract, event)


def a_token(text: str) -> Any:
    return text


def a_poison(message: Message, code: str = "unreadable") -> Unreadable:
    """The same event as it would be read if its words were broken."""
    return Unreadable(0, message.agency, message.topic, message.key, message.envelope, code)


def judged(book: Book, *messages: Message | Unreadable, at: datetime = NOON) -> Judgement:
    """What becomes of messages; identifiers go on from those that the book has seen."""
    start = 1_000_000 * (2 + len(book.subjects) + sum(book.streams.values()))
    return judge_batch(messages, book, at=at, make_id=counted_ids(start))


def a_state(person: PersonRef, **more: Any) -> RegistrationUpdated:
    told: dict[str, Any] = {
        "given_name": NameText("Mira"),
        "contact": PhoneText("000 0142"),
        "area": AreaText("XTP-1"),
    }
    return RegistrationUpdated(person=person, **(told | more))


def an_adult(person: PersonRef) -> SafeguardsStated:
    return SafeguardsStated(person=person, treated_as_child=AgeState.ADULT, hide_location=False)


def a_consent(person: PersonRef, number: int = 1, **more: Any) -> ConsentGiven:
    told: dict[str, Any] = {
        "consent": ConsentRef(a_reference(Kind.CONSENT, number)),
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


def a_task(person: PersonRef) -> TaskOpened:
    return TaskOpened(person=person, purpose=Purpose.PROFILING, until=UNTIL)


def a_restate(book: Book, subject: str, *, owner: Agency, recipient: Agency) -> str:
    """A question to an owner, for one recipient, as it stands in the book; return its token."""
    token = str(a_reference(Kind.RESTATE, len(book.restates) + 1, Form.ISSUED))
    book.restates[token] = Restate(token, owner, recipient, subject)
    return token
