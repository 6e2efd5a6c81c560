"""Calls to addresses that a manager named: where none goes to, and how the key is kept out of what is told."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from goldsmith.core.errors import BadInput
from goldsmith.models import NotReached
from goldsmith.models.outbound import check_address, client, resolve, without
from tests.openai_server import openai_server


@pytest.mark.parametrize("address", [
    "http://169.254.169.254/latest", "http://[fe80::1]/v1", "http://[::ffff:169.254.169.254]/v1",
    "http://[fd00:ec2::254]/v1", "http://metadata.google.internal/v1", "http://100.100.100.200", "http://0.0.0.0:80",
    "http://224.0.0.1/v1", "ftp://example.com", "https://", "https://me:secret@example.com/v1",
    "https://example.com/v1?key=1", "http://example.com:99999"])  # fmt: skip
def test_an_address_that_no_model_has_is_refused(address: str) -> None:
    with pytest.raises(BadInput):
        check_address(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/v1/", "http://10.1.2.3/v1", "https://api.example.com/v1"])
def test_models_on_this_machine_and_in_its_network_are_allowed(address: str) -> None:
    assert check_address(address) == address.rstrip("/")


def test_a_name_that_leads_to_a_link_local_address_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "169.254.169.254")]

    monkeypatch.setattr(socket, "getaddrinfo", found)

    with pytest.raises(NotReached, match="link-local"):
        resolve("rebound.example.com", 80)


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def once(host: Any, *args: Any, **more: Any) -> Any:
        looked_up.append(str(host))
        return real("127.0.0.1" if host == "model.example.com" else host, *args, **more)

    with openai_server() as server:
        monkeypatch.setattr(socket, "getaddrinfo", once)
        with client(timeout_s=5) as calls:
            answer = calls.get(f"http://model.example.com:{server.port}/v1/models")

    assert answer.status_code == 200
    assert looked_up.count("model.example.com") == 1


def test_what_is_told_of_an_error_does_not_hold_the_key() -> None:
    assert without("bad key sk-123 was sent", "sk-123") == "bad key ••• was sent"
