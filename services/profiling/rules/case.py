"""How does a profile go: interviewed, established, counselled, referred, closed, and begun anew?

It is not refugee status determination: nothing here judges a claim, and no competent body's word is
written here. Earlier profiles stay. Source: 10-Point Plan of Action, point 5; UNHCR, Refugee
protection and durable solutions in the context of international migration (2007), for mixed and
changing profiles; the states are a Tenpoint design decision.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

import msgspec

from services.profiling.commands.case import EstablishProfile, RecordCounselling
from services.profiling.rules.category import FOLLOWS, answered_by
from services.profiling.rules.profile import ProfileState
from shared.codes.pathways import Pathway
from shared.codes.profiles import Basis, Confidence, Option, Pause, ProfileCode
from shared.kernel.agencies import Role
from shared.kernel.errors import Conflict
from shared.kernel.identifiers import PersonRef


class NotInterviewed(Conflict):
    """The person was not heard yet, or the interview waits."""

    code = "not_interviewed"


class CompetentBodyOnly(Conflict):
    """Only the competent body finds that, or confirms."""

    code = "competent_body_only"


class ExplanationMissing(Conflict):
    """A finding was not explained."""

    code = "explanation_missing"


class NoProfile(Conflict):
    """No profile is established."""

    code = "no_profile"


class ReturnOnlyOption(Conflict):
    """Only ways back were explained. Source: 10-Point Plan of Action, points 5 and 9."""

    code = "return_only_option"


class ProfileIncomplete(Conflict):
    """Not yet counselled, or a category has neither a referral nor a recorded no."""

    code = "profile_incomplete"


class ConcernOpen(Conflict):
    """A concern about the person waits to be heard."""

    code = "concern_open"


class ReferralOpen(Conflict):
    """A referral of the person is under way."""

    code = "referral_open"


class ProfileClosed(Conflict):
    """The profile is closed; it can be opened anew."""

    code = "profile_closed"


class NotClosed(Conflict):
    """The profile is not closed."""

    code = "not_closed"


OPEN, IN_PROGRESS, PAUSED = ProfileState.OPEN, ProfileState.IN_PROGRESS, ProfileState.PAUSED
PRELIMINARY, COUNSELLED = ProfileState.PRELIMINARY, ProfileState.COUNSELLED
REFERRED, CLOSED = ProfileState.REFERRED, ProfileState.CLOSED

HEARD: Final = frozenset({IN_PROGRESS, PRELIMINARY, COUNSELLED, REFERRED, CLOSED})
ESTABLISHED: Final = frozenset({PRELIMINARY, COUNSELLED, REFERRED})
WAYS_BACK: Final = frozenset({Option.VOLUNTARY_RETURN, Option.READMISSION})


class Found(msgspec.Struct, frozen=True):
    """One category as it was found."""

    code: ProfileCode
    confidence: Confidence
    basis: tuple[Basis, ...]
    explanation: str


class Version(msgspec.Struct, frozen=True):
    """One profile as it was established, by whom and when."""

    at: datetime
    by: Role
    findings: tuple[Found, ...]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One person's profile as it goes. It never leaves."""

    person: PersonRef
    state: ProfileState = ProfileState.OPEN
    paused: Pause | None = None
    history: tuple[Version, ...] = ()
    """Every profile that was established, the newest last."""
    options: tuple[Option, ...] = ()
    declined: tuple[ProfileCode, ...] = ()
    referred: tuple[ProfileCode, ...] = ()
    reopened_at: datetime | None = None

    @property
    def codes(self) -> tuple[ProfileCode, ...] | None:
        """The categories of the newest profile; None where none is established."""
        return tuple(one.code for one in self.history[-1].findings) if self.history else None


def begin(case: Case) -> Case:
    """Return a case in which an interview began; what is established stands.

    Raises:
        ProfileClosed: it must be opened anew first.
    """
    if case.state is CLOSED:
        raise ProfileClosed
    if case.state not in (OPEN, PAUSED):
        return case
    return msgspec.structs.replace(case, state=IN_PROGRESS, paused=None)


def pause(case: Case, reason: Pause) -> Case:
    """Return a case whose interview waits; an established profile does not."""
    if case.state is not IN_PROGRESS:
        return case
    return msgspec.structs.replace(case, state=PAUSED, paused=reason)


def establish(command: EstablishProfile, case: Case, *, by: Role, at: datetime) -> Case:
    """Return a case with a new profile; the earlier ones stay as history.

    Raises:
        NotInterviewed: the person was not heard, or the interview waits.
        CompetentBodyOnly: a finding is a competent body's.
        ExplanationMissing: a finding says not how it was explained, or a category stands twice.
    """
    if case.state not in HEARD:
        raise NotInterviewed
    for finding in command.findings:
        if finding.code is ProfileCode.NOT_IN_NEED or finding.confidence is Confidence.CONFIRMED:
            raise CompetentBodyOnly
    codes = [finding.code for finding in command.findings]
    explained = all(finding.explanation.strip() for finding in command.findings)
    if not explained or len(set(codes)) != len(codes):
        raise ExplanationMissing
    found = tuple(
        Found(one.code, one.confidence, tuple(dict.fromkeys(one.basis)), one.explanation)
        for one in command.findings
    )
    again = case.history and case.state is not IN_PROGRESS
    return msgspec.structs.replace(
        case,
        state=PRELIMINARY,
        history=(*case.history, Version(at, by, found)),
        reopened_at=at if again else case.reopened_at,
        declined=(),
    )


def counsel(command: RecordCounselling, case: Case) -> Case:
    """Return a case in which options were explained, and some referrals declined by the person.

    Raises:
        NoProfile: none is established, or the case is closed.
        ReturnOnlyOption: only ways back were explained.
    """
    if case.state not in ESTABLISHED:
        raise NoProfile
    if not set(command.options) - WAYS_BACK:
        raise ReturnOnlyOption
    return settled(
        msgspec.structs.replace(
            case,
            state=COUNSELLED if case.state is PRELIMINARY else case.state,
            options=tuple(dict.fromkeys((*case.options, *command.options))),
            declined=tuple(dict.fromkeys((*case.declined, *command.declined))),
        )
    )


def refer(case: Case, pathway: Pathway) -> Case:
    """Return a case in which every category that a pathway answers is referred."""
    answered = (code for code in case.codes or () if answered_by(code, pathway))
    return settled(
        msgspec.structs.replace(case, referred=tuple(dict.fromkeys((*case.referred, *answered))))
    )


def settled(case: Case) -> Case:
    """Return a counselled case as referred, once nothing is left to refer."""
    if case.state is not COUNSELLED or unanswered(case):
        return case
    return msgspec.structs.replace(case, state=REFERRED)


def unanswered(case: Case) -> frozenset[ProfileCode]:
    """Return the categories with neither a referral nor a recorded no."""
    return frozenset(case.codes or ()) - set(case.referred) - set(case.declined)


def is_complete(case: Case) -> bool:
    """Return whether a profile is complete: counselled, and each category referred or declined."""
    counselled = case.state in (COUNSELLED, REFERRED, CLOSED)
    return counselled and case.codes is not None and not unanswered(case)


def close(case: Case, *, concerned: bool, referral_open: bool) -> Case:
    """Return a closed case. Closing ends no right of the person.

    Raises:
        ConcernOpen: a concern waits.
        ReferralOpen: a referral is under way.
        ProfileIncomplete: it is not yet counselled and referred.
    """
    if concerned:
        raise ConcernOpen
    if referral_open:
        raise ReferralOpen
    if case.state is not REFERRED:
        raise ProfileIncomplete
    return msgspec.structs.replace(case, state=CLOSED)


def reopen(case: Case, *, at: datetime) -> Case:
    """Return a case that goes on; raises NotClosed unless it was closed."""
    if case.state is not CLOSED:
        raise NotClosed
    return msgspec.structs.replace(case, state=PRELIMINARY, reopened_at=at)


def hear_concern(case: Case, *, at: datetime) -> Case:
    """Return a case after a concern: what was counselled or closed is looked at anew."""
    if case.state not in (COUNSELLED, REFERRED, CLOSED):
        return case
    return msgspec.structs.replace(case, state=PRELIMINARY, reopened_at=at)


def due_at(codes: Collection[ProfileCode], *, at: datetime) -> datetime:
    """Return by when a person of these categories must be counselled and referred."""
    return at + min(FOLLOWS[code].within for code in codes)
