"""What goes over the wire: one module of Structs per part; the client's TypeScript types are made from them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Whole = Annotated[int, Meta(ge=0, le=2**53 - 1)]  # what a browser counts exactly, and every database holds
