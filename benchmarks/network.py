"""Who is behind 20,000 suppliers, in a register of 3 million companies and 4 million ties.

The register is made up: chains of holding companies, owners with split shares, loops, hubs with a
hundred thousand small owners, shares that are not told. Measured: from rows of ownership as tables
of the warehouse hold them to the finished tables, as one process, beside a bare pass of the engine
over the same rows (read, join each owner with its own owners once, multiply, sum).

Run: python -m benchmarks.network [--companies 3000000] [--ties 4000000] [--suppliers 20000]
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from benchmarks.machine import describe_machine, measure, own_peak_mb
from screening.warehouse.exchange import as_table, to_polars

_SEED = 20261122
_HUBS = 3
_HUB_OWNERS = 100_000


def _keys(prefix: str, numbers: pl.Series) -> pl.Series:
    return prefix + numbers.cast(pl.String).str.zfill(10)


def make_register(companies: int, ties: int, seed: int = _SEED) -> pl.DataFrame:
    """Rows of ownership: owner, owned, share_percent, ... as ``identity.ties`` has them.

    One tie in four is from a company, mostly one with a higher number, so that chains end. One in
    a hundred companies owns its neighbour half, and is owned by it. Three companies have a hundred
    thousand small owners each.
    """
    draws = np.random.default_rng(seed)
    hub_ties = min(_HUBS * _HUB_OWNERS, ties // 10)
    loops = draws.choice(companies - _HUBS - 1, ties // 200, replace=False) + _HUBS
    plain = ties - hub_ties - 2 * len(loops)
    owned = draws.integers(0, companies, plain)
    by_company = draws.random(plain) < 0.25
    ahead = owned + draws.geometric(1e-4, plain)
    back = np.maximum(owned - draws.geometric(1e-3, plain), 0)
    company = np.where(draws.random(plain) < 0.01, back, ahead) % companies
    person = draws.integers(0, companies // 2, plain)
    owner = (
        pl.DataFrame({"by_company": by_company, "company": company, "person": person})
        .select(
            pl.when("by_company")
            .then(_key_expr("c:", "company"))
            .otherwise(_key_expr("p:", "person"))
        )
        .to_series()
    )
    share = draws.choice([100.0, 51.0, 50.0, 49.0, 33.3, 25.0, 10.0, 5.0], plain)
    told = pl.DataFrame(
        {
            "owner": owner,
            "owned": _keys("c:", pl.Series(owned)),
            "share_percent": pl.Series(share).set(pl.Series(draws.random(plain) < 0.1), None),
        }
    )
    hubs = pl.DataFrame(
        {
            "owner": _keys("p:", pl.Series(draws.integers(0, companies // 2, hub_ties))),
            "owned": _keys("c:", pl.Series(np.arange(hub_ties) % _HUBS)),
            "share_percent": np.full(hub_ties, 100.0 * _HUBS / hub_ties),
        }
    )
    circles = pl.DataFrame(
        {
            "owner": _keys("c:", pl.Series(np.concatenate([loops, loops + 1]))),
            "owned": _keys("c:", pl.Series(np.concatenate([loops + 1, loops]))),
            "share_percent": np.full(2 * len(loops), 50.0),
        }
    )
    return pl.concat([told, hubs, circles]).with_columns(
        share_min_percent=pl.lit(None, pl.Float64),
        share_max_percent=pl.lit(None, pl.Float64),
        interest=pl.lit(None, pl.String),
        is_direct=pl.lit(None, pl.Boolean),
        is_beneficial_owner=pl.lit(None, pl.Boolean),
        from_date=pl.lit(None, pl.Date),
        confidence=pl.lit(1.0),
        ref=pl.int_range(pl.len(), dtype=pl.Int64),
    )


def _key_expr(prefix: str, column: str) -> pl.Expr:
    return pl.concat_str(pl.lit(prefix), pl.col(column).cast(pl.String).str.zfill(10))


def _made(arguments: argparse.Namespace, path: Path) -> None:
    rows = make_register(arguments.companies, arguments.ties)
    draws = np.random.default_rng(_SEED + 1)
    suppliers = pl.Series(draws.choice(arguments.companies, arguments.suppliers, replace=False))
    with duckdb.connect(str(path)) as connection:
        with as_table(connection, "made", rows):
            connection.execute("CREATE TABLE ownership AS SELECT * FROM made")
        with as_table(connection, "made", pl.DataFrame({"node": _keys("c:", suppliers.sort())})):
            connection.execute("CREATE TABLE suppliers AS SELECT * FROM made")


def _ours(path: Path) -> dict[str, float]:
    from screening.identity.network.owning import group_rows, ownership

    with duckdb.connect(str(path), config={"memory_limit": "1500MB"}) as connection:
        started = time.perf_counter()
        rows = to_polars(connection.sql("SELECT * FROM ownership"))
        kinds = pl.DataFrame(schema={"owner": pl.String, "owner_kind": pl.String})
        suppliers = to_polars(connection.sql("SELECT node FROM suppliers"))
        told = ownership(rows, kinds, suppliers)
        groups = group_rows(told.controls)
        for name, frame in (
            ("indirect_owners", told.owners), ("groups", groups), ("ended", told.companies),
        ):  # fmt: skip
            with as_table(connection, "told", frame):
                connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM told")
        return {
            "seconds": time.perf_counter() - started,
            "owners": told.owners.height,
            "indirect": told.owners.filter(pl.col("steps") > 1).height,
            "longest": int(told.owners["steps"].max() or 0),  # type: ignore[call-overload]
            "on_loops": told.companies["is_on_loop"].sum(),
            "grouped": groups.height,
            "peak_mb": own_peak_mb(),
        }


def _bare(path: Path) -> dict[str, float]:
    """One step up for everybody: the least that any engine has to do."""
    with duckdb.connect(str(path), config={"memory_limit": "1500MB"}) as connection:
        started = time.perf_counter()
        connection.execute(
            """
            CREATE OR REPLACE TABLE two_steps AS
            SELECT one.owned, two.owner, sum(one.share_percent * two.share_percent / 100) AS share
            FROM ownership AS one JOIN ownership AS two ON two.owned = one.owner
            WHERE one.owner NOT IN ('c:0000000000', 'c:0000000001', 'c:0000000002')
            GROUP BY one.owned, two.owner
            """
        )
        return {"seconds": time.perf_counter() - started, "peak_mb": own_peak_mb()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=3_000_000)
    parser.add_argument("--ties", type=int, default=4_000_000)
    parser.add_argument("--suppliers", type=int, default=20_000)
    parser.add_argument("--side", choices=("ours", "bare"))
    parser.add_argument("--path", type=Path)
    arguments = parser.parse_args()
    if arguments.side:
        side = _ours if arguments.side == "ours" else _bare
        print(json.dumps(side(arguments.path)))
        return
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.duckdb"
        _made(arguments, path)
        print(f"{arguments.companies:,} companies, {arguments.ties:,} ties, "
              f"{arguments.suppliers:,} suppliers")  # fmt: skip
        told = {}
        for side in ("bare", "ours"):
            run = measure(
                sys.executable, "-m", "benchmarks.network", "--side", side, "--path", str(path)
            )
            lines = [line for line in run.output.splitlines() if line.startswith("{")]
            if run.exit_code or not lines:
                raise SystemExit(run.output)
            told[side] = json.loads(lines[-1])
            print(f"{side:5} {told[side]['seconds']:6.1f} s within, {run.seconds:6.1f} s in all, "
                  f"{run.cpu_seconds:6.1f} s processor, {run.peak_mb:,.0f} MB peak")  # fmt: skip
        ours = told["ours"]
        print(f"ratio {ours['seconds'] / told['bare']['seconds']:.1f}")
        print(
            f"{ours['owners']:,} owners, {ours['indirect']:,} of them indirect, up to "
            f"{ours['longest']} steps away; {ours['on_loops']:,} suppliers on loops; "
            f"{ours['grouped']:,} companies control or are controlled"
        )


if __name__ == "__main__":
    main()
