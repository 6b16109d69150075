"""What suppliers are reached or paid by, in one form: accounts, telephones, mail domains."""

import polars as pl

from screening.identity.reference_files import mail_providers


def contact_forms(told: pl.DataFrame) -> pl.DataFrame:
    """Nodes of what suppliers may be reached or paid by.

    Args:
        told: field (bankgiro, plusgiro, bank_account, iban, phone, email), value.

    Returns:
        field, value, node, kind (account, phone, domain), role (``address`` where a mail
        provider's domain is no tie and the whole address stands). Values without a form have no
        node: a number of fewer than seven figures, a text without ``@`` and a dot after it.
    """
    value, field = pl.col("value"), pl.col("field")
    digits = (
        value.str.replace(r"\(0\)", "")
        .str.replace_all(r"[^0-9+]", "")
        .str.replace(r"^(?:\+|00)46", "0")
        .str.replace_all("+", "", literal=True)
    )
    mail = value.str.to_lowercase().str.extract(r"([^\s<>;,]+@[^\s<>;,@]+\.[^\s<>;,@.]+)")
    domain = mail.str.extract(r"@(?:www\.)?(.+)$")
    is_anybodys = domain.is_in(list(mail_providers()))
    return told.with_columns(
        node=pl.when(field == "phone")
        .then(pl.when(digits.str.len_chars() >= 7).then(pl.lit("t:") + digits))
        .when(field == "email")
        .then(pl.lit("d:") + pl.when(is_anybodys).then(mail).otherwise(domain))
        .otherwise(pl.lit("k:") + value),
        kind=pl.when(field == "phone")
        .then(pl.lit("phone"))
        .when(field == "email")
        .then(pl.lit("domain"))
        .otherwise(pl.lit("account")),
        role=pl.when((field == "email") & is_anybodys).then(pl.lit("address")),
    )
