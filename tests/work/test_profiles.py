"""Profiles, groups, joining by an open call or in a list, terms: through the application, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goldsmith.core.errors import BadInput
from goldsmith.core.people.profile import Profile, SpokenLanguage, WorkingHours, checked_language, checked_profile
from goldsmith.work.people import bulk
from tests.conftest import SENTIMENT, choice
from tests.work.http import PASSWORD, App, running

END = "2999-01-01T00:00:00Z"
PROFILE = {
    "languages": [{"language": "PT-br", "level": "native"}, {"language": "en", "level": "basic"}],
    "country": "br",
    "town": "Olinda",
    "time_zone": "America/Recife",
    "hours": [{"day": 0, "start_minute": 540, "end_minute": 1020}],
    "devices": ["tablet", "computer"],
}


@pytest.fixture
def app(database_place: str, tmp_path: Path) -> Iterator[App]:
    with running(database_place, tmp_path) as one:
        yield one


def test_a_language_has_one_spelling_and_a_wrong_one_is_refused() -> None:
    assert [checked_language(one) for one in ("PT-br", "zh_hant", "DE", "kok")] == ["pt-BR", "zh-Hant", "de", "kok"]
    for wrong in ("xx", "english", "pt-QQ", "", "e"):
        with pytest.raises(BadInput):
            checked_language(wrong)


@pytest.mark.parametrize(
    ("profile", "where"),
    [
        (Profile(country="QQ"), "country"),
        (Profile(time_zone="Mars/Base"), "time_zone"),
        (Profile(hours=(WorkingHours(day=0, start_minute=0, end_minute=60),)), "time_zone"),
        (Profile(time_zone="UTC", hours=(WorkingHours(day=7, start_minute=0, end_minute=60),)), "hours[0]"),
        (Profile(languages=(SpokenLanguage(language="de", level="basic"),) * 2), "languages[1].language"),
        (Profile(town="a\nb"), "town"),
    ],
)
def test_what_cannot_be_in_a_profile_is_named_by_its_place(profile: Profile, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_profile(profile, {"UTC"})

    assert refused.value.where == where


def test_a_profile_is_kept_in_its_usual_spelling_and_found_by_what_is_in_it(app: App) -> None:
    owner, ana = app.key("owner"), app.key("annotator", "ana@x.org")
    app.key("annotator", "ben@x.org")
    skills = [{"skill": "radiology", "score": 70}]

    kept = app.call("PUT", "/api/me/profile", ana, {"profile": PROFILE, "skills": skills}).json()
    group = app.call("POST", "/api/groups", owner, {"name": "Night"}).json()["group_id"]
    app.call("PATCH", f"/api/groups/{group}/members", owner, {"add": [kept["person_id"]]})

    assert [one["language"] for one in kept["profile"]["languages"]] == ["en", "pt-BR"]
    assert kept["profile"]["country"] == "BR" and kept["profile"]["devices"] == ["computer", "tablet"]
    assert [(one["skill"], one["source"], one["score"]) for one in kept["qualifications"]] == [
        ("radiology", "claimed", 70)
    ]
    for query, count in (
        ("language=pt", 1), ("language=pt-BR&level=fluent", 1), ("language=en&level=fluent", 0), ("country=BR", 1),
        ("skill=radiology", 1), (f"group_id={group}", 1), ("q=ANA", 1), ("q=%25", 0), ("state=removed", 0), ("", 3),
    ):  # fmt: skip
        found = app.call("GET", f"/api/people?{query}", owner).json()
        assert (query, found["total"], len(found["people"])) == (query, count, count)
    first = app.call("GET", "/api/people?limit=2", owner).json()
    rest = app.call("GET", f"/api/people?limit=2&after={first['next']}", owner).json()
    assert len(first["people"]) == 2 and len(rest["people"]) == 1 and rest["next"] is None


def make_call(app: App, owner: str, **more: Any) -> dict[str, Any]:
    body = {"name": "Spring", "text": "Label **tea**.", "asks": ["languages"], "places": 1, "ends_at": END, **more}
    found = app.call("POST", "/api/open-calls", owner, body)
    assert found.status_code == 201, found.text
    return dict(found.json())


def apply(app: App, path: str, email: str, profile: Any = None) -> Any:
    body = {"email": email, "password": PASSWORD, "profile": PROFILE if profile is None else profile}
    return app.call("POST", f"/api/calls/{path.removeprefix('/call/')}/apply", body=body)


def test_who_comes_by_a_call_waits_until_a_manager_lets_them_in(app: App) -> None:
    owner = app.key("owner")
    path = make_call(app, owner)["path"]

    silent = apply(app, path, "cat@x.org", {})
    waits = apply(app, path, "cat@x.org")
    full = apply(app, path, "dan@x.org")
    sign_in = {"email": "cat@x.org", "password": PASSWORD}
    early = app.call("POST", "/api/sign-in", body=sign_in)
    person = app.call("GET", "/api/people?state=pending", owner).json()["people"][0]
    decided = app.call("POST", f"/api/people/{person['person_id']}/decision", owner, {"is_approved": True})

    assert (silent.status_code, silent.json()["error"]["where"]) == (400, "languages")
    assert waits.json() == {"is_in": False} and "set-cookie" not in waits.headers
    assert full.status_code == 409 and "taken" in full.json()["error"]["message"]
    assert early.status_code == 403 and decided.status_code == 204
    assert app.call("POST", "/api/sign-in", body=sign_in).status_code == 200
    assert app.call("POST", f"/api/people/{person['person_id']}/decision", owner,
                    {"is_approved": False}).status_code == 409


def test_who_is_declined_is_forgotten_and_frees_the_place(app: App) -> None:
    owner = app.key("owner")
    path = make_call(app, owner)["path"]
    apply(app, path, "cat@x.org")
    person = app.call("GET", "/api/people?state=pending", owner).json()["people"][0]["person_id"]

    app.call("POST", f"/api/people/{person}/decision", owner, {"is_approved": False})

    assert app.call("GET", f"/api/people/{person}/profile", owner).status_code == 404
    assert app.call("GET", "/api/people?country=BR", owner).json()["total"] == 0
    assert apply(app, path, "cat@x.org").status_code == 200


def test_a_direct_call_signs_in_at_once_and_a_closed_one_lets_nobody_in(app: App) -> None:
    owner = app.key("owner")
    call = make_call(app, owner, is_direct=True, places=5)

    joined = apply(app, call["path"], "eve@x.org")
    cookie = str(joined.headers["set-cookie"]).split(";")[0]
    me = app.call("GET", "/api/me", cookie=cookie).json()
    app.call("PATCH", f"/api/open-calls/{call['call_id']}", owner, {"state": "closed"})
    late = apply(app, call["path"], "fay@x.org")

    assert (me["email"], me["role"]) == ("eve@x.org", "annotator")
    assert late.status_code == 409 and late.json()["error"]["message"] == "This call was closed."
    shown = app.call("GET", f"/api/calls/{call['path'].removeprefix('/call/')}").json()
    assert shown["places_left"] == 4 and shown["why_closed"] == "This call was closed."


LIST = """email;name;languages;country;time_zone;groups;skills
gil@x.org;Gil;"de:native;en";DE;Europe/Berlin;Night | Medical;radiology:80
not an address;;;;;;
hal@x.org;Hal;xx;;;;
ida@x.org;Ida;;ZZ;;;
GIL@x.org;Again;;;;;
"jon@x.org";Jon;;;;;first aid:200
kim@x.org;Kim;;;Mars/Base;;
owner@x.org;;;;;;
lea@x.org
"""


def test_a_list_invites_whom_it_can_and_says_of_each_other_line_why_not(app: App) -> None:
    owner = app.key("owner")

    trial = app.call("POST", "/api/people/list", owner, {"csv": LIST, "is_trial": True}).json()
    report = app.call("POST", "/api/people/list", owner, {"csv": LIST}).json()

    assert [(one["line"], one["column"]) for one in report["refused"]] == [
        (3, "email"), (4, "languages"), (5, "country"), (6, "email"), (7, "skills"), (8, "time_zone"), (9, "email")
    ]  # fmt: skip
    assert [one["email"] for one in report["invited"]] == ["gil@x.org", "lea@x.org"]
    assert [one["path"] for one in trial["invited"]] == ["", "", ""]  # who is here already is found when it counts
    assert app.call("GET", "/api/people?state=invited", owner).json()["total"] == 2
    gil = app.call("GET", "/api/people?q=gil", owner).json()["people"][0]
    assert gil["groups"] == ["Medical", "Night"] and gil["skills"] == ["radiology"]


def test_the_link_of_a_list_lets_in_one_person_with_what_the_list_said(app: App) -> None:
    owner = app.key("owner")
    first = app.call("POST", "/api/people/list", owner, {"csv": LIST}).json()["invited"][0]
    again = app.call("POST", "/api/people/list", owner, {"csv": LIST}).json()["invited"][0]

    def join(path: str, email: str) -> Any:
        body = {"token": path.split("=")[1], "email": email, "password": PASSWORD}
        return app.call("POST", "/api/join", body=body)

    assert join(first["path"], "gil@x.org").status_code == 403  # the newer link took its place
    assert join(again["path"], "other@x.org").json()["error"]["where"] == "email"
    joined = join(again["path"], "gil@x.org")
    assert (joined.status_code, joined.json()["name"]) == (200, "Gil")
    cookie = str(joined.headers["set-cookie"]).split(";")[0]
    assert app.call("GET", "/api/me/profile", cookie=cookie).json()["profile"]["country"] == "DE"


def test_a_file_that_is_no_list_is_refused_whole() -> None:
    for text in ("", "name\nAna\n", "email,colour\n", "email,email\n"):
        with pytest.raises(BadInput):
            list(bulk.read_list(text))


def make_project(app: App, owner: str) -> str:
    project = app.call("POST", "/api/projects", owner, {"name": "Tea", "schema": SENTIMENT, "review": False}).json()
    at = f"/api/projects/{project['project_id']}"
    app.call("POST", at + "/items", owner, [{"data": {"text": f"cup {i}"}} for i in range(4)])
    return at


def test_terms_come_before_the_first_task_and_a_new_version_asks_again(app: App) -> None:
    owner, ana = app.key("owner"), app.key("annotator")
    at = make_project(app, owner)
    assert app.call("PUT", at + "/terms", owner, {"terms": "Be fair."}).json() == {"terms_version": 1}

    refused = app.call("POST", at + "/lease", ana)
    app.call("POST", at + "/terms/accept", ana, {"version": 1})
    lease = app.call("POST", at + "/lease", ana)
    app.call("PUT", at + "/terms", owner, {"terms": "Be kind."})
    again = app.call("POST", at + "/lease", ana, {"besides": [lease.json()["lease_id"]]})
    stale = app.call("POST", at + "/terms/accept", ana, {"version": 1})

    assert refused.status_code == 403 and refused.json()["error"]["code"] == "terms_not_accepted"
    assert "/terms/accept" in refused.json()["error"]["hint"] and lease.status_code == 200
    assert again.status_code == 403 and stale.status_code == 409
    page = app.call("POST", at + "/terms/accept", ana, {"version": 2}).json()
    assert (page["version"], page["accepted_version"], page["is_needed"]) == (2, 2, False)
    submitted = app.call("POST", f"/api/leases/{lease.json()['lease_id']}/submit", ana,
                         {"fence": lease.json()["fence"], "value": choice("good")})
    assert submitted.status_code == 200
    texts = [app.call("GET", f"{at}/terms/versions/{n}", ana).json()["terms"] for n in (1, 2)]
    assert texts == ["Be fair.", "Be kind."]


def test_terms_taken_away_ask_nobody(app: App) -> None:
    owner, ana = app.key("owner"), app.key("annotator")
    at = make_project(app, owner)
    app.call("PUT", at + "/terms", owner, {"terms": "Be fair."})

    same = app.call("PUT", at + "/terms", owner, {"terms": "Be fair."}).json()
    none = app.call("PUT", at + "/terms", owner, {"terms": ""}).json()

    assert (same, none) == ({"terms_version": 1}, {"terms_version": 2})
    assert app.call("POST", at + "/lease", ana).status_code == 200


def test_my_data_holds_what_i_did_and_nothing_of_others_or_of_secrets(app: App) -> None:
    owner, ana, ben = app.key("owner"), app.key("annotator", "ana@x.org"), app.key("annotator", "ben@x.org")
    at = make_project(app, owner)
    app.call("PUT", "/api/me/profile", ana, {"profile": PROFILE})
    for key in (ana, ben):
        lease = app.call("POST", at + "/lease", key).json()
        answer = {"fence": lease["fence"], "value": choice("good")}
        app.call("POST", f"/api/leases/{lease['lease_id']}/submit", key, answer)

    answer = app.call("GET", "/api/me/data", ana)
    data = answer.json()

    assert "attachment" in answer.headers["content-disposition"]
    assert data["person"][0]["email"] == "ana@x.org" and data["profile"][0]["town"] == "Olinda"
    assert data["profile"][0]["hours"][0]["day"] == 0
    assert [one["value"]["sentiment"][0]["label"] for one in data["annotations"]] == ["good"]
    assert len(data["leases"]) == 1 and [one["what"] for one in data["events"]] == [
        "profile.changed", "answer.submitted"
    ]  # fmt: skip
    assert "ben@x.org" not in answer.text and "hash" not in answer.text
