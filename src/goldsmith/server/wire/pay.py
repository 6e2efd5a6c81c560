"""Pay on the wire: prices, budgets, earnings, appeals, pay runs. Amounts are whole minor units of their currency."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from goldsmith.server.wire import Whole
from goldsmith.work.pay.ledger import Cause
from goldsmith.work.pay.prices import CheckSort, PriceSort

Amount = Annotated[int, Meta(ge=-(2**53 - 1), le=2**53 - 1)]


class PriceShown(Struct, frozen=True, kw_only=True):
    """What an answer earns: `amount_minor` for one task, accepted answer, object or minute, as `sort` says."""

    sort: PriceSort
    currency: str  # ISO 4217
    amount_minor: int
    most_minor: int  # the most one answer can earn; of `object` and `minute` only
    release_days: int  # from acceptance until the money is due


class CheckTerms(Struct, frozen=True, kw_only=True):
    """What one review that is decided, or one audited item, earns: `amount_minor` for a task, an object or a minute."""

    sort: CheckSort
    amount_minor: Whole
    most_minor: Whole = 0  # the most one can earn; of `object` and `minute` only


class PriceTerms(Struct, frozen=True, kw_only=True):
    """A price with the least that an hour of active time earns, by country ("" for all others)."""

    sort: PriceSort
    currency: str
    amount_minor: Whole = 0
    most_minor: Whole = 0
    release_days: Whole = 0
    floor_minor: dict[str, Whole] = field(default_factory=dict)
    review: CheckTerms | None = None  # None: reviews are not paid
    audit: CheckTerms | None = None  # None: audits are not paid


class PriceNow(Struct, frozen=True, kw_only=True):
    """What the caller would earn now; `is_budget_out`: nothing new is handed out until money is put in."""

    price: PriceShown | None  # None: the project does not pay
    floor_minor: int  # the least an hour earns where the caller lives; 0: none
    is_budget_out: bool
    review: PriceShown | None = None  # of a review, None: not paid; shown to reviewers
    audit: PriceShown | None = None
    is_review_out: bool = False  # whether the budget covers no more reviews
    is_audit_out: bool = False


class PriceVersion(PriceTerms, frozen=True, kw_only=True):
    """A price that was put in force, when and by whom."""

    version: int
    created_at: str
    author: str


class BudgetRow(Struct, frozen=True, kw_only=True):
    """Where a project's money of one currency is."""

    currency: str
    free_minor: int
    reserved_minor: int  # set aside for leases that run and for answers to be mended
    held_minor: int  # of answers handed in, not released yet
    due_minor: int
    collected_minor: int  # in pay runs


class TrainingBudget(Struct, frozen=True, kw_only=True):
    """Where the workspace's money for training is; projects may pay for training as well, out of their own."""

    budgets: list[BudgetRow]


class CostForecast(Struct, frozen=True, kw_only=True):
    """What the work that is still asked for will cost, with a 95 % interval; what is not paid is counted as 0."""

    answers: int
    reviews: int  # of what people do not agree on more may come
    audits: int
    measured: int  # newest pieces of work it rests on; 0: what each earns is known before
    mid_minor: int
    low_minor: int
    high_minor: int
    missing_minor: int  # beyond what is free and set aside; 0: the budget is enough


class PaidPerson(Struct, frozen=True, kw_only=True):
    """What one person earned in the project."""

    person_id: str
    name: str
    answers: int
    checks: int  # reviews and audited items
    work_seconds: float
    amount_minor: int
    currency: str
    hourly_minor: int | None  # for an hour of active time; None below a minute of it


class ProjectPay(Struct, frozen=True, kw_only=True):
    """How a project pays, and how far its money goes."""

    price: PriceTerms | None
    versions: list[PriceVersion]
    budgets: list[BudgetRow]
    forecast: CostForecast | None
    forecast_reason: str  # why there is none
    people: list[PaidPerson]


class Funding(Struct, frozen=True, kw_only=True):
    """Money put into a project's budget, or taken out (below 0); the same `once` again does nothing."""

    amount_minor: Amount
    currency: str
    once: str


class ExtraPay(Struct, frozen=True, kw_only=True):
    """A bonus, or a correction (below 0: taken back), with its reason; the same `once` again does nothing."""

    person_id: str
    sort: Literal["bonus", "correction"]
    amount_minor: Amount
    currency: str
    reason: str
    once: str


class Balance(Struct, frozen=True, kw_only=True):
    """What the caller has in one currency."""

    currency: str
    held_minor: int  # handed in, and not released yet
    accepted_minor: int  # of what is held: accepted, to be released after the project's days
    due_minor: int
    paying_minor: int  # in a pay run
    paid_minor: int


class EarnedDay(Struct, frozen=True, kw_only=True):
    """What the caller earned on one day (UTC) in one project; returned answers earn nothing."""

    day: str
    project_id: str  # "": training that the workspace pays
    project: str
    answers: int
    reviews: int
    audits: int
    training: int  # items of paid training
    returned: int
    work_seconds: float
    amount_minor: int
    currency: str


class ReturnedWork(Struct, frozen=True, kw_only=True):
    """An answer that was returned, why, and what became of an appeal."""

    annotation_id: str
    project_id: str
    project: str
    item: str
    amount_minor: int
    currency: str
    reason: str
    appeal_id: str | None
    appeal_state: str | None  # open, granted, denied or withdrawn; None: no appeal
    words: str
    answer: str


class PaymentRow(Struct, frozen=True, kw_only=True):
    """What one pay run pays one person."""

    payment_id: str
    pay_run_id: str
    person_id: str
    person: str
    amount_minor: int
    currency: str
    state: Literal["made", "paid", "failed"]
    reason: str  # why it failed
    created_at: str
    has_account: bool  # whether the person has said where they are paid


class Earnings(Struct, frozen=True, kw_only=True):
    """What the caller earned: by currency, by day and project, what was returned, and the payments."""

    balances: list[Balance]
    days: list[EarnedDay]
    returned: list[ReturnedWork]
    payments: list[PaymentRow]


class EntryRow(Struct, frozen=True, kw_only=True):
    """One move of the caller's money: how much, by which step, and why."""

    entry_seq: int
    at: str
    move: str  # held, given_back, released, extra, collected, paid or failed
    cause: Cause
    amount_minor: int
    currency: str
    project: str
    item: str
    note: str


class EntryPage(Struct, frozen=True, kw_only=True):
    """A page of moves, newest first; `next` is the `before` of the following page."""

    entries: list[EntryRow]
    next: int | None


class BankDetails(Struct, frozen=True, kw_only=True):
    """Where somebody is paid, or pays from: an IBAN, or where there is none another number."""

    name: str = ""  # as the bank has it
    iban: str = ""
    other: str = ""
    bic: str = ""
    country: str = ""  # where the holder lives, ISO 3166


class Objection(Struct, frozen=True, kw_only=True):
    """Why the answer should have been accepted."""

    words: str


class AppealMade(Struct, frozen=True, kw_only=True):
    """The new appeal's id."""

    appeal_id: str


class AppealRow(Struct, frozen=True, kw_only=True):
    """An appeal that the caller may decide."""

    appeal_id: str
    project_id: str
    project: str
    item_id: str
    item: str
    annotation_id: str
    amount_minor: int
    currency: str
    reason: str  # why the answer was returned
    words: str  # why the annotator objects
    created_at: str


class AppealList(Struct, frozen=True, kw_only=True):
    """Appeals that wait for somebody who did not return the answer, oldest first."""

    appeals: list[AppealRow]


class AppealDecision(Struct, frozen=True, kw_only=True):
    """Granted: the answer is paid. The words go to the annotator."""

    is_granted: bool
    answer: str


class StatementRow(Struct, frozen=True, kw_only=True):
    """One amount of a statement, and its cause."""

    at: str
    cause: Cause
    amount_minor: int
    project: str
    item: str
    note: str


class Statement(Struct, frozen=True, kw_only=True):
    """One payment with all that it is made of; the lines sum to its amount."""

    payment: PaymentRow
    upto: str
    workspace: str
    account: BankDetails | None
    lines: list[StatementRow]


class DueSum(Struct, frozen=True, kw_only=True):
    """What is due in one currency and in no run yet."""

    currency: str
    amount_minor: int
    people: int


class PayRunRow(Struct, frozen=True, kw_only=True):
    """A pay run and what became of it."""

    pay_run_id: str
    currency: str
    state: Literal["collecting", "made", "paid"]
    upto: str
    created_at: str
    paid_at: str | None
    author: str
    people: int
    amount_minor: int
    failed_minor: int  # of payments that came back
    without_account: int  # people in it who have not said where they are paid


class PayRunList(Struct, frozen=True, kw_only=True):
    """What is due, and the runs, newest first."""

    due: list[DueSum]
    runs: list[PayRunRow]


class PayRunPage(PayRunRow, frozen=True, kw_only=True):
    """A run with its payments."""

    payments: list[PaymentRow]


class NewPayRun(Struct, frozen=True, kw_only=True):
    """Collect all that is due in a currency, up to now or to an earlier moment (RFC 3339)."""

    currency: str
    upto: str | None = None


class PaymentFailed(Struct, frozen=True, kw_only=True):
    """Why the bank did not pay."""

    reason: str
