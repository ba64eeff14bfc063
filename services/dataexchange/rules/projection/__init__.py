"""The projection: an author's event as one recipient may have it.

A plan says for one contract and one pair of masks what becomes of every field: its value, its one
partial form, or nothing. What nobody named is never copied. A reference is told in the recipient's
own terms or not at all; a sealed part goes as it is, or not at all.
"""

from services.dataexchange.rules.projection.plan import (
    Plan,
    Projected,
    compile_plan,
    is_of_references_alone,
    present_fields,
)
from services.dataexchange.rules.projection.telling import Closed, Translate

__all__ = (
    "Closed",
    "Plan",
    "Projected",
    "Translate",
    "compile_plan",
    "is_of_references_alone",
    "present_fields",
)
