"""Traces of schemes about permits in use, taxes and companies, told from the files as delivered."""

import re
from collections.abc import Callable
from datetime import timedelta

import polars as pl

from screening.demo.settings import demo_settings
from tests.demo.made_demo import AS_OF, Demo

Check = Callable[[Demo], list[str]]
_LED = ("ledamot", "ordforande", "vd", "komplementar", "agare")


def _numbered(demo: Demo) -> pl.DataFrame:
    """``leverantor_id, orgnr`` of everybody in the supplier register with a number."""
    return (
        demo.table("suppliers")
        .select(
            leverantor_id="supplier_no",
            orgnr=pl.col("orgnr")
            .str.replace(r"^SE(\d{10})01$", "${1}")
            .str.replace_all(r"\D", "")
            .str.tail(10),
        )
        .drop_nulls()
    )


def _bought(demo: Demo, marked: Callable[[str], bool]) -> pl.DataFrame:
    """Lines of the ledger on accounts of services with a mark, with ``orgnr``."""
    kinds = demo_settings().services
    accounts = [number for key in kinds if marked(key) for number, _ in kinds[key].accounts]
    return demo.ledger.filter(pl.col("konto_nr").is_in(accounts)).join(
        _numbered(demo), on="leverantor_id"
    )


def _first_served(demo: Demo) -> pl.DataFrame:
    """``orgnr, first``: the first line on which a service that needs a permit stands."""
    care = _bought(demo, lambda key: demo_settings().services[key].permit is not None)
    return care.group_by("orgnr").agg(first=pl.col("day").min())


def _reports(demo: Demo) -> pl.DataFrame:
    """The newest annual report of each company."""
    told = demo.table("financials").with_columns(
        pl.col("orgnr").str.replace("-", ""),
        pl.col("period_start", "period_end").str.to_date(),
        pl.col("revenue_sek", "employees").cast(pl.Int64),
    )
    return told.sort("period_end").group_by("orgnr", maintain_order=True).last()


def _dormant(demo: Demo) -> list[str]:
    idle = _reports(demo).filter(pl.col("revenue_sek") <= 50_000)
    held = demo.permits.filter(pl.col("Status") == "Aktiv").select(
        "orgnr", since=pl.col("Giltigt_fran").str.to_date()
    )
    both = idle.join(held, on="orgnr").filter(pl.col("since") <= pl.col("period_start"))
    served = both.join(_first_served(demo), on="orgnr")
    return served.filter(pl.col("first") > pl.col("period_end")).get_column("orgnr").to_list()


def _led(demo: Demo) -> pl.DataFrame:
    officers = demo.table("officers").select(
        "orgnr", "role", person="person_id", since="from_date", until="to_date"
    )
    owners = demo.table("owners").filter(pl.col("owner_type") == "person")
    owning = owners.select(
        "orgnr", role=pl.lit("agare"), person="owner_id", since="from_date", until="to_date"
    )
    return pl.concat([officers, owning]).with_columns(pl.col("since", "until").str.to_date())


def _people_changed(demo: Demo) -> list[str]:
    begun = _first_served(demo).filter(pl.col("first") > AS_OF - timedelta(days=365))
    people = _led(demo).filter(pl.col("role").is_in(_LED)).join(begun, on="orgnr")

    def there(day: pl.Expr) -> pl.Expr:
        lasts = pl.col("until").is_null() | (pl.col("until") > day)
        return ((pl.col("since") <= day) & lasts).any()

    told = people.group_by("orgnr", "person").agg(
        before=there(pl.col("first") - timedelta(days=180)), now=there(pl.col("first"))
    )
    counted = told.group_by("orgnr").agg(
        then=pl.col("before").sum(),
        gone=(pl.col("before") & ~pl.col("now")).sum(),
        new=(pl.col("now") & ~pl.col("before")).sum(),
    )
    changed = (pl.col("gone") * 2 >= pl.col("then")) & (pl.col("gone") > 0) & (pl.col("new") > 0)
    return counted.filter(changed).get_column("orgnr").to_list()


def _not_started(demo: Demo) -> list[str]:
    permits = demo.permits.select(
        "orgnr", "Status", since=pl.col("Giltigt_fran").str.to_date()
    ).join(_first_served(demo), on="orgnr")
    early = (pl.col("first") + timedelta(days=14) < pl.col("since").min()).first()
    waiting = (pl.col("Status") == "Ej startad").all()
    told = permits.group_by("orgnr").agg(hasty=early | waiting)
    return told.filter("hasty").get_column("orgnr").to_list()


def _statistics(demo: Demo) -> pl.DataFrame:
    """``orgnr, street, sni`` from SCB's file."""
    rows = demo.file("companies", "scb").read_bytes().decode("latin-1").split("\r\n")
    head = rows[0].split("\t")
    number, street, code = (head.index(name) for name in ("PeOrgNr", "Gatuadress", "Ng1"))
    cells = [row.split("\t") for row in rows[1:] if row]
    return pl.DataFrame(
        {
            "orgnr": [cell[number][-10:] for cell in cells],
            "street": [cell[street] for cell in cells],
            "sni": [cell[code] for cell in cells],
        }
    )


def _elsewhere(demo: Demo) -> list[str]:
    own = demo.table("suppliers").select(leverantor_id="supplier_no", place="street")
    units = demo.permits.select("orgnr", place="Gatuadress")
    registered = _statistics(demo).select("orgnr", place="street")
    placed = _numbered(demo).join(pl.concat([units, registered]), on="orgnr")
    known = pl.concat([own, placed.select("leverantor_id", "place")]).drop_nulls()
    visits = demo.table("followups").filter(pl.col("place").is_not_null())
    # Who has neither number nor address may be anywhere.
    unknown = (
        visits.select(leverantor_id="supplier_no", place="place")
        .join(known, on="leverantor_id", how="semi")
        .join(known, on=["leverantor_id", "place"], how="anti")
    )
    return unknown.get_column("leverantor_id").to_list()


def _vat(demo: Demo) -> list[str]:
    charged: dict[str, float] = {}
    for path in (demo.inbox / "invoices" / "peppol").glob("*.xml"):
        text = path.read_text("utf-8")
        number = re.findall(r'<cbc:CompanyID schemeID="0007">(\d{10})', text)[0]
        amount = re.findall(r'<cbc:TaxAmount currencyID="SEK">([0-9.]+)', text)[0]
        charged[number] = charged.get(number, 0.0) + float(amount)
    told = demo.table("tax_status").with_columns(pl.col("orgnr").str.replace("-", ""))
    never = told.group_by("orgnr").agg(never=(pl.col("vat_registered") == "nej").all())
    without = set(never.filter("never").get_column("orgnr"))
    return [number for number, vat in charged.items() if vat >= 5_000 and number in without]


def _private(demo: Demo) -> list[str]:
    told = demo.table("debts").with_columns(pl.col("orgnr").str.replace("-", ""))
    newest = told.sort("as_of").group_by("orgnr").last()
    large = newest.filter(pl.col("enskilda_mal_sek").cast(pl.Float64) >= 100_000)
    return large.get_column("orgnr").to_list()


def _silent(demo: Demo) -> list[str]:
    told = demo.table("payroll").sort("month").group_by("orgnr", maintain_order=True).tail(3)
    none = told.group_by("orgnr").agg(
        none=(pl.col("employer_contributions_sek").cast(pl.Float64) == 0).all(),
        first=pl.col("month").min().str.to_date("%Y-%m"),
    )
    work = _bought(demo, lambda key: demo_settings().services[key].labour_heavy)
    invoiced = (
        work.join(none.filter("none"), on="orgnr")
        .filter(pl.col("day").is_between("first", pl.col("first").dt.offset_by("3mo"), "left"))
        .group_by("orgnr")
        .agg(pl.col("ore").sum())
    )
    return invoiced.filter(pl.col("ore") >= 15_000_000).get_column("orgnr").to_list()


def _at_once(demo: Demo) -> list[str]:
    rows = demo.file("companies", "bolagsverket").read_text("utf-8").split("\n")[1:-1]
    cells = [row.split(";") for row in rows]
    born = pl.DataFrame(
        {
            "orgnr": [re.sub(r"\D", "", cell[0])[:10] for cell in cells],
            "registered": [re.search(r"\d{4}-\d\d-\d\d", row)[0] for row in rows],  # type: ignore[index]
        }
    )
    told = demo.table("tax_status").filter(pl.col("f_tax") == "ja").drop_nulls("changed_on")
    told = told.select(pl.col("orgnr").str.replace("-", ""), "changed_on").join(born, on="orgnr")
    days = pl.col("changed_on").str.to_date() - pl.col("registered").str.to_date()
    soon = told.filter(days.dt.total_days().is_between(0, 30))
    early = (
        demo.ledger.join(_numbered(demo), on="leverantor_id")
        .join(soon.unique("orgnr"), on="orgnr")
        .filter(pl.col("day") <= pl.col("registered").str.to_date() + timedelta(days=90))
        .group_by("orgnr")
        .agg(pl.col("ore").sum())
    )
    return early.filter(pl.col("ore") >= 30_000_000).get_column("orgnr").to_list()


def _events(demo: Demo, days: int) -> pl.DataFrame:
    since = (AS_OF - timedelta(days=days)).isoformat()
    return demo.table("company_events").filter(pl.col("occurred_on") >= since)


def _shelf(demo: Demo) -> list[str]:
    idle = _reports(demo).filter((pl.col("revenue_sek") <= 20_000) & (pl.col("employees") == 0))
    kinds = _events(demo, 500).group_by("orgnr").agg(pl.col("event").unique())
    remade = pl.col("event").list.contains("board_change") & (pl.col("event").list.len() >= 2)
    return idle.join(kinds.filter(remade), on="orgnr").get_column("orgnr").to_list()


def _far(demo: Demo) -> list[str]:
    trade = _statistics(demo).filter(pl.col("sni").str.contains("^4[567]"))
    sold = _bought(demo, lambda key: key in ("stadning", "bemanning"))
    return sorted(set(trade.get_column("orgnr")) & set(sold.get_column("orgnr")))


def _mail(demo: Demo) -> list[str]:
    told = demo.table("suppliers").filter(pl.col("street").str.starts_with("c/o"))
    return told.get_column("supplier_no").to_list()


def _restless(demo: Demo) -> list[str]:
    kinds = ("name_change", "seat_change", "purpose_change")
    told = _events(demo, 730).filter(pl.col("event").is_in(kinds))
    days = told.group_by("orgnr").agg(pl.col("occurred_on").n_unique())
    return days.filter(pl.col("occurred_on") >= 3).get_column("orgnr").to_list()


def _auditors(demo: Demo) -> list[str]:
    remarked = _reports(demo).filter(pl.col("auditor_remark").is_not_null())
    changes = _events(demo, 730).filter(pl.col("event") == "auditor_change")
    twice = changes.group_by("orgnr").agg(pl.col("occurred_on").n_unique())
    auditors = demo.table("officers").filter(pl.col("role") == "revisor")
    left = auditors.group_by("orgnr").agg(none=pl.col("to_date").is_not_null().all())
    return [
        *remarked.get_column("orgnr"),
        *twice.filter(pl.col("occurred_on") >= 2).get_column("orgnr"),
        *left.filter("none").get_column("orgnr"),
    ]


COMPANY_BY_ORGNR: dict[str, Check] = {
    "dormant-permit-invoicing": _dormant,
    "people-changed-before-permit-invoices": _people_changed,
    "permit-not-started": _not_started,
    "vat-charged-not-registered": _vat,
    "private-debt": _private,
    "no-employer-contributions": _silent,
    "f-tax-at-formation-large-invoices": _at_once,
    "shelf-company": _shelf,
    "line-of-business-far": _far,
    "changed-repeatedly": _restless,
    "auditor-left-or-remarked": _auditors,
}
COMPANY_BY_NUMBER: dict[str, Check] = {
    "unit-not-on-permit": _elsewhere,
    "mail-address-or-crowd": _mail,
}
