"""Spans and texts from several people, in small cases by hand."""

from __future__ import annotations

import numpy as np
import pytest

from goldsmith.quality.fusion import spans, texts

TEXT = "Twenty adults, of whom four were women, took part."
TOKENS = [spans.words_of(TEXT)]


def test_words_are_cut_by_code_points_and_signs_stand_alone() -> None:
    assert [TEXT[a:b] for a, b in TOKENS[0][:4]] == ["Twenty", "adults", ",", "of"]
    assert spans.words_of("é🙂 x").tolist() == [[0, 1], [1, 2], [3, 4]]


def test_tokens_that_most_marked_are_a_span_and_its_ends_may_come_from_different_people() -> None:
    found = spans.fuse([0, 0, 0], [0, 1, 2], [0, 7, 0], [13, 22, 22], TOKENS)

    assert [TEXT[s:e] for s, e in zip(found.start, found.end, strict=True)] == ["Twenty adults, of whom"]
    assert found.undecided.size == 0


def test_touching_spans_stay_two_where_most_drew_the_border_and_labels_may_overlap() -> None:
    rows = [(0, 6, 0), (7, 13, 0), (0, 13, 1)]
    answers = [(who, *row) for who in range(3) for row in rows]

    found = spans.fuse([0] * 9, [a[0] for a in answers], [a[1] for a in answers], [a[2] for a in answers], TOKENS,
                       [a[3] for a in answers])

    assert list(zip(found.start.tolist(), found.end.tolist(), found.label.tolist(), strict=True)) == [
        (0, 6, 0), (0, 13, 1), (7, 13, 0)]


def test_half_against_half_is_undecided_and_an_empty_answer_counts() -> None:
    tied = spans.fuse([0], [0], [0], [6], [TOKENS[0][:1]], answered=[(0, 0), (0, 1)])
    against = spans.fuse([0], [0], [0], [6], TOKENS, answered=[(0, 0), (0, 1), (0, 2)])

    assert tied.undecided.tolist() == [[0, 0, 6]] and tied.start.size == 0
    assert against.undecided.size == 0 and against.start.size == 0


@pytest.mark.parametrize(("end", "tokens", "words"), [(0, TOKENS, "empty"), (4, [], "tokens for 0 tasks")])
def test_what_is_no_span_is_refused(end: int, tokens: list[np.ndarray], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        spans.fuse([0], [0], [0], [end], tokens)


def test_likeness_of_spans_by_end_by_meeting_and_by_code_point() -> None:
    found = spans.likeness([(0, 10), (20, 30)], [(0, 10), (25, 35), (50, 60)])

    assert (found.exact, found.overlap, found.token) == pytest.approx((2 / 5, 4 / 5, 2 * 15 / 50))
    assert spans.likeness([], []).exact == 1 and spans.likeness([(0, 1)], []).token == 0


def test_word_error_rate_counts_words_put_in_left_out_and_changed() -> None:
    truth = "the cat sat on the mat"

    assert texts.word_error_rate("the cat sat on a mat today", truth) == pytest.approx(2 / 6)
    assert texts.word_error_rate("The cat sat, on the mat!", truth) == 0
    assert [texts.word_error_rate(*pair) for pair in (("", truth), ("", ""), ("a", ""))] == [1, 0, 1]
    assert texts.run_distance("a b c", "a b c") == 0 and texts.run_distance("a b", "c d") == 1
    assert texts.run_distance("a b c", "a b d") == pytest.approx(1 - 3 / 6)


def test_rover_puts_together_what_nobody_wrote_as_a_whole() -> None:
    said = ["the cat sat on a mat", "a cat sat on the mat", "the cat stood on the mat"]

    assert texts.rover(said) == "the cat sat on the mat"
    assert texts.rover(said[::-1]) == texts.rover(said)
    assert texts.rover(["red", "blue", "blue"], [5, 1, 1]) == "red"
    assert texts.rover(["we met her", "we met her twice", "we met twice", "met her"]) == "we met her"


def test_of_words_written_in_several_ways_the_usual_one_stands() -> None:
    assert texts.rover(["Hello, world", "hello world", "Hello, world."]) in ("Hello, world", "Hello, world.")


def test_the_medoid_is_the_text_near_to_all_and_a_tie_is_none() -> None:
    said = ["a b c d", "a b c e f", "a b c e", "x y z w", "a b c d", "p q"]

    found = texts.fuse([0, 0, 0, 0, 1, 1], [0, 1, 2, 3, 4, 5], said)

    assert said[found.row[0]] == "a b c e" and found.row[1] == -1
    assert found.skill[3] < min(found.skill[:3]) and found.weight[3] < min(found.weight[:3])


def test_a_medoid_may_be_found_by_embeddings() -> None:
    vectors = [[1.0, 0], [0.9, 0.1], [0, 1]]

    found = texts.fuse([0, 0, 0], [0, 1, 2], ["one", "two", "three"], vectors=vectors)

    assert found.row[0] == 1
    with pytest.raises(ValueError, match="3 rows"):
        texts.fuse([0, 0, 0], [0, 1, 2], ["a", "b", "c"], vectors=vectors[:2])
