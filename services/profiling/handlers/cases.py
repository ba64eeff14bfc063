"""Load, decide, save: the interview, the profile, counselling, and the profile's end."""

from datetime import datetime
from typing import Final

import msgspec

from services.profiling.commands.case import (
    EstablishProfile,
    PauseInterview,
    RecordAnswers,
    RecordCounselling,
    StartInterview,
)
from services.profiling.handlers.profiles import save_case
from services.profiling.handlers.protection import save_protection
from services.profiling.handlers.safeguards import find_age
from services.profiling.rules import case as cases
from services.profiling.rules import protection as protections
from services.profiling.rules import talk
from services.profiling.rules.category import barred_modalities
from services.profiling.rules.profile import NORMAL
from services.profiling.rules.talk import Interview
from services.profiling.store import Store
from shared.casework.rules.permission import find_consent, is_over
from shared.casework.rules.sent import OPEN
from shared.casework.store import Book
from shared.codes.pathways import Pathway
from shared.codes.profiles import Modality
from shared.kernel.agencies import Purpose, Role
from shared.kernel.consent import AgeState
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.identifiers import ConsentRef, PersonRef

BARRED: Final = {Pathway.ASYLUM_ACCELERATED: Modality.ACCELERATED}
"""The modality that a pathway stands for."""


class BarredModality(Conflict):
    """This person's claim is never hurried, or nobody has looked yet."""

    code = "barred_modality"


def start_interview(
    command: StartInterview, person: PersonRef, *, store: Store, book: Book, at: datetime
) -> int:
    """Begin to talk; return the number of the interview.

    Raises:
        NotFound: the person is not known here.
        Refusal: something that makes talking safe is missing, or the profile is closed.
    """
    age = get_age(person, store, at)
    consented = is_consented(command.consent, person, age, book, at)
    talk.refuse_unsafe(command, consented=consented, age=age)
    save_case(cases.begin(store.cases.find(person)), store)
    return store.cases.add_interview(Interview(person=person))


def is_consented(
    consent: ConsentRef | None, person: PersonRef, age: AgeState, book: Book, at: datetime
) -> bool:
    """Return whether a consent to profiling is in force."""
    words = book.words.of(person)
    given = None if consent is None else find_consent(words, consent)
    if given is None or given.purpose is not Purpose.PROFILING:
        return False
    return not is_over(words, given.consent, age=age, on=at.date())


def get_age(person: PersonRef, store: Store, at: datetime) -> AgeState:
    """Return whether a known person is treated as a child; raises NotFound otherwise."""
    age = find_age(person, store=store, at=at)
    if age is None:
        raise NotFound
    return age


def record_answers(command: RecordAnswers, number: int, *, store: Store) -> int:
    """Keep what the person answered; tell the journey, if one was said. Return the version.

    Raises:
        NotFound: there is no such interview.
        Refusal: see the rule.
    """
    interview = talk.record(store.cases.get_interview(number), command)
    store.cases.save_interview(interview)
    if command.journey is not None:
        journey = talk.journey_of(interview.person, command.journey)
        if journey != store.cases.journey(interview.person):
            store.cases.save_journey(journey)
            store.outbox.add(journey)
    return interview.version


def pause_interview(command: PauseInterview, number: int, *, store: Store) -> None:
    """Stop for now; the outer clock runs on.

    Raises:
        NotFound: there is no such interview.
    """
    interview = store.cases.get_interview(number)
    store.cases.save_interview(msgspec.structs.replace(interview, paused=command.reason))
    save_case(cases.pause(store.cases.find(interview.person), command.reason), store)


def establish_profile(
    command: EstablishProfile, person: PersonRef, *, by: Role, store: Store, at: datetime
) -> cases.Case:
    """State every category that fits; what that bars is stated at once, and nothing else leaves.

    Raises:
        NotFound: the person is not known here.
        Refusal: see the rule.
    """
    store.get_profile(person)
    case = cases.establish(command, store.cases.find(person), by=by, at=at)
    save_case(case, store, due_at=cases.due_at(case.codes or (), at=at))
    known = store.cases.protection(person)
    save_protection(known, protections.after_finding(known, case), store)
    return case


def record_counselling(
    command: RecordCounselling, person: PersonRef, *, store: Store
) -> cases.Case:
    """Record which options were explained, and which referrals the person does not want.

    Raises:
        NotFound: the person is not known here.
        Refusal: see the rule.
    """
    store.get_profile(person)
    case = cases.counsel(command, store.cases.find(person))
    save_case(case, store)
    return case


def on_referral(person: PersonRef, pathway: Pathway, *, store: Store) -> None:
    """Note which categories a referral answers.

    Raises:
        BarredModality: the pathway stands for a modality that is barred for the person.
    """
    case = store.cases.find(person)
    if BARRED.get(pathway) in barred_modalities(case.codes):
        raise BarredModality
    save_case(cases.refer(case, pathway), store)


def close_profile(person: PersonRef, *, store: Store, book: Book) -> cases.Case:
    """Close a profile that is counselled and referred. It ends no right of the person.

    Raises:
        NotFound: the person is not known here.
        Refusal: see the rule.
    """
    profile = store.get_profile(person)
    case = cases.close(
        store.cases.find(person),
        concerned=profile.concerned,
        referral_open=any(one.state in OPEN for one in book.referrals.about(person)),
    )
    save_case(case, store)
    return case


def reopen_profile(person: PersonRef, *, store: Store, at: datetime) -> cases.Case:
    """Open a closed profile anew; whatever was no is unknown until somebody has looked.

    Raises:
        NotFound: the person is not known here.
        NotClosed: it is not closed.
    """
    store.get_profile(person)
    case = cases.reopen(store.cases.find(person), at=at)
    save_case(case, store, due_at=at + NORMAL)
    known = store.cases.protection(person)
    save_protection(known, protections.hear_concern(known), store)
    return case
