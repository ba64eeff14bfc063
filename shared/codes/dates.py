"""A date in the contracts that may be known to the day, the month or the year only."""

from typing import Annotated

from msgspec import Meta

from shared.kernel.dates import PartialDate as PartialDateText

PartialDate = Annotated[PartialDateText, Meta(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?\Z")]
"""Text of year, month or day precision; see `shared.kernel.dates`."""
