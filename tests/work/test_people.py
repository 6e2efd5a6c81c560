"""People: signing in, invitations, keys, roles; on SQLite and on PostgreSQL, through the application."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from goldsmith.core.errors import BadInput, Conflict, NotAllowed, SignInNeeded, TooManyTries
from goldsmith.db.connection import Database
from goldsmith.server.routes.people.accounts import Failures
from goldsmith.work import people
from tests.work.http import PASSWORD, App, running

NOON = 1_800_000_000_000_000


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def invite(app: App, role: str, key: str) -> str:
    token = app.call("POST", "/api/invitations", key, {"role": role}).json()["token"]
    assert isinstance(token, str)
    return token


def cookie_of(answer: object) -> str:
    return str(answer.headers["set-cookie"]).split(";")[0]  # type: ignore[attr-defined]


def test_an_invitation_makes_an_account_once_and_signs_in(app: App) -> None:
    token = invite(app, "reviewer", app.key("owner"))
    body = {"token": token, "email": "Ana@Example.org", "password": PASSWORD, "name": "Ana"}

    joined = app.call("POST", "/api/join", body=body)
    again = app.call("POST", "/api/join", body={**body, "email": "ben@example.org"})

    me = app.call("GET", "/api/me", cookie=cookie_of(joined)).json()
    assert (me["email"], me["name"], me["role"], me["workspace_name"]) == (
        "ana@example.org",
        "Ana",
        "reviewer",
        "Workspace",
    )
    assert joined.json() == me and "httponly" in joined.headers["set-cookie"].lower()
    assert again.status_code == 403


def test_a_link_says_what_it_is_for_until_it_is_used(app: App) -> None:
    token = invite(app, "reviewer", app.key("owner"))

    before = app.call("POST", "/api/join/check", body={"token": token})
    again = app.call("POST", "/api/join/check", body={"token": token})
    app.call("POST", "/api/join", body={"token": token, "email": "rae@x.org", "password": PASSWORD})
    after = app.call("POST", "/api/join/check", body={"token": token})

    assert before.json() == again.json() == {"workspace_name": "Workspace", "role": "reviewer"}
    assert after.status_code == 403 and "used or has run out" in after.json()["error"]["message"]


def test_a_taken_address_leaves_the_invitation_unused(app: App) -> None:
    owner = app.key("owner", "owner@x.org")
    token = invite(app, "annotator", owner)

    taken = app.call("POST", "/api/join", body={"token": token, "email": "OWNER@x.org", "password": PASSWORD})
    free = app.call("POST", "/api/join", body={"token": token, "email": "new@x.org", "password": PASSWORD})

    assert (taken.status_code, taken.json()["error"]["where"], free.status_code) == (400, "email", 200)


def test_an_invitation_taken_back_is_worthless_and_off_the_list(app: App) -> None:
    owner = app.key("owner")
    made = app.call("POST", "/api/invitations", owner, {"role": "annotator"}).json()
    listed = app.call("GET", "/api/people", owner).json()["invitations"]

    gone = app.call("DELETE", f"/api/invitations/{made['credential_id']}", owner)

    assert [one["credential_id"] for one in listed] == [made["credential_id"]] and gone.status_code == 204
    assert app.call("GET", "/api/people", owner).json()["invitations"] == []
    assert (
        app.call(
            "POST", "/api/join", body={"token": made["token"], "email": "a@x.org", "password": PASSWORD}
        ).status_code
        == 403
    )


def test_nobody_invites_above_their_own_role_and_no_reviewer_invites(app: App) -> None:
    manager, reviewer = app.key("manager"), app.key("reviewer")

    answers = [
        app.call("POST", "/api/invitations", key, {"role": role}).status_code
        for key, role in ((manager, "manager"), (manager, "owner"), (reviewer, "annotator"))
    ]

    assert answers == [201, 403, 403]


def test_sign_in_by_password_and_out_again_ends_this_session_only(app: App) -> None:
    token = invite(app, "annotator", app.key("owner"))
    first = cookie_of(app.call("POST", "/api/join", body={"token": token, "email": "a@x.org", "password": PASSWORD}))
    second = cookie_of(app.call("POST", "/api/sign-in", body={"email": " A@x.org", "password": PASSWORD}))

    out = app.call("POST", "/api/sign-out", cookie=second)

    assert out.status_code == 204
    assert [app.call("GET", "/api/me", cookie=one).status_code for one in (first, second)] == [200, 401]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(app: App) -> None:
    token = invite(app, "annotator", app.key("owner"))
    app.call("POST", "/api/join", body={"token": token, "email": "a@x.org", "password": PASSWORD})

    wrong = app.call("POST", "/api/sign-in", body={"email": "a@x.org", "password": "not this one"})
    unknown = app.call("POST", "/api/sign-in", body={"email": "b@x.org", "password": "not this one"})

    assert wrong.status_code == unknown.status_code == 401 and wrong.json() == unknown.json()


def test_a_call_with_a_cookie_from_a_strange_page_changes_nothing(app: App) -> None:
    token = invite(app, "annotator", app.key("owner"))
    cookie = cookie_of(app.call("POST", "/api/join", body={"token": token, "email": "a@x.org", "password": PASSWORD}))

    strange = app.client.request(
        "POST", "/api/keys", json={"name": "x"}, headers={"cookie": cookie, "sec-fetch-site": "cross-site"}
    )

    assert strange.status_code == 401


def test_the_eleventh_failure_in_a_minute_is_refused_and_a_success_clears_the_count() -> None:
    failures = Failures()
    for second in range(10):
        failures.begin("a@x.org", "10.0.0.1", now_us=NOON + second * 1_000_000)

    with pytest.raises(TooManyTries):
        failures.begin("A@x.org ", "10.0.0.1", now_us=NOON + 10_000_000)
    failures.begin("a@x.org", "10.0.0.2", now_us=NOON + 10_000_000)
    failures.begin("a@x.org", "10.0.0.1", now_us=NOON + 61_000_000)

    failures.forget("a@x.org", "10.0.0.1")
    for _ in range(10):
        failures.begin("a@x.org", "10.0.0.1", now_us=NOON + 61_000_000)


def test_failed_sign_ins_through_the_application_end_in_429(app: App) -> None:
    body = {"email": f"nobody@{secrets.token_hex(4)}.org", "password": "wrong password"}

    codes = [app.call("POST", "/api/sign-in", body=body).status_code for _ in range(11)]

    assert codes == [401] * 10 + [429]


def test_checking_an_unknown_address_takes_a_real_argon2_as_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = database.write(lambda db: people.add_workspace(db, "w", now_us=NOON))
    stored = people.hash_password(PASSWORD)
    database.write(lambda db: people.add_person(db, workspace, "a@x.org", "owner", password_hash=stored, now_us=NOON))

    def seconds(email: str) -> float:
        start = time.thread_time()
        with pytest.raises(SignInNeeded):
            people.check_password(database.read(), email, "not this one")
        return time.thread_time() - start

    seconds("a@x.org")
    known, unknown = (min(seconds(email) for _ in range(3)) for email in ("a@x.org", "nobody@x.org"))

    assert unknown > known / 3 and people.NOBODYS_HASH.rsplit("$", 2)[0] == stored.rsplit("$", 2)[0]


def test_a_key_may_do_what_its_scopes_say_and_no_more(app: App) -> None:
    reads = app.key("owner", scopes=("read",))
    writes = app.key("manager", scopes=("write",))

    assert app.call("GET", "/api/people", reads).status_code == 200
    assert app.call("POST", "/api/keys", reads, {"name": "more"}).status_code == 403
    assert app.call("GET", "/api/me", writes).status_code == 403


def test_keys_are_listed_without_their_secret_and_end_for_good(app: App) -> None:
    owner, other = app.key("owner"), app.key("manager")
    made = app.call("POST", "/api/keys", owner, {"name": "script", "scopes": ["read"]}).json()

    listed = app.call("GET", "/api/keys", owner).json()["keys"]
    not_mine = app.call("DELETE", f"/api/keys/{made['credential_id']}", other)
    before = app.call("GET", "/api/me", made["key"]).status_code
    ended = app.call("DELETE", f"/api/keys/{made['credential_id']}", owner)

    assert [(one["name"], one["scopes"]) for one in listed if one["credential_id"] == made["credential_id"]] == [
        ("script", ["read"])
    ]
    assert made["key"] not in str(listed)
    assert (not_mine.status_code, before, ended.status_code) == (404, 200, 204)
    assert app.call("GET", "/api/me", made["key"]).status_code == 401
    assert app.call("POST", "/api/keys", owner, {"name": " "}).json()["error"]["where"] == "name"
    assert app.call("POST", "/api/keys", owner, {"name": "x", "scopes": []}).status_code == 400


def test_a_removed_person_is_out_at_once_and_may_be_taken_back_without_the_old_keys(app: App) -> None:
    owner, ana = app.key("owner"), app.key("manager", "ana@x.org")
    invitation = invite(app, "annotator", ana)
    person_id = app.call("GET", "/api/me", ana).json()["person_id"]

    removed = app.call("PATCH", f"/api/people/{person_id}", owner, {"state": "removed"}).json()

    assert removed["state"] == "removed" and app.call("GET", "/api/me", ana).status_code == 401
    assert (
        app.call("POST", "/api/join", body={"token": invitation, "email": "c@x.org", "password": PASSWORD}).status_code
        == 403
    )
    assert (
        app.call("PATCH", f"/api/people/{person_id}", owner, {"state": "active", "role": "reviewer"}).json()["role"]
        == "reviewer"
    )
    assert app.call("GET", "/api/me", ana).status_code == 401


def test_removing_a_person_opens_what_they_held_for_others(app: App) -> None:
    owner, ana, ben = app.key("owner"), app.key("annotator", "ana@x.org"), app.key("annotator", "ben@x.org")
    schema = {"fields": [{"name": "mood", "kind": "choice", "multiple": False, "labels": [{"name": "good"}]}]}
    project = app.call("POST", "/api/projects", owner, {"name": "p", "schema": schema}).json()["project_id"]
    app.call("POST", f"/api/projects/{project}/items?source=s&licence=l&basis=b", owner, [{"data": {"text": "one"}}])
    assert app.call("POST", f"/api/projects/{project}/lease", ana).status_code == 200
    assert app.call("POST", f"/api/projects/{project}/lease", ben).status_code == 204

    app.call("PATCH", f"/api/people/{app.call('GET', '/api/me', ana).json()['person_id']}", owner, {"state": "removed"})

    assert app.call("POST", f"/api/projects/{project}/lease", ben).status_code == 200


def test_the_last_owner_stays(app: App) -> None:
    owner = app.key("owner")
    me = app.call("GET", "/api/me", owner).json()["person_id"]

    for change in ({"role": "manager"}, {"state": "removed"}):
        assert app.call("PATCH", f"/api/people/{me}", owner, change).status_code == 409
    app.key("owner", "second@x.org")
    assert app.call("PATCH", f"/api/people/{me}", owner, {"role": "manager"}).status_code == 200


def test_two_owners_who_demote_each_other_at_once_leave_one(database: Database) -> None:
    for turn in range(8):
        workspace = database.write(lambda db: people.add_workspace(db, "w", now_us=NOON))
        pair = [
            database.write(
                partial(people.add_person, workspace_id=workspace, email=f"{turn}-{n}@x.org", role="owner", now_us=NOON)
            )
            for n in range(2)
        ]

        def demote(person_id: str, workspace: str = workspace) -> bool:
            try:
                database.write(
                    lambda db: people.change_person(db, workspace, person_id, role="manager", state=None, now_us=NOON)
                )
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(demote, pair)) == [False, True]


def test_only_the_owner_changes_people_and_nobody_reaches_another_workspace(app: App) -> None:
    owner, manager = app.key("owner"), app.key("manager")
    other = app.context.db.write(lambda db: people.add_workspace(db, "Other", now_us=NOON))
    spy = app.key("owner", "spy@y.org", workspace_id=other)
    me = app.call("GET", "/api/me", manager).json()["person_id"]
    key = app.call("POST", "/api/keys", owner, {"name": "k"}).json()["credential_id"]

    assert app.call("PATCH", f"/api/people/{me}", manager, {"role": "owner"}).status_code == 403
    assert app.call("PATCH", f"/api/people/{me}", spy, {"role": "owner"}).status_code == 404
    assert app.call("DELETE", f"/api/keys/{key}", spy).status_code == 404
    assert [one["email"] for one in app.call("GET", "/api/people", spy).json()["people"]] == ["spy@y.org"]


def test_shortcuts_and_the_workspace_are_kept(app: App) -> None:
    owner, manager = app.key("owner"), app.key("manager")
    settings = {"name": "Lab", "licence": "CC-BY-4.0", "basis": "consent"}

    mine = app.call("PUT", "/api/me/shortcuts", manager, {"shortcuts": {"submit": "Ctrl+Enter"}}).json()
    refused = app.call("PUT", "/api/workspace", manager, settings)
    set_by_owner = app.call("PUT", "/api/workspace", owner, settings)

    assert mine["shortcuts"] == {"submit": "Ctrl+Enter"} == app.call("GET", "/api/me", manager).json()["shortcuts"]
    assert (refused.status_code, set_by_owner.status_code) == (403, 200)
    assert app.call("GET", "/api/workspace", manager).json() == settings
    assert app.call("PUT", "/api/workspace", owner, {**settings, "name": ""}).json()["error"]["where"] == "name"
    assert app.call("PUT", "/api/me/shortcuts", owner, {"shortcuts": {"x": "y" * 30_000}}).status_code == 400


def test_a_language_is_kept_and_is_a_tag(app: App) -> None:
    mine, other = app.key("annotator"), app.key("reviewer")
    before = app.call("GET", "/api/me", mine).json()["language"]

    kept = app.call("PUT", "/api/me/language", mine, {"language": "ar"}).json()["language"]
    refused = app.call("PUT", "/api/me/language", mine, {"language": "<script>"})

    assert (before, kept) == ("", "ar") == ("", app.call("GET", "/api/me", mine).json()["language"])
    assert (refused.status_code, refused.json()["error"]["where"]) == (400, "language")
    assert app.call("GET", "/api/me", other).json()["language"] == ""
    assert app.call("PUT", "/api/me/language", mine, {"language": ""}).json()["language"] == ""


@pytest.mark.parametrize("email", ["", "x", "@x.org", "a@", "a b@x.org", "a\0@x.org", "a" * 250 + "@x.org"])
def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    with pytest.raises(BadInput):
        database.write(lambda db: people.add_person(db, "ws", email, "owner", now_us=NOON))


def test_an_expired_session_or_invitation_is_worth_nothing(database: Database) -> None:
    workspace = database.write(lambda db: people.add_workspace(db, "w", now_us=NOON))
    person_id = database.write(lambda db: people.add_person(db, workspace, "a@x.org", "owner", now_us=NOON))
    person = people.Person(person_id=person_id, workspace_id=workspace, email="a@x.org", name="a", role="owner")
    session = database.write(lambda db: people.start_session(db, person, now_us=NOON))
    token = database.write(lambda db: people.invite(db, person, "annotator", now_us=NOON)).secret

    assert people.find_person(database.read(), session, scope="write", now_us=NOON + people.SESSION_US - 1) == person
    with pytest.raises(SignInNeeded):
        people.find_person(database.read(), session, scope="read", now_us=NOON + people.SESSION_US)
    with pytest.raises(NotAllowed):
        database.write(lambda db: people.join(db, token, "b@x.org", "hash", now_us=NOON + people.INVITATION_US))


@pytest.mark.parametrize("password", ["", "too short", "x" * 1001])
def test_a_password_has_ten_characters_to_a_thousand(password: str) -> None:
    with pytest.raises(BadInput):
        people.hash_password(password)
