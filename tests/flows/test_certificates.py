"""Certificates as a server makes them: estimates from a real audit, signed, and checked from the files alone."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import httpx
import msgspec

from goldsmith.cli._certificates.figures import figures
from goldsmith.quality.certificate import Certificate
from goldsmith.work.versions.sealing.verifying import verify
from tests.conftest import SENTIMENT, Server, choice

LABELS = ("bad", "good")
PRICE = {"sort": "answer", "currency": "EUR", "amount_minor": 3, "release_days": 1}


def scene(server: Server, *, items: int, people: int, checked: int, skill: float = 0.9) -> tuple[str, httpx.Client]:
    """A paid project with a target risk, answered by a crowd from one country and a model, and audited."""
    chance, owner = random.Random(5), server.person("o@x.org", "owner")
    made = owner.post("/api/projects", json={"name": "Münzen", "schema": SENTIMENT, "review": False, "stop_risk": 0.2,
                                             "overlap": 2, "overlap_most": 4})  # fmt: skip
    project = str(made.raise_for_status().json()["project_id"])
    at = f"/api/projects/{project}"
    owner.put(f"{at}/pay/price", json=PRICE).raise_for_status()
    body = {"amount_minor": 500_000, "currency": "EUR", "once": "a"}
    owner.post(f"{at}/pay/budget", json=body).raise_for_status()
    truth = {f"text {i}": LABELS[chance.random() < 0.3] for i in range(items)}
    owner.post(f"{at}/items", json=[{"data": {"text": text}} for text in truth]).raise_for_status()
    crowd = [server.person(f"p{i}@x.org", "annotator") for i in range(people)]
    profile = {"country": "PE", "languages": [{"language": "es", "level": "native"}]}
    for one in crowd:
        one.put("/api/me/profile", json={"profile": profile}).raise_for_status()
    key = owner.post("/api/models", json={"model": "judge", "version": "2"}).raise_for_status().json()["key"]
    answer_all([*crowd, server.client(key)], at, truth, chance, skill)
    audit = owner.post(f"{at}/audits", json={"size": checked}).raise_for_status().json()["audit_id"]
    rae = server.person("r@x.org", "reviewer")
    while (lease := rae.post(f"{at}/audits/{audit}/lease")).status_code == 200:
        text = lease.json()["item"]["data"]["text"]
        submit(rae, "audit-leases", lease.json(), truth[text])
    return project, owner


def answer_all(crowd: list[httpx.Client], at: str, truth: dict[str, str], chance: random.Random, skill: float) -> None:
    while crowd:
        who = chance.choice(crowd)
        lease = who.post(f"{at}/lease", json={})
        if lease.status_code != 200:
            crowd.remove(who)
            continue
        right = truth[lease.json()["item"]["data"]["text"]]
        submit(who, "leases", lease.json(), right if chance.random() < skill else LABELS[right == "bad"])


def submit(who: httpx.Client, part: str, lease: Any, label: str) -> None:
    body = {"fence": lease["fence"], "value": choice(label)}
    who.post(f"/api/{part}/{lease['lease_id']}/submit", json=body).raise_for_status()


def download(who: httpx.Client, path: str, to: Path) -> Path:
    to.write_bytes(who.get(path).raise_for_status().content)
    return to


def test_a_certificate_estimates_is_signed_and_can_be_checked(any_server: Server, tmp_path: Path) -> None:
    project, owner = scene(any_server, items=60, people=6, checked=40)
    at = f"/api/projects/{project}"
    owner.post(f"{at}/versions", json={}).raise_for_status()
    raw = owner.get(f"{at}/versions/1/certificate.json").content
    one = msgspec.json.decode(raw, type=Certificate)

    count = one.items  # a few may be left undecided
    assert one.format == "goldsmith-certificate/2" and 50 <= count <= 60
    assert one.error is not None and one.error.rate.high - one.error.rate.low <= one.error.plain.high
    assert [share.label for share in one.shares] == ["bad", "good"]
    assert sum(share.estimate.rate.value or 0 for share in one.shares) == 1.0
    assert one.calibration is not None and one.calibration.items == 40
    assert one.pool is not None and one.models is not None
    assert (one.pool.people, one.pool.countries[0].name, one.pool.languages[0].people) == (6, "PE", 6)
    assert sum(member.answers for member in one.pool.members) == one.annotators.answers_by_people
    assert one.models.models[0].model == "judge 2"
    assert one.models.answers == one.annotators.answers_by_models / one.answers
    (cost,) = one.cost
    assert cost.currency == "EUR" and 3 * one.answers <= cost.total_minor <= 3 * 60 * 4
    assert (one.gold, one.gold_reason) == (None, "no gold items")
    assert any(line.startswith("calibration: error") for line in figures(one))

    exported = download(owner, f"{at}/export?format=jsonl&version=1&certificate=true", tmp_path / "all.zip")
    proof = verify([exported])
    key = owner.get("/api/workspace/signing-keys").json()["keys"][0]
    assert (proof.outcome, proof.records, proof.items, proof.key_id) == ("sound", count, count, key["key_id"])
    plain = owner.get(f"{at}/export?format=jsonl&version=1")
    assert plain.headers["content-type"].startswith("application/x-ndjson") and plain.text.count("\n") == count
    assert owner.get(f"{at}/export?certificate=true").status_code == 400

    again = owner.post(f"{at}/versions", json={}).json()
    assert not again["is_new"] and owner.get(f"{at}/versions/1/certificate.json").content == raw
    check_renewal(any_server, owner, at, raw, exported)


def check_renewal(server: Server, owner: httpx.Client, at: str, raw: bytes, exported: Path) -> None:
    """A new key signs what is certified from now on; what the old one signed is still known to be ours."""
    keys = owner.post("/api/workspace/signing-keys").raise_for_status().json()["keys"]
    assert [one["is_in_force"] for one in keys] == [True, False]
    owner.post(f"{at}/versions", json={}).raise_for_status()
    signed = owner.get(f"{at}/versions/1/certificate.json").json()["signature"]
    assert signed["public_key"] == keys[0]["public_key"]

    reviewer = server.person("rr@x.org", "reviewer")
    found = reviewer.post("/api/verify?name=a.zip", content=exported.read_bytes()).json()
    assert (found["outcome"], found["is_key_known"], found["records"]) == ("sound", True, json.loads(raw)["items"])
    spoiled = raw.replace(b'"format":', b'"note":1,"format":', 1)
    found = reviewer.post("/api/verify?name=certificate.json", content=spoiled).json()
    assert (found["outcome"], found["is_key_known"]) == ("broken", False)
    found = reviewer.post("/api/verify?name=../../x.json", content=b"hello").json()
    assert (found["outcome"], found["items"]) == ("unknown", None)
    assert reviewer.post("/api/workspace/signing-keys").status_code == 403
