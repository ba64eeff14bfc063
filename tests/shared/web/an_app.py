"""A small service that does everything wrong: it puts what it is sent into every error."""

from collections.abc import Mapping
from typing import Annotated, NoReturn

import httpx
from fastapi import APIRouter, FastAPI, HTTPException, Request
from pydantic import BaseModel, ConfigDict, field_validator

from shared.kernel.agencies import UNHCR, Role
from shared.kernel.errors import (
    Conflict,
    Gap,
    Invalid,
    NotFound,
    NotSignedIn,
    Refusal,
    Unavailable,
)
from shared.web.app import build_app
from shared.web.caller import Caller, calls


class AlreadyRegistered(Conflict):
    code = "already_registered"


class HiddenFromYou(NotFound):
    code = "hidden_from_you"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int


class Command(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    inner: tuple[Inner, ...] = ()
    counts: dict[str, int] = {}
    either: int | Inner | None = None
    kind: str = ""

    @field_validator("kind")
    @classmethod
    def kind_is_known(cls, kind: str) -> str:
        if kind not in {"", *ERRORS, "bad_answer"}:
            raise ValueError(kind)
        return kind


ERRORS: Mapping[str, type[Exception]] = {
    "already": AlreadyRegistered,
    "hidden": HiddenFromYou,
    "missing": NotFound,
    "invalid": Invalid,
    "refused": Refusal,
    "unavailable": Unavailable,
    "gap": Gap,
    "value": ValueError,
    "key": KeyError,
    "recursion": RecursionError,
    "group": RuntimeError,
}

router = APIRouter()


@router.get("/v1/persons/{person}")
async def show(person: int, limit: int = 1) -> dict[str, int]:
    return {"person": person, "limit": limit}


@router.patch("/v1/persons/{person}")
async def change(person: int, _: Annotated[Caller, calls()]) -> dict[str, int]:
    return {"person": person}


@router.post("/v1/persons")
async def register(
    command: Command, request: Request, caller: Annotated[Caller, calls(Role.INTAKE)]
) -> dict[str, str]:
    fail(command)
    return {"agency": caller.agency, "context": str(request.app.state.context)}


@router.post("/v1/blocking")
def register_in_a_thread(
    command: Command, _: Annotated[Caller, calls(Role.INTAKE)]
) -> dict[str, int]:
    fail(command)
    return {command.name: command.name}  # type: ignore[dict-item]


@router.get("/v1/teapot/{word}", response_model=None)
async def teapot(word: str) -> NoReturn:
    raise HTTPException(418, detail=word, headers={"X-Word": "teapot"})


def fail(command: Command) -> None:
    kind = ERRORS.get(command.kind)
    if kind is not None:
        fields = ("name", command.name)
        raise kind(*fields) from ValueError(command.name)


def verify(token: str) -> Caller:
    if token not in {"intake", "officer"}:
        raise NotSignedIn(token)
    return Caller(UNHCR, "clerk-1", Role.INTAKE if token == "intake" else Role.DPO)  # noqa: S105


def an_app() -> FastAPI:
    return build_app("A service", [router], verify=verify, context="wiring")


def a_client(token: str = "intake") -> httpx.AsyncClient:  # noqa: S107 - of a test
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(an_app(), raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers)
