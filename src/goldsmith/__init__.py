"""Goldsmith: raw data in, labelled and certified datasets out. Programs talk to a server by `goldsmith.Client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goldsmith.client import Client as Client

__all__ = ["Client"]


def __getattr__(name: str) -> Any:
    """The client is loaded when it is first asked for: the server and the command line do not need it."""
    if name == "Client":
        from goldsmith.client import Client

        return Client
    raise AttributeError(f"module 'goldsmith' has no attribute {name!r}")
