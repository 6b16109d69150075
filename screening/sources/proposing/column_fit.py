"""How well what a column holds fits what a contract's column must hold."""

from screening.sources.codes import vocabulary_of
from screening.sources.contracts import Column
from screening.sources.folding import fold
from screening.sources.proposing.column_profile import ORDERS, ColumnProfile
from screening.sources.proposing.header_words import dictionary

#: Nothing to judge by: neither for nor against.
UNKNOWN = 0.5
#: How much a column's values tell without its header, by contract type: an IBAN is an IBAN.
TELLING: dict[str, float] = {
    "iban": 0.75,
    "vat": 0.7,
    "orgnr": 0.7,
    "person_id": 0.65,
    "party_id": 0.5,
    "postal_code": 0.4,
    "bankgiro": 0.5,
    "plusgiro": 0.3,
    "bank_account": 0.15,
    "datetime": 0.4,
    "date": 0.3,
    "month": 0.35,
    "code": 0.5,
    "amount": 0.2,
    "boolean": 0.1,
    "decimal": 0.1,
    "integer": 0.05,
}
_TELLING_TEXTS = {"mail": 0.7, "phone": 0.5, "street": 0.45}
#: From here on a column is taken to be of a shape.
MOSTLY = 0.8
_FEW = 5


def fit(profile: ColumnProfile, name: str, column: Column) -> float:
    """The share of a column's values that a contract's column can hold, 0 to 1."""
    if profile.is_empty:
        return UNKNOWN
    match column.type:
        case "text":
            return _text_fit(profile, dictionary().shapes.get(name, ""))
        case "code":
            return code_fit(profile, column)
        case "date":
            # Years of two digits are days too, only that they cannot be read; that is asked about.
            short = 0.7 * profile.share("short_year")
            months = profile.share("month") if column.precision else 0
            return max(day_share(profile), months, short)
        case "month":
            return max(profile.share("month"), day_share(profile))
        case "datetime":
            return max(profile.share(s) for s in ("datetime", *(f"datetime_{o}" for o in ORDERS)))
        case "amount" | "decimal":
            return _number_fit(profile)
        case "integer":
            return 0.3 if _is_identity(profile) else profile.share("integer")
        case "party_id":
            return max(profile.share("orgnr"), profile.share("person_id"))
        case "bankgiro" | "plusgiro":
            # Any eighth number has the right check digit, so the dash tells more.
            plain = 1.0 if profile.share("dashed") else 0.7
            return profile.share(column.type) * plain
        case "postal_code":
            return (
                0.3
                if profile.share("account") == 1 and profile.distinct < _FEW
                else (profile.share("postal_code"))
            )
        case _:
            return profile.share(column.type)


def day_share(profile: ColumnProfile) -> float:
    """The share of values that are days, in whatever order they are written."""
    return max(profile.share(shape) for shape in ("date", *(f"date_{order}" for order in ORDERS)))


def can_tell(name: str, column: Column) -> bool:
    """Whether values of a column may tell what it is without a header."""
    if column.type == "text":
        return dictionary().shapes.get(name, "") in _TELLING_TEXTS
    return column.type in TELLING


def telling(profile: ColumnProfile, name: str, column: Column) -> float:
    """How much the values tell of the column, whatever the header says, 0 to 1."""
    share = fit(profile, name, column)
    if profile.is_empty or share < MOSTLY:
        return 0.0
    if column.type == "text":
        return _TELLING_TEXTS.get(dictionary().shapes.get(name, ""), 0.0) * share
    if column.type == "code" and (profile.distinct < 2 or not vocabulary_of(column)):
        return 0.0
    if column.type in ("orgnr", "person_id", "bankgiro") and profile.distinct < _FEW:
        return TELLING[column.type] * share * 0.5
    if column.type == "orgnr" and profile.share("person_id") > MOSTLY:
        return 0.4 * share
    if column.type == "bankgiro" and not profile.share("dashed"):
        return 0.1
    if column.type == "amount" and not profile.share("decimals"):
        return 0.05
    return TELLING.get(column.type, 0.0) * share


def code_fit(profile: ColumnProfile, column: Column) -> float:
    """The share of rows whose code is one that the column knows; all of them where any will do."""
    vocabulary = vocabulary_of(column)
    if not profile.codes:
        return 0.2 if vocabulary else 0.6
    if not vocabulary:
        return 1.0
    known = sum(rows for code, rows in profile.codes if fold(code) in vocabulary)
    return known / sum(rows for _, rows in profile.codes)


def _is_identity(profile: ColumnProfile) -> bool:
    return profile.distinct >= _FEW and profile.share("orgnr") >= MOSTLY


def _number_fit(profile: ColumnProfile) -> float:
    share = profile.share("number")
    if profile.share("decimals") or profile.share("negative"):
        return share
    if _is_identity(profile) or profile.share("date") > MOSTLY:
        return 0.1
    return share * (0.6 if profile.is_unique and profile.filled > _FEW else 0.85)


def _text_fit(profile: ColumnProfile, shape: str) -> float:
    looks_like_amounts = profile.share("number") > MOSTLY and profile.share("decimals") > UNKNOWN
    looks_like_days = day_share(profile) > MOSTLY
    match shape:
        case "name" | "words" | "place":
            share = profile.share("letters") - profile.share("mail")
            if shape == "place":
                share -= 0.5 * profile.share("any_digit")
            return max(0.0, share - (0.8 if looks_like_days else 0))
        case "street":
            return max(profile.share("street"), 0.5 * profile.share("letters"))
        case "mail" | "phone":
            return profile.share(shape)
        case "account":
            return max(profile.share("account"), 0.4 * profile.share("any_digit"))
        case "id":
            if looks_like_amounts or looks_like_days:
                return 0.1
            if _is_identity(profile):
                return 0.3
            share = max(profile.share("id"), 0.6 * profile.share("word"))
            return share if not profile.is_constant else min(share, 0.4)
        case _:
            return 0.2 if looks_like_amounts or looks_like_days else 0.7
