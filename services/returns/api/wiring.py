"""What the routes stand on: one transaction, the time, and fresh identifiers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Request

from services.returns.api.answers import Kept
from services.returns.handlers.before import Act
from services.returns.rules.case import Case, State
from services.returns.store import Store
from shared.kernel.agencies import Role
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import Kind, MakeId, Reference, ReturnRef, is_well_formed
from shared.web.acting import Acting
from shared.web.caller import Caller, calls
from shared.web.once import By


@dataclass(frozen=True, slots=True)
class Wiring(Acting[Store]):
    """Returns put together, as far as its routes need it."""

    make_id: MakeId

    async def act(self, caller: Caller, once: By, work: Callable[[Act], Case]) -> Kept:
        """Do one act of a member of staff, once for each request; return the state after it."""

        def do(store: Store, at: datetime) -> str:
            return work(Act(store, at, caller.role)).state

        return Kept(state=State(await self.run_once(once(caller), do, str)))


def wiring_of(request: Request) -> Wiring:
    """Return what the service was built with."""
    wiring: Wiring = request.app.state.context
    return wiring


def case_of(c: Annotated[str, Path(description="IOM's reference of a case")]) -> ReturnRef:
    """Return the case that a path names; raises NotFound for what is no such reference."""
    if not is_well_formed(c, Kind.RETURN):
        raise NotFound
    return ReturnRef(Reference(c))


Wired = Annotated[Wiring, Depends(wiring_of)]
Named = Annotated[ReturnRef, Depends(case_of)]

Anyone = Annotated[Caller, calls()]
Caseworker = Annotated[Caller, calls(Role.CASEWORKER)]
Medical = Annotated[Caller, calls(Role.MEDICAL)]
Supervisor = Annotated[Caller, calls(Role.SUPERVISOR)]
Staff = Annotated[Caller, calls(Role.CASEWORKER, Role.SUPERVISOR)]
