"""Codes of how people arrive."""

from enum import StrEnum


class EntryMode(StrEnum):
    """Source of the kinds: 10-Point Plan of Action, point 2; codes are a Tenpoint decision."""

    LAND_CROSSING_POINT = "LAND_BCP"
    LAND_IRREGULAR = "LAND_IRREGULAR"
    AIR = "AIR"
    SEA_FERRY = "SEA_FERRY"
    SEA_SMALL_CRAFT = "SEA_SMALL_CRAFT"
    SEA_RESCUE = "SEA_RESCUE"
    ON_FOOT = "ON_FOOT"
    UNKNOWN = "UNKNOWN"


class Interception(StrEnum):
    """Where people were stopped. The safeguards are those of entry by land."""

    AT_SEA = "AT_SEA"
    AT_BORDER = "AT_BORDER"
    AIRPORT_PREBOARDING = "AIRPORT_PREBOARDING"
    INLAND = "INLAND"


class Craft(StrEnum):
    """Kind of craft."""

    RUBBER = "RUBBER"
    WOODEN = "WOODEN"
    METAL = "METAL"
    SAILING = "SAILING"
    OTHER = "OTHER"
