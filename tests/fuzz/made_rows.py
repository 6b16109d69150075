"""Rows that fit a contract, made from its description: what canonical seed files hold."""

from collections.abc import Callable, Sequence

from screening.identity_numbers import luhn_digit
from screening.sources.codes import vocabulary_of
from screening.sources.contracts import Column, Contract


def company(number: int) -> str:
    """An organisationsnummer with the right check digit."""
    payload = f"5597{number:05d}"
    return payload + str(luhn_digit(payload))


def person(number: int) -> str:
    """A person's number of those that are kept for tests, twelve digits."""
    payload = f"{70 + number % 20}0{number % 9 + 1}1{number % 9}{980 + number % 10}"
    return f"19{payload}{luhn_digit(payload)}"


def _giro(number: int, digits: int) -> str:
    payload = f"{9_000_000 + number}"[: digits - 1]
    return payload + str(luhn_digit(payload))


def _iban(number: int) -> str:
    account = f"{50000000000000 + number:020d}"
    check = 98 - int(f"{account}281400") % 97
    return f"SE{check:02d}{account}"


_WRITTEN: dict[str, Callable[[int], str]] = {
    "orgnr": lambda n: f"{company(n)[:6]}-{company(n)[6:]}" if n % 2 else company(n),
    "person_id": person,
    "party_id": lambda n: person(n) if n % 3 else company(n),
    "date": lambda n: f"2026-0{n % 9 + 1}-1{n % 10}" if n % 3 else f"20260{n % 9 + 1}1{n % 10}",
    "month": lambda n: f"2026-0{n % 9 + 1}",
    "datetime": lambda n: f"2026-0{n % 9 + 1}-1{n % 10}T0{n % 10}:30",
    "amount": lambda n: f"{n * 1234 + 1},{n % 10}5",
    "decimal": lambda n: f"{n % 90},5",
    "integer": lambda n: f"{n % 4 + 1}",
    "boolean": lambda n: "ja" if n % 2 else "nej",
    "postal_code": lambda n: f"41{n % 10} 0{n % 10}",
    "vat": lambda n: f"SE{company(n)}01",
    "bankgiro": lambda n: _giro(n, 8),
    "plusgiro": lambda n: _giro(n, 8),
    "bank_account": lambda n: f"BG {_giro(n, 8)}",
    "iban": _iban,
}
_TEXTS = ("Åsa & Söner AB", "Östra vägen 3", "Avtal 7", "plain", 'Ärlig; och "kort"', "Kök, bad")


def _cell(column: Column, number: int) -> str:
    if column.type == "code":
        codes = sorted(set(vocabulary_of(column).values()))
        return codes[number % len(codes)] if codes else "tips"
    if column.type == "text":
        return f"{_TEXTS[number % len(_TEXTS)]} {number}"
    return _WRITTEN[column.type](number)


def header_of(contract: Contract) -> list[str]:
    """Every column of the contract by its canonical name."""
    return list(contract.columns)


def rows_of(contract: Contract, count: int) -> list[list[str]]:
    """Rows as texts; some cells that may be empty are."""
    rows = []
    for number in range(count):
        row = []
        for place, (name, column) in enumerate(contract.columns.items()):
            may_be_empty = not column.required and name not in contract.key
            is_late = column.not_before is not None
            if may_be_empty and not is_late and (number + place) % 5 == 4:
                row.append("")
            elif is_late and column.type in ("date", "datetime"):
                row.append("2026-11-01" if column.type == "date" else "2026-11-01T12:00")
            else:
                row.append(_cell(column, number + place // 7))
        rows.append(row)
    return rows


def without(header: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> list[list[str]]:
    """The rows without a column."""
    place = list(header).index(name)
    return [[*row[:place], *row[place + 1 :]] for row in rows]
