"""Companies, parties, persons and entries of lists as a reviewer may see them: masked, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screening.identity.reviewed.pair_records import Rows
from screening.identity_numbers import is_personal_number, mask, mask_within
from screening.messages import Language, text
from screening.reports import written_numbers as written
from screening.reports.privacy import text_without_personal_numbers
from screening.rules.code_words import code_words

#: Ties of a person to companies that are shown.
_TIES_SHOWN = 4


@dataclass(frozen=True)
class Record:
    """One side of a pair as it may be shown: code of the field to text, in the order of showing."""

    fields: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.fields.get("name", "–")

    @property
    def number(self) -> str:
        return self.fields.get("number", "")

    @property
    def title(self) -> str:
        """Name, and number where there is one."""
        return f"{self.name} ({self.number})" if self.number else self.name

    @property
    def line(self) -> str:
        """Name, number and address on one line."""
        told = (self.fields.get(code) for code in ("name", "number", "address"))
        return ", ".join(filter(None, told))

    @property
    def kept(self) -> dict[str, str]:
        """What is kept of it with an answer: enough to know it again, and no more."""
        return {
            code: self.fields[code] for code in ("name", "number", "address") if code in self.fields
        }


def shown_number(number: str) -> str:
    """An organisationsnummer as people write it; a person's masked."""
    return mask(number) if is_personal_number(number) else written.orgnr(number)


def _address(row: Mapping[str, Any]) -> str:
    town = " ".join(filter(None, (row.get("postal_code"), row.get("city"))))
    return ", ".join(filter(None, (row.get("street"), town)))


def record(fields: Mapping[str, object]) -> Record:
    """A record of what is told; empty fields are left out, numbers of persons masked."""
    return Record(
        {
            code: text_without_personal_numbers(str(value))
            for code, value in fields.items()
            if value not in (None, "")
        }
    )


def company_record(orgnr: str, companies: Rows, language: Language) -> Record:
    """A company of the register."""
    row = companies.get(orgnr, {})
    proceeding = row.get("proceeding")
    return record(
        {
            "name": row.get("name"),
            "number": shown_number(orgnr),
            "address": _address(row),
            "legal_form": row.get("legal_form"),
            "registered_on": row.get("registered_on"),
            "deregistered_on": row.get("deregistered_on"),
            "proceeding": code_words("proceeding", language).get(proceeding or "", proceeding),
        }
    )


def party_record(supplier_no: str | None, name: str | None, parties: Rows) -> Record:
    """A party that we know ourselves."""
    row = parties.get((supplier_no, None if supplier_no is not None else name), {})
    return record(
        {
            "name": row.get("name") or name,
            "number": supplier_no and mask_within(supplier_no),
            "address": _address(row),
            "vat_no": row.get("vat_no"),
            "account": row.get("account"),
            "email": row.get("email"),
            "invoice_lines": row.get("invoice_lines"),
            "last_invoice_on": row.get("last_invoice_on"),
        }
    )


def person_record(key: str, persons: Rows, companies: Rows, language: Language) -> Record:
    """A person: names, number (masked), day of birth, where they live, what they are to whom."""
    row = persons.get(key, {})
    roles = code_words("role", language)

    def tie(each: Mapping[str, Any]) -> str:
        role = each["role"]
        words = roles.get(role) or text(f"identity.role_{role}", language)
        company = companies.get(each["orgnr"], {}).get("name")
        shown = company or (shown_number(each["orgnr"]) if each["orgnr"] else "")
        return f"{words}, {shown}" if shown else words

    told = [tie(each) for each in row.get("ties", ())]
    return record(
        {
            "name": " / ".join(row.get("names", ())),
            "number": " / ".join(mask(number) for number in row.get("numbers", ())),
            "born": " / ".join(str(day) for day in row.get("births", ())),
            "address": " / ".join(filter(None, row.get("addresses", ()))),
            "roles": "; ".join(told[:_TIES_SHOWN]) + ("; …" if len(told) > _TIES_SHOWN else ""),
        }
    )


def listed_record(entry_id: str, row: Mapping[str, Any]) -> Record:
    """An entry of a list."""
    period = f"{row.get('from_date') or ''} – {row.get('to_date') or ''}".strip(" –")
    return record(
        {
            "name": row.get("entry_name"),
            "number": entry_id,
            "list": row.get("list_name"),
            "programme": row.get("programme"),
            "period": period,
        }
    )
