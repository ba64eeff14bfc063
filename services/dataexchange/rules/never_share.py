"""What never leaves, whatever matrix, agreement, task and consent say.

This is code and comes last: nothing can configure it away. The rules are the never-share list of
Tenpoint; each names what it rests on. Rules about people and places outside the deployment (the
country of origin, carriers, claimed relatives, the public) hold because nobody but the agencies of
a column ever receives anything.
"""

from dataclasses import dataclass
from typing import Final

from services.dataexchange.rules.pair import CLOSED, Pair
from shared.kernel.agencies import (
    COLUMN_OF,
    DESK,
    EXCHANGE,
    MONITOR,
    STATISTICS,
    Agency,
    Column,
)
from shared.kernel.categories import ALL, NEVER, SEALED_ONLY, Category, mask_of

EVERY_COLUMN: Final = frozenset(Column)


@dataclass(frozen=True, slots=True)
class Never:
    """One rule: these categories never go to these columns; `in_full` leaves the partial form."""

    name: str
    source: str
    categories: int
    to: frozenset[Column]
    in_full: bool = False


def categories(*names: Category) -> int:
    """Return the mask of the categories named."""
    return mask_of(set(names))


REFERENCES_AND_OWN_ACTS: Final = categories(Category.REFERENCE, Category.AUDIT, Category.PUBLIC)
"""What an agency without any task may be told: its own sendings, and public facts."""

TO_BORDER: Final = REFERENCES_AND_OWN_ACTS | categories(Category.REMOVAL_BLOCK, Category.ENCOUNTER)
"""All that the border police ever gets: the answer to its own enquiry, its own receipts."""

UNHEARD: Final = frozenset({Column.BP, Column.GR, Column.RD, Column.ST, Column.MO})
"""Columns that never get anything highly sensitive, sealed or not."""

RULES: Final = (
    Never(
        "N1: nothing about a claim reaches the country of origin, its consulate or carriers",
        "UNHCR, Advisory opinion on the rules of confidentiality regarding asylum information, "
        "para 3; IMO, ICS and UNHCR, Rescue at Sea. No column stands for them; towards the "
        "neighbours of that reach, the claim itself",
        categories(Category.FACT_OF_CLAIM, Category.CLAIM_DECISION, Category.FIRST_COUNTRY_STATUS),
        UNHEARD,
    ),
    Never(
        "N2: no identity document or number reaches the issuing State",
        "Upper Tribunal, VT (Article 22 Procedures Directive - confidentiality), 2017. No column "
        "stands for it; towards those who check documents or carry cards, none either",
        categories(Category.DOCUMENT_NUMBER, Category.DOCUMENT_SCAN),
        frozenset({Column.BP, Column.RD, Column.ST, Column.MO}),
    ),
    Never(
        "N3: the content of a claim stays with who decides it",
        "EUAA, Let's Speak Asylum: competent authorities only",
        categories(Category.CLAIM_CONTENT),
        EVERY_COLUMN,
    ),
    Never(
        "N4: no transcript of a UNHCR file: its notes on security and exclusion stay",
        "RSDWatch, guide to UNHCR status determination standards: files are closely held",
        categories(Category.SECURITY_NOTES, Category.CLAIM_CONTENT),
        EVERY_COLUMN,
    ),
    Never(
        "N5: a shelter, a foster home or a hiding place is named to nobody",
        "IASC, Operational Guidance on Data Responsibility in Humanitarian Action (2021): "
        "disclosing a location can cause an attack",
        categories(Category.SHELTER_LOCATION),
        EVERY_COLUMN,
    ),
    Never(
        "N6: no detail of gender-based violence; the fact only within a referral she agreed to",
        "UN Women, guiding principles of referral",
        categories(Category.GBV_DETAILS),
        EVERY_COLUMN,
    ),
    Never(
        "N6: the fact of gender-based violence reaches no desk, host or report",
        "UN Women, guiding principles of referral",
        categories(Category.GBV_FACT),
        UNHEARD,
    ),
    Never(
        "N7: no story of trafficking, and no exploiter, leaves who heard it",
        "Council of Europe, GRETA guidance note on article 13 of the Convention on Action against "
        "Trafficking",
        categories(Category.TRAFFICKING_NARRATIVE),
        EVERY_COLUMN,
    ),
    Never(
        "N7: the presumption of trafficking reaches no police, desk, host or report",
        "Council of Europe, GRETA guidance note on article 13 of the Convention on Action against "
        "Trafficking",
        categories(Category.TRAFFICKING_PRESUMED),
        UNHEARD,
    ),
    Never(
        "N8: a child's separation, interests and care are not for desks, police or reports",
        "Tenpoint design decision (a claimed relative is verified first)",
        categories(
            Category.UASC_FLAG,
            Category.BEST_INTERESTS,
            Category.CARE_ARRANGEMENT,
            Category.SEPARATION_TRACING,
        ),
        frozenset({Column.BP, Column.RD, Column.ST, Column.MO}),
    ),
    Never(
        "N9: no biometric sample or template leaves who holds it, nor anything from Eurodac",
        "Regulation (EU) 2024/1358 (Eurodac), article 49(1)",
        categories(Category.BIOMETRIC, Category.EURODAC_DERIVED),
        EVERY_COLUMN,
    ),
    Never(
        "N10: health, orientation, religion and ethnicity reach no police and no microdata",
        "Tenpoint design decision",
        categories(
            Category.HEALTH,
            Category.ORIENTATION_IDENTITY,
            Category.RELIGION_ETHNICITY,
            Category.TORTURE,
            Category.NEEDS_SENSITIVE,
            Category.FIT_TO_TRAVEL,
        ),
        UNHEARD,
    ),
    Never(
        "N11: no informant, victim list or member of staff is named to the police",
        "Tenpoint design decision",
        categories(Category.FACILITATOR_DEBT, Category.DETENTION_TREATMENT),
        UNHEARD,
    ),
    Never(
        "N13: no reason for a removal block; the word alone is its partial form",
        "Tenpoint design decision",
        categories(Category.REMOVAL_BLOCK),
        EVERY_COLUMN,
        in_full=True,
    ),
    Never(
        "N15: that someone turned to UNHCR, a lawyer or a provider reaches no police or origin",
        "Tenpoint design decision",
        ALL & ~TO_BORDER,
        frozenset({Column.BP}),
    ),
    Never(
        "N14: the monitor reads published tables, never microdata",
        "OCHA Centre for Humanitarian Data, Guidance Note 1 on Statistical Disclosure Control "
        "(2019)",
        ALL & ~REFERENCES_AND_OWN_ACTS,
        frozenset({Column.MO}),
    ),
    Never(
        "All: what never leaves its owner reaches nobody; nothing highly sensitive these columns",
        "Tenpoint design decision",
        mask_of(NEVER),
        EVERY_COLUMN,
    ),
    Never(
        "All: nothing highly sensitive, sealed or not, for police, host, desk, tables or monitor",
        "Tenpoint design decision",
        mask_of(SEALED_ONLY),
        UNHEARD,
    ),
)
"""The rules that are about categories, N1 to N15; N12 is about authors, see `TOLD_AT_MOST`."""

TOLD_AT_MOST: Final = {
    DESK: REFERENCES_AND_OWN_ACTS
    | categories(
        Category.AGE_BAND,
        Category.GROUP_COMPOSITION,
        Category.LANGUAGE,
        Category.SUPPORT_NEED,
        Category.REFERRAL,
        Category.CONSENT,
        Category.CARD_AREA,
    ),
    STATISTICS: REFERENCES_AND_OWN_ACTS,
    EXCHANGE: REFERENCES_AND_OWN_ACTS | categories(Category.REMOVAL_BLOCK),
    MONITOR: REFERENCES_AND_OWN_ACTS | categories(Category.ARRIVAL, Category.ENCOUNTER),
}
"""N12: who mainly holds what others told may not pass it on.

Source: IOM Data Protection Principles (transfer to third parties); the lists are a Tenpoint
design decision.
"""


WITHOUT_CARDS: Final = frozenset({Column.BP, Column.ST, Column.MO})
"""Columns of agencies that are never a party of a referral."""


def ceiling(column: Column) -> Pair:
    """Return the most that any rule leaves to a column."""
    most = Pair(ALL, ALL)
    for rule in RULES:
        if column in rule.to:
            most = most.capped(rule.categories) if rule.in_full else most.without(rule.categories)
    return most


CEILINGS: Final = {column: ceiling(column) for column in Column}


def never_share(pair: Pair, *, author: Agency, recipient: Agency, column: Column | None) -> Pair:
    """Return what is left of a pair when nothing that is never shared is in it.

    A recipient without a column, as any authority of a country of origin is, gets nothing; nor
    does one judged by another's column, but for a card, which is judged as the desk's and, here,
    by the provider's own column too; nor does an author's own telling come back to it.
    """
    own = COLUMN_OF.get(recipient)
    if own is None or author == recipient or author not in (*COLUMN_OF, EXCHANGE):
        return CLOSED
    if column != own and (column is not Column.RD or own in WITHOUT_CARDS):
        return CLOSED
    return pair.only(TOLD_AT_MOST.get(author, ALL)) & CEILINGS[column] & CEILINGS[own]
