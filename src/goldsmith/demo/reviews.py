"""Product reviews of our own wording, with the true spans known because we put the words there."""

from __future__ import annotations

import random
import re

Span = tuple[int, int, str]  # start, end in code points, label

SLOT = re.compile(r"\{(\w+)\}")

PRODUCTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Harbor kettle": (
        ("pouring spout", "auto shut-off", "temperature dial", "handle"),
        ("drips on every pour", "leaks at the base", "smells of plastic"),
    ),
    "Nimbus headphones": (
        ("noise cancelling", "battery life", "ear cushions", "microphone"),
        ("crackles on calls", "drops the connection", "pinches after an hour"),
    ),
    "Tindra desk lamp": (
        ("dimmer", "swivel arm", "warm light", "USB port"),
        ("flickers at low brightness", "wobbles on its base", "hums all evening"),
    ),
    "Pello backpack": (
        ("laptop sleeve", "shoulder straps", "side pockets", "rain cover"),
        ("frays at the seams", "lets the rain in", "jams at the zip"),
    ),
    "Orrin coffee grinder": (
        ("burr set", "grind dial", "bean hopper", "timer"),
        ("clogs with oily beans", "sprays grounds everywhere", "stalls halfway"),
    ),
    "Café Lumo espresso machine": (
        ("steam wand", "drip tray", "pressure gauge", "water tank"),
        ("takes forever to heat", "loses pressure", "trips the fuse"),
    ),
    "Fjell rain jacket": (
        ("hood", "cuffs", "inner pocket", "breathable lining"),
        ("soaks through at the shoulders", "sheds its coating", "runs a size small"),
    ),
    "Kestrel e-bike": (
        ("motor", "hydraulic brakes", "display", "gear shifter"),
        ("squeals when wet", "cuts out uphill", "rattles over cobbles"),
    ),
}

OPEN = {
    "positive": (
        "I bought the {Product} in March and still love it.",
        "The {Product} was a gift to myself, and a good one.",
        "Three months in, the {Product} feels like new.",
        "My sister talked me into the {Product} and she was right.",
    ),
    "mixed": (
        "The {Product} is fine, with one catch.",
        "I wanted to love the {Product}.",
        "Half of the {Product} is brilliant.",
        "After six weeks I am still torn about the {Product}.",
    ),
    "negative": (
        "I am sending the {Product} back.",
        "Save your money and skip the {Product}.",
        "The {Product} lasted nine days with me.",
        "I expected far more of the {Product}.",
    ),
}
PRAISE = (
    "The {Feature} is better than I hoped.",
    "I use the {Feature} every single day.",
    "Whoever designed the {Feature} deserves a raise.",
    "For the price, the {Feature} is hard to beat.",
    "Even my father got on with the {Feature} at once.",
)
BLAME = (
    "Sadly it {Problem}.",
    "Since the second week it {Problem}, and nobody could tell me why.",
    "It {Problem} whenever I am in a hurry.",
    "Be warned: it {Problem}.",
    "Support knows that it {Problem} and sent me a form.",
)
SNUB = (
    "The {Feature} feels like an afterthought.",
    "Do not count on the {Feature}.",
    "Nothing in the manual explains the {Feature}.",
)
CLOSE = {
    "positive": ("I would buy it again.", "Five stars from me.", "Worth every cent."),
    "mixed": ("Wait for a sale.", "Your mileage may vary.", "I will keep it, just about."),
    "negative": ("Never again.", "One star, for the box.", "I want my money back."),
}
EMOJI = {"positive": ("😍", "👍🏽", "🎉"), "mixed": ("🤔", "🤷‍♀️", "😐"), "negative": ("😡", "👎", "🙄")}


def make_review(rng: random.Random) -> tuple[str, list[Span], str]:
    """A review, the spans of Product, Feature and Problem in it, and its sentiment."""
    sentiment = rng.choice(("positive", "mixed", "negative"))
    product = rng.choice(sorted(PRODUCTS))
    features, problems = PRODUCTS[product]
    words = {"Product": [product], "Feature": rng.sample(features, 3), "Problem": rng.sample(problems, 2)}
    text, spans = "", list[Span]()
    for sentence in _plan(rng, sentiment):
        text += " " if text else ""
        text = _fill(text, sentence, words, spans)
        if rng.random() < 0.15:
            text += f" {rng.choice(EMOJI[sentiment])}"
    return text, spans, sentiment


def _plan(rng: random.Random, sentiment: str) -> list[str]:
    """The sentences of one review, slots still open."""
    if sentiment == "positive":
        middle = rng.sample(PRAISE, rng.randint(1, 3))
    elif sentiment == "negative":
        middle = rng.sample(BLAME, rng.randint(1, 2)) + rng.sample(SNUB, rng.randint(0, 1))
    else:
        middle = rng.sample(PRAISE, rng.randint(1, 2)) + rng.sample(BLAME, 1)
    rng.shuffle(middle)
    plan = [rng.choice(OPEN[sentiment]), *middle]
    return [*plan, rng.choice(CLOSE[sentiment])] if rng.random() < 0.7 else plan


def _fill(text: str, sentence: str, words: dict[str, list[str]], spans: list[Span]) -> str:
    """Append the sentence to the text, noting where each filled slot lies."""
    done = 0
    for slot in SLOT.finditer(sentence):
        text += sentence[done : slot.start()]
        word = words[slot[1]].pop(0)
        spans.append((len(text), len(text) + len(word), slot[1]))
        text += word
        done = slot.end()
    return text + sentence[done:]
