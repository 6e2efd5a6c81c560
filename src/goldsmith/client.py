"""The client for programs: `goldsmith.Client(url, key)` makes projects, brings data in, answers, takes datasets out.

Needs nothing but the standard library and msgspec. Answers are the Structs of `goldsmith.server.wire`; a refusal is
raised as the class of `goldsmith.core.errors` that the server named. One client serves one thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from goldsmith.calls import Calls, path_of
from goldsmith.core.errors import BadInput, GoldsmithError
from goldsmith.core.operation import Operation
from goldsmith.core.schema import LabelSchema
from goldsmith.core.task.workflow import Adjudication, ReviewLevel
from goldsmith.downloading import Download, fetch
from goldsmith.folders import to_send
from goldsmith.server.wire import deadlines as deadlines_wire
from goldsmith.server.wire import figures as figures_wire
from goldsmith.server.wire import gold as gold_wire
from goldsmith.server.wire import items as items_wire
from goldsmith.server.wire import people as people_wire
from goldsmith.server.wire import projects as projects_wire
from goldsmith.server.wire import versions as versions_wire
from goldsmith.server.wire import work as work_wire

T = TypeVar("T")
LINES_MOST, BYTES_MOST = 2000, 4 * 2**20  # of one call of add_items
LISTED_MOST = 1000
GOLD_MOST = 500  # items of one call of make_gold
Held = work_wire.LeaseOut | work_wire.ReviewOut
Value = Mapping[str, Sequence[Any]]  # fields → objects: dicts, or Structs of goldsmith.kinds


class Client:
    """A server as one person sees it; use it in a `with`, or call `close` at the end."""

    def __init__(self, url: str, key: str, *, timeout_seconds: float = 120) -> None:
        self._calls = Calls(url, key, timeout_seconds=timeout_seconds)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, sort: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._calls.close()

    def _get(self, path: str, answer: type[T]) -> T:
        return msgspec.json.decode(self._calls.ask("GET", path, is_repeatable=True), type=answer)

    def _send(self, method: str, path: str, body: Struct | None, *, is_repeatable: bool = False) -> bytes:
        raw = None if body is None else msgspec.json.encode(body)
        return self._calls.ask(method, path, raw, is_repeatable=is_repeatable, content_type="application/json")

    # Projects

    def me(self) -> people_wire.Me:
        """Whose key this is."""
        return self._get(path_of("me"), people_wire.Me)

    def projects(self) -> list[projects_wire.ProjectRow]:
        """The workspace's projects, newest first."""
        return self._get(path_of("projects"), projects_wire.ProjectList).projects

    def project(self, project_id: str) -> projects_wire.ProjectPage:
        """One project with its schema and guideline."""
        return self._get(path_of("projects", project_id), projects_wire.ProjectPage)

    def create_project(self, name: str, schema: LabelSchema | Mapping[str, Any], *, overlap: int = 1,
                       overlap_most: int | None = None, review: bool = True, stop_risk: float | None = None,
                       guideline: str = "") -> projects_wire.ProjectMade:
        """A new project; BadInput names the place of the schema that cannot work."""
        body = projects_wire.NewProject(
            name=name, schema=_schema_of(schema), overlap=overlap, overlap_most=overlap_most, review=review,
            stop_risk=stop_risk, guideline=guideline)
        return msgspec.json.decode(self._send("POST", path_of("projects"), body), type=projects_wire.ProjectMade)

    def progress(self, project_id: str) -> projects_wire.Progress:
        """Counts, pace, agreement, and what waits."""
        return self._get(path_of("projects", project_id, "progress"), projects_wire.Progress)

    # Schema, guideline and workflow

    def schema_versions(self, project_id: str) -> Iterator[projects_wire.DocumentRow]:
        """Every version of the label schema, newest first, page by page as they are asked for."""
        return self._versions(project_id, "schema")

    def schema_version(self, project_id: str, version: int) -> projects_wire.SchemaThen:
        """The label schema as it was in this version."""
        return self._get(path_of("projects", project_id, "schema", "versions", version), projects_wire.SchemaThen)

    def set_schema(self, project_id: str, schema: LabelSchema | Mapping[str, Any], *,
                   accept_breaks: bool = False) -> projects_wire.SchemaCheck:
        """Put a schema in force, a new one or that of an earlier version; gives the number of the version it makes.

        Conflict where answers would no longer fit, unless `accept_breaks`.
        """
        body = projects_wire.SchemaDraft(schema=_schema_of(schema), accept_breaks=accept_breaks)
        raw = self._send("PUT", path_of("projects", project_id, "schema"), body)
        return msgspec.json.decode(raw, type=projects_wire.SchemaCheck)

    def workflow(self, project_id: str) -> work_wire.WorkflowPage:
        """The review levels and adjudication that are in force, and how many tasks are at each."""
        return self._get(path_of("projects", project_id, "workflow"), work_wire.WorkflowPage)

    def set_workflow(self, project_id: str, reviews: Iterable[ReviewLevel], *,
                     adjudication: Adjudication | None = None) -> work_wire.WorkflowPage:
        """Put review levels in force in place of those that there are; counts for each task that moves from then on.

        A level of `workflow` that is given again keeps its tasks; one without a number is new.
        """
        body = work_wire.WorkflowChange(
            version=self.workflow(project_id).version, adjudication=adjudication,
            reviews=tuple(ReviewLevel(name=one.name, share=one.share, group_id=one.group_id, level=one.level)
                          for one in reviews))
        raw = self._send("PUT", path_of("projects", project_id, "workflow"), body)
        return msgspec.json.decode(raw, type=work_wire.WorkflowPage)

    def workflow_versions(self, project_id: str) -> Iterator[projects_wire.DocumentRow]:
        """Every version of the workflow, newest first, page by page as they are asked for."""
        return self._versions(project_id, "workflow")

    def workflow_version(self, project_id: str, version: int) -> projects_wire.WorkflowThen:
        """The workflow as it was in this version."""
        return self._get(path_of("projects", project_id, "workflow", "versions", version), projects_wire.WorkflowThen)

    def guideline_versions(self, project_id: str) -> Iterator[projects_wire.DocumentRow]:
        """Every version of the guideline without its text, newest first, page by page as they are asked for."""
        return self._versions(project_id, "guideline")

    def guideline_version(self, project_id: str, version: int) -> projects_wire.GuidelineThen:
        """The guideline as it was in this version, in Markdown."""
        return self._get(path_of("projects", project_id, "guideline", "versions", version),
                         projects_wire.GuidelineThen)

    def set_guideline(self, project_id: str, guideline: str) -> int:
        """Put a guideline in force, in Markdown; gives the number of the version that it makes."""
        body = projects_wire.GuidelineText(guideline=guideline)
        raw = self._send("PUT", path_of("projects", project_id, "guideline"), body)
        return msgspec.json.decode(raw, type=projects_wire.GuidelineVersion).guideline_version

    def _versions(self, project_id: str, sort: str) -> Iterator[projects_wire.DocumentRow]:
        after: str | None = ""
        while after is not None:
            path = path_of("projects", project_id, sort, "versions", after=after)
            found = self._get(path, projects_wire.DocumentPage)
            yield from found.versions
            after = found.next

    # Data in

    def add_items(self, project_id: str, items: Iterable[Mapping[str, Any] | Struct], *, name: str = "Python client",
                  source: str = "", licence: str = "", basis: str = "", batch: str = "") -> items_wire.ItemsAdded:
        """Send items as one import, in pieces, however many there are; what was rejected is listed by its place.

        New items join the batch that is named; what is known already stays where it is.
        When `items` or the connection breaks off, the import is cancelled; what came in before stays, and is known
        (not added twice) when it is sent again.
        """
        import_id = self._open_import(project_id, name, source, licence, basis)
        path = path_of("projects", project_id, "items", import_id=import_id, batch=batch or None)
        total = _Total(import_id)
        with self._ended(project_id, import_id):
            for lines in _pieces(items):
                raw = self._calls.ask("POST", path, b"".join(lines), content_type="application/x-ndjson")
                total.add(raw, sent=len(lines))
        return total.whole()

    def upload(self, project_id: str, *paths: Path | str, name: str = "", source: str = "", licence: str = "",
               basis: str = "", batch: str = "", field: Sequence[str] = (), format: str = "") -> items_wire.ItemsAdded:
        """Send files, and all files of folders, as one import: pictures, archives, tables, JSON Lines, COCO.

        A folder that holds labels beside its pictures (COCO, YOLO, our own exports) goes as one tar, put together
        while it is sent, so that the labels find their pictures.

        `batch` is the one that new items join; `field` names fields for labels that several fields could take.
        `format` (such as "yolo") says how each file, an archive or folder of pictures and labels, is to be read;
        empty: it is found out.
        """
        found = [one for path in paths for one in to_send(Path(path), format)]
        if not found:
            raise BadInput("There is no file to send.", where="paths")
        import_id = self._open_import(project_id, name or found[0].name, source, licence, basis, files=len(found))
        total = _Total(import_id)
        with self._ended(project_id, import_id):
            for one in found:
                path = path_of("projects", project_id, "imports", import_id, "file", name=one.name, field=field,
                               batch=batch or None, format=format or None)
                total.add(self._calls.ask("POST", path, one.body(), content_length=str(one.size_bytes()),
                                          content_type="application/octet-stream"), sent=0)
        return total.whole()

    def _open_import(self, project_id: str, name: str, source: str, licence: str, basis: str, files: int = 0) -> str:
        body = items_wire.NewImport(name=name, source=source, licence=licence, basis=basis, files=files)
        raw = self._send("POST", path_of("projects", project_id, "imports"), body)
        return msgspec.json.decode(raw, type=items_wire.ImportRow).import_id

    def _ended(self, project_id: str, import_id: str) -> _Ending:
        return _Ending(self._calls, path_of("projects", project_id, "imports", import_id))

    def items(self, project_id: str, *, state: str = "", sort: str = "oldest", q: str = "", batch: str = "",
              page: int = 200) -> Iterator[items_wire.ItemRow]:
        """All items that fit, page by page as they are asked for; `q` is a part of the name."""
        after: str | None = ""
        while after is not None:
            found = self._get(path_of("projects", project_id, "items", state=state, sort=sort, q=q, batch=batch,
                                      limit=page, after=after), items_wire.ItemPage)
            yield from found.items
            after = found.next

    def item(self, project_id: str, item_id: str) -> items_wire.ItemDetail:
        """One item with every answer to it and every comment."""
        return self._get(path_of("projects", project_id, "items", item_id), items_wire.ItemDetail)

    def batches(self, project_id: str) -> Iterator[items_wire.BatchRow]:
        """The project's batches in order of name, with how far each is, page by page as they are asked for."""
        after: str | None = ""
        while after is not None:
            found = self._get(path_of("projects", project_id, "batches", after=after), items_wire.BatchPage)
            yield from found.batches
            after = found.next

    def change_batch(self, project_id: str, batch: str, *, priority: int | None = None,
                     name: str | None = None) -> int:
        """Set the priority or the name of a whole batch, in as many calls as it takes; gives how many tasks it has.

        The name of another batch joins the two; "" takes the tasks out of any.
        """
        count, after = 0, 0
        while True:
            body = items_wire.BatchChange(batch=batch, priority=priority, name=name, after=after)
            raw = self._send("PATCH", path_of("projects", project_id, "batches"), body)
            found = msgspec.json.decode(raw, type=items_wire.BatchChanged)
            count += found.changed
            if found.next is None:
                return count
            after = found.next

    # When work is done

    def set_state(self, project_id: str, state: str) -> projects_wire.ProjectPage:
        """Open, pause or archive a project, or drain it: what was begun is finished, and then it is paused."""
        body = projects_wire.ProjectChange(state=state)
        raw = self._send("PATCH", path_of("projects", project_id), body, is_repeatable=True)
        return msgspec.json.decode(raw, type=projects_wire.ProjectPage)

    def deadlines(self, project_id: str) -> list[deadlines_wire.DeadlineRow]:
        """The deadlines of a project and its batches, with a forecast."""
        return self._get(path_of("projects", project_id, "deadlines"), deadlines_wire.DeadlinePage).deadlines

    def set_deadline(self, project_id: str, due_at: datetime | None, *, batch: str = "", zone: str = "",
                     urgent_first: bool = False) -> list[deadlines_wire.DeadlineRow]:
        """Say when a project or a batch is to be settled; None takes the deadline away.

        `urgent_first`: a batch's tasks come before those that are due later; given in as many calls as it takes.
        """
        body = deadlines_wire.DeadlineChange(batch=batch, due_at=None if due_at is None else due_at.isoformat(),
                                             zone=zone, urgent_first=urgent_first)
        path = path_of("projects", project_id, "deadlines")
        found = msgspec.json.decode(self._send("PUT", path, body), type=deadlines_wire.DeadlinePage)
        is_moving = found.is_moving
        while is_moving:
            raw = self._send("POST", path_of("projects", project_id, "deadlines", "order"), None, is_repeatable=True)
            is_moving = msgspec.json.decode(raw, type=deadlines_wire.Moving).is_moving
        return found.deadlines

    def service_levels(self, project_id: str) -> list[deadlines_wire.LevelRow]:
        """What the project promises, and how often it keeps it."""
        return self._get(path_of("projects", project_id, "service-levels"), deadlines_wire.LevelPage).levels

    # What is said

    def comments(self, project_id: str, item_id: str) -> list[items_wire.CommentRow]:
        """What was said about an item, oldest first."""
        return self._get(path_of("projects", project_id, "items", item_id, "comments"), items_wire.Thread).comments

    def comment(self, project_id: str, item_id: str, text: str) -> list[items_wire.CommentRow]:
        """Say something about an item; `@[person_…]` mentions somebody, who gets a notice. Gives all that was said."""
        raw = self._send("POST", path_of("projects", project_id, "items", item_id, "comments"),
                         items_wire.NewComment(text=text))
        return msgspec.json.decode(raw, type=items_wire.Thread).comments

    def inbox(self, *, unread: bool = False) -> Iterator[people_wire.NoticeRow]:
        """What the caller should know of, newest first, page by page as they are asked for."""
        after: str | None = ""
        while after is not None:
            path = path_of("me", "inbox", after=after, unread="true" if unread else None)
            found = self._get(path, people_wire.NoticePage)
            yield from found.notices
            after = found.next

    def mark_read(self, notices: Iterable[people_wire.NoticeRow]) -> int:
        """Note that these were read; gives how many unread ones are left."""
        body = people_wire.NoticesRead(notice_ids=tuple(one.notice_id for one in notices))
        raw = self._send("POST", path_of("me", "inbox", "read"), body, is_repeatable=True)
        return msgspec.json.decode(raw, type=people_wire.Unread).unread

    # Work

    def lease(self, project_id: str, *, besides: Sequence[str] = (), batch: str = "") -> work_wire.LeaseOut | None:
        """The next task, or None when none is left. What is held already comes again unless `besides` names it.

        `batch`: only of this batch.
        """
        body = work_wire.Besides(besides=tuple(besides), batch=batch)
        raw = self._send("POST", path_of("projects", project_id, "lease"), body, is_repeatable=True)
        return msgspec.json.decode(raw, type=work_wire.LeaseOut) if raw else None

    def heartbeat(self, lease: Held) -> work_wire.StillHeld:
        """Prolong a lease; LeaseLost when it went back to the queue."""
        raw = self._on_lease(lease, "heartbeat", work_wire.Held(fence=lease.fence))
        return msgspec.json.decode(raw, type=work_wire.StillHeld)

    def operations(self, lease: Held, operations: Iterable[Operation]) -> work_wire.Acknowledged:
        """Append an editor's steps to the draft; they are on the disk when this returns."""
        body = work_wire.Operations(fence=lease.fence, operations=tuple(operations))
        return msgspec.json.decode(self._on_lease(lease, "operations", body), type=work_wire.Acknowledged)

    def submit(self, lease: work_wire.LeaseOut, value: Value, *, work_seconds: float | None = None,
               confidence: float | None = None) -> work_wire.Submitted:
        """Hand in an answer; `confidence` is how sure a model is of it, 0 to 1.

        The same lease and fence again is the same answer, so a lost connection is no harm.
        """
        body = work_wire.Answer(fence=lease.fence, value=dict(value), work_seconds=work_seconds, confidence=confidence)
        return msgspec.json.decode(self._on_lease(lease, "submit", body), type=work_wire.Submitted)

    def skip(self, lease: Held, reason: str) -> None:
        """Leave the task to others, with the reason; it does not come to this person again."""
        self._on_lease(lease, "skip", work_wire.Refusal(fence=lease.fence, reason=reason), is_repeatable=False)

    def release(self, lease: Held) -> None:
        """Give a task back; the draft stays, and it may come again."""
        self._on_lease(lease, "release", work_wire.Held(fence=lease.fence), is_repeatable=False)

    def _on_lease(self, lease: Held, what: str, body: Struct, *, is_repeatable: bool = True) -> bytes:
        return self._send("POST", path_of("leases", lease.lease_id, what), body, is_repeatable=is_repeatable)

    def lease_review(self, project_id: str, *, batch: str = "",
                     is_adjudication: bool = False) -> work_wire.ReviewOut | None:
        """The next task to judge, with every answer; None when none waits. `batch`: only of this batch.

        `is_adjudication`: of the undecided that wait for adjudication, not of the review levels.
        """
        body, part = work_wire.Besides(batch=batch), "adjudications" if is_adjudication else "reviews"
        raw = self._send("POST", path_of("projects", project_id, part, "lease"), body, is_repeatable=True)
        return msgspec.json.decode(raw, type=work_wire.ReviewOut) if raw else None

    def decide(self, review: work_wire.ReviewOut, decision: work_wire.Decision) -> work_wire.Decided:
        """Accept, fix, return or escalate; the decision's fence is the review's."""
        raw = self._send("POST", path_of("reviews", review.lease_id, "decide"), decision)
        return msgspec.json.decode(raw, type=work_wire.Decided)

    # Figures and signals

    def agreement(self, project_id: str, *, q: str = "") -> figures_wire.AgreementMatrix:
        """How far each two people agree, for the 30 with the most common items, or those of a name like `q`."""
        return self._get(path_of("projects", project_id, "figures", "agreement", q=q), figures_wire.AgreementMatrix)

    def annotators(self, project_id: str) -> list[figures_wire.AnnotatorRow]:
        """How often each annotator is right and how long an answer takes them, with intervals."""
        path = path_of("projects", project_id, "figures", "annotators")
        return self._get(path, figures_wire.AnnotatorList).annotators

    def confusion(self, project_id: str, *, field: str = "", person_id: str = "") -> figures_wire.ConfusionMatrix:
        """What somebody, or all together, call what in a field, or the first one."""
        path = path_of("projects", project_id, "figures", "confusion", field=field, person_id=person_id)
        return self._get(path, figures_wire.ConfusionMatrix)

    def cost(self, project_id: str) -> figures_wire.CostFigures:
        """What a correct label has cost over time."""
        return self._get(path_of("projects", project_id, "figures", "cost"), figures_wire.CostFigures)

    def undecided(self, project_id: str, *, field: str = "", q: str = "",
                  batch: str = "") -> Iterator[figures_wire.UndecidedRow]:
        """The items whose answers settle nothing, page by page as they are asked for."""
        after: int | None = 0
        while after is not None:
            path = path_of("projects", project_id, "figures", "undecided", field=field, q=q, batch=batch, after=after)
            page = self._get(path, figures_wire.UndecidedPage)
            yield from page.items
            after = page.next

    def figures_csv(self, project_id: str, table: str) -> bytes:
        """A table as CSV: agreement, annotators, confusion, cost or undecided."""
        return self._calls.ask("GET", path_of("projects", project_id, "figures", f"{table}.csv"), is_repeatable=True)

    def look_for_signals(self, project_id: str) -> None:
        """Look at the project's answers now for what is odd; otherwise it happens as they grow."""
        self._send("POST", path_of("projects", project_id, "signals", "look"), None, is_repeatable=True)

    def signals(self, project_id: str, *, state: str = "") -> Iterator[figures_wire.SignalRow]:
        """What is odd in the project's answers, newest first, page by page as they are asked for."""
        after: str | None = ""
        while after is not None:
            path = path_of("projects", project_id, "signals", state=state, after=after)
            page = self._get(path, figures_wire.SignalPage)
            yield from page.signals
            after = page.next

    def dismiss_signal(self, signal_id: str, reason: str) -> figures_wire.SignalRow:
        """Lay a signal aside; the annotator is not told."""
        return self._judge(signal_id, "dismiss", figures_wire.Dismissal(reason=reason))

    def send_notice(self, signal_id: str, words: str) -> figures_wire.SignalRow:
        """Tell the annotator, who sees the evidence and may answer."""
        return self._judge(signal_id, "notice", figures_wire.NoticeWords(words=words))

    def close_signal(self, signal_id: str, outcome: figures_wire.Outcome, words: str) -> figures_wire.SignalRow:
        """Decide what a notice comes to; NotAllowed for whoever sent it."""
        return self._judge(signal_id, "close", figures_wire.Closing(outcome=outcome, words=words))

    def _judge(self, signal_id: str, step: str, body: Struct) -> figures_wire.SignalRow:
        return msgspec.json.decode(self._send("POST", path_of("signals", signal_id, step), body),
                                   type=figures_wire.SignalRow)

    def notices(self) -> list[figures_wire.Notice]:
        """The notices about one's own answers, newest first."""
        return self._get(path_of("me", "notices"), figures_wire.NoticeList).notices

    def answer_notice(self, signal_id: str, words: str) -> None:
        """Say something about a notice; somebody other than its sender decides."""
        self._send("POST", path_of("me", "notices", signal_id, "answer"), figures_wire.NoticeWords(words=words))

    # Gold: items with a known answer, handed out among the others

    def set_gold(self, project_id: str, *, share: float, tolerance: float = 0.2) -> gold_wire.GoldSettings:
        """Of the tasks handed out this share is gold (0 to 0.5); a right answer is no farther than `tolerance`."""
        body = gold_wire.GoldSettings(share=share, tolerance=tolerance)
        raw = self._send("PUT", path_of("projects", project_id, "gold", "settings"), body, is_repeatable=True)
        return msgspec.json.decode(raw, type=gold_wire.GoldSettings)

    def make_gold(self, project_id: str, item_ids: Sequence[str] = (), *, import_id: str = "",
                  explanation: str = "") -> gold_wire.GoldMade:
        """Make settled items gold, or all that came with labels in an import, in as many calls as it takes."""
        made, refused, refused_count, after = 0, list[gold_wire.GoldRefused](), 0, 0
        pieces = [tuple(item_ids[i:i + GOLD_MOST]) for i in range(0, len(item_ids), GOLD_MOST)] or [()]
        while pieces:
            body = gold_wire.MakeGold(item_ids=pieces[0], import_id=import_id, explanation=explanation, after=after)
            raw = self._send("POST", path_of("projects", project_id, "gold"), body)
            found = msgspec.json.decode(raw, type=gold_wire.GoldMade)
            made, refused_count, after = made + found.made, refused_count + found.refused_count, found.next or 0
            refused += found.refused
            if found.next is None:
                pieces.pop(0)
        return gold_wire.GoldMade(made=made, refused_count=refused_count, refused=refused, next=None)

    def gold(self, project_id: str, *, state: str = "", sort: str = "attention") -> Iterator[gold_wire.GoldRow]:
        """All gold with how it was answered, page by page; suspended first where no other order is asked for."""
        after: int | None = 0
        while after is not None:
            path = path_of("projects", project_id, "gold", state=state, sort=sort, after=after, limit=200)
            found = self._get(path, gold_wire.GoldPage)
            yield from found.gold
            after = found.next

    def gold_item(self, project_id: str, item_id: str) -> gold_wire.GoldDetail:
        """One gold item with every answer to it."""
        return self._get(path_of("projects", project_id, "gold", "items", item_id), gold_wire.GoldDetail)

    def gold_health(self, project_id: str) -> gold_wire.GoldHealth:
        """The share right over time and by annotator."""
        return self._get(path_of("projects", project_id, "gold", "health"), gold_wire.GoldHealth)

    def decide_gold(self, project_id: str, item_id: str, decision: gold_wire.GoldDecision) -> gold_wire.GoldDetail:
        """Keep a gold item in, correct its known answer, or retire it."""
        raw = self._send("PATCH", path_of("projects", project_id, "gold", "items", item_id), decision)
        return msgspec.json.decode(raw, type=gold_wire.GoldDetail)

    # Data out

    def cut_version(self, project_id: str, *, name: str = "", splits: Mapping[str, float] | None = None, seed: int = 0,
                    audit_id: str = "") -> versions_wire.VersionRow:
        """Cut a version of what is settled now; the same state again is the version that it was."""
        body = versions_wire.NewVersion(name=name, splits=dict(splits or {}), seed=seed, audit_id=audit_id)
        raw = self._send("POST", path_of("projects", project_id, "versions"), body, is_repeatable=True)
        return msgspec.json.decode(raw, type=versions_wire.VersionRow)

    def versions(self, project_id: str) -> list[versions_wire.VersionRow]:
        """The project's versions, newest first."""
        return self._get(path_of("projects", project_id, "versions"), versions_wire.VersionList).versions

    def certificate(self, project_id: str, version: int) -> dict[str, Any]:
        """A version's certificate."""
        return msgspec.json.decode(self.certificate_file(project_id, version), type=dict[str, Any])

    def certificate_file(self, project_id: str, version: int) -> bytes:
        """A version's certificate, byte for byte as it was made, for `goldsmith dataset verify`."""
        return self._calls.ask("GET", path_of("projects", project_id, "versions", version, "certificate.json"))

    def formats(self) -> list[versions_wire.FormatRow]:
        """The formats to export in."""
        return self._get(path_of("formats"), versions_wire.FormatList).formats

    def export(self, project_id: str, format: str = "jsonl", *, to: Path | str, version: int | None = None,
               pictures: bool | None = None, certificate: bool | None = None) -> Download:
        """Save the dataset as one file: a version, or what is settled now.

        `certificate`: whether a version's certificate and manifest come along, in a ZIP; by default where it is one
        anyway. `goldsmith dataset verify` checks such a file.

        A download goes on where it broke off, also in a later call, and its SHA-256 is checked.
        """
        path = path_of("projects", project_id, "export", format=format, version=version, pictures=pictures,
                       certificate=certificate)
        return fetch(self._calls, path, Path(to))


def _schema_of(schema: LabelSchema | Mapping[str, Any]) -> LabelSchema:
    if isinstance(schema, LabelSchema):
        return schema
    try:
        return msgspec.convert(schema, LabelSchema)
    except msgspec.ValidationError as error:
        raise BadInput(str(error), where="schema") from error


def _pieces(items: Iterable[Mapping[str, Any] | Struct]) -> Iterator[list[bytes]]:
    """The items as lines of JSON, in pieces that one call takes quickly."""
    lines: list[bytes] = []
    size = 0
    for item in items:
        line = msgspec.json.encode(item) + b"\n"
        if lines and (len(lines) >= LINES_MOST or size + len(line) > BYTES_MOST):
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield lines


class _Total:
    """What the calls of one import add up to."""

    def __init__(self, import_id: str) -> None:
        self._import_id, self._sent, self._accepted, self._rejected_count, self._known = import_id, 0, 0, 0, 0
        self._rejected: list[items_wire.RejectedRow] = []

    def add(self, raw: bytes, *, sent: int) -> None:
        """Count one answer. `sent` lines went with it, which the next answer's come after; 0: files, not lines."""
        one = msgspec.json.decode(raw, type=items_wire.ItemsAdded)
        self._accepted += one.accepted
        self._rejected_count += one.rejected_count
        self._known += one.known
        room = LISTED_MOST - len(self._rejected)
        for row in one.rejected[:room]:  # a line's place in its own call tells the caller nothing
            place = "" if sent else row.place
            self._rejected.append(msgspec.structs.replace(row, index=row.index + self._sent, place=place))
        self._sent += sent

    def whole(self) -> items_wire.ItemsAdded:
        """All of it."""
        return items_wire.ItemsAdded(accepted=self._accepted, rejected=self._rejected,
                                     rejected_count=self._rejected_count, known=self._known, import_id=self._import_id)


class _Ending:
    """An import that is finished at the end, and cancelled when something goes wrong before."""

    def __init__(self, calls: Calls, path: str) -> None:
        self._calls, self._path = calls, path

    def __enter__(self) -> None:
        return None

    def __exit__(self, sort: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if error is None:
            self._calls.ask("POST", f"{self._path}/finish", b"")
            return
        with suppress(GoldsmithError, OSError):  # the first error is the one to tell
            self._calls.ask("POST", f"{self._path}/cancel", b"")
