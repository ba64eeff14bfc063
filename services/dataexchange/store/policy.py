"""What holds for everybody: the deployment's matrix, hearers and signed agreements.

Agreements are read from the exchange's own database, verified over their exact bytes each time a
process first meets them; files on a disk decide nothing. Source: Tenpoint design decision.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import msgspec
from sqlmodel import Session, select

from services.dataexchange.rules.agreements import Agreement, Verify, parse_agreement
from services.dataexchange.rules.book import Policy
from services.dataexchange.rules.matrix import Matrix
from services.dataexchange.store import holes
from services.dataexchange.store.tables import AgreementRow
from shared.kernel.agencies import Agency

Signatures = dict[Agency, bytes]


@dataclass(frozen=True, slots=True)
class Deployment:
    """What one deployment is made of; the same in every process that runs its exchange."""

    matrix: Matrix
    hearers: frozenset[Agency]
    """Agencies with a stream."""
    authors: frozenset[Agency]
    """Agencies with inside topics."""
    partitions: Mapping[Agency, int]
    """Stream partitions of each hearer."""
    keys: Mapping[Agency, bytes]
    """Public keys that sign agreements."""
    verify: Verify
    verified: dict[str, Agreement] = field(default_factory=dict)
    """Agreements that this process has verified, by digest."""


def agreement_of(row: AgreementRow, deployment: Deployment) -> Agreement:
    """Return a stored agreement as verified, held by the parties that stopped it.

    Raises:
        AgreementInvalid: what is stored is not what both parties signed.
    """
    if row.digest not in deployment.verified:
        deployment.verified[row.digest] = parse_agreement(
            row.body,
            signatures=msgspec.json.decode(row.signatures, type=Signatures),
            keys=deployment.keys,
            verify=deployment.verify,
            matrix=deployment.matrix,
        )
    stopped = frozenset(Agency(party) for party in row.stopped_by.split(",") if party)
    return replace(deployment.verified[row.digest], held_by=stopped)


def stored_agreements(session: Session) -> Sequence[AgreementRow]:
    """Return the newest version of each agreement."""
    newest = select(AgreementRow).where(AgreementRow.replaced == False)  # noqa: E712 - a column
    return session.exec(newest).all()


def policy_of(session: Session, deployment: Deployment, *, on: date) -> Policy:
    """Return what holds for everybody on a day (UTC)."""
    found: dict[tuple[Agency, Agency], list[Agreement]] = defaultdict(list)
    for row in stored_agreements(session):
        agreement = agreement_of(row, deployment)
        if agreement.in_force(on):
            found[agreement.author, agreement.recipient].append(agreement)
    return Policy(
        matrix=deployment.matrix,
        agreements={parties: tuple(agreements) for parties, agreements in found.items()},
        hearers=deployment.hearers,
        partitions=deployment.partitions,
        holes=holes.open_holes(session),
        is_whole=holes.is_whole(session),
    )
