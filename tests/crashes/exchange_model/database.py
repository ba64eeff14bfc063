"""The exchange's own database: one method is one transaction, and the log is the order."""

from dataclasses import dataclass, field, replace
from typing import Literal

from tests.crashes.exchange_model.facts import (
    AGENCIES,
    PARTITIONS,
    Content,
    Draft,
    Fenced,
    HeadSigned,
    Marker,
    Outcome,
    Place,
    Record,
    Release,
    Stream,
)
from tests.crashes.exchange_model.faults import Faults
from tests.crashes.exchange_model.grants import Grants
from tests.crashes.exchange_model.judge import Judgement

Spans = dict[Place, tuple[int, int]]
"""Read so far: place -> (first offset, next offset)."""


@dataclass(slots=True)
class Entry:
    """Releases of one log record in one stream that are not yet known to be delivered."""

    no: int
    releases: list[Release]


@dataclass(slots=True)
class Database:
    """Head row, log, and the tables folded from it."""

    faults: Faults
    epoch: int = 0
    log: list[Record] = field(default_factory=list)
    grants: Grants = field(default_factory=Grants)
    position: dict[Place, int] = field(default_factory=dict)
    number: dict[Stream, int] = field(default_factory=dict)
    pending: dict[Stream, list[Entry]] = field(default_factory=dict)

    def take_lease(self) -> int:
        """Raise the epoch and return it; whoever held the lease before is fenced from now on."""
        self.epoch += 1
        return self.epoch

    def check_epoch(self, epoch: int) -> None:
        """Refuse whoever lost the lease.

        Raises:
            Fenced: the epoch has moved.
        """
        if epoch != self.epoch and not self.faults.no_epoch_check:
            raise Fenced

    def commit(self, judgement: Judgement, seen: int, spans: Spans, polled: int) -> bool:
        """Append a batch, or return False because the log moved since it was judged.

        Raises:
            Fenced: somebody else has taken these records in.
        """
        if len(self.log) != seen and not self._goes_through(judgement):
            return False
        if not self.faults.no_position_check and any(
            self.position.get(place, 0) != start for place, (start, _) in spans.items()
        ):
            raise Fenced
        self.position |= {place: after for place, (_, after) in spans.items()}
        self.grants = judgement.grants
        self._append("batch", judgement.drafts, polled, tuple(judgement.outcomes))
        return True

    def _goes_through(self, judgement: Judgement) -> bool:
        """Only with a planted fault does a judgement survive a log that moved."""
        view = judgement.view
        judged = view.consents, view.withdrawals, view.stopped
        now = self.grants.consents, self.grants.withdrawals, self.grants.stopped
        if self.faults.judges_again_on_grants_only and judged == now:
            folded = Judgement(self.grants.copy(), judgement.mended, self.faults)
            folded.batch(judgement.messages)
            judgement.grants = folded.grants
            return True
        return self.faults.no_size_check

    def sign_head(self, epoch: int) -> None:
        """Append a head: one log record, one release for each agency, in partition 0."""
        self.check_epoch(epoch)
        drafts = [
            Draft(
                agency,
                0,
                HeadSigned(
                    tuple(self.number.get((agency, p), 0) for p in range(PARTITIONS)),
                    tuple((at, next_) for at, next_ in self.position.items() if at[0] == agency),
                    self.grants.holes.get(agency),
                ),
            )
            for agency in AGENCIES
        ]
        self._append("head", drafts, 0)

    def record_hole(self, epoch: int, place: Place, start: int, begin: int) -> None:
        """Move a position over records that vanished unread; a control hole stops all decisions.

        Raises:
            Fenced: the lease or the position has moved.
        """
        self.check_epoch(epoch)
        if self.position.get(place, 0) != start:
            raise Fenced
        self.position[place] = begin
        if place[1] == "control" and not self.faults.hole_is_skipped:
            self.grants = self.grants.copy()
            self.grants.holes[place[0]] = begin
        self._append("hole", [], 0)

    def rescind(self, epoch: int, entry: Entry, unreadable: set[int]) -> None:
        """Turn content that is unreadable or no longer allowed into markers; have it restated.

        Raises:
            Fenced: the lease has moved.
        """
        self.check_epoch(epoch)
        if self.faults.no_recheck:
            return
        gone = [
            r
            for r in entry.releases
            if isinstance(r.payload, Content) and self._forbids(r, unreadable)
        ]
        if not gone:
            return
        judgement = Judgement(self.grants.copy(), mended=True, faults=self.faults)
        for release in gone:
            entry.releases[entry.releases.index(release)] = replace(release, payload=Marker())
            self._restate(judgement, release)
        self.grants = judgement.grants
        rescinded = tuple((r.stream, r.number) for r in gone)
        self._append("rescind", judgement.drafts, 0, rescinded=rescinded)

    def _forbids(self, release: Release, unreadable: set[int]) -> bool:
        assert release.source is not None
        person, recipient = release.source.event.person, release.stream[0]
        return (
            release.number in unreadable
            or not self.grants.allows(person, recipient)
            or self.grants.is_stopped(person)
            or bool(self.grants.holes)
        )

    def _restate(self, judgement: Judgement, release: Release) -> None:
        assert release.source is not None
        person, recipient = release.source.event.person, release.stream[0]
        if judgement.grants.allows(person, recipient) and not self.faults.rescind_asks_nothing:
            judgement.ask(person, recipient)

    def _append(
        self,
        kind: Literal["batch", "rescind", "head", "hole"],
        drafts: list[Draft],
        polled: int,
        outcomes: tuple[Outcome, ...] = (),
        rescinded: tuple[tuple[Stream, int], ...] = (),
    ) -> None:
        no, releases = len(self.log), []
        for draft in drafts:
            stream = draft.recipient, draft.partition
            self.number[stream] = self.number.get(stream, 0) + 1
            releases.append(Release(stream, self.number[stream], draft.payload, draft.source))
        self.log.append(Record(no, kind, outcomes, tuple(releases), polled, rescinded))
        for stream in sorted({release.stream for release in releases}):
            entry = Entry(no, [release for release in releases if release.stream == stream])
            self.pending.setdefault(stream, []).append(entry)
