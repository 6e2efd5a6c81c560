"""What arrives: files as items, one after another, and every bad part with its place and reason."""

from goldsmith.arrivals.arrival import Arrival, Limits, Options, Rejection
from goldsmith.arrivals.propose import propose, schema_of
from goldsmith.arrivals.read import read_arrivals

__all__ = ["Arrival", "Limits", "Options", "Rejection", "propose", "read_arrivals", "schema_of"]
