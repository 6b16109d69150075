"""What an invoice line is about: which permit the service needs, and whether it is mostly pay."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.places import REFERENCE_DIR
from screening.rules.service_reference import (
    ServiceReference,
    ServiceReferenceError,
    plain_text,
    read_reference,
    shipped_reference,
)
from screening.rules.services import classify

SHIPPED = REFERENCE_DIR / "permit_types.yaml"
COLUMNS = ("account_no", "account_text", "service_area", "description")

CODES = {
    "hvb",
    "stodboende",
    "sarskilt_boende",
    "bostad_med_sarskild_service",
    "bistandsbedomt_trygghetsboende",
    "korttidsboende",
    "oppenvard_dagverksamhet",
    "konsulentstod",
    "hemtjanst",
    "skyddat_boende",
    "lss_2_personlig_assistans",
    "lss_3_ledsagarservice",
    "lss_4_kontaktperson",
    "lss_5_avlosarservice",
    "lss_6_7_korttid",
    "lss_8_9_bostad",
    "lss_10_daglig_verksamhet",
}


def lines(*rows: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [{column: row.get(column) for column in COLUMNS} for row in rows],
        schema=dict.fromkeys(COLUMNS, pl.String),
    )


def permit_of(reference: ServiceReference | None = None, **texts: str) -> str | None:
    return classify(lines(texts), reference).item(0, "permit_type")


def is_labour(**texts: str) -> bool:
    return classify(lines(texts)).item(0, "is_labour_heavy")


@pytest.mark.parametrize(
    ("account_text", "code"),
    [
        ("Köp av HVB-vård", "hvb"),
        ("Institutionsvård vuxna", "hvb"),
        ("STÖDBOENDE 16-20 år", "stodboende"),
        ("Köp av plats särskilt boende", "sarskilt_boende"),
        ("SÄBO", "sarskilt_boende"),
        ("Vård- och omsorgsboende", "sarskilt_boende"),
        ("Särskilt boende för personer med funktionsnedsättning", "bostad_med_sarskild_service"),
        ("Bostad med särskild service SoL", "bostad_med_sarskild_service"),
        ("Gruppbostad SoL", "bostad_med_sarskild_service"),
        ("Biståndsbedömt trygghetsboende", "bistandsbedomt_trygghetsboende"),
        ("Köp av korttidsplatser", "korttidsboende"),
        ("Köp av öppenvårdsinsatser", "oppenvard_dagverksamhet"),
        ("Dagverksamhet äldre", "oppenvard_dagverksamhet"),
        ("Konsulentstödda familjehem", "konsulentstod"),
        ("Köp av hemtjänst LOV", "hemtjanst"),
        ("Skyddat boende", "skyddat_boende"),
        ("Personlig assistans enl. SFB", "lss_2_personlig_assistans"),
        ("LSS-assistans", "lss_2_personlig_assistans"),
        ("Ledsagarservice LSS", "lss_3_ledsagarservice"),
        ("Ledsagning LSS", "lss_3_ledsagarservice"),
        ("Kontaktperson LSS", "lss_4_kontaktperson"),
        ("Avlösarservice i hemmet", "lss_5_avlosarservice"),
        ("Korttidsvistelse utanför hemmet", "lss_6_7_korttid"),
        ("Korttidstillsyn", "lss_6_7_korttid"),
        ("Korttidsboende LSS", "lss_6_7_korttid"),
        ("Bostad med särskild service LSS", "lss_8_9_bostad"),
        ("Gruppbostad", "lss_8_9_bostad"),
        ("LSS gruppboende vuxna", "lss_8_9_bostad"),
        ("Daglig verksamhet", "lss_10_daglig_verksamhet"),
    ],
)
def test_ledger_words_for_each_service(account_text: str, code: str) -> None:
    assert permit_of(account_text=account_text) == code


@pytest.mark.parametrize(
    "texts",
    [
        {"description": "IT-stöd hemtjänst"},
        {"account_text": "Verksamhetssystem", "service_area": "HVB"},
        {"account_text": "Lokalhyra", "service_area": "Särskilt boende"},
        {"account_text": "Hemtjänst", "description": "Licens för planering"},
        {"account_text": "Hyra av bostäder för sociala ändamål", "description": "Stödboende"},
        {"description": "Möbler till gruppbostad"},
        {"description": "Handledning personal HVB"},
        {"description": "Konsult, utredning av hemtjänst"},
        {"account_text": "Inhyrd personal", "service_area": "Hemtjänst"},
        {"account_text": "Matdistribution", "service_area": "Hemtjänst"},
        {"account_text": "Trygghetslarm", "service_area": "Hemtjänst"},
        {"account_text": "Taxi och sjukresor", "description": "Resa till daglig verksamhet"},
        {"account_text": "Lokalvård", "service_area": "Särskilt boende"},
        # Need no permit, or only under LSS.
        {"account_text": "Boendestöd"},
        {"account_text": "Boendestöd LSS"},
        {"account_text": "Familjehem"},
        {"account_text": "Kontaktperson"},
        {"account_text": "Trygghetsboende"},
        {"account_text": "Ledsagning enligt SoL"},
        # Not at the start of a word.
        {"description": "Xhvb"},
        {},
    ],
)
def test_what_is_not_care_needs_no_permit(texts: dict[str, str]) -> None:
    assert permit_of(**texts) is None


def test_account_text_decides_before_contract_area_and_description() -> None:
    assert permit_of(account_text="HVB", service_area="Hemtjänst") == "hvb"
    assert permit_of(service_area="Hemtjänst", description="Stödboende maj") == "hemtjanst"
    assert permit_of(account_text="Köp av verksamhet", description="Stödboende maj") == "stodboende"


def test_a_text_that_fits_two_services_leaves_it_to_the_next() -> None:
    both = "HVB och stödboende"
    assert permit_of(account_text=both) is None
    assert permit_of(account_text=both, description="Placering stödboende") == "stodboende"
    assert permit_of(account_text=both, service_area="HVB", description="Stödboende") == "hvb"


def test_written_in_any_case_with_combining_marks_and_punctuation() -> None:
    assert permit_of(account_text="PERSONLIG/ASSISTANS") == "lss_2_personlig_assistans"
    assert permit_of(account_text="Hemtja\u0308nst") == "hemtjanst"
    assert permit_of(account_text="  (hvb)  ") == "hvb"


def test_whole_words_and_beginnings_of_words() -> None:
    # "app" and "mat" are vetoed as whole words only: "apparat" and "matematik" are not meant.
    assert permit_of(description="Hemtjänst app") is None
    assert permit_of(description="Hemtjänst apparat") == "hemtjanst"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"account_text": "Hemtjänst"}, True),
        ({"account_text": "Inhyrd personal sjuksköterskor"}, True),
        ({"account_text": "Städning och renhållning"}, True),
        ({"account_text": "Köp av boendestöd"}, True),
        ({"account_text": "Bevakning"}, True),
        ({"description": "Bemanning vecka 12"}, True),
        ({"account_text": "Städmaterial"}, False),
        ({"account_text": "Städning", "description": "Städmaskin"}, False),
        ({"account_text": "Bevakning", "description": "Larmsystem"}, False),
        ({"account_text": "Livsmedel"}, False),
        ({"account_text": "IT-tjänster och licenser"}, False),
        ({}, False),
    ],
)
def test_labour_heavy(texts: dict[str, str], expected: bool) -> None:
    assert is_labour(**texts) is expected


def test_shipped_reference_knows_every_service_with_law_and_title() -> None:
    reference = shipped_reference()
    assert set(reference.types) == CODES
    assert all(kind.law and kind.title.sv != kind.title.en for kind in reference.types.values())
    types = reference.permit_types()
    assert types.columns == ["permit_type", "title_sv", "title_en", "law", "since"]
    since = dict(types.drop_nulls("since").select("permit_type", "since").iter_rows())
    assert since == {"hemtjanst": date(2019, 1, 1), "skyddat_boende": date(2024, 4, 1)}


def test_an_alias_belongs_to_one_permit_type_and_every_code_is_its_own_alias() -> None:
    aliases = shipped_reference().aliases()
    assert aliases.get_column("alias").is_duplicated().sum() == 0
    known = dict(aliases.iter_rows())
    assert all(known[code.replace("_", " ")] == code for code in CODES)
    assert known["sabo"] == "sarskilt_boende"
    assert known["9 2 lss"] == "lss_2_personlig_assistans"


def override(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_mapped_accounts_decide_alone_and_the_longest_beginning_wins(tmp_path: Path) -> None:
    own = override(
        tmp_path,
        "types: {hvb: {accounts: ['46']}, hemtjanst: {accounts: ['4611']}}\n"
        "labour_heavy: {accounts: ['45']}\n",
    )
    reference = read_reference(SHIPPED, own)
    found = classify(
        lines(
            {"account_no": "4638", "account_text": "Licenser"},
            {"account_no": "46111", "account_text": "Stödboende"},
            {"account_no": "4511"},
            {"account_no": "5010", "account_text": "Stödboende"},
            {"account_no": None},
        ),
        reference,
    )
    assert found.get_column("permit_type").to_list() == [
        "hvb",
        "hemtjanst",
        None,
        "stodboende",
        None,
    ]
    assert found.get_column("is_labour_heavy").to_list() == [True, True, True, True, False]


def test_an_override_adds_to_the_shipped_words(tmp_path: Path) -> None:
    own = override(tmp_path, "types: {hvb: {words: [ungdomsvård]}}\nnot_words: [prova på]\n")
    reference = read_reference(SHIPPED, own)
    assert permit_of(reference, account_text="Ungdomsvård") == "hvb"
    assert permit_of(reference, account_text="HVB") == "hvb"
    assert permit_of(reference, account_text="HVB", description="Prova-på-dag") is None
    assert permit_of(account_text="Ungdomsvård") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("types: {hvbb: {accounts: ['46']}}", "hvbb"),
        ("types: {hvb: {ord: [x]}}", "ord"),
        ("types: [", "own.yaml"),
        ("- a list", "own.yaml"),
        ("types: nothing", "own.yaml"),
    ],
)
def test_an_override_that_cannot_be_used_says_why(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ServiceReferenceError, match=says):
        read_reference(SHIPPED, override(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServiceReferenceError, match=r"gone\.yaml"):
        read_reference(SHIPPED, tmp_path / "gone.yaml")


SOME_TEXTS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.sampled_from(
        ["HVB", "Hemtjänst", "Licens", "Städning", "Gruppbostad LSS", "Köp av verksamhet"]
    ),
)
SOME_LINES = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, SOME_TEXTS)), max_size=8)


@given(SOME_LINES)
def test_rows_keep_their_order_and_each_is_told_by_itself(
    rows: list[dict[str, str | None]],
) -> None:
    given_lines = lines(*rows)
    together = classify(given_lines)
    assert together.select(COLUMNS).equals(given_lines)
    assert together.columns[-2:] == ["permit_type", "is_labour_heavy"]
    assert together.get_column("is_labour_heavy").null_count() == 0
    alone = [classify(lines(row)) for row in rows]
    assert together.equals(pl.concat([together.clear(), *alone]))


@given(SOME_LINES)
def test_every_service_that_needs_a_permit_is_labour_heavy(
    rows: list[dict[str, str | None]],
) -> None:
    needing = classify(lines(*rows)).filter(pl.col("permit_type").is_not_null())
    assert needing.get_column("is_labour_heavy").all()


@given(st.text())
def test_plain_text_is_plain_and_making_it_plain_again_changes_nothing(text: str) -> None:
    once = pl.DataFrame({"text": [text]}).select(plain_text(pl.col("text")).alias("text"))
    again = once.select(plain_text(pl.col("text")).alias("text"))
    assert once.equals(again)
    assert set(once.item()) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
