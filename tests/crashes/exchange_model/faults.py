"""Planted faults: each switch breaks one rule, so that a test can show which invariant notices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """All rules kept, unless switched off. The first group is the loop as it was first written."""

    judges_batch_on_one_view: bool = False
    judges_again_on_grants_only: bool = False
    restriction_is_never_duplicate: bool = False
    stop_is_a_bit: bool = False
    rescind_asks_nothing: bool = False
    token_ends_with_closing_record: bool = False
    token_answered_each_time: bool = False
    gap_repeats_no_asks: bool = False
    gap_asked_once: bool = False
    gap_hears_restrictions_only: bool = False
    next_number_applies_in_gap: bool = False
    delivers_before_control: bool = False
    hole_is_skipped: bool = False
    consent_names_one_withdrawal: bool = False

    skips_barrier: bool = False
    no_epoch_check: bool = False
    no_position_check: bool = False
    no_size_check: bool = False
    no_recheck: bool = False
    position_before_log: bool = False
    publishes_before_log: bool = False
    unacked_is_delivered: bool = False
    sends_on_after_unacked: bool = False
    early_waits_its_turn: bool = False
    early_number_never_counts: bool = False
    duplicate_not_answered: bool = False
    sequence_gap_taken: bool = False
    poison_skipped: bool = False
    poison_control_stops_nobody: bool = False
    closes_on_broker_ack: bool = False
    control_not_awaited: bool = False
    no_resend_on_head: bool = False
    recipient_accepts_gap: bool = False
    recipient_keeps_no_number: bool = False
    notice_in_one_partition: bool = False
    notice_clears_given: bool = False
    gap_repeats_no_restrictions: bool = False
    no_restate_on_consent: bool = False
    token_heard_by_all: bool = False
