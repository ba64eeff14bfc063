"""One person and one referral: what each agency says of it, in its own terms."""

from collections import Counter
from typing import Any

from services.dataexchange.rules.book import Book, Subject
from services.dataexchange.rules.flows.hearing import flow_of
from services.dataexchange.rules.flows.state import Flow
from services.dataexchange.rules.judge import Judgement
from services.dataexchange.rules.outcomes import Release
from shared.codes.pathways import Pathway, Priority
from shared.events.event import Event
from shared.events.exchange import Outcome
from shared.events.referral import (
    ReferralAccepted,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralRequested,
)
from shared.events.sealed import KeyId, Sealed
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    ASYLUM,
    CHILD_PROTECTION,
    DESK,
    RECEPTION,
    SHELTER,
    UNHCR,
    Agency,
    Purpose,
)
from shared.kernel.categories import Category
from shared.kernel.identifiers import Kind, PersonRef, ReferralRef
from tests.builders import (
    a_book,
    a_consent,
    a_message,
    a_person,
    a_reference,
    a_state,
    an_adult,
    judged,
)

EVERYBODY = (
    RECEPTION,
    UNHCR,
    DESK,
    ASYLUM,
    CHILD_PROTECTION,
    ANTI_TRAFFICKING,
    SHELTER,
)
PERSON = a_person()
REFERRAL = ReferralRef(a_reference(Kind.REFERRAL))
CONSENT = a_consent(PERSON).consent


class Case:
    """A book, and the next number of each author about each key."""

    def __init__(
        self,
        provider: Agency = SHELTER,
        pathway: Pathway = Pathway.SHELTER,
        **more: Any,
    ) -> None:
        self.book: Book = a_book(*EVERYBODY, **more)
        self.numbers: Counter[tuple[Agency, str, str]] = Counter()
        self.provider = provider
        self.pathway = pathway
        self.heard: list[Release] = []

    def say(self, author: Agency, event: Event, **more: Any) -> Judgement:
        message = a_message(author, event, **more)
        self.numbers[author, message.topic, message.key] += 1
        number = self.numbers[author, message.topic, message.key]
        judgement = judged(self.book, a_message(author, event, number, **more))
        self.heard += judgement.releases
        return judgement

    def fate(self, author: Agency, event: Event) -> tuple[Outcome, str | None]:
        [outcome] = self.say(author, event).outcomes
        return outcome.verdict, outcome.code

    @property
    def referral(self) -> Subject:
        found = self.book.subject_of(UNHCR, REFERRAL)
        assert found is not None
        return found

    @property
    def person(self) -> Subject:
        found = self.book.subject_of(UNHCR, PERSON)
        assert found is not None
        return found

    @property
    def flow(self) -> Flow:
        found = flow_of(self.referral)
        assert found is not None
        return found

    def named(self, agency: Agency) -> ReferralRef:
        return ReferralRef(self.referral.references[agency])

    def consent(self, *categories: Category, purpose: Purpose = Purpose.RECEPTION) -> Judgement:
        told = a_consent(
            PERSON,
            purpose=purpose,
            recipients=(self.provider,),
            categories=categories or (Category.CONTACT, Category.FULL_NAME),
        )
        return self.say(UNHCR, told)

    def request(self, **more: Any) -> Judgement:
        card = {"pathway": self.pathway, "priority": Priority.NORMAL, "consent": CONSENT}
        return self.say(UNHCR, ReferralRequested(referral=REFERRAL, person=PERSON, **(card | more)))

    def offer(self, provider: Agency | None = None) -> Judgement:
        to = provider or self.provider
        return self.say(
            DESK,
            ReferralOffered(
                referral=self.named(DESK),
                provider=to,
                pathway=self.pathway,
                priority=Priority.NORMAL,
            ),
        )

    def accept(self, provider: Agency | None = None) -> Judgement:
        by = provider or self.provider
        return self.say(by, ReferralAccepted(referral=self.named(by), provider=by))

    def payload(self) -> Judgement:
        parts: dict[str, Any] = {
            "contact": self.part(Category.CONTACT),
            "health": self.part(Category.HEALTH),
        }
        return self.say(UNHCR, ReferralPayloadSent(person=PERSON, referral=REFERRAL, **parts))

    def part(self, category: Category) -> Sealed:
        return Sealed(
            suite=1,
            category=category,
            recipient=self.provider,
            key=KeyId("k1"),
            nonce=b"nonce",
            sealed=b"sealed",
        )

    def until_accepted(self) -> "Case":
        self.say(UNHCR, an_adult(PERSON))
        self.consent(purpose=purpose_of(self.pathway))
        self.request()
        self.offer()
        self.accept()
        return self


def purpose_of(pathway: Pathway) -> Purpose:
    return Flow(UNHCR, pathway=pathway).purpose or Purpose.RECEPTION


def told(judgement: Judgement, name: str) -> list[Agency]:
    """The agencies that hear one kind of event of a batch."""
    return [one.recipient for one in judgement.releases if one.wire.endswith(f".{name}.v1")]


def registered_by_reception(case: Case) -> PersonRef:
    """Reception tells its state of the same person; return UNHCR's name for her."""
    theirs = a_person(9)
    case.say(RECEPTION, an_adult(theirs))
    case.say(RECEPTION, a_state(theirs))
    subject = case.book.subject_of(RECEPTION, theirs)
    assert subject is not None
    return PersonRef(subject.references[UNHCR])
