"""A date in the contracts that may be known to the day, the month or the year only."""

from typing import Annotated

from msgspec import Meta

from shared.kernel.dates import PartialDate as PartialDateText

PartialDate = Annotated[PartialDateText, Meta(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
"""Text of year, month or day precision; see `shared.kernel.dates`."""
