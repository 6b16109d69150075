"""Numbers and days as people in Sweden and abroad write them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from screening.messages import Language

#: Between groups of three digits: a narrow space that never breaks a line.
GROUP = "\u202f"
_SPACE = "\u00a0"
_MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def number(value: Decimal | int | float, language: Language, decimals: int = 0) -> str:
    """``1 234,50`` (sv) or ``1 234.50`` (en), rounded half up, with a true minus sign."""
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)
    written = f"{abs(rounded):,}".replace(",", GROUP)
    if language == "sv":
        written = written.replace(".", ",")
    return f"\u2212{written}" if rounded < 0 else written


def sek(value: Decimal | None, language: Language) -> str:
    """Whole kronor, ``1 234 kr`` or ``SEK 1 234``; empty where there is no amount."""
    if value is None:
        return ""
    return _with_currency(number(value, language), language, "kr")


def million_sek(value: Decimal | None, language: Language) -> str:
    """Millions with one decimal, ``84,2 mn kr`` or ``SEK 84.2 m``; two below one million."""
    millions = (value or Decimal(0)) / 1_000_000
    decimals = 2 if 0 < abs(millions) < 1 else 1
    written = number(millions, language, decimals)
    if language == "sv":
        return _with_currency(written, language, f"mn{_SPACE}kr")
    return _with_currency(f"{written}{_SPACE}m", language, "")


def percent(share: float | Decimal, language: Language) -> str:
    """A share of one as whole percent; what is not nothing is never shown as 0."""
    value = Decimal(str(share)) * 100
    if 0 < value < 1:
        return f"<{_SPACE}1{_SPACE}%" if language == "sv" else "<1%"
    written = number(value, language)
    return f"{written}{_SPACE}%" if language == "sv" else f"{written}%"


def day(value: date, language: Language) -> str:
    """``20 november 2026`` (the words of the language, the order is the same)."""
    return f"{value.day}{_SPACE}{_MONTHS[language].split()[value.month - 1]} {value.year}"


def orgnr(value: str | None) -> str:
    """Ten digits as people write them, ``556677-8899``; anything else as it is."""
    if value and len(value) == 10 and value.isdigit():
        return f"{value[:6]}-{value[6:]}"
    return value or ""


def _with_currency(written: str, language: Language, unit: str) -> str:
    return f"{written}{_SPACE}{unit}" if language == "sv" else f"SEK{_SPACE}{written}"
