"""Identity numbers: from every written form to one normal form, with their check digits.

For each kind there is

- a scalar function: ``orgnr(text)`` gives the normal form or None;
- an expression over a column: ``orgnr_expr(pl.col("x"))``;
- a function over a series that also says what is wrong: ``orgnrs(series)`` gives
  `screening.parsed.Parsed`, whose problems are keys of the ``quarantine`` texts.
"""

from screening.identity_numbers.accounts import (
    bank_account,
    bank_account_expr,
    bank_accounts,
    bankgiro,
    bankgiro_expr,
    bankgiros,
    iban,
    iban_expr,
    ibans,
    looks_like_iban,
    plusgiro,
    plusgiro_expr,
    plusgiros,
)
from screening.identity_numbers.check_digits import luhn_digit
from screening.identity_numbers.masking import mask, mask_expr, mask_within, mask_within_expr
from screening.identity_numbers.organisations import (
    ORGNR_WITHIN,
    could_be_person_expr,
    is_personal_number,
    is_personal_number_expr,
    looks_like_orgnr,
    looks_like_orgnr_expr,
    orgnr,
    orgnr_expr,
    orgnr_problem_expr,
    orgnrs,
    orgnrs_within_expr,
    peppol_id,
    peppol_id_expr,
    peppol_ids,
    peppol_orgnr,
    peppol_orgnr_expr,
    vat,
    vat_expr,
    vats,
    written_orgnr_expr,
)
from screening.identity_numbers.persons import (
    party_id,
    party_id_expr,
    party_ids,
    person_id,
    person_id_expr,
    person_id_problem_expr,
    person_ids,
)

__all__ = [
    "ORGNR_WITHIN",
    "bank_account",
    "bank_account_expr",
    "bank_accounts",
    "bankgiro",
    "bankgiro_expr",
    "bankgiros",
    "could_be_person_expr",
    "iban",
    "iban_expr",
    "ibans",
    "is_personal_number",
    "is_personal_number_expr",
    "looks_like_iban",
    "looks_like_orgnr",
    "looks_like_orgnr_expr",
    "luhn_digit",
    "mask",
    "mask_expr",
    "mask_within",
    "mask_within_expr",
    "orgnr",
    "orgnr_expr",
    "orgnr_problem_expr",
    "orgnrs",
    "orgnrs_within_expr",
    "party_id",
    "party_id_expr",
    "party_ids",
    "peppol_id",
    "peppol_id_expr",
    "peppol_ids",
    "peppol_orgnr",
    "peppol_orgnr_expr",
    "person_id",
    "person_id_expr",
    "person_id_problem_expr",
    "person_ids",
    "plusgiro",
    "plusgiro_expr",
    "plusgiros",
    "vat",
    "vat_expr",
    "vats",
    "written_orgnr_expr",
]
