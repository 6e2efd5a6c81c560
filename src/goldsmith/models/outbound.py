"""Calls to addresses that a manager named, without a way to what only this machine may reach.

A model on the same machine or in the same network is the common case, so private addresses are allowed. Refused are
link-local ones, where clouds keep the credentials of the machine, their other known places, and what is no single host.
The name is resolved once, every address that it has is checked, and the connection goes to the one that was checked:
a name that answers differently the second time gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from functools import cache
from urllib.parse import urlsplit

import httpx

from goldsmith.core.errors import BadInput
from goldsmith.models import NotReached

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
METADATA = frozenset(ipaddress.ip_address(one) for one in ("fd00:ec2::254", "100.100.100.200", "192.0.0.192"))
METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "instance-data"})


def check_address(address: str, *, where: str = "settings.address") -> str:
    """The address without a slash at its end; BadInput where it is none that a model may have."""
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput("An address begins with http:// or https:// and names a host.", where=where)
    if parts.username or parts.password:
        raise BadInput("A key does not belong into the address: it would be shown. Give it as the secret.", where=where)
    if parts.query or parts.fragment:
        raise BadInput("An address ends with its path: nothing after a ? or a #.", where=where)
    try:
        parts.port  # noqa: B018 - raises where it is no number that a port can be
    except ValueError as error:
        raise BadInput("The address names a port that cannot be.", where=where) from error
    why = _why_refused_name(parts.hostname)
    if why:
        raise BadInput(why, where=where)
    return address.strip().rstrip("/")


def _why_refused_name(host: str) -> str:
    if host.lower().rstrip(".") in METADATA_NAMES:
        return f"{host} is where a cloud keeps this machine's credentials: no model has that address."
    try:
        return _why_refused(ipaddress.ip_address(host))
    except ValueError:
        return ""


def _why_refused(address: Address) -> str:
    """Why nothing is sent there; empty: it may be."""
    plain = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if plain.is_link_local or plain in METADATA:
        return f"{address} is link-local, where clouds keep a machine's credentials: no model has that address."
    if plain.is_multicast or plain.is_unspecified or plain == ipaddress.ip_address("255.255.255.255"):
        return f"{address} is not the address of one host."
    return ""


def resolve(host: str, port: int) -> str:
    """The address to connect to; NotReached where the name has none, or one of its addresses is refused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(f"The name {host} has no address.", hint="Look at the model's address.") from error
    for _, _, _, _, place in found:
        why = _why_refused(ipaddress.ip_address(str(place[0]).partition("%")[0]))
        if why:
            raise NotReached(why, where=host)
    return str(found[0][4][0])


def _pinned(request: httpx.Request, ip: str) -> httpx.Request:
    """The same request to the address that was checked; host header and certificate stay those of the name."""
    host = request.url.host
    extensions = {**request.extensions, "sni_hostname": host}
    return httpx.Request(request.method, request.url.copy_with(host=ip), headers=request.headers,
                         stream=request.stream, extensions=extensions)


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


@cache
def _certificates() -> ssl.SSLContext:
    """What servers prove themselves with: read once, for that takes a third of a second."""
    return httpx.create_ssl_context()


class Guarded(httpx.BaseTransport):
    """Connects only to addresses that were checked."""

    def __init__(self) -> None:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=16)
        self._inner = httpx.HTTPTransport(verify=_certificates(), limits=limits)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it to the checked address of its host."""
        return self._inner.handle_request(_pinned(request, resolve(request.url.host, _port(request.url))))

    def close(self) -> None:
        """Let go of the connections."""
        self._inner.close()


class AsyncGuarded(httpx.AsyncBaseTransport):
    """The same in an event loop."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport(verify=_certificates())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it to the checked address of its host."""
        ip = await asyncio.to_thread(resolve, request.url.host, _port(request.url))
        return await self._inner.handle_async_request(_pinned(request, ip))

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._inner.aclose()


def client(*, timeout_s: float, headers: dict[str, str] | None = None) -> httpx.Client:
    """A client for such an address; close it."""
    return httpx.Client(transport=Guarded(), timeout=_timeout(timeout_s), headers=headers, follow_redirects=False)


def async_client(*, timeout_s: float, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    """The same in an event loop, for streams: `timeout_s` is how long nothing may come."""
    return httpx.AsyncClient(transport=AsyncGuarded(), timeout=_timeout(timeout_s), headers=headers,
                             follow_redirects=False)


def _timeout(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=min(seconds, 10.0))


def said(error: Exception, secret: str = "") -> str:
    """What went wrong on the way, in a sentence, without the secret."""
    if isinstance(error, NotReached):
        text = error.message
    elif isinstance(error, httpx.TimeoutException):
        text = "It did not answer in time."
    elif isinstance(error, httpx.ConnectError):
        text = f"No connection: {error}"
    else:
        text = f"{type(error).__name__}: {error}"
    return without(text, secret)


def without(text: str, secret: str) -> str:
    """The text with the secret struck out, at most 500 characters."""
    return (text.replace(secret, "•••") if secret else text)[:500]

