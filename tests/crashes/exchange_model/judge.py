"""The judgement: pure and total, folding as it goes, so a batch sees its own earlier events."""

from dataclasses import dataclass, field, replace

from tests.crashes.exchange_model.facts import (
    AGENCIES,
    PARTITIONS,
    PEOPLE,
    ConsentGiven,
    ConsentWithdrawn,
    Content,
    ControlRepeated,
    DecisionMade,
    Draft,
    ErasureNotice,
    Event,
    Message,
    Outcome,
    Payload,
    RestateAsked,
    RestateClosed,
    State,
    StreamGapFound,
    StreamResumed,
    partition_of,
)
from tests.crashes.exchange_model.faults import Faults
from tests.crashes.exchange_model.grants import Grants


@dataclass(slots=True)
class Judgement:
    """The outcomes of one batch, the releases that follow, and the grants after it."""

    grants: Grants
    mended: bool
    faults: Faults
    outcomes: list[Outcome] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    view: Grants = field(default_factory=Grants)
    messages: list[Message] = field(default_factory=list)

    def batch(self, messages: list[Message]) -> None:
        """Judge messages in order and answer each author once."""
        self.view, self.messages = self.grants.copy(), messages
        for message in messages:
            self.outcomes.append(self._judge(message))
        for author in AGENCIES:
            answers = tuple(
                (o.event.id, o.verdict)
                for o in self.outcomes
                if o.event.agency == author
                and not (o.verdict == "AGAIN" and self.faults.duplicate_not_answered)
            )
            if answers:
                self.drafts.append(Draft(author, 0, DecisionMade(answers)))

    def _judge(self, message: Message) -> Outcome:
        event = message.event
        if self._is_known(event):
            return Outcome(event, "AGAIN")
        if event.poison == 2 or (event.poison == 1 and not self.mended):
            return self._unreadable(event)
        gap = event.sequence > self.grants.sequence.get(event.aggregate, 0) + 1
        if isinstance(event.body, ConsentWithdrawn) and not (
            gap and self.faults.early_waits_its_turn
        ):
            return self._restrict(event, event.body)
        if gap and not self.faults.sequence_gap_taken:
            return Outcome(event, "HELD", "gap")
        if event.topic == "data" and self.grants.is_stopped(event.person):
            return Outcome(event, "HELD", "control")
        self._take(message)
        return self._advance(event)

    def _is_known(self, event: Event) -> bool:
        grants = self.view if self.faults.judges_batch_on_one_view else self.grants
        known = (
            event.sequence <= grants.sequence.get(event.aggregate, 0)
            or (event.aggregate, event.sequence) in grants.early
        )
        again = known and self.faults.restriction_is_never_duplicate
        if again and isinstance(event.body, ConsentWithdrawn):
            self.notify(event.person, event.body.recipient, range(PARTITIONS))
        return known

    def _unreadable(self, event: Event) -> Outcome:
        if self.faults.poison_skipped:
            return self._advance(event)
        if event.topic == "control" and not self.faults.poison_control_stops_nobody:
            stops = event.sequence, self.grants.stopped.get(event.aggregate, event.sequence)
            stop = min(stops) if self.faults.stop_is_a_bit else max(stops)
            self.grants.stopped[event.aggregate] = stop
        return Outcome(event, "HELD", "unreadable")

    def _restrict(self, event: Event, body: ConsentWithdrawn) -> Outcome:
        self.grants.withdrawals += (event,)
        if not self.grants.allows(event.person, body.recipient):
            only_one = 1 if self.faults.notice_in_one_partition else PARTITIONS
            self.notify(event.person, body.recipient, range(only_one))
        return self._advance(event)

    def _advance(self, event: Event) -> Outcome:
        """Count an event, and those applied early whose turn has come."""
        grants, aggregate = self.grants, event.aggregate
        next_ = grants.sequence.get(aggregate, 0) + 1
        if event.sequence != next_ and self.faults.early_number_never_counts:
            return Outcome(event, "TAKEN")
        if event.sequence != next_ and self.faults.sequence_gap_taken:
            grants.sequence[aggregate] = max(event.sequence, next_ - 1)
        grants.early |= {(aggregate, event.sequence)}
        while (aggregate, following := grants.sequence.get(aggregate, 0) + 1) in grants.early:
            grants.early -= {(aggregate, following)}
            grants.sequence[aggregate] = following
        if grants.stopped.get(aggregate, 0) <= grants.sequence.get(aggregate, 0):
            grants.stopped.pop(aggregate, None)
        return Outcome(event, "TAKEN")

    def _take(self, message: Message) -> None:
        event, body = message.event, message.event.body
        if isinstance(body, State):
            self._release(message, body)
        elif isinstance(body, RestateClosed):
            self._close(body)
        elif isinstance(body, ConsentGiven):
            self._open(event, body)
        elif isinstance(body, StreamGapFound):
            self._resume(event.agency, body)
        elif isinstance(body, ControlRepeated) and self.grants.holes.get(event.agency) == body.hole:
            del self.grants.holes[event.agency]

    def _release(self, message: Message, body: State) -> None:
        event, grants = message.event, self.grants
        grants.spoken |= {(event.agency, event.person)}
        audience = tuple(a for a in AGENCIES if a != event.agency)
        if body.token is not None:
            restate = grants.restates[body.token]
            ended = restate.closed and self.faults.token_ends_with_closing_record
            if not self.faults.token_heard_by_all:
                audience = () if ended else (restate.recipient,)
            grants.restates[body.token] = replace(restate, taken=restate.taken + 1)
        for recipient in audience:
            if grants.allows(event.person, recipient):
                content = Content(event.id, event.agency, event.key, body.version)
                self._draft(recipient, partition_of(event.key), content, message)
                grants.given[event.person, recipient, partition_of(event.key)] = 1

    def _close(self, body: RestateClosed) -> None:
        restate = self.grants.restates[body.token]
        events = 0 if self.faults.token_ends_with_closing_record else body.events
        self.grants.restates[body.token] = replace(restate, expected=events)

    def _open(self, event: Event, body: ConsentGiven) -> None:
        allowed = self.grants.allows(event.person, body.recipient)
        self.grants.consents += (event,)
        if self.faults.no_restate_on_consent:
            return
        if not allowed and self.grants.allows(event.person, body.recipient):
            self.ask(event.person, body.recipient)

    def ask(self, person: int, recipient: str) -> None:
        """Ask every owner that has spoken of a person to tell a recipient the current state."""
        for owner in self.grants.owners(person, recipient):
            token = self.grants.ask(owner, person, recipient)
            self._draft(owner, partition_of(f"p{person}"), RestateAsked(token, person))

    def notify(self, person: int, recipient: str, partitions: range) -> None:
        """Tell a recipient to erase, in every partition that ever brought it content."""
        for partition in partitions:
            if (person, recipient, partition) in self.grants.given:
                self._draft(recipient, partition, ErasureNotice(person))
                if self.faults.notice_clears_given:
                    del self.grants.given[person, recipient, partition]

    def _resume(self, recipient: str, body: StreamGapFound) -> None:
        only = range(body.partition, body.partition + 1)
        for person in PEOPLE:
            allowed = self.grants.allows(person, recipient)
            if not allowed and not self.faults.gap_repeats_no_restrictions:
                self.notify(person, recipient, only)
        self._draft(recipient, body.partition, StreamResumed(body.partition))
        if not self.faults.gap_repeats_no_asks:
            self._repeat_asks(recipient, body.partition)
        for person in PEOPLE:
            if self.grants.allows(person, recipient):
                self.ask(person, recipient)

    def _repeat_asks(self, owner: str, partition: int) -> None:
        for token, restate in self.grants.restates.items():
            where = partition_of(f"p{restate.person}")
            if restate.owner == owner and not restate.closed and where == partition:
                self._draft(owner, where, RestateAsked(token, restate.person))

    def _draft(
        self, recipient: str, partition: int, payload: Payload, source: Message | None = None
    ) -> None:
        self.drafts.append(Draft(recipient, partition, payload, source))
