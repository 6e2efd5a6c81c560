"""What aggregation reaches on real answers of other kinds than labels, and on the truth disturbed by known noise.

Each function takes the folder of the data sets and gives the figures of a table in docs/quality.md.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from goldsmith.quality.fusion import boxes, polygons, spans, texts, tracks
from goldsmith.quality.fusion.raster import fill, outlines
from goldsmith.quality.orders import preferences, strengths

Figures = dict[str, Any]
HUMANS, JUDGES = (0, 1, 2), (3, 4)
# Of each played annotator: noise of an edge as a share of the box's size, share overlooked, false marks per thing.
PLAYED = ((0.02, 0.02, 0.01), (0.03, 0.05, 0.02), (0.05, 0.10, 0.04), (0.10, 0.20, 0.12), (0.15, 0.35, 0.20))
GROWN = (0.0, 0.0, 0.06, -0.10, 0.0)  # how much larger each draws an outline


def load_pairs(data: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (data / "preferences_pandalm" / "pairs.jsonl").read_text("utf-8").splitlines()]


def verdicts(pairs: list[dict[str, Any]]) -> Any:
    """(n, 3) pair, judge and verdict; a verdict that a judge did not give is left out."""
    said = [[*pair["human"], pair["judge_gpt35"], pair["judge_pandalm"]] for pair in pairs]
    return np.array([(t, a, v) for t, row in enumerate(said) for a, v in enumerate(row) if v is not None])


def most(rows: Any, tasks: int, who: tuple[int, ...]) -> Any:
    """(tasks, 3) whether a verdict has most votes among these judges; several where they have as many."""
    counts = np.zeros((tasks, 3), dtype=int)
    chosen = rows[np.isin(rows[:, 1], who)]
    np.add.at(counts, (chosen[:, 0], chosen[:, 2]), 1)
    return counts == counts.max(axis=1, keepdims=True)


def met(best: Any, truth: Any) -> Any:
    """(tasks,) how right the votes are: a tie with the truth in it is a draw."""
    return best[np.arange(len(truth)), truth] / best.sum(axis=1)


def measure_preferences(data: Path) -> Figures:
    """Skill found of three people and two models, and how well a person's verdict is foretold by the other four."""
    pairs = load_pairs(data)
    rows = verdicts(pairs)
    votes = most(rows, len(pairs), HUMANS)
    humans, known = votes.argmax(axis=1), votes.sum(axis=1) == 1
    found = preferences.fit(*rows.T)
    real = [np.mean([v == humans[t] for t, a, v in rows if a == judge and known[t]]) for judge in range(5)]
    held = []
    for human in HUMANS:
        rest = rows[rows[:, 1] != human]
        own = np.array([pair["human"][human] for pair in pairs])
        others = tuple(a for a in range(5) if a != human)
        held.append([np.mean(preferences.fit(*rest.T).verdict == own),
                     np.mean(met(most(rest, len(pairs), others), own))])
    names = sorted({pair[side] for pair in pairs for side in ("model1", "model2")})
    first, second = (np.array([names.index(pairs[t][side]) for t in rows[:, 0]]) for side in ("model1", "model2"))
    return {"pairs": len(pairs), "found": found, "real": real,
            "ours": np.mean(found.verdict[known] == humans[known]),
            "majority": np.mean(met(most(rows, len(pairs), (*HUMANS, *JUDGES)), humans)[known]),
            "held_out": np.mean(held, axis=0), "names": names,
            "strengths": strengths.fit(first, second, rows[:, 1], rows[:, 2])}


def measure_texts(data: Path, part: str) -> Figures:
    """GLEU and word error rate of the chosen texts against the true one: a single worker's, the medoid, ROVER."""
    folder = data / "text_answers_crowdwsa"

    def read(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((folder / f"{part}_{name}.tsv").read_text("utf-8").splitlines(), delimiter="\t",
                                   quoting=csv.QUOTE_NONE))

    truth = {row["sentence"]: row["trueanswer"].replace(" '", "'") for row in read("gt")}
    order = sorted(truth)
    given = [row for row in read("label_anonymous") if row["sentence"] in truth]
    workers = sorted({row["worker"] for row in given})
    task = np.array([order.index(row["sentence"]) for row in given])
    who = np.array([workers.index(row["worker"]) for row in given])
    said = [row["workeranswer"] for row in given]

    def score(chosen: list[tuple[int, str]]) -> Any:
        return np.mean([(1 - texts.run_distance(text, truth[order[t]]), texts.word_error_rate(text, truth[order[t]]))
                        for t, text in chosen], axis=0)

    found = texts.fuse(task, who, said)
    alike = np.array([score([(t, text) for t, a, text in zip(task, who, said, strict=True) if a == one])[0]
                      for one in range(len(workers))])
    rows = [np.flatnonzero(task == t) for t in range(len(order))]
    put = [texts.rover([said[i] for i in here], found.weight[who[here]]) for here in rows]
    return {"single": score(list(zip(task, said, strict=True))), "rover": score(list(enumerate(put))),
            "medoid": score([(t, said[row]) for t, row in enumerate(found.row) if row >= 0]),
            "skill": np.corrcoef(found.skill, alike)[0, 1], "undecided": int((found.row < 0).sum())}


def measure_spans(data: Path) -> Figures:
    """F1 (exact, overlap, code points) against the gold spans: single workers, plain majority of words, ours."""
    lines = (data / "text_spans_pico" / "spans.jsonl").read_text("utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    workers = sorted({answer["worker"] for one in documents for answer in one["answers"]})
    answered = [(t, workers.index(a["worker"])) for t, one in enumerate(documents) for a in one["answers"]]
    rows = np.array([(t, workers.index(a["worker"]), start, end) for t, one in enumerate(documents)
                     for a in one["answers"] for start, end in a["spans"] if end > start])
    tokens = [spans.words_of(one["text"]) for one in documents]
    found = spans.fuse(*rows.T, tokens, answered=answered)

    def score(of: Any) -> Any:
        alike = [spans.likeness(of(t), one["gold_spans"]) for t, one in enumerate(documents)]
        return np.mean([(one.exact, one.overlap, one.token) for one in alike], axis=0)

    def plain(t: int) -> Any:
        inside = np.zeros(len(tokens[t]) + 2)
        for answer in documents[t]["answers"]:
            marked = [(tokens[t][:, 1] > s) & (tokens[t][:, 0] < e) for s, e in answer["spans"]]
            inside[1:-1] += np.any(marked, axis=0) if marked else 0
        turns = np.flatnonzero(np.diff(2 * inside > len(documents[t]["answers"]))).reshape(-1, 2)
        return [(tokens[t][a, 0], tokens[t][b - 1, 1]) for a, b in turns]

    single = [(one.exact, one.overlap, one.token) for document in documents for answer in document["answers"]
              for one in [spans.likeness(answer["spans"], document["gold_spans"])]]
    return {"single": np.mean(single, axis=0), "majority": score(plain), "tasks": len(documents),
            "ours": score(lambda t: np.stack([found.start, found.end], axis=1)[found.task == t]),
            "undecided": len(found.undecided)}


def load_things(data: Path) -> list[tuple[int, int, Any, Any]]:
    """Photo, label, box and outline of each thing in images_boxes_masks."""
    read = json.loads((data / "images_boxes_masks" / "annotations.json").read_text("utf-8"))
    return [(one["image_id"], one["category_id"] - 1, np.array(one["bbox"]) @ [[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0],
            [0, 0, 0, 1]], np.array(one["segmentation"][0]).reshape(-1, 2)) for one in read["annotations"]]


def play_boxes(things: list[Any], seed: int) -> Any:
    """Rows of photo, annotator, label and box, by the annotators of PLAYED."""
    chance, rows = np.random.default_rng(seed), []
    for who, (noise, overlooked, false) in enumerate(PLAYED):
        for photo, label, box, _ in things:
            size = np.sqrt(np.prod(box[2:] - box[:2]))
            drawn = box + chance.normal(0, noise * size, 4)
            if chance.random() >= overlooked and (drawn[2:] - drawn[:2]).min() > 2:
                rows.append([photo, who, label if chance.random() > overlooked / 2 else chance.integers(3), *drawn])
            if chance.random() < false:
                x, y = chance.uniform(0, 700), chance.uniform(0, 500)
                rows.append([photo, who, chance.integers(3), x, y, x + 80, y + 80])
    return np.array(rows)


def measure_boxes(data: Path, seed: int) -> Figures:
    """F1 of the boxes kept, mean IoU of those that meet a true one and right labels, ours and majority with means."""
    things = load_things(data)
    rows = play_boxes(things, seed)
    photos = max(thing[0] for thing in things) + 1
    answered = [(photo, who) for photo in range(photos) for who in range(len(PLAYED))]
    task, who, label = (rows[:, i].astype(int) for i in range(3))
    found = boxes.fuse(task, who, rows[:, 3:], label, answered=answered)
    sizes = np.bincount(found.group)[:, None]
    mean = np.stack([np.bincount(found.group, column) for column in rows[:, 3:].T], axis=1) / sizes
    votes = np.zeros((len(sizes), 3))
    np.add.at(votes, (found.group, label), 1)

    def score(kept: Any, drawn: Any, named: Any) -> Any:
        hits, overlaps, right = 0, [], []
        for photo in range(photos):
            true = [thing for thing in things if thing[0] == photo]
            here = np.flatnonzero(kept & (found.existence.task == photo))
            iou = boxes.box_iou(np.array([thing[2] for thing in true]), drawn[here])
            best = iou.argmax(axis=1) if len(here) else np.zeros(0, dtype=int)
            for i, j in enumerate(best):
                if iou[i, j] > 0.5:
                    hits += 1
                    overlaps.append(iou[i, j])
                    right.append(named[here[j]] == true[i][1])
        return 2 * hits / (kept.sum() + len(things)), np.mean(overlaps), np.mean(right)

    return {"ours": score(found.existence.is_there == 1, found.box, found.label),
            "plain": score(2 * found.existence.votes > found.existence.asked, mean, votes.argmax(axis=1)),
            "noise": found.place.noise, "low": found.place.noise_low, "high": found.place.noise_high,
            "hit": found.existence.hit}


def play_outlines(things: list[Any], seed: int) -> list[Any]:
    """Rows of photo, annotator and rings: outlines that waver, lie off and are drawn too large or too small."""
    chance, rows = np.random.default_rng(seed), []
    for who, ((noise, _, _), grown) in enumerate(zip(PLAYED, GROWN, strict=True)):
        for photo, _, _, ring in things:
            middle, size = ring.mean(axis=0), np.sqrt(np.prod(np.ptp(ring, axis=0)))
            out = ring - middle
            turn, far = np.arctan2(out[:, 1], out[:, 0]), np.hypot(*out.T)
            waves = chance.normal(0, 1, (3, 2))
            wave = sum(a * np.cos(k * turn) + b * np.sin(k * turn) for k, (a, b) in enumerate(waves, 1)) / np.sqrt(3)
            moved = out * (1 + grown + wave * noise * size / np.maximum(far, 1))[:, None]
            rows.append((photo, who, [middle + moved + chance.normal(0, noise * size / 2, 2)]))
    return rows


def measure_polygons(data: Path, seed: int, most_things: int = 80) -> Figures:
    """Mean IoU with the true outline: each annotator's, plain area vote, ours."""
    things = load_things(data)[:most_things]
    rows = play_outlines(things, seed)

    def best(photo: int, rings: Any) -> float:
        return max(polygons.overlap(rings, [thing[3]]) for thing in things if thing[0] == photo)

    def voted(members: list[Any]) -> Any:
        """The outline of what more than half of them cover."""
        points = np.concatenate([rings[0] for rings in members])
        (left, top), cell = points.min(axis=0), np.ptp(points, axis=0).max() / polygons.CELLS
        covered = [fill(rings, left, top, cell, (polygons.CELLS + 1,) * 2) for rings in members]
        return outlines(np.mean(covered, axis=0), left, top, cell)[:1]

    found = polygons.fuse([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    photos, there = found.existence.task, np.flatnonzero(found.existence.is_there == 1)
    groups = {g: [rows[i][2] for i in np.flatnonzero(found.group == g)] for g in there}
    return {"ours": np.mean([best(photos[g], found.rings[g]) for g in there]),
            "plain": np.mean([best(photos[g], voted(groups[g])) for g in there]),
            "single": [np.mean([best(photo, rings) for photo, a, rings in rows if a == who])
                       for who in range(len(PLAYED))], "skill": found.area.skill}


def measure_tracks(data: Path) -> Figures:
    """A tracker against the truth of TUD-Campus, and four played annotators who follow it, fused."""
    folder = data / "tracks_mot15" / "TUD-Campus"

    def read(name: str) -> tuple[Any, Any, Any]:
        table = np.loadtxt(folder / name, delimiter=",")
        corners = np.concatenate([table[:, 2:4], table[:, 2:4] + table[:, 4:6]], axis=1)
        return table[:, 0].astype(int), table[:, 1].astype(int), corners

    truth = read("gt.txt")
    chance = np.random.default_rng(1)
    played = []
    for who, noise in enumerate((0.02, 0.04, 0.08, 0.15)):
        for frame, track, box in zip(*truth, strict=True):
            drawn = box + chance.normal(0, noise * np.sqrt(np.prod(box[2:] - box[:2])), 4)
            if chance.random() > 2 * noise and (drawn[2:] > drawn[:2]).all():
                played.append((0, who, track, frame, *drawn))
    rows = np.array(played)
    found = tracks.fuse(*rows[:, :4].astype(int).T, rows[:, 4:])
    kept = found.frames.is_there == 1
    single = [tracks.compare(*truth, here[:, 3].astype(int), here[:, 2].astype(int), here[:, 4:])
              for here in (rows[rows[:, 1] == who] for who in range(4))]
    return {"tracker": tracks.compare(*truth, *read("tracker_output.txt")), "single": single,
            "noise": found.place.noise,
            "ours": tracks.compare(*truth, found.frame[kept], found.track[kept], found.box[kept])}


def print_tables(data: Path) -> None:
    """All figures, by the tables they stand in."""
    found = measure_preferences(data)
    judged = found["found"]
    print(f"preferences, {found['pairs']} pairs: right ours {found['ours']:.3f}, majority {found['majority']:.3f}; "
          f"held-out person foretold {found['held_out'][0]:.3f}, by majority {found['held_out'][1]:.3f}")
    for i, name in enumerate(("human 1", "human 2", "human 3", "gpt-3.5", "pandalm-7b")):
        print(f"| {name} | {judged.skill[i]:.3f} ({judged.skill_low[i]:.3f} to {judged.skill_high[i]:.3f}) | "
              f"{found['real'][i]:.3f} | {judged.pull[i]:+.2f} ± {judged.pull_error[i]:.2f} | "
              f"{found['strengths'].sharpness[i]:.2f} ± {found['strengths'].sharpness_error[i]:.2f} |")
    strong = found["strengths"]
    for i in np.argsort(-strong.strength):
        print(f"| {found['names'][i]} | {strong.strength[i]:+.2f} ± {strong.strength_error[i]:.2f} |")
    for part in ("T1", "T2"):
        one = measure_texts(data, part)
        for name in ("single", "medoid", "rover"):
            print(f"texts {part} {name}: GLEU {one[name][0]:.3f} WER {one[name][1]:.3f}")
        print(f"texts {part}: skill and measured GLEU of a worker correlate by {one['skill']:.2f}")
    one = measure_spans(data)
    print(f"spans of {one['tasks']}: " + "; ".join(f"{name} {np.round(one[name], 3)}"
                                                     for name in ("single", "majority", "ours")))
    played = [measure_boxes(data, seed) for seed in range(5)]
    for name in ("ours", "plain", "noise", "low", "high", "hit"):
        print(f"boxes {name}: {np.round(np.mean([one[name] for one in played], axis=0), 3)}")
    one = measure_polygons(data, 0)
    print(f"polygons: ours {one['ours']:.3f}, plain {one['plain']:.3f}, single {np.round(one['single'], 3)}, "
          f"skill {np.round(one['skill'], 2)}")
    one = measure_tracks(data)
    for name, alike in (("tracker", one["tracker"]), ("ours", one["ours"]), *enumerate(one["single"])):
        print(f"tracks {name}: HOTA {alike.hota:.4f} DetA {alike.detection:.4f} AssA {alike.association:.4f} "
              f"IDF1 {alike.idf1:.4f}")
    print(f"tracks noise: {np.round(one['noise'], 3)}", flush=True)
