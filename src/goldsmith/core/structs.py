"""Structs made ready: a type that two threads decode for the first time at once ends the process (msgspec 0.22).

msgspec works out how a Struct is decoded when it is first asked to, without a lock, and reads what another thread has
not finished. So every type is worked out once, by one thread, before there are others.
"""

from __future__ import annotations

import msgspec


def make_ready(base: type[msgspec.Struct] = msgspec.Struct) -> int:
    """Work out how all Structs that are loaded by now are decoded; how many there are."""
    count = 0
    for one in base.__subclasses__():
        try:
            msgspec.json.Decoder(one)
        except (TypeError, NameError):  # a base of others that is never decoded itself
            pass
        count += 1 + make_ready(one)
    return count
