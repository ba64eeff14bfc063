"""Codes of a return case, as far as other agencies hear of it."""

from enum import StrEnum


class ReturnWord(StrEnum):
    """The one word that others hear of a return case; no date, no place, no reason.

    Source: IOM, A Framework for Assisted Voluntary Return and Reintegration (2018), for the stages;
    the words are a Tenpoint design decision.
    """

    APPLIED = "APPLIED"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"
    DEPARTED = "DEPARTED"
    ARRIVED = "ARRIVED"


class Advice(StrEnum):
    """What an owner advises about a registration record: two words, the same for every reason."""

    KEEP_OPEN = "KEEP_OPEN"
    CLOSE = "CLOSE"
