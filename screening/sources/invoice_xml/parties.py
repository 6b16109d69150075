"""Who sends an invoice, what it says of F-tax, and where it wants the money: both formats."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from screening.identity_numbers import looks_like_iban, looks_like_orgnr, orgnr

#: What marks an account as a giro number: Peppol's branch ids, and the BICs that Svefaktura uses.
_GIROS = {"SE:BANKGIRO": "bg", "BGABSESS": "bg", "SE:PLUSGIRO": "pg", "PGSISESS": "pg"}
_NOT_IN_NUMBERS = re.compile(r"[\s.-]")
_PREFERRED = ("bg:", "pg:", "iban:")
_F_TAX = re.compile(r"\bFA?[ -]*(?:SKATT|TAX)")
_NOT = re.compile(
    r"\b(?:EJ|NEJ|INTE|ICKE|INGEN|SAKNAR|SAKNAS|UTAN|AVREGISTRERAD|ÅTERKALLAD|NOT|NO(?!\W*\d))\b"
)
#: Peppol's code list of identifiers: 0007 is the Swedish register, 9955 Swedish VAT numbers; 0088
#: is GLN, 0208 Belgian, and so on.
_OTHER_SCHEME = re.compile(r"(?!0007|9955)\d{4}")
_LONGEST_NUMBER = 40
_SWEDISH_SCHEMES = frozenset(("0007", "SE:ORGNR"))


class Numbered(NamedTuple):
    """A number of a party and the scheme that it is said to be of (None where it says none)."""

    number: str | None
    scheme: str | None = None


def says_swedish(given: Numbered) -> bool:
    """Whether a number is said to be of the Swedish register."""
    return given.scheme is not None and given.scheme.upper() in _SWEDISH_SCHEMES


def organisation_of(given: Iterable[Numbered]) -> str | None:
    """The first of several numbers that is an organisationsnummer, also within a VAT number.

    Where none is right, the first that looks like one: its wrong check digit is then told.
    """
    wrong = None
    for number, scheme in given:
        if number is None or len(number) > _LONGEST_NUMBER:
            continue
        if scheme and _OTHER_SCHEME.fullmatch(scheme):
            continue
        found = _orgnr(number)
        if found is not None:
            return found
        if wrong is None and looks_like_orgnr(number):
            wrong = number
    return wrong


@lru_cache(maxsize=4096)
def _orgnr(number: str) -> str | None:
    return orgnr(number)


def states_f_tax(statements: Iterable[str | None]) -> bool:
    """Whether one of a supplier's statements says that it is approved for F-tax.

    Seen: ``GODKÄND FÖR F-SKATT``, ``Innehar F-skattebevis``, ``F-skattsedel finns``, ``FA-skatt``;
    and ``Innehar ej F-skatt``, which says the opposite.
    """
    for statement in statements:
        if statement is not None:
            told = statement[:200].upper()
            if _F_TAX.search(told) and not _NOT.search(told):
                return True
    return False


def payee_account(given: Iterable[Numbered]) -> str | None:
    """One of the accounts that an invoice may be paid to, written so that its kind is known.

    Bankgiro goes before plusgiro, that before IBAN, that before others: so the suppliers' register
    has them, and so a sender with several is seen at one of them always.

    Args:
        given: account numbers; the scheme is the branch id or the BIC beside each.
    """
    accounts = [_account(number, branch) for number, branch in given if number]
    for kind in _PREFERRED:
        for account in accounts:
            if account.startswith(kind):
                return account
    return accounts[0] if accounts else None


def _account(number: str, branch: str | None) -> str:
    bare = _NOT_IN_NUMBERS.sub("", number).upper()
    giro = _GIROS.get(branch.upper()) if branch else None
    is_iban = looks_like_iban(bare)
    if giro is not None and not is_iban:
        return f"{giro}:{bare.removeprefix('BG').removeprefix('PG')}"
    return f"iban:{bare}" if is_iban else number
