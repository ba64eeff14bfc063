"""The exchange over HTTP: for its operator, and for partners without a client of the carrier."""

from services.dataexchange.api.edge import router as edge_router
from services.dataexchange.api.operator import router as operator_router
from services.dataexchange.api.wiring import Wiring

__all__ = ["Wiring", "edge_router", "operator_router"]
