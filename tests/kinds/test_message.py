"""Messages: the tree they are, what is wrong with one, and what several people's judgements come to."""

from __future__ import annotations

import json
import random

import pytest
from msgspec.structs import replace

from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS, check_schema, value_problems
from goldsmith.kinds.message.kind import Message, distance, merge
from goldsmith.kinds.message.tree import path_of, path_to, sides_of
from goldsmith.quality.consensus import Settled, Undecided, settle

ROLES = (Label(name="user"), Label(name="assistant"))
FIELD = Field(name="chat", kind="message", labels=ROLES, settings={"writes": ["user", "assistant"], "prompt": "talk"})
TALK = json.dumps([{"role": "user", "content": "Why is the sky blue?"}, {"role": "assistant", "content": "It is."}])
ITEM = ItemData(data={"talk": TALK})


def said(identity: str, parent: str = "", role: str = "user", text: str = "Go on, please.", **more: object) -> Message:
    return Message(id=identity, label=role, parent=parent, text=text, **more)  # type: ignore[arg-type]


def answer(text: str = "It is.", rating: int | None = None, **more: object) -> Message:
    return Message(id="given-chat-2", label="assistant", parent="given-chat-1", given=2, asset="talk", text=text,
                   rating=rating, scale=5 if rating else 0, **more)  # type: ignore[arg-type]


QUESTION = Message(id="given-chat-1", label="user", given=1, asset="talk", text="Why is the sky blue?")


def sides(*ties: str, **more: object) -> list[Message]:
    """A question with a reply for each tie, shown side by side."""
    return [said("q"), *(said(f"r{n}", "q", "assistant", asked="1", shown=n, reply=f"r{n}", tie=tie, **more)
                         for n, tie in enumerate(ties, 1))]


def problems(*messages: Message, **settings: object) -> list[str]:
    schema = LabelSchema(fields=(replace(FIELD, settings=FIELD.settings | settings),))
    return value_problems({"chat": messages}, schema, ITEM)


def test_the_way_goes_over_current_messages_and_else_over_the_last() -> None:
    tree = [said("a"), said("b", "a"), said("c", "a"), said("d", "b"), said("e", "c")]

    assert [one.id for one in path_of(tree)] == ["a", "c", "e"]
    tree[1] = replace(tree[1], is_current=True)
    assert [one.id for one in path_of(tree)] == ["a", "b", "d"]
    assert [one.id for one in path_to(tree, "e")] == ["a", "c", "e"]


def test_replies_side_by_side_are_found_in_the_order_in_which_they_were_shown() -> None:
    tree = [said("a"), said("x", "a", "assistant", asked="1", shown=2), said("y", "a", "assistant", asked="1", shown=1),
            said("z", "a", "assistant", asked="2", shown=1)]

    assert [[one.id for one in group] for group in sides_of(tree)] == [["y", "x"]]


@pytest.mark.parametrize(
    ("messages", "settings", "says"),
    [
        ([said("a", "gone")], {}, "follows 'gone', which is not there"),
        ([said("a", "b"), said("b", "a")], {}, "in a circle"),
        ([said("a", is_current=True), said("b", is_current=True)], {}, "more than one message is current"),
        ([said("a", text=" ")], {}, "empty"),
        ([said("a", rating=6, scale=5)], {}, "1 to 5, not 6"),
        ([said("a", rating=2, scale=3)], {}, "scale of 3, the field's has 5"),
        ([said("a", role="assistant")], {"writes": ["user"]}, "'assistant' are not written here"),
        ([said("a")], {"turns_least": 2}, "1 messages of its own; it needs at least 2"),
        ([said("a"), said("b", "a")], {"turns_most": 1}, "at most 1"),
        ([QUESTION, answer()], {"must_rate": True}, "is to be rated"),
        ([QUESTION, answer("No.", original="It is.")], {"correctable": False}, "not corrected here"),
        ([replace(QUESTION, given=3)], {}, "no message 3"),
        ([said("a", finish="bored")], {}, "'bored'"),
        ([said("a"), *(said(x, "a", "assistant", asked="1", shown=n, reply=x) for n, x in enumerate("xy", 1))], {},
         "has to be preferred"),
        (sides("good", ""), {}, "a tie all together"),
        (sides("good", "bad"), {}, "a tie all together"),
        (sides("good", "good", is_preferred=True), {}, "a tie all together"),
        (sides("so", "so"), {}, "good or bad, not 'so'"),
        (sides("bad", "bad"), {"tie": False}, "is better here"),
    ],
)
def test_what_no_conversation_is_is_a_problem(messages: list[Message], settings: dict[str, object], says: str) -> None:
    found = problems(*messages, **settings)

    assert len(found) >= 1
    assert any(says in text for text in found), found


def test_a_conversation_judged_and_gone_on_with_has_no_problems() -> None:
    assert problems(QUESTION, answer("Air scatters blue light.", 4, original="It is."), said("n", "given-chat-2"),
                    must_rate=True, turns_least=1) == []


@pytest.mark.parametrize("settings", [{"writes": ["poet"]}, {"scale": 1}, {"must_rate": True, "scale": 0},
                                      {"side_by_side": 3, "models": ["a", "b"]}, {"models": ["a", "a"]},
                                      {"turns_least": 9, "turns_most": 3}, {"temperature": 3}])
def test_settings_that_cannot_work_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        check_schema(LabelSchema(fields=(replace(FIELD, settings=settings),)))


def test_a_field_in_which_only_is_judged_takes_no_message() -> None:
    assert any("not written here" in text for text in problems(said("a"), writes=[]))
    assert problems(QUESTION, answer(rating=3), writes=[]) == []


def test_judgements_of_one_answer_are_near_and_other_messages_far() -> None:
    assert distance(answer(rating=1), answer(rating=5)) == 0.5
    assert distance(answer(rating=1), answer(rating=2)) == 0.125
    assert distance(answer("It is."), answer("Air scatters blue light.")) > 0.5
    assert distance(answer(), QUESTION) == 1.0
    assert distance(said("a", "x"), said("b", "y")) == 1.0


def test_replies_of_which_none_is_better_are_a_whole_judgement() -> None:
    assert problems(*sides("good", "good")) == []
    assert problems(*sides("bad", "bad", "bad")) == []


def test_a_tie_lies_between_two_preferences_and_merges_by_more_than_half_of_the_weight() -> None:
    (_, best), (_, good), (_, bad), (_, other) = (
        sides("", is_preferred=True), sides("good"), sides("bad"), sides(""))  # fmt: skip

    assert (distance(best, other), distance(best, good), distance(good, other), distance(good, bad)) == (
        0.5, 0.25, 0.25, 0.25)  # fmt: skip
    assert distance(good, good) == 0.0
    assert merge([good, good, best], [1.0, 1.0, 1.0]).tie == "good"
    most = merge([good, bad, best], [1.0, 1.0, 3.0])
    assert (most.tie, most.is_preferred) == ("", True)
    open_still = merge([good, best], [1.0, 1.0])
    assert (open_still.tie, open_still.is_preferred) == ("", False)


def test_ratings_merge_to_the_median_and_a_correction_is_one_that_somebody_made() -> None:
    merged = merge([answer(rating=1), answer("It is blue.", 4, original="It is."),
                    answer("It is blue!", 5, original="It is.")], [1.0, 1.0, 1.0])

    assert (merged.rating, merged.text, merged.original) == (4, "It is blue.", "It is.")


def test_the_ratings_of_most_stand_when_some_are_disturbed() -> None:
    rng, right, n = random.Random(7), 0, 60
    for _ in range(n):
        truth = rng.randint(1, 5)
        given = [truth if rng.random() < 0.8 else rng.randint(1, 5) for _ in range(5)]
        answers = [{"chat": (QUESTION, answer(rating=one))} for one in given]
        settled = settle(answers, LabelSchema(fields=(FIELD,)), KINDS)
        assert isinstance(settled, Settled)
        right += settled.value["chat"][1].rating == truth  # type: ignore[attr-defined]
    assert right >= 0.9 * n


def test_conversations_of_several_people_are_never_mixed() -> None:
    schema = LabelSchema(fields=(replace(FIELD, required=True),))
    mine, theirs = ((said(x), said(f"{x}2", x, "assistant")) for x in "ab")
    settled = settle([{"chat": mine}, {"chat": theirs}], schema, KINDS)

    assert isinstance(settled, Undecided)
