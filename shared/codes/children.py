"""Codes about children in care."""

from enum import StrEnum


class Care(StrEnum):
    """How a child is cared for; never where. Source: Primero, lookup of care arrangements."""

    PARENT = "PARENT"
    KINSHIP = "KINSHIP"
    FOSTER = "FOSTER"
    RESIDENTIAL = "RESIDENTIAL"
    KAFALA = "KAFALA"
    INDEPENDENT = "INDEPENDENT"
    CHILD_HEADED = "CHILD_HEADED"
    UNRELATED_ADULT = "UNRELATED_ADULT"
    NONE = "NONE"
