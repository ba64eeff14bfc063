"""Agreements: brought into force, stopped by either party, let go on by both."""

from typing import Final

import msgspec
from sqlmodel import Session, select

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


def activate_agreement(command: ActivateAgreement, *, desk: Desk) -> Committed:
    """Bring an agreement into force, tell both parties, and ask its author to tell again.

    Raises:
        NotSigned: a signature is missing or wrong.
        AgreementInvalid: the text is not an agreement.
        WiderThanMatrix: it grants more than may ever go.
        SerialNotRisen: a version as new as this one is known.
    """
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
    for row in earlier:
        row.replaced = True
        desk.session.add(row)
    desk.session.add(
        AgreementRow(
            digest=agreement.digest,
            author=agreement.author,
            recipient=agreement.recipient,
            purpose=agreement.purpose,
            serial=agreement.serial,
            body=command.text,
            signatures=msgspec.json.encode(command.signatures),
        )
    )
    desk.session.flush()
    return change(agreement, ACTIVE, desk=desk)


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
    row = newest(desk.session, command)
    agreement = suspend(agreement_of(row, desk.deployment), command.by)
    row.stopped_by = ",".join(sorted(agreement.held_by))
    desk.session.add(row)
    desk.session.flush()
    return change(agreement, SUSPENDED, desk=desk)


def resume_agreement(command: ResumeAgreement, *, desk: Desk) -> Committed:
    """Let a party say that a stopped agreement may go on.

    Raises:
        NotFound: there is none between these parties for this purpose, or the caller is no party.
    """
    row = newest(desk.session, command)
    agreement = resume(agreement_of(row, desk.deployment), command.by)
    row.stopped_by = ",".join(sorted(agreement.held_by))
    desk.session.add(row)
    desk.session.flush()
    state = SUSPENDED if agreement.held_by else ACTIVE
    return change(agreement, state, desk=desk)


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


def change(agreement: Agreement, state: str, *, desk: Desk) -> Committed:
    """Write a change of an agreement into the log and tell both parties.

    When it begins to release, its author is asked to tell again about everybody it has told of.
    """
    head = log.lock_head(desk.session)
    wanted = subjects_told_by(desk.session, agreement.author) if state == ACTIVE else set()
    judgement = desk.begin(wanted, head)
    hearers = judgement.book.policy.hearers
    told = AgreementChanged(agreement=Digest(agreement.digest), state=Code(state))
    for party in sorted(agreement.parties & hearers):
        say(judgement, party, told)
    for subject in list(judgement.book.subjects.values()):
        if agreement.author in subject.authors and agreement.recipient in hearers:
            ask_restate(judgement, agreement.author, agreement.recipient, subject)
    return desk.write("agreement", judgement, head)
