"""The settings: what the municipality buys reads as what it is."""

import polars as pl

from screening.demo.settings import SCHEMES, demo_settings
from screening.places import RULES_DIR
from screening.rules.loading import load_rules
from screening.rules.services import classify


def test_account_texts_tell_the_permit_that_the_service_needs() -> None:
    rows = [
        (key, kind.permit, kind.labour_heavy, number, text, area, reason)
        for key, kind in demo_settings().services.items()
        for number, text in kind.accounts
        for area in (kind.area, None)
        for reason in ("Ramavtal", "Direktupphandling", "LOV", None)
    ]
    columns = ["key", "needs", "heavy", "account_no", "account_text", "service_area", "description"]
    told = classify(pl.DataFrame(rows, schema=columns, orient="row"))
    wrong = told.filter(
        pl.col("needs").ne_missing(pl.col("permit_type"))
        | (pl.col("heavy") != pl.col("is_labour_heavy"))
    )
    assert wrong.is_empty(), wrong


def test_every_risk_rule_is_planted_and_nearly_missed() -> None:
    settings = demo_settings()
    planted = {s for part in settings.planted.values() for s in (*part.schemes, *part.sometimes)}
    rules = {rule.id for rule in load_rules([RULES_DIR]).rules if rule.kind == "risk"}
    assert planted == rules == set(SCHEMES)
    assert {part.near for part in settings.honest.values()} == rules


def test_bystanders_have_other_words_in_their_names_than_suppliers() -> None:
    settings = demo_settings()
    ours = {word.lower() for kind in settings.services.values() for word in kind.name}
    theirs = {word.lower() for word in settings.words.company.bystander_words}
    assert not ours & theirs


def test_words_fit_the_registers_encodings() -> None:
    words = demo_settings().words.model_dump_json()
    assert words.encode("latin-1").decode("latin-1") == words
    assert words.encode("cp1252").decode("cp1252") == words
