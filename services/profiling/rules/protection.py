"""What does UNHCR state to be barred against a person?

Only people say YES and NO. A concern makes unknown whatever was no, at once; no finding ever makes
anything no. Taking back a yes needs a second person. Source: UNHCR, Refugee protection and durable
solutions in the context of international migration (2007); two people are a Tenpoint design
decision.
"""

from typing import Final

import msgspec

from services.profiling.commands.case import StateProtection
from services.profiling.rules.case import Case, ConcernOpen, ProfileIncomplete, is_complete
from services.profiling.rules.category import FOLLOWS
from shared.codes.protection import Barred, Stated
from shared.events.control import ProtectionStated
from shared.kernel.errors import Conflict
from shared.kernel.identifiers import PersonRef


class SamePerson(Conflict):
    """Whoever proposed to take a yes back cannot be the second person."""

    code = "same_person"


UNKNOWN: Final = Stated.UNKNOWN

Words = dict[Barred, Stated]
"""What is stated of each act."""


class Protection(msgspec.Struct, frozen=True, kw_only=True):
    """What is stated about one person, and what was ever yes."""

    person: PersonRef
    words: Words = {}
    ever_yes: tuple[Barred, ...] = ()
    """Acts once barred: a no to them needs a second person, whatever was said since."""
    proposed: Words | None = None
    """A statement that waits for the second person."""
    proposed_by: str | None = None

    def of(self, act: Barred) -> Stated:
        """Return what is stated of an act; nothing stated is unknown."""
        return self.words.get(act, UNKNOWN)


def told(protection: Protection) -> ProtectionStated:
    """Return the whole current view, as it is told."""
    fields = {act.lower(): protection.of(act) for act in Barred}
    return ProtectionStated(person=protection.person, **fields)


def hear_concern(protection: Protection) -> Protection:
    """Return what is stated once a concern came: a yes stands, everything else is unknown."""
    words = {act: Stated.YES if protection.of(act) is Stated.YES else UNKNOWN for act in Barred}
    return msgspec.structs.replace(protection, words=words, proposed=None, proposed_by=None)


def after_finding(protection: Protection, case: Case) -> Protection:
    """Return what is stated once a profile was established: what it bars is yes, nothing is no."""
    bars = {act for code in case.codes or () for act in FOLLOWS[code].bars}
    if not bars:
        return protection
    words = {act: Stated.YES if act in bars else protection.of(act) for act in Barred}
    return with_words(protection, words)


def state(
    command: StateProtection,
    protection: Protection,
    case: Case,
    *,
    concerned: bool,
    by: str,
) -> Protection:
    """Return what is stated, or proposed to be, once a person on the staff said so.

    Args:
        command: the whole view.
        protection: what was stated until now.
        case: the person's profile.
        concerned: whether a concern about the person waits.
        by: who says it, of UNHCR's own staff.

    Raises:
        ConcernOpen: a no while a concern waits.
        ProfileIncomplete: a no before the profile is complete.
        SamePerson: a yes is taken back by one person alone.
    """
    words = {act: Stated(getattr(command, act.lower())) for act in Barred}
    nos = {act for act, word in words.items() if word is Stated.NO}
    if nos and concerned:
        raise ConcernOpen
    if nos and not is_complete(case):
        raise ProfileIncomplete
    standing = {act for act in Barred if protection.of(act) is Stated.NO}
    taken_back = (nos - standing) & set(protection.ever_yes)
    if not taken_back:
        return with_words(protection, words)
    if protection.proposed != words:
        return msgspec.structs.replace(protection, proposed=words, proposed_by=by)
    if protection.proposed_by == by:
        raise SamePerson
    return with_words(protection, words)


def with_words(protection: Protection, words: Words) -> Protection:
    """Return a statement that holds from now on."""
    barred = [act for act in Barred if words[act] is Stated.YES]
    return msgspec.structs.replace(
        protection,
        words=words,
        ever_yes=tuple(dict.fromkeys((*protection.ever_yes, *barred))),
        proposed=None,
        proposed_by=None,
    )


def needs_second(protection: Protection) -> bool:
    """Return whether a statement waits for the second person."""
    return protection.proposed is not None
