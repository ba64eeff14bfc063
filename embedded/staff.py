"""How simulated members of staff sign in: short tokens, renewed before they end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from embedded.issuer import LONGEST, Issuer
from shared.kernel.agencies import Agency, Role
from shared.kernel.clock import Clock

EARLY: Final = timedelta(minutes=1)
"""How long before its end a token is renewed."""


@dataclass(slots=True)
class Badge:
    """One member of staff at one agency; the clock is the real one, as tokens are real."""

    issuer: Issuer
    agency: Agency
    name: str
    clock: Clock
    held: dict[Role, tuple[datetime, str]] = field(default_factory=dict)

    def __call__(self, role: Role) -> str:
        """Return a token for a role, a fresh one if the last is about to end."""
        now = self.clock()
        ends, token = self.held.get(role, (now, ""))
        if ends - now <= EARLY:
            token = self.issuer.token(self.agency, self.name, role)
            self.held[role] = (now + LONGEST, token)
        return token
