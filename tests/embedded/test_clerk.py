"""Simulated clerks at registration's own desk: everybody once, and with what they wished."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from typing_extensions import override

from embedded.partners.book import Book
from embedded.partners.calls import Unexpected
from embedded.partners.clerk import Clerks, form_of
from embedded.people import Traveller, travellers
from shared.codes.places import NameText, NumberText
from shared.events.border import HandedOver, HandoverMade, ScreeningCompleted
from shared.events.control import ConsentGiven, ProtectionConcernRaised, WithholdingSet
from shared.events.event import Event
from shared.events.profiling import CorrectionProposed
from shared.events.registration import PersonRegistered
from shared.kernel.agencies import UNHCR
from shared.kernel.categories import Category
from shared.kernel.identifiers import PersonRef, Reference
from tests.registration.builders import encounter, person
from tests.registration.world import World

SEED = 10
DAY = date(2022, 7, 1)
COUNTS = {DAY: 400}


class Lost(Exception):
    """The answer never came, although the service did what it was asked."""


class Line(httpx.ASGITransport):
    """A way to the service that counts, and may lose one answer."""

    def __init__(self, world: World) -> None:
        super().__init__(world.service.app)
        self.lose = -1
        self.answers = self.busy = self.most_busy = 0

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        answer = await super().handle_async_request(request)
        self.busy -= 1
        self.answers += 1
        if self.answers == self.lose:
            raise Lost
        return answer


class Office:
    """Registration, and the clerks of one life of the process after another."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.book = folder / "clerks.txt"
        self.line = Line(self.world)

    def clerks(self, *, abreast: int = 16) -> Clerks:
        """Return clerks who remember only what lies in their file."""
        return Clerks(
            httpx.AsyncClient(transport=self.line, base_url="http://registration"),
            str,
            seed=SEED,
            counts=COUNTS,
            book=Book(self.book),
            abreast=abreast,
        )

    async def hand_over(self, *people: Traveller) -> None:
        """Have people wait at reception, each with a wristband."""
        persons = tuple(
            HandedOver(person=person(one.index), wristband=NumberText(one.wristband))
            for one in people
        )
        await self.screen(*people)
        await self.world.tell(HandoverMade(encounter=encounter(), persons=persons))

    async def screen(self, *people: Traveller) -> None:
        """Have people wait at reception, as long as no wristband is told."""
        await self.world.tell(
            *(ScreeningCompleted(person=person(one.index), encounter=encounter()) for one in people)
        )

    async def told(self, *kinds: type[Event]) -> list[Event]:
        return await self.world.announced(*kinds)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.world.close()


def somebody(fits: Callable[[Traveller], bool]) -> Traveller:
    return next(one for one in travellers(SEED, DAY, COUNTS[DAY]) if fits(one))


def wishes_nothing(one: Traveller) -> bool:
    return not (one.worry or one.withholds_name or one.agrees_to_be_called)


PLAIN = somebody(lambda one: one.boat is not None and wishes_nothing(one))
WORRYING = somebody(lambda one: one.boat is not None and one.worry is not None)
WITHHOLDING = somebody(lambda one: one.boat is not None and one.withholds_name)
AGREEING = somebody(lambda one: one.boat is not None and one.agrees_to_be_called)
MISSPELT = somebody(lambda one: one.boat is not None and one.misspelt is not None)


async def test_who_waits_is_registered_under_the_borders_reference_as_they_say(
    office: Office,
) -> None:
    await office.hand_over(PLAIN)

    acts = await office.clerks().work()

    (told,) = await office.told(PersonRegistered)
    assert acts == 1
    assert isinstance(told, PersonRegistered)
    assert told.person == person(PLAIN.index)
    assert (told.given_name, told.family_name) == (PLAIN.given_name, PLAIN.family_name)
    assert (told.contact, told.arrived_on) == (PLAIN.phone, DAY.isoformat())


async def test_whoever_wears_no_wristband_yet_or_a_strangers_waits_on(office: Office) -> None:
    stranger = HandedOver(person=person(2), wristband=NumberText("W-0002"))
    await office.screen(PLAIN)
    await office.world.tell(HandoverMade(encounter=encounter(9), persons=(stranger,)))

    acts = await office.clerks().work()

    assert acts == 0
    assert await office.told(PersonRegistered) == []


async def test_a_second_round_registers_nobody_again(office: Office) -> None:
    await office.hand_over(PLAIN, AGREEING)
    clerks = office.clerks()
    await clerks.work()

    acts = await clerks.work()

    assert acts == 0
    assert len(await office.told(PersonRegistered)) == 2


async def test_a_worry_goes_to_unhcr_sealed(office: Office) -> None:
    await office.hand_over(WORRYING)

    await office.clerks().work()

    (told,) = await office.told(ProtectionConcernRaised)
    assert isinstance(told, ProtectionConcernRaised)
    assert told.note
    assert told.person == person(WORRYING.index)
    assert office.world.open_sealed(told.note).decode() == WORRYING.worry


async def test_a_wish_that_unhcr_not_know_the_name_is_written_down(office: Office) -> None:
    await office.hand_over(WITHHOLDING)

    await office.clerks().work()

    (told,) = await office.told(WithholdingSet)
    assert isinstance(told, WithholdingSet)
    assert told.person == person(WITHHOLDING.index)
    assert (told.from_, told.categories) == ((UNHCR,), (Category.FULL_NAME,))


async def test_a_consent_to_be_called_covers_the_telephone_number_and_nothing_else(
    office: Office,
) -> None:
    await office.hand_over(AGREEING)

    await office.clerks().work()

    (told,) = await office.told(ConsentGiven)
    assert isinstance(told, ConsentGiven)
    assert told.person == person(AGREEING.index)
    assert (told.recipients, told.categories) == ((UNHCR,), (Category.CONTACT,))


async def test_who_wishes_nothing_has_nothing_written_down(office: Office) -> None:
    await office.hand_over(PLAIN)

    await office.clerks().work()

    assert await office.told(ProtectionConcernRaised, WithholdingSet, ConsentGiven) == []


@pytest.mark.parametrize("answer", range(1, 8))
async def test_whichever_answer_is_lost_the_next_life_does_everything_once(
    office: Office, answer: int
) -> None:
    await office.hand_over(WORRYING, WITHHOLDING, AGREEING)
    office.line.lose = answer

    with pytest.raises(Lost):
        await office.clerks(abreast=1).work()
    await office.clerks().work()

    kinds = (PersonRegistered, ProtectionConcernRaised, WithholdingSet, ConsentGiven)
    told = [len(await office.told(kind)) for kind in kinds]
    assert told == [3, 1, 1, 1]
    assert Book(office.book).open == {}


async def test_whoever_a_colleague_registered_meanwhile_is_done(office: Office) -> None:
    await office.hand_over(PLAIN)
    Book(office.book).begin(PLAIN.wristband, person(PLAIN.index))
    await office.world.register(form_of(PLAIN) | {"person": person(PLAIN.index)})

    await office.clerks().work()

    assert len(await office.told(PersonRegistered)) == 1
    assert Book(office.book).open == {}


async def test_a_refused_registration_is_not_taken_for_done(office: Office) -> None:
    Book(office.book).begin(PLAIN.wristband, person(PLAIN.index))

    with pytest.raises(Unexpected):
        await office.clerks().work()

    assert Book(office.book).open == {PLAIN.wristband: person(PLAIN.index)}


async def test_who_comes_without_the_border_is_registered_once_however_often(
    office: Office,
) -> None:
    alone = [one for one in travellers(SEED, DAY, COUNTS[DAY]) if one.boat is None]

    acts = [await office.clerks().walk_ins(DAY), await office.clerks().walk_ins(DAY)]

    told = await office.told(PersonRegistered)
    phones = sorted(str(one.contact) for one in told if isinstance(one, PersonRegistered))
    assert alone
    assert acts == [len(alone)] * 2
    assert phones == sorted(one.phone for one in alone)


async def test_no_more_clerks_are_busy_than_there_are(office: Office) -> None:
    await office.hand_over(*travellers(SEED, DAY, 12))

    await office.clerks(abreast=3).work()

    assert office.line.most_busy == 3


async def test_a_misspelt_name_is_put_right_as_unhcr_proposes(office: Office) -> None:
    await office.hand_over(MISSPELT)
    await office.clerks().work()
    (first,) = await office.told(PersonRegistered)
    about = PersonRef(Reference(person(MISSPELT.index)))
    right = NameText(MISSPELT.family_name)
    await office.world.tell(CorrectionProposed(person=about, family_name=right))

    acts = await office.clerks().work()

    kept = (await office.world.call("GET", f"/v1/persons/{about}")).json()
    assert isinstance(first, PersonRegistered)
    assert first.family_name == MISSPELT.misspelt
    assert acts == 1
    assert kept["family_name"] == MISSPELT.family_name


async def test_a_correction_that_cannot_be_taken_over_is_no_work_done(office: Office) -> None:
    nobody = PersonRef(Reference(person(5)))
    await office.world.tell(CorrectionProposed(person=nobody, family_name=NameText("Xa")))
    clerks = office.clerks()

    acts = [await clerks.work(), await clerks.work()]

    waiting = (await office.world.call("GET", "/v1/corrections")).json()["corrections"]
    assert len(waiting) == 1
    assert acts == [0, 0]


def test_a_form_says_what_is_known_of_age_and_admits_what_is_not() -> None:
    people = travellers(SEED, DAY, COUNTS[DAY])

    forms = [(one, form_of(one)) for one in people]

    for one, form in forms:
        known = [form[name] for name in ("date_of_birth", "age") if name in form]
        assert known == ([one.born] if one.born is not None else [one.age] * (one.age is not None))
        assert ("age_not_known" in form) is (known == [])
    assert len({tuple(sorted(form)) for _, form in forms}) == 3
