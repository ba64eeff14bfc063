"""Names of contracts: facts in the past, stable on the wire, each in a module that is read."""

import re
from pathlib import Path

import pytest

from shared import events
from shared.events import registry
from shared.events.event import Contract
from tests.contracts.strategies import CONTRACTS

PAST = re.compile(r"(ed|Given|Withdrawn|Set|Found|Made|Sent)$")
"""Endings of a fact; a new irregular verb is added here by name."""

NOT_CONTRACT_MODULES = {"__init__", "card", "event", "registry", "sealed"}

WIRES = (
    "org.tenpoint.border.ArrivalRecorded.v1",
    "org.tenpoint.border.DisembarkationRecorded.v1",
    "org.tenpoint.border.HandoverMade.v1",
    "org.tenpoint.border.InterceptionRecorded.v1",
    "org.tenpoint.border.RescueRecorded.v1",
    "org.tenpoint.border.ScreeningCompleted.v1",
    "org.tenpoint.control.ConsentGiven.v1",
    "org.tenpoint.control.ConsentWithdrawn.v1",
    "org.tenpoint.control.ControlRepeated.v1",
    "org.tenpoint.control.DocumentPresented.v1",
    "org.tenpoint.control.DuplicateLinked.v1",
    "org.tenpoint.control.DuplicateUnlinked.v1",
    "org.tenpoint.control.ErasureConfirmed.v1",
    "org.tenpoint.control.FeedAffirmed.v1",
    "org.tenpoint.control.ProtectionCheckAsked.v1",
    "org.tenpoint.control.ProtectionConcernRaised.v1",
    "org.tenpoint.control.ProtectionStated.v1",
    "org.tenpoint.control.RestateEnded.v1",
    "org.tenpoint.control.SafeguardsStated.v1",
    "org.tenpoint.control.StreamGapFound.v1",
    "org.tenpoint.control.TaskClosed.v1",
    "org.tenpoint.control.TaskOpened.v1",
    "org.tenpoint.control.WithholdingSet.v1",
    "org.tenpoint.exchange.AgreementChanged.v1",
    "org.tenpoint.exchange.DecisionMade.v1",
    "org.tenpoint.exchange.ErasureAsked.v1",
    "org.tenpoint.exchange.FlowInterrupted.v1",
    "org.tenpoint.exchange.HeadSigned.v1",
    "org.tenpoint.exchange.PersonsLinked.v1",
    "org.tenpoint.exchange.PersonsUnlinked.v1",
    "org.tenpoint.exchange.ProtectionCheckAnswered.v1",
    "org.tenpoint.exchange.ReleaseRescinded.v1",
    "org.tenpoint.exchange.RestateAsked.v1",
    "org.tenpoint.exchange.StreamResumed.v1",
    "org.tenpoint.partners.CareArranged.v1",
    "org.tenpoint.partners.ClaimUpdated.v1",
    "org.tenpoint.partners.ClosureAdvised.v1",
    "org.tenpoint.profiling.CorrectionProposed.v1",
    "org.tenpoint.profiling.JourneyRecorded.v1",
    "org.tenpoint.referral.CapacityReported.v1",
    "org.tenpoint.referral.InformationRequested.v1",
    "org.tenpoint.referral.ReferralAccepted.v1",
    "org.tenpoint.referral.ReferralAmended.v1",
    "org.tenpoint.referral.ReferralDeclined.v1",
    "org.tenpoint.referral.ReferralEscalated.v1",
    "org.tenpoint.referral.ReferralExpired.v1",
    "org.tenpoint.referral.ReferralOffered.v1",
    "org.tenpoint.referral.ReferralPayloadSent.v1",
    "org.tenpoint.referral.ReferralRequested.v1",
    "org.tenpoint.referral.ReferralWithdrawn.v1",
    "org.tenpoint.referral.ServiceEnded.v1",
    "org.tenpoint.referral.ServiceStarted.v1",
    "org.tenpoint.registration.HandoverReceived.v1",
    "org.tenpoint.registration.PersonRegistered.v1",
    "org.tenpoint.registration.RegistrationUpdated.v1",
    "org.tenpoint.returns.ArrivalConfirmed.v1",
    "org.tenpoint.returns.CountrySuspended.v1",
    "org.tenpoint.returns.DepartureConfirmed.v1",
    "org.tenpoint.returns.ReturnApplied.v1",
    "org.tenpoint.returns.ReturnEnded.v1",
    "org.tenpoint.returns.ReturnSuspended.v1",
)


def test_names_on_the_wire_are_the_agreed_ones() -> None:
    assert tuple(sorted(contract.wire for contract in CONTRACTS)) == WIRES


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.event.__name__)
def test_name_is_a_fact_in_the_past(contract: Contract) -> None:
    assert PAST.search(contract.event.__name__)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.event.__name__)
def test_contract_is_found_by_its_name_on_the_wire(contract: Contract) -> None:
    assert registry.find_contract(contract.wire) is contract


def test_nobody_declared_is_found_as_nothing() -> None:
    assert registry.find_contract("org.tenpoint.border.Planted.v1") is None


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.event.__name__)
def test_contract_says_in_words_of_its_own_what_happened(contract: Contract) -> None:
    assert (vars(contract.event).get("__doc__") or "").strip()


def test_every_contract_module_is_in_the_registry() -> None:
    on_disk = {path.stem for path in Path(events.__path__[0]).glob("*.py")}

    read = {module.__name__.rpartition(".")[2] for module in registry.MODULES}

    assert read == on_disk - NOT_CONTRACT_MODULES
