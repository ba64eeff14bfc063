"""A restriction that acts ahead of its record leaves nothing else behind than the record alone."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from services.dataexchange.rules.book import Book
from services.dataexchange.rules.decision import OpenedBy
from services.dataexchange.rules.facts import Opened, Wish
from services.dataexchange.rules.reading import Message
from services.dataexchange.rules.urgent import is_urgent, judge_restrictions
from shared.codes.protection import Barred, Stated
from shared.events import control
from shared.events.exchange import Outcome
from shared.kernel.agencies import RECEPTION, UNHCR
from shared.kernel.identifiers import Kind
from tests.builders import NOON, a_book, a_message, a_person, a_reference, counted_ids, judged
from tests.contracts.strategies import events_of
from tests.dataexchange.rules.checking import a_clear_book, check
from tests.dataexchange.rules.plain_protection import Word, as_message

PERSON = a_person()
MAKE_ID = counted_ids(900_000_000_000)
"""Never again from its beginning, so that no two are the same."""
SAID = (
    control.ConsentGiven,
    control.ConsentWithdrawn,
    control.WithholdingSet,
    control.SafeguardsStated,
    control.TaskOpened,
    control.TaskClosed,
    control.ProtectionConcernRaised,
    control.ProtectionStated,
)


@st.composite
def stories(draw: st.DrawFn) -> list[Message]:
    """What reception says about one person on its control topic, in order."""
    kinds = draw(st.lists(st.sampled_from(SAID), min_size=1, max_size=7))
    drawn = [draw(events_of(kind)) for kind in kinds]
    kept = [
        {name: getattr(event, name) for name in event.__struct_fields__} | {"person": PERSON}
        for event in drawn
    ]
    return [
        a_message(RECEPTION, type(event)(**told), number)
        for number, (event, told) in enumerate(zip(drawn, kept, strict=True), start=1)
    ]


def ahead(book: Book, *messages: Message) -> None:
    judge_restrictions(messages, book, at=NOON, make_id=MAKE_ID)


def known(book: Book) -> dict[tuple[str, str], object]:
    """What is known of the person."""
    subject = book.subject_of(RECEPTION, PERSON)
    return {} if subject is None else dict(subject.facts)


def in_turn(book: Book, story: Sequence[Message]) -> list[Outcome]:
    return [judged(book, message).outcomes[0].verdict for message in story]


@settings(max_examples=200)
@given(story=stories(), data=st.data())
def test_what_is_known_in_the_end_is_what_the_records_alone_say(
    story: list[Message], data: st.DataObject
) -> None:
    urgent = [message for message in story if is_urgent(message)]
    told = data.draw(st.lists(st.sampled_from(urgent), max_size=6)) if urgent else []
    place = data.draw(st.integers(0, len(story)))
    plain, hurried = (a_book(RECEPTION, UNHCR) for _ in range(2))

    alone = in_turn(plain, story)
    answered = in_turn(hurried, story[:place])
    for message in told:
        ahead(hurried, message)
    answered += in_turn(hurried, story[place:])

    assert known(hurried) == known(plain)
    assert answered == alone


@settings(max_examples=100)
@given(story=stories())
def test_ahead_of_its_record_a_restriction_never_lifts_or_opens_anything(
    story: list[Message],
) -> None:
    book = a_book(RECEPTION, UNHCR)

    ahead(book, *[message for message in story if is_urgent(message)])

    for fact in known(book).values():
        if isinstance(fact, Wish):
            assert fact.on
        if isinstance(fact, Opened):
            assert not fact.is_open or fact.opened_by is OpenedBy.BOARD
        assert getattr(fact, "word", Stated.YES) is not Stated.NO


def test_what_loosens_only_is_not_urgent() -> None:
    no = control.ProtectionStated(
        person=PERSON,
        **{kind.lower(): Stated.NO for kind in Barred},
    )
    lifted = control.WithholdingSet(person=PERSON, on=False)

    assert not is_urgent(a_message(RECEPTION, no))
    assert not is_urgent(a_message(RECEPTION, lifted))
    assert is_urgent(a_message(RECEPTION, control.ProtectionStated(person=PERSON)))


def test_what_the_log_will_refuse_has_no_effect_ahead_of_it() -> None:
    book = a_book(RECEPTION, UNHCR)
    concern = control.ProtectionConcernRaised(person=PERSON)

    ahead(book, a_message(RECEPTION, concern, token=str(a_reference(Kind.RESTATE))))

    assert known(book) == {}


def test_a_concern_bars_ahead_of_its_record() -> None:
    book = a_clear_book()

    ahead(book, as_message(Word(RECEPTION, 1, None)))

    assert check(book) == "BLOCKED"
