"""What `find` prints, in both languages, and its exit codes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from lnp_batch.cli.nightly.find import STATES as STATE_WORDS
from lnp_batch.cli.nightly.find import lines_of
from lnp_batch.ledger.find import FoundBatch, FoundFee
from lnp_batch.ledger.schema import STATES
from lnp_batch.model.request import HeldBy
from lnp_batch.model.text import LANGUAGES
from lnp_batch.nightly.find import HELD, NO_REQUEST, TAKEN_OUT, Hit
from tests.cli.nightly.test_run import OUTBOX, RUN, inbox, own_folder
from tests.cli.test_cli import lnp
from tests.factory import sound
from tests.nightly.runs import workbook_of

__all__ = ["own_folder"]

DAY = dt.date(2026, 11, 23)
BATCH = FoundBatch("2026-11-23-3f9a2c41d0b7", "HR-01", "Heures Rouges", "lot.xlsx", DAY, "o", 2, dt.date(2026, 11, 25))
HIT = Hit(
    "PR-QMQPV2IQZ3",
    2,
    TAKEN_OUT,
    BATCH,
    "HR-01/2026-11-23-3f9a2c41d0b7-2",
    "Clinique Bœuf",
    "Bell Canada",
    fees=(FoundFee(True, DAY, 1200, 3598800), FoundFee(False, dt.date(2026, 12, 1), 1, -2999)),
)


def test_every_state_has_words_of_its_own() -> None:
    assert set(STATE_WORDS) == {HELD, TAKEN_OUT, *STATES}
    for lang in LANGUAGES:
        assert len({words[lang] for words in STATE_WORDS.values()}) == len(STATE_WORDS)


def test_the_lines_of_a_hit() -> None:
    assert list(lines_of(HIT, "en")) == [
        "Request PR-QMQPV2IQZ3, revision 2: number taken out of the request",
        "Customer: Clinique Bœuf (Bell Canada)",
        "Reseller: HR-01, Heures Rouges",
        "Batch: 2026-11-23-3f9a2c41d0b7, received on 2026-11-23, lot.xlsx",
        "Answer of 2026-11-25: HR-01/2026-11-23-3f9a2c41d0b7-2",
        "Billed on 2026-11-23: $35,988.00 before tax (1,200 numbers)",
        "Given back on 2026-12-01: $29.99 before tax",
    ]
    assert [line.replace("\u00a0", " ") for line in lines_of(HIT, "fr")] == [
        "Demande PR-QMQPV2IQZ3, révision 2 : numéro retiré de la demande",
        "Client : Clinique Bœuf (Bell Canada)",
        "Revendeur : HR-01, Heures Rouges",
        "Lot : 2026-11-23-3f9a2c41d0b7, reçu le 2026-11-23, lot.xlsx",
        "Réponse du 2026-11-25 : HR-01/2026-11-23-3f9a2c41d0b7-2",
        "Facturé le 2026-11-23 : 35 988,00 $ avant taxes (1 200 numéros)",
        "Rendu le 2026-12-01 : 29,99 $ avant taxes",
    ]


def test_the_lines_of_what_is_held_back_or_gone() -> None:
    held = replace(HIT, state=HELD, held_by=(HeldBy("NUM010", "numbers", "D8"),), fees=())
    assert list(lines_of(held, "en"))[2] == "Held back by: NUM010 (Numbers D8)"
    assert list(lines_of(held, "fr"))[-1] == "Rien n'est facturé."
    unplaced = replace(held, request="", state=NO_REQUEST, customer="")
    assert list(lines_of(unplaced, "en"))[:2] == [
        "To fix: the number is in no request",
        "Held back by: NUM010 (Numbers D8)",
    ]
    assert next(lines_of(unplaced, "fr")).replace(" ", " ") == "À corriger : le numéro n'est dans aucune demande"
    gone = replace(HIT, folder="", customer="", batch=replace(BATCH, file=""))
    assert list(lines_of(gone, "en"))[2:4] == [
        "Batch: 2026-11-23-3f9a2c41d0b7, received on 2026-11-23, workbook purged",
        "Answer of 2026-11-25: its folder is not in this outbox",
    ]


def test_find_is_0_2_without_a_hit_and_8_without_a_ledger(capfd: pytest.CaptureFixture[str]) -> None:
    assert lnp("find", "514-555-0123", *OUTBOX) == 8
    inbox(a=workbook_of(sound()))
    assert lnp(*RUN) == 0
    capfd.readouterr()
    assert lnp("find", f"+1 {sound()['numbers'][0]['number'].replace('-', ' ')}", *OUTBOX) == 0
    captured = capfd.readouterr()
    assert captured.out.startswith("Request PR-")
    assert (captured.out.splitlines()[-1].split()[0], captured.err) == ("Billed", "")
    assert lnp("find", "nobody at all", *OUTBOX) == 2
    captured = capfd.readouterr()
    assert (captured.out, len(captured.err.splitlines())) == ("", 1)
    assert "nobody at all" in captured.err
    written = [path for path in Path().rglob("*") if path.is_file()]
    assert written and not [path for path in written if b"nobody at all" in path.read_bytes()]
