"""The check fails closed: whatever is lost, late, doubled or swapped, nothing clears by that."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.codes.protection import Stated
from shared.kernel.agencies import BORDER, CHILD_PROTECTION, RECEPTION, UNHCR, Agency
from tests.builders import judged
from tests.dataexchange.rules.plain_protection import (
    STATING,
    Feed,
    Story,
    Word,
    a_meeting_book,
    a_met,
    as_message,
    asked,
    called,
    is_clear,
)

Said = tuple[Agency, Stated | timedelta | None]

SPEAKERS = (UNHCR, UNHCR, CHILD_PROTECTION, RECEPTION)
AGES = st.sampled_from([timedelta(0), timedelta(hours=24), timedelta(hours=25)])
MOSTLY_NO = st.sampled_from([Stated.NO, Stated.NO, Stated.NO, Stated.YES, Stated.UNKNOWN])
STATEMENTS = st.tuples(st.sampled_from(SPEAKERS), MOSTLY_NO)
CONCERNS = st.tuples(st.just(RECEPTION), st.none())
FEEDS = st.tuples(st.sampled_from(STATING), AGES)
FRESH: list[Said] = [(one, timedelta(0)) for one in STATING]
SAID = st.lists(st.one_of(STATEMENTS, STATEMENTS, CONCERNS, FEEDS), max_size=8).map(
    lambda said: [*FRESH, *said]
)

many = settings(max_examples=400)


def numbered(said: Sequence[Said]) -> list[Word | Feed]:
    """What was said, each under its author's next number about the person or about itself."""
    story: list[Word | Feed] = []
    for author, what in said:
        kind = Feed if isinstance(what, timedelta) else Word
        number = 1 + sum(one.author == author and isinstance(one, kind) for one in story)
        story.append(
            Feed(author, number, what)
            if isinstance(what, timedelta)
            else Word(author, number, what)
        )
    return story


def clears(story: Story) -> bool:
    """Whether the rule clears after a story, each event judged in a record of its own."""
    book = a_meeting_book()
    a_met(book)
    for one in story:
        judged(book, as_message(one))
    judgement = judged(book, asked(BORDER, called(BORDER)))
    [body] = [one.body for one in judgement.releases if ".ProtectionCheckAnswered." in one.wire]
    return bool(msgspec.json.decode(body or b"")["answer"] == "ASK_ASYLUM_AUTHORITY")


def is_loosening(one: Word | Feed) -> bool:
    return isinstance(one, Feed) or one.said is Stated.NO


@many
@given(said=SAID, data=st.data())
def test_the_rule_says_what_the_plain_one_says_however_events_arrive(
    said: list[Said], data: st.DataObject
) -> None:
    whole = numbered(said)
    story = data.draw(st.lists(st.sampled_from(whole), max_size=2 * len(whole)))
    story = data.draw(st.sampled_from([whole, [*whole, *story], [*story, *whole], story]))

    assert clears(story) == is_clear(story)


@many
@given(said=SAID, data=st.data())
def test_without_a_no_or_an_affirmation_nothing_clears_that_was_blocked(
    said: list[Said], data: st.DataObject
) -> None:
    whole = numbered(said)
    lost = data.draw(st.sets(st.sampled_from([one for one in whole if is_loosening(one)])))

    assert clears(whole) or not clears([one for one in whole if one not in lost])


@many
@given(said=SAID, data=st.data())
def test_a_no_or_an_affirmation_that_is_late_clears_nothing_before_all_has_come(
    said: list[Said], data: st.DataObject
) -> None:
    whole = numbered(said)
    late = data.draw(st.sampled_from([one for one in whole if is_loosening(one)]))
    rest = [one for one in whole if one != late]

    assert not clears(rest) or clears(whole)


@many
@given(said=SAID, more=st.one_of(CONCERNS, STATEMENTS), place=st.integers(0, 12))
def test_one_more_word_that_bars_clears_nothing(said: list[Said], more: Said, place: int) -> None:
    barring = (more[0], Stated.YES if more[1] is Stated.NO else more[1])

    after = numbered([*said[:place], barring, *said[place:]])

    assert clears(numbered(said)) or not clears(after)


@many
@given(said=SAID, data=st.data())
def test_what_is_clear_was_said_to_be_clear_by_all_who_count(
    said: list[Said], data: st.DataObject
) -> None:
    story = data.draw(st.permutations(numbered(said)))

    words = sorted((one for one in story if isinstance(one, Word)), key=lambda one: one.number)
    if clears(story):
        last = {one.author: one for one in words if one.said}
        assert last[UNHCR].said is Stated.NO
        assert {one.said for one in last.values()} == {Stated.NO}


def test_a_no_that_was_here_before_a_concern_is_no_answer_to_it() -> None:
    first, second = Word(UNHCR, 1, Stated.NO), Word(UNHCR, 2, Stated.NO)
    concern = Word(RECEPTION, 1, None)
    feeds = [Feed(one, 1, timedelta(0)) for one in STATING]

    assert not clears([second, *feeds, first, concern, second])
    assert clears([second, *feeds, first, concern, second, Word(UNHCR, 3, Stated.NO)])
