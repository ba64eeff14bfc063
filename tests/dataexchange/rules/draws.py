"""Hypothesis strategies: matrices, agreements, questions, knowledge, events of any contract."""

from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from services.dataexchange.rules.agreements import Agreement
from services.dataexchange.rules.decision import ConsentBit, Known, OpenedBy, Question, Task
from services.dataexchange.rules.matrix import Condition, Matrix, Most
from services.dataexchange.rules.pair import OPEN, Pair, pair_of
from shared.codes import places
from shared.codes.referrals import CardLanguageText
from shared.events import exchange
from shared.events.event import ABSENT, Event
from shared.events.sealed import Extent, KeyId, Sealed, SealNonceText
from shared.kernel.agencies import BORDER, COLUMN_OF, EXCHANGE, Agency, Column, Purpose
from shared.kernel.categories import ALL, Category, mask_of
from shared.kernel.consent import AgeState
from shared.kernel.dates import PartialDate
from shared.kernel.identifiers import KIND_OF, Form, Kind, Reference, reference

CONSULATE = Agency("consulate")
AGENCIES = (*COLUMN_OF, EXCHANGE, CONSULATE)
DAY = date(2022, 7, 1)
DAYS = (date(2022, 6, 30), DAY, date(2022, 7, 2))

some = st.sets(st.sampled_from(list(Category))).map(mask_of)
masks = st.one_of(some, some.map(lambda mask: ALL & ~mask), st.just(ALL), st.just(0))
pairs = st.builds(lambda full, partial: pair_of(full & partial, partial), masks, masks)
wide = st.one_of(st.just(OPEN), pairs)
"""Pairs that are often open, so that one closed input can be seen."""

few = st.one_of(st.just(0), some, masks)
"""Masks that are often empty."""


@st.composite
def mosts(draw: st.DrawFn) -> Most:
    conditions = draw(st.dictionaries(st.sampled_from(list(Condition)), masks, max_size=2))
    return Most(draw(wide), draw(few), draw(few), MappingProxyType(conditions))


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    one, other = draw(mosts()), draw(mosts())
    columns = {column: one if draw(st.booleans()) else other for column in Column}
    told = draw(st.one_of(st.just(ALL), masks))
    authors = dict.fromkeys([*Column, "EX"], told)
    empty: Any = MappingProxyType({})
    return Matrix("0" * 64, empty, columns, authors, empty, empty)


def agreements_between(
    authors: st.SearchStrategy[Agency], recipients: st.SearchStrategy[Agency]
) -> st.SearchStrategy[list[Agreement]]:
    one = st.builds(
        Agreement,
        digest=st.text("0123456789abcdef", min_size=64, max_size=64),
        author=authors,
        recipient=recipients,
        purpose=st.sampled_from([Purpose.RECEPTION, Purpose.PROFILING, Purpose.FAMILY_TRACING]),
        serial=st.integers(1, 3),
        first=st.sampled_from((DAY, *DAYS)),
        last=st.sampled_from((DAY, *DAYS)),
        standing=st.booleans(),
        pair=wide,
        held_by=st.sampled_from([frozenset(), frozenset(), frozenset(AGENCIES[:1])]),
    )
    return st.lists(
        one, max_size=4, unique_by=lambda a: (a.author, a.recipient, a.purpose, a.serial)
    )


purposes = st.sampled_from([Purpose.RECEPTION, Purpose.PROFILING, Purpose.FAMILY_TRACING])
tasks = st.builds(Task, purposes, st.sampled_from(list(OpenedBy)))


def known_about(recipients: st.SearchStrategy[Agency]) -> st.SearchStrategy[Known]:
    return st.builds(
        Known,
        tasks=st.lists(tasks, max_size=4).map(tuple),
        consents=st.lists(st.builds(ConsentBit, purposes, recipients, masks), max_size=3).map(
            tuple
        ),
        withheld=few,
        hide_location=st.booleans(),
        age=st.sampled_from(list(AgeState)),
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    author, recipient = draw(st.sampled_from(AGENCIES)), draw(st.sampled_from(AGENCIES))
    own = COLUMN_OF.get(recipient)
    return Question(
        author=author,
        recipient=recipient,
        column=draw(st.sampled_from([own, own, own, None, *Column])),
        on=DAY,
        about_person=draw(st.booleans()),
        party=draw(st.booleans()),
        own_handover=draw(st.booleans()),
        own_enquiry=draw(st.booleans()),
        references_alone=draw(st.booleans()),
    )


Case = tuple[Question, Matrix, list[Agreement], Known]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    question = draw(questions())
    authors = st.sampled_from([question.author] * 6 + [BORDER])
    recipients = st.sampled_from([question.recipient] * 6 + [BORDER])
    return (
        question,
        draw(matrices()),
        draw(agreements_between(authors, recipients)),
        draw(known_about(recipients)),
    )


TEXTS: dict[object, list[object]] = {
    places.CountryText: ["XTA", "XTB"],
    places.LanguageText: ["qaa", "und"],
    places.SiteText: ["PORT-1", "2022"],
    places.AreaText: ["AREA-1"],
    places.NameText: ["Oruvel", ""],
    places.AddressText: ["1 Example Way"],
    places.PhoneText: ["+000 123"],
    places.NumberText: ["W-17"],
    CardLanguageText: ["qaa", "other"],
    KeyId: ["k1"],
    SealNonceText: ["0" * 32],
    PartialDate: ["2022", "2022-07", "2022-07-01"],
    exchange.Digest: ["00"],
    exchange.Signature: ["AA=="],
    exchange.Code: ["gap"],
    exchange.TopicName: ["unhcr.events.v1"],
}
"""Texts that each named type can hold."""


def references(kind: Kind | None = None) -> st.SearchStrategy[Reference]:
    kinds = st.sampled_from([kind] if kind else list(Kind))
    made = st.binary(min_size=16, max_size=16)
    return st.builds(reference, kinds, st.just(Form.OWN), made)


def sealed() -> st.SearchStrategy[Sealed]:
    return st.builds(
        Sealed,
        suite=st.just(1),
        category=st.sampled_from([Category.FEAR_OF_RETURN, Category.FULL_NAME, Category.ADDRESS]),
        recipient=st.sampled_from(AGENCIES),
        key=st.just(KeyId("k1")),
        nonce=st.just(b"nonce"),
        extent=st.sampled_from(list(Extent)),
        sealed=st.just(b"sealed"),
    )


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    origin = get_origin(hint)
    inside = get_args(hint)
    if origin is Annotated:
        return values_of(inside[0])
    if origin in (Union, UnionType):
        return st.one_of(*(values_of(one) for one in inside))
    if origin is tuple:
        return st.lists(values_of(inside[0]), max_size=3).map(tuple)
    return st.sampled_from(inside) if origin is Literal else named_values(hint)


def named_values(hint: Any) -> st.SearchStrategy[Any]:
    if hint in KIND_OF:
        return references(KIND_OF[hint])
    if hint in TEXTS:
        return st.sampled_from(TEXTS[hint])
    return plain_values(hint)


def plain_values(hint: Any) -> st.SearchStrategy[Any]:
    simple: dict[object, st.SearchStrategy[Any]] = {
        NoneType: st.none(),
        type(ABSENT): st.just(ABSENT),
        bool: st.booleans(),
        int: st.integers(0, 50),
        date: st.just(DAY),
        datetime: st.just(datetime(2022, 7, 1, tzinfo=UTC)),
        Sealed: sealed(),
        Agency: st.sampled_from(AGENCIES),
        Reference: references(),
    }
    if hint in simple:
        return simple[hint]
    if issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    return structs(hint)


@cache
def structs(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(struct, include_extras=True)
    return st.builds(struct, **{name: values_of(hints[name]) for name in struct.__struct_fields__})


def events(event: type[Event]) -> st.SearchStrategy[Event]:
    return structs(event)


def is_sound(pair: Pair) -> bool:
    return pair.full & ~pair.partial == 0
