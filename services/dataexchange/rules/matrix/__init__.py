"""The release matrix as types and as a file."""

from services.dataexchange.rules.matrix.file import parse_matrix
from services.dataexchange.rules.matrix.model import (
    PAYLOAD_COLUMNS,
    Action,
    Cell,
    Condition,
    Matrix,
    MatrixInvalid,
    Most,
)

__all__ = (
    "PAYLOAD_COLUMNS",
    "Action",
    "Cell",
    "Condition",
    "Matrix",
    "MatrixInvalid",
    "Most",
    "parse_matrix",
)
