"""Every built-in template of Label Studio 1.23: which tags it has, and what becomes of them here.

The configurations are our own: the same tags, tied in the same way, with other words. `python -m
tests.work.label_studio.builtin` writes the table of docs/label-studio.md anew from what they are converted to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from goldsmith.work.setup.label_studio import Converted, convert

PAGE = Path(__file__).parents[3] / "docs" / "label-studio.md"
MARK, END = "<!-- templates: made by tests/work/label_studio/builtin.py -->\n", "\n<!-- templates: end -->"


class Template(NamedTuple):
    """A built-in template: its group and title, a configuration of the same tags, and what that cannot tell."""

    group: str
    title: str
    config: str
    but: str = ""  # what is lost beyond the remarks: of what its items hold


def tag(name: str, inside: str = "", /, **attributes: str) -> str:
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{given}>{inside}</{name}>"


def view(*parts: str, **attributes: str) -> str:
    return tag("View", "".join(parts), **attributes)


def shows(sort: str, name: str = "shown", **attributes: str) -> str:
    return tag(sort, name=name, value=f"${name}", **attributes)


def labels(sort: str, *names: str, name: str = "mark", to: str = "shown", **attributes: str) -> str:
    inside = "".join(tag("Label", value=one, background="teal") for one in names)
    return tag(sort, inside, name=name, toName=to, **attributes)


def choices(*names: str, name: str = "which", to: str = "shown", **attributes: str) -> str:
    return tag("Choices", "".join(tag("Choice", value=one) for one in names), name=name, toName=to, **attributes)


def asks(sort: str, name: str = "answer", to: str = "shown", **attributes: str) -> str:
    return tag(sort, name=name, toName=to, **attributes)


def series() -> str:
    return tag("TimeSeries", tag("Channel", column="height"), name="shown", value="$shown", timeColumn="t")


SOUND = shows("Audio")
EACH = {"perRegion": "true"}
PER_MESSAGE = (asks("Rating", "exact", **EACH), choices("all", "some", name="held", **EACH))
SEVERAL_PER_MESSAGE = choices("long", "short", name="manner", choice="multiple", **EACH)
CHAT = shows("Chat", editable="false", minMessages="2")
WRITTEN_CHAT = shows("Chat", minMessages="4")
DIALOGUE = shows("Paragraphs", layout="dialogue")
PAIR = (shows("Text", "left"), shows("Text", "right"))

TEMPLATES = (
    Template("Computer Vision", "Semantic Segmentation with Polygons",
             view(shows("Image"), labels("PolygonLabels", "roof", "tree"))),
    Template("Computer Vision", "Semantic Segmentation with Masks",
             view(shows("Image"), labels("BrushLabels", "roof", "tree"))),
    Template("Computer Vision", "Object Detection with Bounding Boxes",
             view(shows("Image"), labels("RectangleLabels", "cup", "plate"))),
    Template("Computer Vision", "Keypoint Labeling", view(shows("Image"), labels("KeyPointLabels", "beak", "tail"))),
    Template("Computer Vision", "Image Captioning", view(shows("Image"), asks("TextArea", maxSubmissions="1"))),
    Template("Computer Vision", "Optical Character Recognition",
             view(shows("Image"), labels("Labels", "print", "hand"), asks("Rectangle", "box"),
                  asks("Polygon", "outline"), asks("TextArea", "read", perRegion="true", required="true"))),
    Template("Computer Vision", "Image Classification", view(shows("Image"), choices("day", "night"))),
    Template("Computer Vision", "Medical Image Classification with Bounding Boxes",
             view(shows("Image"), labels("RectangleLabels", "spot"), choices("ill", "well"))),
    Template("Computer Vision", "Multi-page document annotation",
             view(labels("RectangleLabels", "sum", "date"), tag("Image", name="shown", valueList="$pages"))),
    Template("Computer Vision", "OCR Labeling for PDFs", view(labels("OcrLabels", "slip"), shows("Pdf"))),
    Template("Computer Vision", "Inventory Tracking", view(labels("PolygonLabels", value="$parts"), shows("Image"))),
    Template("Computer Vision", "Visual Genome",
             view(labels("RectangleLabels", value="$parts"), labels("RectangleLabels", name="more", value="$more"),
                  shows("Image"))),
    Template("Computer Vision", "Visual Question Answering",
             view(shows("Image", "picture"), labels("Labels", "count", "compare"), shows("Text"),
                  asks("TextArea", maxSubmissions="1"))),
    Template("Natural Language Processing", "Question Answering",
             view(shows("Text"), shows("Text", "question"), labels("Labels", "here"))),
    Template("Natural Language Processing", "Text Classification", view(shows("Text"), choices("glad", "sad"))),
    Template("Natural Language Processing", "Named Entity Recognition",
             view(labels("Labels", "river", "town"), shows("Text"))),
    Template("Natural Language Processing", "Taxonomy",
             view(shows("Text"), tag("Taxonomy", tag("Choice", tag("Choice", value="oak"), value="tree"), name="kind",
                                     toName="shown"))),
    Template("Natural Language Processing", "Relation Extraction",
             view(tag("Relations", tag("Relation", value="flows through")), labels("Labels", "river", "town"),
                  shows("Text"))),
    Template("Natural Language Processing", "Machine Translation",
             view(shows("Text"), asks("TextArea", required="true", maxSubmissions="1"))),
    Template("Natural Language Processing", "Text Summarization",
             view(shows("Text"), asks("TextArea", required="true", maxSubmissions="1"))),
    Template("Natural Language Processing", "Content Moderation",
             view(shows("Text"), choices("rude", "threat", choice="multiple"), asks("TextArea"))),
    Template("Audio/Speech Processing", "Automatic Speech Recognition", view(SOUND, asks("TextArea"))),
    Template("Audio/Speech Processing", "Automatic Speech Recognition using Segments",
             view(labels("Labels", "voice"), SOUND, asks("TextArea", **EACH))),
    Template("Audio/Speech Processing", "Speech Transcription",
             view(SOUND, labels("Labels", "voice"), asks("TextArea", **EACH), choices("glad", "sad", **EACH))),
    Template("Audio/Speech Processing", "Conversational Analysis",
             view(shows("Audio", "sound"), shows("Paragraphs", audioUrl="$sound", nameKey="author"),
                  labels("ParagraphLabels", "glad", "sad"))),
    Template("Audio/Speech Processing", "Intent Classification",
             view(labels("Labels", "part"), SOUND, choices("asks", "tells", **EACH))),
    Template("Audio/Speech Processing", "Signal Quality Detection", view(asks("Rating", maxRating="10"), SOUND)),
    Template("Audio/Speech Processing", "Sound Event Detection", view(labels("Labels", "bell", "horn"), SOUND)),
    Template("Audio/Speech Processing", "Speaker Segmentation", view(labels("Labels", "first", "second"), SOUND)),
    Template("Conversational AI", "Response Generation", view(DIALOGUE, asks("TextArea", maxSubmissions="1"))),
    Template("Conversational AI", "Response Selection", view(DIALOGUE, *PAIR, choices("left", "right"))),
    Template("Conversational AI", "Coreference Resolution & Entity Linking",
             view(labels("Labels", "name", "pronoun"), shows("Text"))),
    Template("Conversational AI", "Intent Classification and Slot Filling",
             view(labels("ParagraphLabels", "place", "time"), DIALOGUE, choices("order", "thanks"))),
    Template("Chat", "Fine-Tune an Agent with an LLM",
             view(shows("Chat", llm="a/model"), choices("good", "bad"), asks("TextArea"))),
    Template("Chat", "Fine-Tune an Agent without an LLM", view(WRITTEN_CHAT)),
    Template("Chat", "Evaluate Production Conversations for RLHF",
             view(CHAT, asks("Rating", "whole"), asks("TextArea"), *PER_MESSAGE, SEVERAL_PER_MESSAGE)),
    Template("Chat", "Red-Teaming in Chat",
             view(shows("Chat", llm="a/model", editable="false"), choices("safe", "unsafe", name="risk", **EACH),
                  SEVERAL_PER_MESSAGE, view(choices("rude", "kind", name="no", **EACH), visibleWhen="choice-selected",
                                            whenTagName="risk", whenChoiceValue="unsafe"))),
    Template("Chat", "Chatbot Evaluation", view(CHAT, *PER_MESSAGE, SEVERAL_PER_MESSAGE)),
    Template("Ranking & Scoring", "ASR Hypotheses Selection", view(SOUND, choices(value="$guesses"))),
    Template("Ranking & Scoring", "Content-based Image Retrieval",
             view(shows("Image"), shows("Image", "other"), choices("left", "right", choice="multiple"))),
    Template("Ranking & Scoring", "Document Retrieval", view(shows("Text"), *PAIR, choices("left", "left"))),
    Template("Ranking & Scoring", "Pairwise classification", view(asks("Pairwise", to="left,right"), *PAIR)),
    Template("Ranking & Scoring", "Pairwise regression",
             view(asks("Rating", to="left,right"), shows("Image", "left"), shows("Image", "right"))),
    Template("Ranking & Scoring", "Search Page Ranking",
             view(shows("Text"), choices(value="$found", choice="multiple"), asks("Rating"),
                  choices("low", "high", name="sure"))),
    Template("Ranking & Scoring", "Text-to-Image Generation",
             view(shows("Text"), choices(value="$drawn", choice="multiple"))),
    Template("Structured Data Parsing", "Freeform Metadata", view(shows("Text"), asks("TextArea", maxSubmissions="1"))),
    Template("Structured Data Parsing", "HTML Entity Recognition",
             view(labels("HyperTextLabels", "writer", "title"), shows("HyperText"))),
    Template("Structured Data Parsing", "PDF Classification",
             view(asks("Rating"), choices("keep", "drop"), shows("Pdf"))),
    Template("Structured Data Parsing", "Tabular Data", view(shows("Table"), choices("true", "false"))),
    Template("Time Series Analysis", "Activity Recognition", view(labels("TimeSeriesLabels", "up"), series())),
    Template("Time Series Analysis", "Change Point Detection", view(labels("TimeSeriesLabels", "turn"), series())),
    Template("Time Series Analysis", "Outliers & Anomaly Detection",
             view(series(), labels("TimeSeriesLabels", "part"), choices("far", "odd", **EACH))),
    Template("Time Series Analysis", "Signal Quality",
             view(labels("TimeSeriesLabels", "part"), asks("Rating", **EACH), choices("good", "bad", **EACH),
                  series())),
    Template("Time Series Analysis", "Time Series Forecasting",
             view(labels("TimeSeriesLabels", "part"), series(), choices("up", "down"))),
    Template("Videos", "Video Classification", view(shows("Video"), choices("sharp", "blurred"))),
    Template("Videos", "Video Frame Classification", view(labels("TimelineLabels", "still"), shows("Video"))),
    Template("Videos", "Video Object Tracking",
             view(labels("Labels", "dog"), shows("Video"), asks("VideoRectangle", "box"))),
    Template("Videos", "Video Timeline Segmentation",
             view(shows("Video", "film"), labels("Labels", "jump", to="sound"), shows("Audio", "sound"))),
    Template("Generative AI", "Supervised Language Model Fine-tuning",
             view(shows("Text"), asks("TextArea", required="true", maxSubmissions="1"))),
    Template("Generative AI", "Human Preference collection for RLHF",
             view(shows("Text", "prompt"), asks("Pairwise", to="left,right"), *PAIR)),
    Template("Generative AI", "Chatbot Model Assessment",
             view(shows("Paragraphs", nameKey="role", textKey="content"), tag("Rating", name="whole", maxRating="7"),
                  choices("yes", "no", choice="single-radio"))),
    Template("Generative AI", "LLM Ranker",
             view(shows("Text", "prompt"), shows("List"), tag("Ranker", tag("Bucket", name="good"), name="order",
                                                              toName="shown"))),
    Template("Generative AI", "LLM Response Grading",
             view(shows("Text", "long"), shows("Text"), asks("Rating", required="true"))),
    Template("Generative AI", "Visual Ranker", view(shows("Text", "prompt"), shows("List"), asks("Ranker")),
             but="The list holds pictures, and a ranking shows texts."),
    Template("Community Contributions", "Breast Cancer Mammogram Classification",
             view(shows("Image", "left"), shows("Image", "right"), choices("1", "2", to="left,right"),
                  choices("mass", "scar", name="seen", to="left,right", choice="multiple"),
                  asks("TextArea", to="left,right"))),
    Template("Community Contributions", "HTML NER Tagging",
             view(labels("HyperTextLabels", "river", "town"), shows("HyperText"))),
    Template("Community Contributions", "NER Tagging for Invoices (BIO Format)",
             view(labels("Labels", "B-SUM", "I-SUM", "O"), shows("Text", granularity="word"))),
    Template("Community Contributions", "OCR Invoices Pre-NER BIO Format",
             view(shows("Image"), labels("RectangleLabels", "O"), asks("TextArea", required="true", **EACH))),
    Template("Community Contributions", "Two-Level Sentiment Analysis of X / Twitter posts",
             view(shows("Text"), choices("glad", "sad"),
                  choices("dry", "hurt", name="how", choice="multiple", visibleWhen="choice-selected",
                          whenTagName="which"))),
)


def tags_of(config: str) -> list[str]:
    """The tags of a configuration that show or ask something, as they stand."""
    from goldsmith.work.setup.label_studio.elements import read_elements

    root = read_elements(config)
    plain = {"View", "Label", "Choice", "Channel", "Bucket", "Relation", "Header"}
    return list(dict.fromkeys(one.tag for one in root.below() if one.tag not in plain))


def outcome(template: Template, found: Converted) -> str:
    """How much of it is expressed: "whole", "partly" or "not"."""
    if found.schema is None:
        return "not"
    return "partly" if template.but or any(one.sort == "lost" for one in found.remarks) else "whole"


def reasons(template: Template, found: Converted) -> Iterator[str]:
    """What is lost, else what differs."""
    sort = "differs" if outcome(template, found) == "whole" else "lost"
    said = dict.fromkeys(one.text for one in found.remarks if one.sort == sort)
    if sort == "lost":
        said = {text: None for text in said if not text.startswith(("It is not asked:", "It has no labels"))} or said
    yield from said
    if template.but:
        yield template.but


def row(template: Template) -> str:
    """One line of the table."""
    found = convert(template.config)
    kinds = dict.fromkeys(field.kind for field in found.schema.fields) if found.schema else {}
    cells = (template.title, ", ".join(tags_of(template.config)), outcome(template, found),
             ", ".join(f"`{kind}`" for kind in kinds), " ".join(reasons(template, found)).replace("|", "\\|"))
    return "| " + " | ".join(cells) + " |"


def table() -> str:
    """All templates by group, with how many are expressed."""
    counts = Counter(outcome(one, convert(one.config)) for one in TEMPLATES)
    parts = [f"Of {len(TEMPLATES)} templates {counts['whole']} are expressed as a whole, {counts['partly']} partly, "
             f"{counts['not']} not."]
    for group in dict.fromkeys(one.group for one in TEMPLATES):
        rows = [row(one) for one in TEMPLATES if one.group == group]
        head = "| template | tags | expressed | kinds | what differs, or is lost |\n|---|---|---|---|---|"
        parts.append(f"### {group}\n\n" + "\n".join([head, *rows]))
    return "\n\n".join(parts)


def page(text: str) -> str:
    """The page with its table made anew."""
    before, _, rest = text.partition(MARK)
    _, _, after = rest.partition(END)
    return f"{before}{MARK}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
