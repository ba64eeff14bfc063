"""Interview, profile, counselling, protection, and the profile's end."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel

from services.profiling.api.wiring import Person, Wired
from services.profiling.commands.case import (
    EstablishProfile,
    PauseInterview,
    RecordAnswers,
    RecordCounselling,
    StartInterview,
    StateProtection,
)
from services.profiling.handlers import cases, protection, safeguards
from services.profiling.rules.case import Case, unanswered
from services.profiling.rules.category import barred_modalities
from services.profiling.rules.profile import ProfileState
from services.profiling.rules.protection import Protection, needs_second
from services.profiling.store import Store
from shared.casework.commands import StateSafeguards
from shared.codes.profiles import Basis, Confidence, Modality, Option, Pause, ProfileCode
from shared.codes.protection import Barred, Stated
from shared.kernel.agencies import Role
from shared.kernel.identifiers import PersonRef
from shared.web.caller import Caller, calls
from shared.web.once import OnceBy

router = APIRouter(prefix="/v1", tags=["cases"])

Staff = Annotated[Caller, calls(Role.PROFILER, Role.SUPERVISOR)]
Profiler = Annotated[Caller, calls(Role.PROFILER)]
Supervisor = Annotated[Caller, calls(Role.SUPERVISOR)]
Number = Annotated[int, Path(ge=1, lt=2**53)]


class Begun(BaseModel):
    """The number of an interview."""

    interview: int


class Kept(BaseModel):
    """The version of the answers as they are now."""

    version: int


class FoundView(BaseModel):
    """One finding, as it was explained. It names no score."""

    code: ProfileCode
    confidence: Confidence
    basis: tuple[Basis, ...]
    explanation: str


class VersionView(BaseModel):
    """One profile as it was established."""

    at: datetime
    by: Role
    findings: list[FoundView]


class CaseView(BaseModel):
    """How a profile goes."""

    person: PersonRef
    state: ProfileState
    paused: Pause | None
    history: list[VersionView]
    options: tuple[Option, ...]
    declined: tuple[ProfileCode, ...]
    referred: tuple[ProfileCode, ...]
    unanswered: list[ProfileCode]
    """Categories with neither a referral nor a recorded no."""
    reopened_at: datetime | None

    @classmethod
    def of(cls, case: Case) -> Self:
        """Return the view of a case."""
        history = [
            VersionView(
                at=version.at,
                by=version.by,
                findings=[
                    FoundView(
                        code=one.code,
                        confidence=one.confidence,
                        basis=one.basis,
                        explanation=one.explanation,
                    )
                    for one in version.findings
                ],
            )
            for version in case.history
        ]
        return cls(
            person=case.person,
            state=case.state,
            paused=case.paused,
            history=history,
            options=case.options,
            declined=case.declined,
            referred=case.referred,
            unanswered=sorted(unanswered(case)),
            reopened_at=case.reopened_at,
        )


class ProtectionView(BaseModel):
    """What is stated of each act, and whether another statement waits for a second person."""

    stated: dict[Barred, Stated]
    waits_for_second: bool

    @classmethod
    def of(cls, known: Protection) -> Self:
        """Return the view of what is stated."""
        return cls(
            stated={act: known.of(act) for act in Barred}, waits_for_second=needs_second(known)
        )


class ModalitiesView(BaseModel):
    """Which ways of deciding a claim are barred, and by which findings; none means unseen yet."""

    barred: dict[Modality, list[ProfileCode]]


@router.post("/profiles/{f}/interviews", status_code=HTTPStatus.CREATED)
async def post_interview(
    wired: Wired, f: Person, command: StartInterview, caller: Profiler, once: OnceBy
) -> Begun:
    """Begin to talk, once everything is there that makes talking safe."""

    def work(store: Store, at: datetime) -> int:
        return cases.start_interview(command, f, store=store, book=store.book, at=at)

    return Begun(interview=await wired.run_once(once(caller), work, int))


@router.put("/interviews/{i}/answers")
async def put_answers(wired: Wired, i: Number, command: RecordAnswers, _: Profiler) -> Kept:
    """Keep what the person answered, as a whole."""
    version = await wired.run(lambda store, _: cases.record_answers(command, i, store=store))
    return Kept(version=version)


@router.post("/interviews/{i}/pause", status_code=HTTPStatus.NO_CONTENT)
async def post_pause(wired: Wired, i: Number, command: PauseInterview, _: Profiler) -> None:
    """Stop for now; the outer clock runs on."""
    await wired.run(lambda store, _: cases.pause_interview(command, i, store=store))


@router.get("/profiles/{f}/case")
async def get_case(wired: Wired, f: Person, _: Staff) -> CaseView:
    """Return how a profile goes, with its history."""
    return CaseView.of(await wired.run(lambda store, _: known_case(f, store)))


@router.put("/profiles/{f}")
async def put_profile(
    wired: Wired, f: Person, command: EstablishProfile, caller: Profiler, once: OnceBy
) -> CaseView:
    """State every category that fits; earlier profiles stay as history."""

    def work(store: Store, at: datetime) -> Case:
        return cases.establish_profile(command, f, by=caller.role, store=store, at=at)

    return CaseView.of(await wired.run_once(once(caller), work, Case))


@router.post("/profiles/{f}/counselling")
async def post_counselling(
    wired: Wired, f: Person, command: RecordCounselling, _: Profiler
) -> CaseView:
    """Record which options were explained, and which referrals the person does not want."""
    case = await wired.run(lambda store, _: cases.record_counselling(command, f, store=store))
    return CaseView.of(case)


@router.get("/profiles/{f}/protection")
async def get_protection(wired: Wired, f: Person, _: Staff) -> ProtectionView:
    """Return what is stated to be barred against a person."""

    def work(store: Store, _: datetime) -> Protection:
        return store.cases.protection(store.get_profile(f).person)

    return ProtectionView.of(await wired.run(work))


@router.put("/profiles/{f}/protection")
async def put_protection(
    wired: Wired, f: Person, command: StateProtection, caller: Supervisor
) -> ProtectionView:
    """State what is barred; taking back a yes waits until a second person says the same."""

    def work(store: Store, _: datetime) -> Protection:
        return protection.state_protection(command, f, by=caller.person, store=store)

    return ProtectionView.of(await wired.run(work))


@router.post("/profiles/{f}/closure")
async def post_closure(wired: Wired, f: Person, _: Supervisor) -> CaseView:
    """Close a profile that is counselled and referred. It ends no right of the person."""
    case = await wired.run(lambda store, _: cases.close_profile(f, store=store, book=store.book))
    return CaseView.of(case)


@router.post("/profiles/{f}/reopening")
async def post_reopening(wired: Wired, f: Person, _: Supervisor) -> CaseView:
    """Open a closed profile anew."""
    return CaseView.of(
        await wired.run(lambda store, at: cases.reopen_profile(f, store=store, at=at))
    )


@router.post("/profiles/{f}/safeguards", status_code=HTTPStatus.NO_CONTENT)
async def post_safeguards(
    wired: Wired,
    f: Person,
    command: StateSafeguards,
    _: Annotated[Caller, calls(Role.PROFILER, Role.CASEWORKER, Role.SUPERVISOR)],
) -> None:
    """State what was found about age and place."""
    await wired.run(lambda store, _: safeguards.keep_safeguards(command, f, store=store))


@router.get("/profiles/{f}/barred-modalities")
async def get_barred_modalities(
    wired: Wired, f: Person, _: Annotated[Caller, calls(Role.PROFILER, Role.LEGAL)]
) -> ModalitiesView:
    """Return which ways of deciding a claim are barred; never which way to take."""
    case = await wired.run(lambda store, _: known_case(f, store))
    barred = barred_modalities(case.codes)
    return ModalitiesView(barred={way: sorted(codes) for way, codes in barred.items()})


def known_case(person: PersonRef, store: Store) -> Case:
    """Return how a profile goes; raises NotFound for a person not known here."""
    return store.cases.find(store.get_profile(person).person)
