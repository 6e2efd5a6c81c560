"""Relations and groups: what they may join, how those of several people are compared and merged."""

from __future__ import annotations

import random
from typing import Any

import pytest
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, check_schema, value_problems
from goldsmith.kinds.group.kind import ObjectGroup
from goldsmith.kinds.relation.kind import Relation
from goldsmith.kinds.span.kind import Span
from goldsmith.quality.agreement import Likeness, agreement_of, differences
from goldsmith.quality.consensus import Settled, Undecided, settle
from goldsmith.quality.exam import judge
from goldsmith.work.setup.schema_change import differences as schema_differences

ITEM = ItemData(data={"text": "x" * 200})
MENTIONS = Field(name="mentions", kind="span", asset="text", labels=(Label(name="person"), Label(name="company")))
RELATIONS = Field(name="relations", kind="relation", labels=(Label(name="works for"), Label(name="knows")), settings={
    "pairs": {"works for": [{"source": "person", "target": "company"}]}, "symmetric": ["knows"]})
CHAINS = Field(name="chains", kind="group", labels=(Label(name="same"),))
SCHEMA = LabelSchema(fields=(MENTIONS, RELATIONS, CHAINS))
FREE = LabelSchema(fields=(MENTIONS, replace(RELATIONS, settings={}), CHAINS))
PLACES = ((0, 5, "person"), (20, 26, "person"), (40, 46, "company"), (60, 66, "person"))

Answer = dict[str, tuple[AnnotatedObject, ...]]


def relation(who: str, source: int, target: int, label: str = "works for") -> Relation:
    return Relation(id=f"{who}-r{source}{target}", label=label, source=f"{who}{source}", target=f"{who}{target}")


def chain(who: str, *members: int) -> ObjectGroup:
    return ObjectGroup(id=f"{who}-g{members[0]}", label="same", members=tuple(f"{who}{one}" for one in members))


def answer(who: str, *joined: AnnotatedObject, off: int = 0, places: Any = PLACES) -> Answer:
    """What `who` marked: all places, each by an id of their own, moved by `off` characters."""
    spans = tuple(Span(id=f"{who}{i}", label=label, asset="text", start=start + off, end=end + off)
                  for i, (start, end, label) in enumerate(places))
    return {"mentions": spans, "relations": tuple(one for one in joined if isinstance(one, Relation)),
            "chains": tuple(one for one in joined if isinstance(one, ObjectGroup))}


def problems(*joined: AnnotatedObject) -> list[str]:
    return value_problems(answer("a", *joined), SCHEMA, ITEM)


def test_what_joins_objects_that_are_there_and_fit_has_no_problems() -> None:
    assert problems(relation("a", 0, 2), relation("a", 1, 0, "knows"), chain("a", 0, 1, 3)) == []


@pytest.mark.parametrize(
    ("joined", "says"),
    [
        (relation("b", 0, 2), "joins the object 'b0', which is not"),
        (relation("a", 0, 1), "'works for' does not go from 'person' to 'person'"),
        (relation("a", 0, 0), "not to itself"),
        (chain("a", 0), "two members at least"),
        (chain("a", 0, 0), "in the group twice"),
    ],
)
def test_what_joins_the_wrong_objects_is_a_problem(joined: AnnotatedObject, says: str) -> None:
    assert says in problems(joined)[0]


def test_a_relation_said_twice_and_a_member_of_two_groups_are_problems() -> None:
    twice = problems(relation("a", 0, 1, "knows"), relation("a", 1, 0, "knows"))
    assert "is there twice" in twice[0]
    assert "'a1' is in two groups" in problems(chain("a", 0, 1), replace(chain("a", 1, 3), id="other"))[0]
    overlapping = LabelSchema(fields=(MENTIONS, replace(CHAINS, settings={"may_overlap": True})))
    value = answer("a", chain("a", 0, 1), replace(chain("a", 1, 3), id="other"))
    assert value_problems({"mentions": value["mentions"], "chains": value["chains"]}, overlapping, ITEM) == []


@pytest.mark.parametrize(
    ("fields", "where", "says"),
    [
        ((CHAINS, MENTIONS), "schema.fields[0].kind", "stands before it"),
        ((MENTIONS, replace(CHAINS, settings={"fields": ["names"]})), "schema.fields[1].settings.fields", "'names'"),
        ((MENTIONS, replace(RELATIONS, settings={"symmetric": ["likes"]})), "schema.fields[1].settings", "'likes'"),
        ((MENTIONS, replace(RELATIONS, settings={"pairs": {"knows": [{"source": "dog", "target": "person"}]}})),
         "schema.fields[1].settings", "'dog'"),
    ],
)
def test_a_schema_that_joins_what_is_not_there_names_its_place(
    fields: tuple[Field, ...], where: str, says: str
) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        check_schema(LabelSchema(fields=fields))
    assert caught.value.where == where


def test_relations_agree_where_their_ends_do_whatever_the_ids() -> None:
    a = answer("a", relation("a", 0, 2), chain("a", 0, 1))
    b = answer("b", relation("b", 0, 2), chain("b", 1, 0), off=1)
    assert [Likeness(one, KINDS[one.kind], among=(SCHEMA, KINDS)).of(a, b) for one in (RELATIONS, CHAINS)] == [1, 1]
    assert {one.sort for one in differences(a, b, SCHEMA, KINDS)} == {"geometry"}
    assert agreement_of(a, b, RELATIONS, KINDS["relation"]) == 0.0  # without the schema, ids are what they are


def test_a_relation_that_only_one_drew_is_a_difference_with_its_own_id() -> None:
    a = answer("a", relation("a", 0, 2))
    found = differences(a, answer("b", relation("b", 1, 2)), SCHEMA, KINDS)
    assert sorted((one.field, one.sort, one.a_id or one.b_id) for one in found) == [
        ("relations", "extra", "b-r12"), ("relations", "missing", "a-r02")]


def test_a_symmetric_relation_is_the_same_either_way_and_another_is_not() -> None:
    knows = [answer("a", relation("a", 0, 1, "knows")), answer("b", relation("b", 1, 0, "knows"))]
    assert differences(*knows, SCHEMA, KINDS) == []
    either = LabelSchema(fields=(MENTIONS, replace(RELATIONS, settings={})))
    assert len(differences(*knows, either, KINDS)) == 2


def test_a_known_answer_is_right_under_other_ids() -> None:
    known = answer("gold", relation("gold", 0, 2), chain("gold", 0, 1, 3))
    assert judge(known, answer("b", relation("b", 0, 2), chain("b", 3, 1, 0)), SCHEMA, KINDS, tolerance=0.1).is_right
    assert not judge(known, answer("b", chain("b", 0, 1, 3)), SCHEMA, KINDS, tolerance=0.1).is_right


def test_merged_relations_and_chains_name_merged_objects() -> None:
    answers = [answer(who, relation(who, 0, 2), chain(who, 0, 1, 3), off=off)
               for who, off in (("c", 0), ("a", 1), ("b", 0))]
    answers.append(answer("d", relation("d", 1, 2), chain("d", 1, 3)))

    found = settle(answers, SCHEMA, KINDS)

    assert isinstance(found, Settled), found
    names = [one.id for one in found.value["mentions"]]
    assert names == ["a0", "a1", "a2", "a3"]
    joined = found.value["relations"][0]
    assert isinstance(joined, Relation) and (joined.source, joined.target) == ("a0", "a2")
    merged = found.value["chains"][0]
    assert isinstance(merged, ObjectGroup) and merged.members == ("a0", "a1", "a3")
    assert len(found.value["relations"]) == 1
    assert value_problems(dict(found.value), SCHEMA, ITEM) == []


def test_the_order_of_the_answers_changes_no_relation() -> None:
    answers = [answer(who, relation(who, 0, 2), relation(who, 1, 0, "knows"), off=off)
               for who, off in (("c", 0), ("a", 1), ("b", 0))]
    assert settle(answers, SCHEMA, KINDS) == settle(answers[::-1], SCHEMA, KINDS)


def test_relations_to_an_object_that_most_did_not_mark_are_left_out() -> None:
    answers = [answer("a", relation("a", 0, 2)), answer("b", places=PLACES[:2]), answer("c", places=PLACES[:2])]
    found = settle(answers, SCHEMA, KINDS)
    assert isinstance(found, Settled)
    assert found.value["relations"] == ()


def test_two_who_say_different_ends_leave_a_doubt_that_names_both() -> None:
    found = settle([answer("a", relation("a", 0, 2)), answer("b", relation("b", 1, 2))], SCHEMA, KINDS)
    assert isinstance(found, Undecided)
    assert [(one.field, one.text) for one in found.reasons] == [("relations", "1 of 2 marked it")] * 2
    assert value_problems(dict(found.value), SCHEMA, ITEM) == []


def test_a_member_that_votes_put_into_two_chains_is_a_doubt() -> None:
    places = tuple((10 * i, 10 * i + 5, "person") for i in range(7))
    left, right = (0, 1, 2), (4, 5, 6)
    said = {"a": [(*left, 3)], "b": [(*left, 3)], "c": [(*left, 3), right], "d": [(*right, 3)], "e": [(*right, 3)],
            "f": [left, (*right, 3)]}
    answers = [answer(who, *(chain(who, *one) for one in chains), places=places) for who, chains in said.items()]

    found = settle(answers, LabelSchema(fields=(MENTIONS, CHAINS)), KINDS)

    assert isinstance(found, Undecided)
    assert [one.text for one in found.reasons] == ["The object 'a3' is in two groups."]


def test_one_answer_alone_is_left_as_it_is() -> None:
    one = answer("b", relation("b", 1, 0, "knows"), chain("b", 3, 0))
    found = settle([one], SCHEMA, KINDS)
    assert found.value == one


def test_disturbed_chains_come_back_by_vote() -> None:
    answers = [answer("a", chain("a", 0, 1, 3)), answer("b", chain("b", 0, 1)), answer("c", chain("c", 0, 1, 3)),
               answer("d", chain("d", 0, 3)), answer("e", chain("e", 0, 1, 2, 3))]
    found = settle(answers, LabelSchema(fields=(MENTIONS, CHAINS)), KINDS)
    assert isinstance(found, Settled)
    assert [one.members for one in found.value["chains"] if isinstance(one, ObjectGroup)] == [("a0", "a1", "a3")]


def test_settings_that_no_longer_let_a_relation_be_are_a_break() -> None:
    old = LabelSchema(fields=(MENTIONS, replace(RELATIONS, settings={})))
    checks = dict(schema_differences(old, LabelSchema(fields=(MENTIONS, RELATIONS))))
    value = answer("a", relation("a", 0, 1))
    broken = [what for what, breaks in checks.items() if breaks(value)]
    assert broken == ["“relations” joins other objects than before."]
    assert not any(breaks(answer("a", relation("a", 0, 2))) for breaks in checks.values())


def disturbed(who: str, seed: int) -> Answer:
    """A person's answer to twelve mentions, ten relations and three chains: borders off, some forgotten, some wrong."""
    rng = random.Random(seed)
    spans = tuple(Span(id=f"{who}{i}", label="person", asset="text", start=10 * i + rng.choice((0, 0, 1)),
                       end=10 * i + 8 - rng.choice((0, 0, 1))) for i in range(12))
    ends = [pair for pair in TRUE_PAIRS if rng.random() > 0.15]
    ends += [(a, b) for a, b in ((rng.randrange(12), rng.randrange(12)),) if a != b and (a, b) not in TRUE_PAIRS]
    chains = [[one for one in members if rng.random() > 0.1] for members in TRUE_CHAINS]
    relations = tuple(relation(who, a, b, "works for") for a, b in ends)
    return {"mentions": tuple(rng.sample(spans, 12)), "relations": tuple(rng.sample(relations, len(relations))),
            "chains": tuple(chain(who, *members) for members in chains if len(members) > 1)}


TRUE_PAIRS = [(i, (i * 5 + 3) % 12) for i in range(11) if i != (i * 5 + 3) % 12][:10]
TRUE_CHAINS = [(0, 4, 8, 11), (1, 5, 9), (2, 6, 10)]


@pytest.mark.parametrize("seed", range(4))
def test_the_truth_is_found_behind_nine_disturbed_answers(seed: int) -> None:
    answers = [disturbed(f"p{i}_", 100 * seed + i) for i in range(9)]

    found = settle(answers, FREE, KINDS)

    place = {one.id: one.start // 10 for one in found.value["mentions"] if isinstance(one, Span)}
    pairs = {(place[one.source], place[one.target]) for one in found.value["relations"] if isinstance(one, Relation)}
    chains = {tuple(sorted(place[name] for name in one.members))
              for one in found.value["chains"] if isinstance(one, ObjectGroup)}
    assert (pairs, chains) == (set(TRUE_PAIRS), set(TRUE_CHAINS))
    assert 0.5 < found.per_field["relations"] < 1.0
