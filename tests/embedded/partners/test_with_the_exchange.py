"""Every partner through the real exchange: UNHCR refers somebody, the desk offers it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlmodel import Session, select

from embedded.partners.edge import PRACTICES, Office, Tools, part_by_part
from embedded.partners.edge.tables import HeldRow
from shared.codes.pathways import TERMS, Pathway, Priority
from shared.crypto import sealing, signing
from shared.crypto.keys import opener, sealer
from shared.crypto.signing import Use, signer
from shared.events.control import ConsentWithdrawn
from shared.events.event import Event, decode
from shared.events.exchange import Outcome
from shared.events.partners import ClaimUpdated
from shared.events.referral import (
    ReferralAccepted,
    ReferralOffered,
    ReferralPayloadSent,
    ReferralRequested,
)
from shared.events.sealed import Sealed
from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    ASYLUM,
    CHILD_PROTECTION,
    DESK,
    RECEPTION,
    SHELTER,
    UNHCR,
    Agency,
)
from shared.kernel.categories import Category
from shared.kernel.identifiers import Kind, PersonRef, Reference, ReferralRef, own
from tests.crashes.adversary import at_once
from tests.dataexchange.world import World, a_world, adult, consent

PATHWAYS = {
    ASYLUM: (Pathway.ASYLUM, Category.HEALTH, "health"),
    CHILD_PROTECTION: (Pathway.CHILD_PROTECTION, Category.HEALTH, "health"),
    ANTI_TRAFFICKING: (Pathway.TRAFFICKING, Category.CONTACT, "contact"),
    SHELTER: (Pathway.SHELTER, Category.FULL_NAME, "full_name"),
}
"""By partner: a pathway, and something that UNHCR may send it by an agreement of the repository."""

SEED = 2
"""By which each of them accepts its first offer."""

CANARY = b"Canary-4712"


class Referral:
    """Somebody whom UNHCR refers to a partner, and that partner's own system."""

    def __init__(self, world: World, agency: Agency, folder: Path) -> None:
        self.world = world
        self.agency = agency
        self.pathway, self.category, self.field = PATHWAYS[agency]
        self.office = self.build(folder)
        self.person = PersonRef(own(Kind.PERSON, world.town.make_id))
        self.referral = ReferralRef(own(Kind.REFERRAL, world.town.make_id))
        self.consent = consent(
            world,
            self.person,
            purpose=TERMS[self.pathway].purpose,
            recipients=(agency,),
            categories=(self.category,),
        )

    def build(self, folder: Path) -> Office:
        """Return the partner's system, and keep what seals to it and opens what it seals."""
        world, agency = self.world, self.agency
        key, at_unhcr = sealing.new_sealing_key(), sealing.new_sealing_key()
        sender, own_seed = signing.new_signing_key(), signing.new_signing_key()
        public, unhcrs = sealing.public_of(key), sealing.public_of(at_unhcr)
        self.seal = sealer(UNHCR, signer(sender, Use.SEAL), recipient=agency, to=public)
        self.open_at_unhcr = opener(UNHCR, at_unhcr, {agency: signing.public_of(own_seed)})
        return Office.build(
            PRACTICES[agency],
            database=folder / "partner.sqlite",
            bus=world.town.log.as_principal(agency),
            tools=Tools(
                seed=SEED,
                clock=world.town.now,
                make_id=world.town.make_id,
                key=public.id,
                open_parts=part_by_part(opener(agency, key, {UNHCR: signing.public_of(sender)})),
                seal=sealer(agency, signer(own_seed, Use.SEAL), recipient=UNHCR, to=unhcrs),
            ),
            liveness=world.town.now,
        )

    def ask(self) -> None:
        """UNHCR asks, and the desk offers."""
        requested = ReferralRequested(
            referral=self.referral,
            person=self.person,
            consent=self.consent.consent,
            pathway=self.pathway,
            priority=Priority.EMERGENCY,
        )
        self.tell(UNHCR, adult(self.person), self.consent, requested)
        [card] = self.world.heard(DESK, "ReferralRequested")
        offered = ReferralOffered(
            referral=ReferralRef(Reference(card.key.decode())),
            provider=self.agency,
            pathway=self.pathway,
            priority=Priority.EMERGENCY,
            respond_by=self.world.town.now() + timedelta(hours=24),
        )
        self.tell(DESK, offered)

    def pay(self) -> None:
        """UNHCR sends the payload, bound to the nonce of the acceptance that it has heard."""
        [record] = self.world.heard(UNHCR, "ReferralAccepted")
        accepted = decode(ReferralAccepted, record.value)
        nonce = bytes.fromhex(str(accepted.seal_nonce))
        part = self.seal(CANARY, category=self.category, nonce=nonce)
        empty = ReferralPayloadSent(person=self.person, referral=self.referral)
        self.tell(UNHCR, replace(empty, **{self.field: part}))

    def tell(self, agency: Agency, *events: Event) -> None:
        self.world.say(agency, *events)
        self.work()

    def work(self) -> None:
        """Let exchange and partner work until neither has anything to do."""
        done = 1
        while done:
            self.world.lead()
            done = at_once(self.office.step())

    def pass_days(self, days: int) -> None:
        for _ in range(days):
            self.world.town.adversary._now_s += 24 * 3600  # noqa: SLF001 - the virtual clock
            self.work()

    def held(self) -> list[bytes]:
        return at_once(self.office.database.transact(self._held))

    def _held(self, session: Session) -> list[bytes]:
        found = select(HeldRow.value).where(HeldRow.field == self.field)
        return list(session.exec(found).all())

    def count(self, what: str) -> int:
        return at_once(self.office.counts())[what]


@pytest.fixture(params=PATHWAYS)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Referral]:
    agency: Agency = request.param
    with a_world(tmp_path, agencies=(RECEPTION, UNHCR, DESK, agency)) as world:
        made = Referral(world, agency, tmp_path)
        yield made
        made.office.database.close()


def test_an_offer_is_accepted_its_payload_opened_and_the_service_told_to_its_end(
    case: Referral,
) -> None:
    case.ask()
    case.pass_days(1)
    case.pay()
    assert case.held() == [CANARY]

    lasts = PRACTICES[case.agency].lasts.days
    case.pass_days(lasts + 12)

    steps = len(TERMS[case.pathway].steps) + 1
    assert len(case.world.heard(UNHCR, "ServiceStarted")) == steps
    assert len(case.world.heard(DESK, "ServiceEnded")) == 1
    assert case.count("payloads opened") == case.count("services ended") == 1
    assert at_once(case.office.tasks()) == {}
    answers = case.world.answers(case.agency).values()
    refused = {code for outcome, code in answers if outcome is not Outcome.TAKEN}
    assert refused <= {"not_yet"}, "control events for which the exchange has no rule yet"


def test_a_consent_taken_back_ends_the_case_and_erases_the_payload(case: Referral) -> None:
    case.ask()
    case.pass_days(1)
    case.pay()

    case.tell(UNHCR, ConsentWithdrawn(person=case.person))

    assert case.held() == []
    assert case.count("erasures confirmed") == 1
    case.pass_days(3)
    assert case.world.heard(DESK, "ServiceEnded") == []


def test_unhcr_alone_learns_of_the_claim(case: Referral) -> None:
    case.ask()
    case.pass_days(1)
    case.pay()

    told = [decode(ClaimUpdated, one.value) for one in case.world.heard(UNHCR, "ClaimUpdated")]

    assert len(told) == (1 if case.agency == ASYLUM else 0)
    for one in told:
        assert isinstance(one.claim, Sealed)
        assert case.open_at_unhcr(one.claim) == b"PENDING"
