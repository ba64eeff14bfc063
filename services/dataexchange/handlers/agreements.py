"""Agreements: brought into force, stopped by either party, let go on by both."""

from typing import Final

import msgspec
from sqlmodel import Session, col, select

from services.dataexchange.commands import ActivateAgreement, ResumeAgreement, SuspendAgreement
from services.dataexchange.handlers.commit import Committed, Desk
from services.dataexchange.rules.agreements import Agreement, parse_agreement, resume, suspend
from services.dataexchange.rules.release import ask_restate, say
from services.dataexchange.store import log
from services.dataexchange.store.books import subjects_told_by
from services.dataexchange.store.policy import agreement_of
from services.dataexchange.store.tables import AgreementRow
from shared.events.exchange import AgreementChanged, Code, Digest
from shared.kernel.errors import NotFound

ACTIVE: Final = "active"
SUSPENDED: Final = "suspended"

IS_WAITING: Final = (
    col(AgreementRow.begun).is_(False),
    col(AgreementRow.replaced).is_(False),
    col(AgreementRow.stopped_by) == "",
)
"""Of an agreement in nobody's way whose first day has not come yet, as far as was seen."""


def activate_agreement(command: ActivateAgreement, *, desk: Desk) -> Committed:
    """Bring an agreement into force, tell both parties, and ask its author to tell again.

    Who has stopped an earlier version has stopped this one: only a word of its own lets it go on.

    Raises:
        NotSigned: a signature is missing or wrong.
        AgreementInvalid: the text is not an agreement.
        WiderThanMatrix: it grants more than may ever go.
        SerialNotRisen: a version as new as this one is known.
    """
    log.lock_head(desk.session)
    agreement = parse_agreement(
        command.text,
        signatures=command.signatures,
        keys=desk.deployment.keys,
        verify=desk.deployment.verify,
        matrix=desk.deployment.matrix,
    )
    earlier = versions(desk.session, agreement)
    agreement = parse_agreement(
        command.text,
        signatures=command.signatures,
        keys=desk.deployment.keys,
        verify=desk.deployment.verify,
        matrix=desk.deployment.matrix,
        known_serial=max((row.serial for row in earlier), default=0),
    )
    stopped_by = "".join(before.stopped_by for before in earlier if not before.replaced)
    for before in earlier:
        before.replaced = True
        desk.session.add(before)
    row = AgreementRow(
        digest=agreement.digest,
        author=agreement.author,
        recipient=agreement.recipient,
        purpose=agreement.purpose,
        serial=agreement.serial,
        body=command.text,
        signatures=msgspec.json.encode(command.signatures),
        stopped_by=stopped_by,
    )
    return change(row, desk=desk)


def versions(session: Session, agreement: Agreement) -> list[AgreementRow]:
    """Return all versions known for the same parties and purpose."""
    same = select(AgreementRow).where(
        AgreementRow.author == agreement.author,
        AgreementRow.recipient == agreement.recipient,
        AgreementRow.purpose == agreement.purpose,
    )
    return list(session.exec(same).all())


def suspend_agreement(command: SuspendAgreement, *, desk: Desk) -> Committed:
    """Stop an agreement at once.

    Raises:
        NotFound: there is none between these parties for this purpose, or the caller is no party.
    """
    log.lock_head(desk.session)
    row = newest(desk.session, command)
    agreement = suspend(agreement_of(row, desk.deployment), command.by)
    row.stopped_by = ",".join(sorted(agreement.held_by))
    return change(row, desk=desk)


def resume_agreement(command: ResumeAgreement, *, desk: Desk) -> Committed:
    """Let a party say that a stopped agreement may go on.

    Raises:
        NotFound: there is none between these parties for this purpose, or the caller is no party.
    """
    log.lock_head(desk.session)
    row = newest(desk.session, command)
    agreement = resume(agreement_of(row, desk.deployment), command.by)
    row.stopped_by = ",".join(sorted(agreement.held_by))
    row.begun = False
    return change(row, desk=desk)


def begin_agreements(*, epoch: int, desk: Desk) -> int:
    """Ask the authors of agreements whose first day has come to tell again; return how many.

    Raises:
        Fenced: another leader has taken over.
    """
    waiting = desk.session.exec(select(AgreementRow).where(*IS_WAITING)).all()
    if not waiting:
        return 0
    moment = max(log.check_epoch(desk.session, epoch).time, desk.at)
    begun = [row for row in waiting if agreement_of(row, desk.deployment).in_force(moment.date())]
    for row in begun:
        change(row, desk=desk)
    return len(begun)


def newest(session: Session, command: SuspendAgreement) -> AgreementRow:
    """Return the newest version of the agreement that a party speaks of.

    Raises:
        NotFound: there is none, or the caller is no party to it.
    """
    found = session.exec(
        select(AgreementRow).where(
            AgreementRow.author == command.author,
            AgreementRow.recipient == command.recipient,
            AgreementRow.purpose == command.purpose,
            AgreementRow.replaced == False,  # noqa: E712 - a column
        )
    ).one_or_none()
    if found is None or command.by not in (command.author, command.recipient):
        raise NotFound
    return found


def change(row: AgreementRow, *, desk: Desk) -> Committed:
    """Write a change of an agreement into the log and tell both parties.

    When it begins to release, its author is asked to tell again about everybody it has told of.
    """
    agreement = agreement_of(row, desk.deployment)
    head = log.lock_head(desk.session)
    begins = not row.begun and agreement.in_force(max(head.time, desk.at).date())
    row.begun = row.begun or begins
    desk.session.add(row)
    desk.session.flush()
    wanted = subjects_told_by(desk.session, agreement.author) if begins else set()
    judgement = desk.begin(wanted, head)
    hearers = judgement.book.policy.hearers
    state = Code(SUSPENDED if agreement.held_by else ACTIVE)
    told = AgreementChanged(agreement=Digest(agreement.digest), state=state)
    for party in sorted(agreement.parties & hearers):
        say(judgement, party, told)
    for subject in list(judgement.book.subjects.values()):
        if agreement.author in subject.authors and agreement.recipient in hearers:
            ask_restate(judgement, agreement.author, agreement.recipient, subject)
    return desk.write("agreement", judgement, head)
