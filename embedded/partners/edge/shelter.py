"""The simulated provider of shelter, household items, cash and education: serves, tells no more."""

from typing import ClassVar

from embedded.partners.edge.practice import Habits, Practice
from shared.kernel.agencies import SHELTER


class ShelterProvider(Practice):
    """Its places are few, so that it declines more often than others."""

    agency = SHELTER
    habits: ClassVar[Habits] = Habits(declines=0.2)
