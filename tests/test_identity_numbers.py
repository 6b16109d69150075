"""Identity numbers: every written form leads to the one normal form, and a slip is found."""

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from personnummer import personnummer
from stdnum import iban as stdnum_iban
from stdnum import luhn as stdnum_luhn
from stdnum.se import orgnr as stdnum_orgnr
from stdnum.se import personnummer as stdnum_personnummer
from stdnum.se import vat as stdnum_vat

from screening import identity_numbers as numbers
from screening.parsed import Parsed, by_distinct

ON = date(2026, 11, 20)
SPACES = ["", " ", "\u00a0", "\u202f"]


def outcome(check: Callable[[str], bool], text: str) -> bool:
    """What another library says, which may raise where a text has not even the form."""
    try:
        return bool(check(text))
    except (ValueError, IndexError):
        return False


def one(parsed: Parsed) -> tuple[str | None, str | None]:
    return parsed.values.item(), parsed.problems.item()


def texts(*given: str | None) -> pl.Series:
    return pl.Series(given, dtype=pl.String)


@st.composite
def company_numbers(draw: st.DrawFn) -> str:
    first = draw(st.sampled_from("1235678")) + draw(st.sampled_from("0123456789"))
    rest = draw(st.sampled_from("23456789")) + f"{draw(st.integers(0, 999_999)):06d}"
    number = first + rest + numbers.luhn_digit(first + rest)
    return number if len(set(number)) > 1 else "5560125790"


@st.composite
def births(draw: st.DrawFn, first: date = date(1880, 1, 1)) -> date:
    return draw(st.dates(first, ON))


@st.composite
def person_numbers(draw: st.DrawFn, first: date = date(1880, 1, 1)) -> tuple[date, str]:
    """Day of birth and the normal form, a samordningsnummer now and then."""
    born = draw(births(first))
    day = born.day + 60 * draw(st.booleans())
    digits = f"{born:%y%m}{day:02d}{draw(st.integers(1, 999)):03d}"
    return born, f"{born.year // 100}{digits}{numbers.luhn_digit(digits)}"


@st.composite
def forms_of_company(draw: st.DrawFn, number: str) -> str:
    dash = draw(st.sampled_from(["-", "", "\u2013", " ", " - "]))
    body = f"{number[:6]}{dash}{number[6:]}"
    space = draw(st.sampled_from(SPACES))
    form = draw(
        st.sampled_from(
            [
                body,
                f"16{body}",
                f"SE{space}{body}{space}01",
                f"se{body}01",
                f"0007:{number}",
                f"0007:{space}16{number}",
                f"0007:SE{number}01",
                f"9955:SE{number}{space}01",
                f"SE {body}",
                f"SE-{body}-02",
                f"SE{number[:3]}{space}{number[3:]}01",
            ]
        )
    )
    return f"{space}{form}{space}"


@given(st.data())
def test_every_written_form_of_an_organisationsnummer_is_one_number(data: st.DataObject) -> None:
    number = data.draw(company_numbers())
    written = data.draw(forms_of_company(number))
    assert numbers.orgnr(written) == number
    assert one(numbers.orgnrs(texts(written))) == (number, None)


@given(company_numbers(), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_in_an_organisationsnummer_is_found(
    number: str, place: int, step: int
) -> None:
    digit = str((int(number[place]) + step) % 10)
    wrong = number[:place] + digit + number[place + 1 :]
    assert numbers.orgnr(wrong) is None
    value, problem = one(numbers.orgnrs(texts(wrong)))
    assert value is None
    assert problem == "bad_checksum"


@given(st.text(alphabet="0123456789 -+SEse:16x\u00a0\u0665", max_size=18))
def test_one_number_and_a_column_of_numbers_are_read_alike(text: str) -> None:
    value, problem = one(numbers.orgnrs(texts(text)))
    assert value == numbers.orgnr(text)
    assert (value is None) == (problem is not None or not text.strip())
    assert one(numbers.person_ids(texts(text), ON))[0] == numbers.person_id(text, ON)
    assert one(numbers.party_ids(texts(text), ON))[0] == numbers.party_id(text, ON)
    assert one(numbers.bankgiros(texts(text)))[0] == numbers.bankgiro(text)
    assert one(numbers.plusgiros(texts(text)))[0] == numbers.plusgiro(text)
    assert one(numbers.ibans(texts(text)))[0] == numbers.iban(text)


@pytest.mark.parametrize("filler", ["0000000000", "9999999999", "555555-5555"])
def test_fillers_are_no_organisationsnummer_although_the_check_digit_is_right(filler: str) -> None:
    assert one(numbers.orgnrs(texts(filler))) == (None, "no_such_orgnr")
    assert numbers.orgnr(filler) is None


@pytest.mark.parametrize(
    "text", ["556012579", "55601257901", "205560125790", "org 556012-5790", "556-0125790", "n/a"]
)
def test_what_has_not_the_form_is_no_organisationsnummer(text: str) -> None:
    assert one(numbers.orgnrs(texts(text))) == (None, "not_an_orgnr")


def test_an_empty_cell_is_no_number_and_no_problem() -> None:
    for parsed in (
        numbers.orgnrs(texts(None, "")),
        numbers.person_ids(texts(None, ""), ON),
        numbers.party_ids(texts(None, ""), ON),
        numbers.vats(texts(None, "")),
        numbers.peppol_ids(texts(None, "")),
        numbers.bankgiros(texts(None, "")),
        numbers.plusgiros(texts(None, "")),
        numbers.ibans(texts(None, "")),
        numbers.bank_accounts(texts(None, "")),
    ):
        assert parsed.values.to_list() == [None, None]
        assert parsed.problems.to_list() == [None, None]


@given(person_numbers(), st.sampled_from(["", "-"]))
def test_twelve_digits_say_the_century_themselves(person: tuple[date, str], dash: str) -> None:
    _, number = person
    assert numbers.person_id(number[:8] + dash + number[8:], ON) == number
    assert one(numbers.person_ids(texts(f"{number[:8]}{dash}{number[8:]}"), ON)) == (number, None)


@given(person_numbers())
def test_ten_digits_get_the_century_of_the_last_hundred_years_or_of_the_plus(
    person: tuple[date, str],
) -> None:
    born, number = person
    # Nobody above 100 without a plus, nobody below with one: the rule of the sign, turned round.
    birthday = (born.month, born.day) > (ON.month, ON.day)
    age = ON.year - born.year - birthday
    sign = "+" if age >= 100 else "-"
    if age < 200:
        written = f"{number[2:8]}{sign}{number[8:]}"
        assert numbers.person_id(written, ON) == number
        assert one(numbers.person_ids(texts(written), ON)) == (number, None)


def test_the_century_depends_on_the_day_that_is_asked_about() -> None:
    digits = "261121001"
    number = digits + numbers.luhn_digit(digits)
    assert numbers.person_id(number, date(2026, 11, 20)) == f"19{number}"
    assert numbers.person_id(number, date(2026, 11, 21)) == f"20{number}"


@given(person_numbers(), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_in_a_persons_number_is_found(
    person: tuple[date, str], place: int, step: int
) -> None:
    number = person[1]
    at = place + 2
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    assert one(numbers.person_ids(texts(wrong), ON)) == (None, "bad_checksum")
    assert numbers.person_id(wrong, ON) is None


@pytest.mark.parametrize("day", ["19850230", "19851301", "19000229", "19850100", "19850192"])
def test_a_birth_on_a_day_that_does_not_exist_is_refused(day: str) -> None:
    digits = f"{day[2:]}123"
    number = day + "123" + numbers.luhn_digit(digits)
    assert one(numbers.person_ids(texts(number), ON)) == (None, "no_such_person_id")
    assert numbers.person_id(number, ON) is None


def test_nobody_is_born_after_the_day_that_is_asked_about() -> None:
    tomorrow = f"{ON + timedelta(days=1):%Y%m%d}"
    number = tomorrow + "123" + numbers.luhn_digit(tomorrow[2:] + "123")
    assert one(numbers.person_ids(texts(number), ON)) == (None, "no_such_person_id")


@given(person_numbers())
def test_a_sole_traders_organisationsnummer_is_the_persons_ten_digits(
    person: tuple[date, str],
) -> None:
    number = person[1]
    ten = number[2:]
    assert numbers.orgnr(f"{ten[:6]}-{ten[6:]}") == ten
    assert numbers.is_personal_number(ten)
    if number[:2] != "21":
        assert one(numbers.orgnrs(texts(number))) == (ten, None)


@given(company_numbers().filter(lambda number: not number.startswith("302")))
def test_a_companys_number_is_not_a_persons(number: str) -> None:
    assert not numbers.is_personal_number(number)
    assert numbers.person_id(number, ON) is None
    assert numbers.mask(number) == number
    assert numbers.party_id(f"{number[:6]}-{number[6:]}", ON) == number


@given(person_numbers())
def test_a_party_is_the_person_where_the_number_is_a_persons(person: tuple[date, str]) -> None:
    assert numbers.party_id(person[1], ON) == person[1]
    assert one(numbers.party_ids(texts(person[1]), ON)) == (person[1], None)


@given(person_numbers(date(1930, 1, 1)))
def test_a_sole_traders_vat_number_is_the_person(person: tuple[date, str]) -> None:
    number = person[1]
    for written in (f"SE{number[2:]}01", f"9955:SE {number[2:8]}-{number[8:]} 01"):
        assert numbers.party_id(written, ON) == number
        assert one(numbers.party_ids(texts(written), ON)) == (number, None)


@given(st.text(alphabet="0123456789 -+SE:", max_size=18))
def test_a_party_is_read_empty_or_told(text: str) -> None:
    value, problem = one(numbers.party_ids(texts(text), ON))
    assert (value is None) == (problem is not None or not text.strip())


def test_what_is_wrong_with_a_party() -> None:
    wrong = texts("556012-5791", "19850230-1231", "Kalle", "9999999999")
    assert numbers.party_ids(wrong, ON).problems.to_list() == [
        "bad_checksum",
        "bad_checksum",
        "not_a_party_id",
        "no_such_party_id",
    ]


def test_a_keyed_hash_is_a_person_only_where_it_is_expected() -> None:
    hashed = "hash:" + "0123456789abcdef" * 2
    assert numbers.person_id(hashed.upper(), ON, accepts_hash=True) == hashed
    assert one(numbers.person_ids(texts(hashed), ON, accepts_hash=True)) == (hashed, None)
    assert one(numbers.person_ids(texts(hashed), ON)) == (None, "not_a_person_id")
    assert numbers.person_id("hash:12", ON, accepts_hash=True) is None


@given(person_numbers(), st.sampled_from(["", "-", "+"]), st.booleans())
def test_a_mask_shows_the_day_of_birth_and_nothing_more(
    person: tuple[date, str], sign: str, with_century: bool
) -> None:
    number = person[1]
    written = (number[:8] if with_century else number[2:8]) + sign + number[8:]
    shown = f"{number[2:8]}-****"
    assert numbers.mask(written) == shown
    column = pl.DataFrame({"n": [written]})
    assert column.select(numbers.mask_expr(pl.col("n"))).item() == shown
    sentence = f"Betalt till {written}, tack"
    assert numbers.mask_within(sentence) == f"Betalt till {shown}, tack"
    within = pl.DataFrame({"n": [sentence]}).select(numbers.mask_within_expr(pl.col("n"))).item()
    assert within == f"Betalt till {shown}, tack"


def test_a_mask_leaves_companies_and_dates_readable() -> None:
    sentence = "Faktura 2026-11-20 från 556012-5790, hash:0123456789abcdef0123"
    assert numbers.mask_within(sentence) == sentence
    assert numbers.mask("hash:0123456789abcdef0123") == "hash:****"


@given(company_numbers(), st.sampled_from(["01", "02"]))
def test_a_vat_number_is_the_organisationsnummer_and_two_digits(number: str, end: str) -> None:
    for written in (f"SE{number}{end}", f"se {number[:6]}-{number[6:]} {end}"):
        assert numbers.vat(written) == f"SE{number}{end}"
    wrong = f"SE{number[:9]}{(int(number[9]) + 1) % 10}{end}"
    assert one(numbers.vats(texts(wrong))) == (None, "bad_checksum")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("DK 12 34 56 78", "DK12345678"),
        ("DE 123 456 789", "DE123456789"),
        ("IE 1234567 WA", "IE1234567WA"),
        ("ATU12345678", "ATU12345678"),
        ("ES X1234567-L", "ESX1234567L"),
        ("GB 123 4567 89", "GB123456789"),
        ("NO 987 654 321 MVA", "NO987654321MVA"),
        ("CHE-123.456.789 MWST", "CHE123456789MWST"),
        ("US123456789", "US123456789"),
        ("EU372000041", "EU372000041"),
    ],
)
def test_vat_numbers_of_other_countries_are_kept_as_they_are(written: str, kept: str) -> None:
    assert one(numbers.vats(texts(written))) == (kept, None)


def test_words_and_numbers_without_a_country_are_no_vat_numbers() -> None:
    for word in (
        "SAKNAS",
        "INGEN",
        "EJ MOMS",
        "123456789",
        "SE",
        "DE",
        "SE12345",
        "SE559800001500",
    ):
        assert one(numbers.vats(texts(word))) == (None, "not_a_vat_number"), word
    assert one(numbers.vats(texts("5560125790"))) == (None, "not_a_vat_number")
    assert one(numbers.vats(texts("SE5560125790"))) == (None, "not_a_vat_number")


def test_peppol_participants() -> None:
    ids = texts("0007:5560125790", "iso6523-actorid-upis::0007:556012-5790", "0088:7300010000001")
    expected = ["0007:5560125790", "0007:5560125790", "0088:7300010000001"]
    assert numbers.peppol_ids(ids).values.to_list() == expected
    assert numbers.peppol_orgnr("0007:5560125790") == "5560125790"
    assert numbers.peppol_orgnr("0088:7300010000001") is None
    assert numbers.peppol_orgnr("9955:SE 556012-5790 01") == "5560125790"
    assert numbers.peppol_orgnr("9955:DK12345678") is None
    column = pl.DataFrame({"id": ["9955:se556012579001", "0007:16556012-5790", "0192:91", None]})
    read = column.select(
        numbers.peppol_id_expr(pl.col("id")).alias("id"),
        numbers.peppol_orgnr_expr(pl.col("id")).alias("orgnr"),
    )
    assert read["id"].to_list() == ["9955:SE556012579001", "0007:5560125790", None, None]
    assert read["orgnr"].to_list() == ["5560125790", "5560125790", None, None]
    wrong = texts("0007:5560125791", "Kalle", "9955:SE556012579101", "9955:5560125790")
    problems = numbers.peppol_ids(wrong).problems.to_list()
    assert problems[2:] == ["bad_checksum", "not_a_vat_number"]
    wrong = wrong.head(2)
    assert numbers.peppol_ids(wrong).problems.to_list() == ["bad_checksum", "not_a_peppol_id"]


@given(st.integers(100_000, 9_999_999))
def test_bankgiro_numbers_in_every_form(stem: int) -> None:
    digits = f"{stem}{numbers.luhn_digit(str(stem))}"
    dashed = f"{digits[:-4]}-{digits[-4:]}"
    for written in (digits, dashed, f"BG {dashed}", f"bankgiro: {dashed}", f"bg:{digits}"):
        assert numbers.bankgiro(written) == f"bg:{digits}"
    for written in (dashed, f"BG {dashed}", f"bg:{digits}"):
        assert numbers.bank_account(written) == f"bg:{digits}"
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert one(numbers.bankgiros(texts(wrong))) == (None, "bad_checksum")


@given(st.integers(1, 9_999_999))
def test_plusgiro_numbers_in_every_form(stem: int) -> None:
    check = numbers.luhn_digit(str(stem))
    for written in (f"{stem}-{check}", f"{stem}{check}", f"PG {stem}-{check}", f"pg:{stem}{check}"):
        assert numbers.plusgiro(written) == f"pg:{stem}{check}"
    assert numbers.bank_account(f"{stem}-{check}") == f"pg:{stem}{check}"
    wrong = f"{stem}-{(int(check) + 1) % 10}"
    assert one(numbers.plusgiros(texts(wrong))) == (None, "bad_checksum")


@given(st.integers(0, 10**20 - 1), st.sampled_from(SPACES))
def test_swedish_ibans(account: int, space: str) -> None:
    bban = f"{account:020d}"
    check = 98 - int(f"{bban}281400") % 97
    iban = f"SE{check:02d}{bban}"
    spaced = space.join(iban[i : i + 4] for i in range(0, len(iban), 4))
    assert numbers.iban(spaced) == f"iban:{iban}"
    assert one(numbers.ibans(texts(f"IBAN {spaced.lower()}"))) == (f"iban:{iban}", None)
    assert numbers.bank_account(spaced) == f"iban:{iban}"
    wrong = iban[:-1] + str((int(iban[-1]) + 1) % 10)
    assert one(numbers.ibans(texts(wrong))) == (None, "bad_checksum")


def test_ibans_of_other_countries_have_letters_too() -> None:
    # The examples that the registry of IBAN formats prints for these countries.
    printed = ["GB82WEST12345698765432", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"]
    assert numbers.ibans(texts(*printed)).values.to_list() == [f"iban:{iban}" for iban in printed]
    assert one(numbers.ibans(texts("SE123"))) == (None, "not_an_iban")


def test_bank_accounts_are_told_by_how_they_are_written() -> None:
    written = {
        "8327-9, 123 456 789-0": "ac:832791234567890",
        "6000 123 456 789": "ac:6000123456789",
        "50501055": "ac:50501055",
        "5050-1055": "bg:50501055",
        "123-4567": "ac:1234567",  # the check digit is not a bankgiro number's
        "ac:6000123456789": "ac:6000123456789",
        "BG 123-4567": None,
        "konto": None,
    }
    parsed = numbers.bank_accounts(texts(*written))
    assert parsed.values.to_list() == list(written.values())
    assert parsed.problems.to_list()[-2:] == ["not_a_bank_account"] * 2


def test_normal_forms_are_read_back_as_they_are() -> None:
    accounts = texts("bg:50501055", "iban:SE4550000000058398257466", "ac:6000123456789")
    assert numbers.bank_accounts(accounts).values.to_list() == accounts.to_list()


def test_expressions_keep_rows_in_their_order_when_only_distinct_texts_are_read() -> None:
    column = ["556012-5790", None, "556012-5791", "x", "212000-1124"] * 500
    frame = pl.DataFrame({"n": column})
    read = frame.select(
        numbers.orgnr_expr(pl.col("n")).alias("orgnr"),
        numbers.orgnr_problem_expr(pl.col("n")).alias("problem"),
    )
    assert read["orgnr"].to_list() == ["5560125790", None, None, None, "2120001124"] * 500
    assert read["problem"].to_list() == [None, None, "bad_checksum", "not_an_orgnr", None] * 500
    assert by_distinct(numbers.orgnrs, frame["n"]).values.equals(numbers.orgnrs(frame["n"]).values)


@pytest.mark.parametrize(
    ("number", "person"), [("5560125790", False), ("8501012382", True), ("198501012382", True)]
)
def test_the_third_digit_tells_a_person(number: str, person: bool) -> None:
    assert numbers.is_personal_number(number) is person
    frame = pl.DataFrame({"n": [number, None]})
    told = frame.select(numbers.is_personal_number_expr(pl.col("n"))).to_series()
    assert told.to_list() == [person, None]


@settings(max_examples=30)
@given(company_numbers(), st.integers(0, 9))
def test_organisation_and_vat_numbers_are_right_where_another_library_says_so(
    number: str, last: int
) -> None:
    tried = number[:9] + str(last)
    expected = stdnum_orgnr.is_valid(tried) and len(set(tried)) > 1
    assert (numbers.orgnr(tried) is not None) == expected
    assert (one(numbers.orgnrs(texts(tried)))[0] is not None) == expected
    vat = f"SE{tried}01"
    assert (numbers.vat(vat) is not None) == (stdnum_vat.is_valid(vat) and len(set(tried)) > 1)
    assert (one(numbers.party_ids(texts(tried), ON))[0] == tried) == expected


@settings(max_examples=30)
@given(
    st.dates(date(1927, 1, 1), ON),
    st.integers(0, 999),
    st.integers(0, 9),
    st.booleans(),
    st.sampled_from(["-", ""]),
)
def test_personal_numbers_are_right_where_two_other_libraries_say_so(
    born: date, serial: int, last: int, is_coordination: bool, dash: str
) -> None:
    digits = f"{born:%y%m}{born.day + 60 * is_coordination:02d}{serial:03d}{last}"
    full = f"{born.year // 100}{digits[:6]}{dash}{digits[6:]}"
    ours = numbers.person_id(full, ON)
    column = one(numbers.person_ids(texts(full), ON))[0]
    assert (ours is not None) == outcome(personnummer.valid, full) == (column is not None)
    if not is_coordination and serial:  # the other one knows neither
        assert (ours is not None) == outcome(stdnum_personnummer.is_valid, full)


@settings(max_examples=30)
@given(st.from_regex(r"[A-Z]{2}\d\d[0-9A-Z]{11,30}", fullmatch=True))
def test_an_iban_with_its_own_check_digits_is_right(drawn: str) -> None:
    bare = drawn[:2] + "00" + drawn[4:]
    spelled = "".join(str(int(letter, 36)) for letter in bare[4:] + bare[:4])
    made = f"{drawn[:2]}{98 - int(spelled) % 97:02d}{drawn[4:]}"
    if made.startswith("SE") and not (made[2:].isdigit() and len(made) == 24):
        assert numbers.iban(made) is None
    else:
        assert numbers.iban(made) == f"iban:{made}"
        assert one(numbers.ibans(texts(made)))[0] == f"iban:{made}"
    wrong = made[:2] + f"{(int(made[2:4]) + 1) % 100:02d}" + made[4:]
    assert numbers.iban(wrong) is None
    assert one(numbers.ibans(texts(wrong)))[0] is None


@pytest.mark.parametrize(
    "printed", ["SE45 5000 0000 0583 9825 7466", "FI21 1234 5600 0007 85", "DK50 0040 0440 1162 43"]
)
def test_ibans_are_right_where_another_library_says_so(printed: str) -> None:
    assert stdnum_iban.is_valid(printed)
    assert numbers.iban(printed) == f"iban:{printed.replace(' ', '')}"
    for place in range(4, len(printed)):
        if printed[place] != " ":
            digit = str((int(printed[place]) + 1) % 10)
            assert numbers.iban(printed[:place] + digit + printed[place + 1 :]) is None


@settings(max_examples=30)
@given(st.integers(1_000_000, 99_999_999), st.sampled_from(["", "-", " - ", "\u2013", " "]))
def test_giro_numbers_are_right_where_another_library_says_so(number: int, dash: str) -> None:
    digits = str(number)
    expected = stdnum_luhn.is_valid(digits)
    written = f"{digits[:-4]}{dash}{digits[-4:]}"
    assert (numbers.bankgiro(written) is not None) == expected
    assert (one(numbers.bankgiros(texts(written)))[0] == f"bg:{digits}") == expected
    written = f"{digits[:-1]}{dash}{digits[-1]}"
    assert (numbers.plusgiro(written) is not None) == expected
    assert (one(numbers.plusgiros(texts(written)))[0] == f"pg:{digits}") == expected


@settings(max_examples=30)
@given(
    st.integers(0, 999_999), st.sampled_from(["302{}", "302{}", "GD 302{}", "gd:302{}", "16302{}"])
)
def test_a_person_without_a_personal_number_has_a_number_of_the_group_302(
    stem: int, form: str
) -> None:
    digits = f"302{stem:06d}"
    number = digits + numbers.luhn_digit(digits)
    written = form.format(number[3:])
    assert numbers.person_id(written, ON) == f"gd:{number}"
    both = numbers.person_ids(texts(written, f"{number[:6]}-{number[6:]}", f"gd:{number}"), ON)
    assert both.values.to_list() == [f"gd:{number}"] * 3
    wrong = number[:9] + str((int(number[9]) + 1) % 10)
    assert one(numbers.person_ids(texts(wrong), ON)) == (None, "bad_checksum")
    assert numbers.mask(f"gd:{number}") == "gd:****"
    shown = pl.DataFrame({"n": [f"gd:{number}"]}).select(numbers.mask_expr(pl.col("n"))).item()
    assert shown == "gd:****"


def test_a_deceased_persons_estate_is_known_by_the_personal_number_or_its_own() -> None:
    assert numbers.orgnr("19850101-2382") == "8501012382"  # no number of its own
    estate = "13200000" + "0"
    number = estate + numbers.luhn_digit(estate)
    assert numbers.orgnr(number) == number
    assert not numbers.is_personal_number(number)


@settings(max_examples=30)
@given(st.data())
def test_what_is_an_organisationsnummer_looks_like_one(data: st.DataObject) -> None:
    number = data.draw(company_numbers())
    written = data.draw(forms_of_company(number))
    assert numbers.looks_like_orgnr(written)
    column = pl.DataFrame({"n": [written, "12345", None]})
    told = column.select(numbers.looks_like_orgnr_expr(pl.col("n"))).to_series()
    assert told.to_list() == [True, False, None]


def test_a_wrong_check_digit_still_looks_like_a_number() -> None:
    assert numbers.looks_like_orgnr("556012-5791")
    assert not numbers.looks_like_orgnr("Kalle")
    assert not numbers.looks_like_orgnr("556012" + " " * 1_000_000 + "x")  # and at once
    assert numbers.looks_like_iban("SE45 5000 0000 0583 9825 7467")
    assert not numbers.looks_like_iban("SE45 5000 0000 0583 9825")


def test_numbers_within_a_row_of_text() -> None:
    row = "556012-5790;A;SE556012579001;165560125790;F123456789012345;2026-11-16;850101-2382"
    column = pl.DataFrame({"raw": [row, "", None]})
    found = column.select(numbers.orgnrs_within_expr(pl.col("raw"))).to_series().to_list()
    assert found == [[*["5560125790"] * 3, "8501012382"], [], None]


def test_numbers_as_people_write_them() -> None:
    column = pl.DataFrame({"n": ["5560125790", "850101-****", "lev:12", None]})
    shown = column.select(numbers.written_orgnr_expr(pl.col("n"))).to_series()
    assert shown.to_list() == ["556012-5790", "850101-****", "lev:12", None]
