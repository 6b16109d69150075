"""Traces of schemes about who is behind whom, told from the files by the rules' descriptions."""

from collections.abc import Callable
from datetime import timedelta

import polars as pl

from tests.demo.made_demo import AS_OF, Demo

_LEADING = ("ledamot", "ordforande", "vd", "firmatecknare", "komplementar", "innehavare")


def _owners(demo: Demo, kind: str) -> pl.DataFrame:
    """``orgnr, owner`` of owners of a kind with more than a quarter."""
    rows = demo.table("owners").filter(
        (pl.col("owner_type") == kind) & (pl.col("share_percent").cast(pl.Float64) > 25)
    )
    return rows.select("orgnr", owner=pl.col("owner_id").str.replace("-", ""))


def _seats(demo: Demo) -> pl.DataFrame:
    """``orgnr, person, since, until`` of those who lead or led."""
    rows = demo.table("officers").filter(pl.col("role").is_in(_LEADING))
    return rows.select(
        "orgnr",
        person=pl.coalesce("person_id", pl.col("person_name") + pl.col("birth_date")),
        since=pl.col("from_date").str.to_date(),
        until=pl.col("to_date").str.to_date(),
    )


def _sharing(pairs: pl.DataFrame, by: list[str]) -> list[str]:
    shared = pairs.unique().group_by(by).agg(pl.col("orgnr").unique())
    return (
        shared.filter(pl.col("orgnr").list.len() >= 2)
        .get_column("orgnr")
        .explode()
        .unique()
        .to_list()
    )


def _circles(demo: Demo) -> list[str]:
    owned = _owners(demo, "company")
    back = owned.rename({"orgnr": "owner", "owner": "orgnr"})
    return owned.join(back, on=["orgnr", "owner"]).get_column("orgnr").to_list()


def _through_companies(demo: Demo) -> list[str]:
    held = _owners(demo, "person").rename({"orgnr": "holding", "owner": "person"})
    chains = _owners(demo, "company").rename({"owner": "holding"}).join(held, on="holding")
    alone = chains.filter(pl.len().over("holding") == 1)
    return _sharing(alone.filter(pl.col("orgnr").is_in(list(demo.supplier_numbers))), ["person"])


def _unknown_owner(demo: Demo) -> list[str]:
    return _owners(demo, "unknown").get_column("orgnr").to_list()


def _shared_leader(demo: Demo) -> list[str]:
    running = demo.contracts.filter(
        pl.col("ended_on").is_null()
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= AS_OF))
    ).select(orgnr=pl.col("orgnr").str.replace("-", ""), area="service_area")
    now = _seats(demo).filter(pl.col("until").is_null()).select("orgnr", "person")
    return _sharing(now.join(running, on="orgnr"), ["person", "area"])


def _bulk(demo: Demo) -> pl.DataFrame:
    """Bolagsverket's file: ``orgnr``, and the whole row as ``text``."""
    lines = demo.file("companies", "bolagsverket").read_text(encoding="utf-8").splitlines()[1:]
    rows = [[cell.strip('"') for cell in line.split(";")] for line in lines]
    return pl.DataFrame(
        {
            "orgnr": [row[0].split("$")[0][-10:] for row in rows],
            "text": [";".join(row) for row in rows],
        }
    )


def _inherited(demo: Demo) -> list[str]:
    """Young suppliers whose owner led one company that went bankrupt about then."""
    fallen = _bulk(demo).filter(pl.col("text").str.contains("KKAV-AVORG")).select(gone="orgnr")
    past = _seats(demo).rename({"orgnr": "gone"}).join(fallen, on="gone")
    now = _seats(demo).filter(pl.col("until").is_null())
    young = now.group_by("orgnr").agg(pl.col("since").min()).filter(
        pl.col("since") >= AS_OF - timedelta(days=730)
    )  # fmt: skip
    return (
        now.join(past.select("person", "gone"), on="person")
        .join(young.select("orgnr"), on="orgnr")
        .filter(pl.col("orgnr").is_in(list(demo.supplier_numbers)))
        .join(demo.labelled("phoenix").select("orgnr"), on="orgnr", how="anti")
        .get_column("orgnr")
        .to_list()
    )


def _fronts(demo: Demo) -> list[str]:
    weak = _bulk(demo).filter(pl.col("text").str.contains("LI-AVOMFO")).get_column("orgnr")
    seats = _seats(demo).filter(pl.col("until").is_null()).select("orgnr", "person").unique()
    busy = seats.group_by("person").agg(
        companies=pl.len(), weak=pl.col("orgnr").is_in(weak.implode()).sum()
    )
    fronts = busy.filter((pl.col("companies") >= 11) & (pl.col("weak") >= 3))
    led = seats.join(fronts, on="person").get_column("orgnr")
    return sorted(set(led) & demo.supplier_numbers)


def _taken_over(demo: Demo) -> list[str]:
    since = AS_OF - timedelta(days=365)
    now = _seats(demo).filter(pl.col("until").is_null())
    alone = now.group_by("orgnr").agg(pl.col("person").n_unique(), pl.col("since").min())
    new = alone.filter((pl.col("person") == 1) & (pl.col("since") >= since))
    left = _seats(demo).filter(pl.col("until") >= since).select("orgnr", "until").unique("orgnr")
    moved = demo.table("company_events").filter(pl.col("event") == "address_change")
    told = (
        new.join(left, on="orgnr")
        .join(moved.select("orgnr", moved=pl.col("occurred_on").str.to_date()), on="orgnr")
        .filter((pl.col("moved") - pl.col("since")).dt.total_days().abs() <= 180)
    )
    return told.get_column("orgnr").to_list()


def _cancelled(demo: Demo) -> pl.DataFrame:
    told = demo.contracts.filter(pl.col("ended_reason") == "avtalsbrott")
    return told.select(orgnr=pl.col("orgnr").str.replace("-", "")).unique()


def _behind_cancelled(demo: Demo) -> list[str]:
    owners = _owners(demo, "person")
    gone = _cancelled(demo)
    persons = owners.join(gone, on="orgnr").select("owner").unique()
    return owners.join(persons, on="owner").join(gone, on="orgnr", how="anti")["orgnr"].to_list()


BEHIND_BY_ORGNR: dict[str, Callable[[Demo], list[str]]] = {
    "circular-ownership": _circles,
    "indirect-owner-shared": _through_companies,
    "beneficial-owner-unknown": _unknown_owner,
    "officer-shared-same-contract-area": _shared_leader,
    "new-company-inherits": _inherited,
    "front-person": _fronts,
    "take-over": _taken_over,
    "behind-ended-contract": _behind_cancelled,
    # The cancelled ones have no permit, which is a critical finding.
    "tied-to-critical-finding": _behind_cancelled,
}


def paid_to_staff(demo: Demo) -> list[str]:
    """Suppliers that are paid to an account of somebody on the staff."""
    digits = pl.col("bank_account").str.replace_all(r"\D", "")
    own = demo.table("employees").select(account=digits).drop_nulls().get_column("account")
    rows = demo.table("suppliers").filter(
        pl.col("bankgiro").str.replace_all(r"\D", "").is_in(own.implode())
    )
    return rows.get_column("supplier_no").to_list()
