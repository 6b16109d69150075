"""Keys of parties and companies that stay the same: what people decided hangs on them.

Everything else in identity may learn to read names better; these forms must never change, or past
decisions would be about nobody. ``tests/identity/test_party_keys.py`` holds them fast.

No key shows a person's identity number. What stands for one is a hash without a secret: it keeps
the number out of sight, not from somebody who tries every number. So the keys stay in the store.
"""

import re

import polars as pl

_COMPANY = r"^(?:[0-9]{10}|ef:[0-9a-f]{16})$"

#: Text that could be a person's number: a date of birth (day + 60 included) and four figures.
_LIKE_A_PERSON = (
    r"\b(?:18|19|20|21)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])"
    r"[-+ ]?[0-9]{4}\b"
)


def _hash(content: str) -> str:
    return f"substr(sha256({content}), 1, 16)"


def company_key_sql(orgnr: str) -> str:
    """SQL for the key of a company, from SQL for its organisationsnummer (ten digits).

    The number itself; of a sole trader, whose number is a person's, ``ef:`` and a hash.
    """
    hashed = _hash("'ef ' || " + orgnr)
    return f"CASE WHEN substr({orgnr}, 3, 1) < '2' THEN 'ef:' || {hashed} ELSE {orgnr} END"


def party_key_sql(supplier_no: str, name: str) -> str:
    """SQL for the key of a party that gives no organisationsnummer, from SQL for what it gives.

    ``lev:`` and the supplier number (its hash, if it could be a person's number); without one
    ``namn:`` and a hash of the letters and figures of the name. Null where there is neither.
    """
    letters = (
        f"nullif(trim(regexp_replace(lower(nfc_normalize({name})), '[^\\p{{L}}\\p{{N}}]+', ' ', "
        "'g')), '')"
    )
    hashed = _hash("'lev ' || " + supplier_no)
    shown = (
        f"CASE WHEN regexp_matches({supplier_no}, '{_LIKE_A_PERSON}') "
        f"THEN 'hash:' || {hashed} ELSE {supplier_no} END"
    )
    return (
        f"CASE WHEN {supplier_no} IS NOT NULL THEN 'lev:' || {shown} "
        f"ELSE 'namn:' || {_hash(letters)} END"
    )


def supplier_key_sql(supplier_id: str) -> str:
    """SQL for what decisions call a supplier, from SQL for its ``supplier_id``.

    The id itself; a hash where it could hold a person's number, as a supplier number may.
    """
    hashed = _hash("'supplier ' || " + supplier_id)
    return (
        f"CASE WHEN regexp_matches({supplier_id}, '{_LIKE_A_PERSON}') "
        f"THEN 'hash:' || {hashed} ELSE {supplier_id} END"
    )


def shows_a_person(key: str) -> bool:
    """Whether a key shows what could be a person's number; none that is made here does."""
    return re.search(_LIKE_A_PERSON, key) is not None


def is_company_key(key: pl.Expr) -> pl.Expr:
    """Whether a key is a company's, not a party's."""
    return key.str.contains(_COMPANY)
