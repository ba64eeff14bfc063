"""The receiver's half: answer an offer, tell how the service goes."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.casework.commands.person import Command
from shared.codes.referrals import CardField, DeclineReason, ServiceOutcome, Step


class Answer(StrEnum):
    """What a receiver can say to an offer."""

    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    ASK = "ASK"


class AnswerOffer(Command):
    """Accept, decline with a reason, or ask for fields of the card. Only the receiver answers.

    Source: Primero, transitions (only who it is meant for accepts or rejects).
    """

    answer: Answer
    reason: DeclineReason | None = None
    wanted: Annotated[tuple[CardField, ...], Field(max_length=len(CardField))] = ()
    follow_up_by: date | None = None


class RecordService(Command):
    """Tell that the service began or reached a step, or with an outcome that it ended."""

    step: Step | None = None
    outcome: ServiceOutcome | None = None
