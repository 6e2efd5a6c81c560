"""Pay runs: what is due reaches people once, by statement and by file."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from goldsmith.core.errors import BadInput, Conflict
from goldsmith.core.money import Money, decimal
from goldsmith.db.connection import Database
from goldsmith.work.pay import appeals, banking, runs
from goldsmith.work.pay.banking import BankAccount
from goldsmith.work.pay.papers import iso20022, statements
from goldsmith.work.pay.papers.iso20022 import NAMESPACE, Batch, Order
from goldsmith.work.pay.prices import Price
from tests.work.conftest import NOON, WS
from tests.work.pay.payroll import Payroll

PER_ANSWER = Price(sort="answer", currency="EUR", amount_minor=40)
IBAN = "DE89370400440532013000"


def worked(database: Database, price: Price = PER_ANSWER, *, answers: int = 3) -> Payroll:
    world = Payroll(database, price)
    world.add(answers)
    for _ in range(answers):
        world.work("ana", seconds=1800)
        world.now_us += 1000
    return world


def pay(world: Payroll, run: str) -> None:
    row = world.do(lambda db: runs.find_run(db, WS, run))
    while world.do(lambda db: runs.mark_some_paid(db, world.author(), row, now_us=world.now_us)):
        pass


def test_running_twice_pays_once(database: Database) -> None:
    world = worked(database)

    run = world.pay_run()
    assert run is not None and world.pay_run() is None
    assert world.payments(run) == {"ana": (120, "made")} and world.money("ana") == {"paying": 120}
    pay(world, run)
    pay(world, run)

    assert world.payments(run) == {"ana": (120, "paid")} and world.money("ana") == {"paid": 120}
    assert world.broken() == {}


def test_a_run_that_was_interrupted_goes_on(database: Database) -> None:
    world = worked(database)

    world.do(lambda db: runs.begin_run(db, world.author(), "EUR", world.now_us, now_us=world.now_us))
    run = world.pay_run()

    assert run is not None and world.payments(run) == {"ana": (120, "made")}
    rows = database.read().all("SELECT state FROM pay_run")
    assert [row[0] for row in rows] == ["made"]


@pytest.mark.parametrize("is_paid", [False, True])
def test_a_failed_payment_is_due_again_and_goes_into_the_next_run(database: Database, is_paid: bool) -> None:
    world = worked(database)
    first = world.pay_run()
    assert first is not None
    if is_paid:
        pay(world, first)
    (row,) = database.read().all("SELECT payment_id FROM payment")

    for _ in range(2):
        world.do(
            lambda db: runs.fail_payment(db, world.author(), row["payment_id"], "account closed", now_us=world.now_us)
        )
    assert world.money("ana") == {"due": 120}
    second = world.pay_run()

    assert second is not None and world.payments(second) == {"ana": (120, "made")} and world.broken() == {}


def test_a_run_up_to_a_moment_leaves_what_came_after(database: Database) -> None:
    world = worked(database)

    run = world.pay_run(upto_us=NOON + 1500)

    assert run is not None and world.payments(run) == {"ana": (80, "made")}
    later = world.pay_run()
    assert later is not None and world.payments(later) == {"ana": (40, "made")} and world.broken() == {}


def test_who_earned_less_than_the_floor_of_their_country_gets_the_difference(database: Database) -> None:
    price = Price(sort="answer", currency="EUR", amount_minor=40, floor_minor={"KE": 300, "": 100})
    world = worked(database, price, answers=1)
    world.bank("ana", country="KE")
    world.now_us += 3600 * 1_000_000
    seat = world.take("ana")
    assert seat is None
    world.add(1, "more")
    seat = world.take("ana")
    assert seat is not None
    world.now_us += 600 * 1_000_000
    world.hand_in(seat, seconds=600)

    run = world.pay_run()

    earned, measured_s = 80, 600
    assert run is not None
    assert world.payments(run)["ana"][0] == max(earned, -(-300 * measured_s // 3600))
    seat_rows = database.read().all("SELECT work_seconds FROM earning ORDER BY submitted_us")
    assert [row[0] for row in seat_rows] == [0.0, 600.0]  # the first was held for no time at all


def test_the_floor_is_raised_from_the_budget_and_said_when_it_lacks(database: Database) -> None:
    price = Price(sort="answer", currency="EUR", amount_minor=40, floor_minor={"": 600})
    world = Payroll(database, price, budget=100)
    world.add(1)
    seat = world.take("ana")
    assert seat is not None
    world.now_us += 3600 * 1_000_000
    world.do(lambda db: db.execute("UPDATE seat SET leased_until_us = :later", {"later": world.now_us + 1}))
    world.hand_in(seat, seconds=1800)

    with pytest.raises(Conflict, match="2.60 EUR"):
        world.pay_run()
    world.fund(200, "floor")
    run = world.pay_run()

    assert run is not None and world.payments(run) == {"ana": (300, "made")} and world.broken() == {}


def test_bonuses_and_corrections_name_their_reason_and_happen_once(database: Database) -> None:
    world = worked(database, answers=1)

    def give(amount: int, sort: str, once: str) -> bool:
        extra = appeals.Extra(
            person_id="ana", sort=sort, money=Money(amount_minor=amount, currency="EUR"), reason="because", once=once
        )
        return bool(
            world.do(lambda db: appeals.give_extra(db, world.author(), "proj_1", extra, now_us=world.now_us))
        )

    assert give(25, "bonus", "a") and not give(25, "bonus", "a")
    assert give(-15, "correction", "b")
    with pytest.raises(Conflict):
        give(-1000, "correction", "c")
    with pytest.raises(BadInput):
        give(-5, "bonus", "d")
    run = world.pay_run()

    assert run is not None and world.payments(run) == {"ana": (50, "made")}
    (payment,) = database.read().all("SELECT payment_id FROM payment")
    lines = statements.read_lines(database.read(), payment["payment_id"])
    assert [(line["cause"], line["amount_minor"]) for line in lines] == [
        ("annotation", 40),
        ("bonus", 25),
        ("correction", -15),
    ]


def test_a_statement_is_a_table_and_a_pdf(database: Database) -> None:
    world = worked(database, answers=60)
    assert world.pay_run() is not None
    db = database.read()
    payment = db.one(
        statements.PAYMENT, {"payment": db.all("SELECT payment_id FROM payment")[0][0], "workspace": WS}
    )
    assert payment is not None
    lines = statements.read_lines(db, payment["payment_id"])

    table = statements.lines_csv(lines).decode("utf-8-sig").splitlines()
    pdf = statements.lines_pdf(payment, lines, BankAccount(name="Ána Łukasz", iban=IBAN))

    assert len(table) == 61 and table[1].split(",")[4] == "0.40"
    assert pdf.startswith(b"%PDF-1.4") and pdf.endswith(b"%%EOF\n")
    assert pdf.count(b"/Type /Page /Parent") == 2 and b"24.00 EUR".hex().encode() in pdf
    start = int(re.findall(rb"startxref\n(\d+)", pdf)[0])
    assert pdf[start : start + 4] == b"xref"
    offsets = [int(one) for one in re.findall(rb"(\d{10}) 00000 n", pdf)]
    assert all(pdf[at:].startswith(f"{i} 0 obj".encode()) for i, at in enumerate(offsets, 1))


ORDERS = (
    Order(payment_id="pay_1", person="Ana", amount_minor=12345, account=BankAccount(name="Ana Žalė", iban=IBAN)),
    Order(
        payment_id="pay_2",
        person="Ben",
        amount_minor=655,
        account=BankAccount(name="Ben", other="0012 34", bic="KCBLKENX", country="KE"),
    ),
    Order(payment_id="pay_3", person="=cmd()", amount_minor=1, account=None),
)
BATCH = Batch(
    pay_run_id="run_01abcdefghijklmnopqrstuvwx",
    currency="EUR",
    created_us=NOON,
    payer=BankAccount(name="Datenhof GmbH", iban=IBAN, bic="COBADEFFXXX"),
    orders=ORDERS,
    text="Goldsmith, work up to 2027-01-15",
)
# The parts of pain.001.001.09 (CustomerCreditTransferInitiationV09) in the order that its schema asks for, with the
# least number of times each must be there.
SEQUENCES = {
    "GrpHdr": "MsgId1 CreDtTm1 Authstn0 NbOfTxs1 CtrlSum0 InitgPty1 FwdgAgt0 InitnSrc0",
    "PmtInf": "PmtInfId1 PmtMtd1 ReqdAdvcTp0 BtchBookg0 NbOfTxs0 CtrlSum0 PmtTpInf0 ReqdExctnDt1 PoolgAdjstmntDt0"
    " Dbtr1 DbtrAcct1 DbtrAgt1 DbtrAgtAcct0 InstrForDbtrAgt0 UltmtDbtr0 ChrgBr0 ChrgsAcct0 ChrgsAcctAgt0 CdtTrfTxInf1",
    "CdtTrfTxInf": "PmtId1 PmtTpInf0 Amt1 XchgRateInf0 ChrgBr0 MndtRltdInf0 ChqInstr0 UltmtDbtr0 CdtrAgt0"
    " CdtrAgtAcct0 Cdtr0 CdtrAcct0 UltmtCdtr0 InstrForCdtrAgt0 InstrForDbtrAgt0 Purp0 RgltryRptg0 Tax0 RltdRmtInf0"
    " RmtInf0 SplmtryData0",
    "PmtId": "InstrId0 EndToEndId1 UETR0",
    "PmtTpInf": "InstrPrty0 SvcLvl0 LclInstrm0 CtgyPurp0",
    "Dbtr": "Nm0 PstlAdr0 Id0 CtryOfRes0 CtctDtls0",
    "Cdtr": "Nm0 PstlAdr0 Id0 CtryOfRes0 CtctDtls0",
    "FinInstnId": "BICFI0 ClrSysMmbId0 LEI0 Nm0 PstlAdr0 Othr0",
}
TEXTS = {
    "MsgId": r".{1,35}",
    "PmtInfId": r".{1,35}",
    "EndToEndId": r".{1,35}",
    "CreDtTm": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "Dt": r"\d{4}-\d\d-\d\d",
    "NbOfTxs": r"[0-9]{1,15}",
    "CtrlSum": r"\d{1,16}(\.\d{1,2})?",
    "InstdAmt": r"\d{1,16}(\.\d{1,5})?",
    "IBAN": r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}",
    "BICFI": r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?",
    "Nm": r"[A-Za-z0-9/?:().,'+ -]{1,140}",
    "Ustrd": r"[A-Za-z0-9/?:().,'+ -]{1,140}",
    "Ctry": r"[A-Z]{2}",
    "PmtMtd": r"CHK|TRF|TRA",
    "ChrgBr": r"DEBT|CRED|SHAR|SLEV",
}


def name_of(element: ElementTree.Element) -> str:
    return element.tag.removeprefix("{" + NAMESPACE + "}")


def test_the_payment_file_keeps_the_order_and_the_forms_of_the_standard() -> None:
    root = ElementTree.fromstring(iso20022.pain_001(BATCH))

    assert root.tag == "{" + NAMESPACE + "}Document"
    for element in root.iter():
        asked = [(one[:-1], int(one[-1])) for one in SEQUENCES.get(name_of(element), "").split()]
        if asked:
            names, inside = [name for name, _ in asked], [name_of(one) for one in element]
            assert [names.index(one) for one in inside] == sorted(names.index(one) for one in inside)
            assert [name for name, least in asked if least and name not in inside] == []
        if name_of(element) in TEXTS:
            assert re.fullmatch(TEXTS[name_of(element)], element.text or ""), (element.tag, element.text)
        assert len(element) or (element.text or "").strip(), element.tag


def test_the_payment_file_sums_up_and_leaves_out_who_has_no_account() -> None:
    spaces = {"x": NAMESPACE}
    root = ElementTree.fromstring(iso20022.pain_001(BATCH))

    amounts = [one.text for one in root.iterfind(".//x:InstdAmt", spaces)]
    assert amounts == ["123.45", "6.55"] and root.findtext(".//x:CtrlSum", namespaces=spaces) == "130.00"
    assert {one.get("Ccy") for one in root.iterfind(".//x:InstdAmt", spaces)} == {"EUR"}
    assert root.findtext(".//x:CdtrAcct/x:Id/x:Othr/x:Id", namespaces=spaces) == "0012 34"
    assert root.findtext(".//x:Cdtr/x:Nm", namespaces=spaces) == "Ana Zale"
    rows = iso20022.payments_csv(ORDERS, "EUR").decode("utf-8-sig").splitlines()
    assert len(rows) == 4 and rows[3].startswith("pay_3,'=cmd()")


def test_a_file_that_would_pay_nobody_is_refused() -> None:
    with pytest.raises(Conflict):
        iso20022.pain_001(Batch(**{**{f: getattr(BATCH, f) for f in BATCH.__struct_fields__}, "orders": ORDERS[2:]}))


@pytest.mark.parametrize(
    ("text", "fits"),
    [(IBAN, True), ("GB82WEST12345698765432", True), ("DE89370400440532013001", False), ("DE00", False)],
)
def test_an_iban_is_checked_by_its_digits(text: str, fits: bool) -> None:
    assert banking.is_iban(text) is fits


def test_amounts_have_the_decimals_of_their_currency() -> None:
    assert [decimal(-1234, "EUR"), decimal(1234, "JPY"), decimal(5, "KWD")] == ["-12.34", "1234", "0.005"]
