"""Training files: the forms that TRL, Axolotl and OpenAI document, and foreign files of these forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from goldsmith.core.dataset import Record
from goldsmith.formats import FORMATS
from goldsmith.kinds.message.kind import Message
from goldsmith.kinds.preference.kind import Preference
from tests.formats.fidelity import ANSWER, RANKED, RATED
from tests.formats.made import ASKED, CONVERSATION, QUESTION, SPOKEN, TIED, asked, prefer


def written(format_name: str, folder: Path, *records: Record) -> dict[str, list[Any]]:
    FORMATS[format_name].write(records, folder, SPOKEN)
    return {path.name: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            for path in folder.iterdir() if path.name != "items.jsonl"}


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def bot(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def test_a_preference_is_prompt_chosen_and_rejected_as_texts_and_as_messages(tmp_path: Path) -> None:
    files = written("preference", tmp_path, asked(better=prefer("response_b")), asked("q2", better=prefer("")))

    assert files["preference.jsonl"] == [
        {"prompt": ASKED["prompt"], "chosen": ASKED["response_b"], "rejected": ASKED["response_a"]}]
    assert files["preference_messages.jsonl"] == [
        {"prompt": [user(ASKED["prompt"])], "chosen": [bot(ASKED["response_b"])],
         "rejected": [bot(ASKED["response_a"])]}]


def test_a_ranking_is_each_pair_that_is_not_equal(tmp_path: Path) -> None:
    rows = written("preference", tmp_path, asked(order=RANKED))["preference.jsonl"]

    assert [(row["chosen"], row["rejected"]) for row in rows] == [
        (ASKED["response_a"], ASKED["response_b"]), (ASKED["response_a"], ASKED["prompt"])]


def test_the_reply_picked_in_a_conversation_is_chosen_after_the_messages_that_led_there(tmp_path: Path) -> None:
    files = written("preference", tmp_path, asked(talk=CONVERSATION))

    assert files["preference_messages.jsonl"] == [{"prompt": [user("Why?")], "chosen": [bot("Two.")],
                                                   "rejected": [bot("One.")]}]


def test_replies_of_which_none_is_better_make_no_pair_and_are_counted(tmp_path: Path) -> None:
    report = FORMATS["preference"].write([asked(talk=(QUESTION, *TIED))], tmp_path, SPOKEN)

    assert (tmp_path / "preference_messages.jsonl").read_text("utf-8") == ""
    assert report.losses["replies of which none is better"] == 1


def test_a_conversation_is_its_way_to_the_end_with_corrected_texts(tmp_path: Path) -> None:
    chat = written("chat", tmp_path / "chat", asked(talk=CONVERSATION), asked("q2", written=ANSWER))
    shared = written("sharegpt", tmp_path / "sharegpt", asked(talk=CONVERSATION))

    assert chat["messages.jsonl"] == [
        {"messages": [user("Why?"), bot("Two."), user("Go on."), bot("Three.")]},
        {"messages": [user(ASKED["prompt"]), bot(ANSWER.text)]}]
    assert shared["sharegpt.jsonl"][0]["conversations"][:2] == [{"from": "human", "value": "Why?"},
                                                               {"from": "gpt", "value": "Two."}]


def test_a_rubric_has_its_score_and_a_rated_answer_its_conversation(tmp_path: Path) -> None:
    rows = written("rubric", tmp_path, asked(rubric=RATED, talk=CONVERSATION))["rubric.jsonl"]

    assert (rows[0]["ratings"], rows[0]["weights"], rows[0]["score"]) == (
        {"true": 5, "short": 3}, {"true": 3.0, "short": 1.0}, 0.875)
    assert rows[0]["data"] == ASKED
    assert (rows[1]["response"], rows[1]["ratings"], rows[1]["score"]) == ([bot("Three.")], {"rating": 4}, 0.75)
    assert rows[1]["prompt"] == [user("Why?"), bot("Two."), user("Go on.")]


def test_what_is_read_back_is_the_conversation_that_was_written(tmp_path: Path) -> None:
    FORMATS["sharegpt"].write([asked(talk=CONVERSATION)], tmp_path, SPOKEN)

    [record] = FORMATS["sharegpt"].read(tmp_path)

    talk = [one for one in record.value["talk"] if isinstance(one, Message)]
    assert [(one.label, one.text) for one in talk] == [
        ("user", "Why?"), ("assistant", "Two."), ("user", "Go on."), ("assistant", "Three.")]
    assert [one.parent for one in talk[1:]] == [one.id for one in talk[:-1]]


def test_files_of_other_tools_become_items(tmp_path: Path) -> None:
    pairs, talks, shared = tmp_path / "dpo.jsonl", tmp_path / "talks.jsonl", tmp_path / "shared.jsonl"
    conversation = {"chosen": [user("Hi"), bot("Hello")], "rejected": [user("Hi"), bot("No")]}
    pairs.write_text("\n".join(json.dumps(row) for row in (
        {"prompt": "The sky is", "chosen": " blue.", "rejected": " green."}, conversation, {"prompt": 3})), "utf-8")
    talks.write_text(json.dumps({"messages": [{"role": "developer", "content": "Be kind."}, user("Hi")]}), "utf-8")
    shared.write_text(json.dumps({"system": "Be brief.", "conversations": [{"from": "human", "value": "Hi"},
                                                                          {"from": "gpt", "value": "Yes?"}]}), "utf-8")
    problems: list[str] = []

    first, second = FORMATS["preference"].read(pairs, lambda place, why: problems.append(f"{place} {why}"))
    [talk] = FORMATS["chat"].read(talks)
    [share] = FORMATS["sharegpt"].read(shared)

    assert first.item.data == {"prompt": "The sky is", "response_a": " blue.", "response_b": " green."}
    assert isinstance(one := first.value["preference"][0], Preference) and one.chosen == "response_a"
    assert json.loads(str(second.item.data["prompt"])) == [user("Hi")] and second.item.data["response_b"] == "No"
    assert problems == ["dpo.jsonl:3 A row has prompt, chosen and rejected: texts, or lists of messages."]
    assert [one["role"] for one in json.loads(str(talk.item.data["messages"]))] == ["system", "user"]
    assert json.loads(str(share.item.data["messages"]))[0] == {"role": "system", "content": "Be brief."}


def test_a_prompt_that_is_a_conversation_has_rows_of_messages_only(tmp_path: Path) -> None:
    record = asked(better=prefer())
    talk = json.dumps([user("Hi"), bot("Hello"), user("Why?")])
    record = replace(record, item=replace(record.item, data=record.item.data | {"prompt": talk}))

    files = written("preference", tmp_path, record)

    assert files["preference.jsonl"] == []
    assert len(files["preference_messages.jsonl"][0]["prompt"]) == 3
