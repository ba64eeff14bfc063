"""Load, decide, save: what a conversation tells others, and that a concern was heard."""

from datetime import datetime

from services.profiling.commands import OpenTask, ProposeCorrection
from services.profiling.handlers.profiles import CONCERN
from services.profiling.rules import concern as concerns
from services.profiling.rules import interview
from services.profiling.rules.concern import Concern, Release
from services.profiling.store import Store
from shared.kernel.agencies import Role
from shared.kernel.identifiers import EventRef, PersonRef


def hear_concern(release: Release, *, by: Role, store: Store, at: datetime) -> Concern:
    """Mark a concern as heard, in time or late, and stop its clock.

    Raises:
        NotFound: there is no such concern.
        AlreadyHeard: somebody has heard it before.
    """
    concern = concerns.hear(store.get_concern(release), by=by, at=at)
    store.save_concern(concern)
    store.timers.cancel(CONCERN, release.text)
    profile = store.get_profile(concern.person)
    waiting = store.concerns_about(concern.person)
    store.save_profile(concerns.after_hearing(profile, waiting))
    return concern


def propose_correction(command: ProposeCorrection, *, person: PersonRef, store: Store) -> EventRef:
    """Propose to the reception authority that entries be corrected.

    Raises:
        NotFound: the person is not known here.
        NothingToCorrect: no field was said.
    """
    store.get_profile(person)
    return store.outbox.add(interview.propose_correction(command, person=person))


def open_task(command: OpenTask, *, person: PersonRef, store: Store, at: datetime) -> EventRef:
    """Tell the exchange that the person asked UNHCR for a service.

    Raises:
        NotFound: the person is not known here.
        NotInPerson: the person did not ask in person.
        TaskEnded: the last day has passed.
    """
    store.get_profile(person)
    return store.outbox.add(interview.open_task(command, person=person, on=at.date()))
