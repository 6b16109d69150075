"""Suppliers to the company register with Splink 5, tuned as far as it would go.

    python splink_suppliers.py FOLDER {labels,labels_wide,no_labels}

Reads ``register.parquet``, ``suppliers.parquet`` and ``labels.parquet`` (1,000 true pairs) from
FOLDER; writes ``splink_<setting>.parquet`` (party_id, orgnr, weight of the best candidate) and
prints JSON: seconds after the imports, by step, and the candidates that its blocking found.

Settings that carried it furthest on data of this kind: names cleaned of case, diacritics and legal
form beforehand; a name comparison of twelve levels, from equal names down to nothing in common,
adjusted for how frequent a name, or its rarest word, is; one comparison for the whole address,
since street, postal code and city fail together; blocking on rare words. ``labels`` takes the m
probabilities from the labelled pairs, ``no_labels`` from expectation maximisation. ``labels_wide``
also blocks on the beginnings and endings of whole names: more is found, and it takes longer.
"""

import json
import logging
import sys
import time
from importlib.metadata import version
from pathlib import Path

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_FORMS = (
    "ab|aktiebolag|aktiebolaget|aktb|hb|handelsbolag|handelsbolaget|kb|kommanditbolag|"
    "kommanditbolaget|publ|ek|ekonomisk|forening|for|brf|bostadsrattsforeningen|stiftelsen|"
    "stiftelse|firma|enskild|ideell|foreningen|konkurs|likvidation|likv|rekonstruktion|under|"
    "konkursboet|efter|i|och|o"
)

_CLEANED = f"""
CREATE TABLE {{table}} AS
WITH folded AS (
    SELECT *, trim(regexp_replace(regexp_replace(
        translate(lower(name), 'åäöéèüø', 'aaoeeuo'), '[^a-z0-9]+', ' ', 'g'),
        ' +', ' ', 'g')) AS folded
    FROM read_parquet('{{path}}')
), worded AS (
    SELECT *, list_filter(string_split(folded, ' '),
        lambda word: NOT regexp_full_match(word, '{_FORMS}')) AS kept
    FROM folded
)
SELECT
    {{key}} AS unique_id,
    CASE WHEN len(kept) = 0 THEN string_split(folded, ' ') ELSE kept END AS words,
    array_to_string(words, ' ') AS name_clean,
    array_to_string(list_sort(words), ' ') AS name_sorted,
    array_to_string(words, '') AS name_compact,
    words[-1] AS last_word,
    regexp_replace(regexp_replace(regexp_replace(translate(lower(street), 'åäöé', 'aaoe'),
        '^c/o [^,]*, |,? c/o .*$|,? *(lgh|plan) .*$|,? [0-9] tr$', ''),
        'gatan|g\\.', 'g'), 'vagen|v\\.', 'v') AS street_clean,
    postal_code, left(postal_code, 3) AS region,
    translate(lower(city), 'åäöé', 'aaoe') AS city_clean
FROM worded
"""

#: The rarest words of each name, by how many register rows have them. A word that no row has is
#: misspelled; it is looked for by its two ends.
_COUNTED = """
CREATE TABLE word_rows AS
SELECT word, count(*) AS n FROM (SELECT unnest(words) AS word FROM register_0) GROUP BY word
"""

_RARE = """
CREATE TABLE {table} AS
WITH spread AS (SELECT unique_id, unnest(words) AS word FROM {table}_0),
ranked AS (
    SELECT unique_id, word, n,
        row_number() OVER (PARTITION BY unique_id ORDER BY n NULLS LAST, word) AS place
    FROM spread LEFT JOIN word_rows USING (word)
), rare AS (
    SELECT unique_id,
        max(word) FILTER (place = 1 AND n <= 1000) AS rare_1,
        max(word) FILTER (place = 2) AS rare_2,
        coalesce(max(word) FILTER (n IS NULL), max(word) FILTER (place = 1)) AS odd
    FROM ranked GROUP BY unique_id
)
SELECT cleaned.*, rare_1, rare_2, left(odd, 5) AS odd_start, right(odd, 5) AS odd_end,
    left(odd, 3) || right(odd, 3) AS odd_ends,
    left(name_compact, 5) || right(name_compact, 5) AS name_ends
FROM {table}_0 AS cleaned LEFT JOIN rare USING (unique_id)
"""


def _names() -> cl.CustomComparison:
    shared = "len(list_intersect(words_l, words_r))"
    fewer = "least(len(words_l), len(words_r))"
    alike = "jaro_winkler_similarity(name_{0}_l, name_{0}_r)"
    return cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.NullLevel("name_clean"),
            cll.ExactMatchLevel("name_clean", term_frequency_adjustments=True),
            cll.CustomLevel("name_sorted_l = name_sorted_r", "same words"),
            cll.CustomLevel("name_compact_l = name_compact_r", "same letters"),
            cll.CustomLevel("damerau_levenshtein(name_compact_l, name_compact_r) = 1", "1 error"),
            cll.CustomLevel(
                f"{shared} = {fewer} AND {fewer} >= 2", "all words of one, at least two"
            ),
            cll.CustomLevel(f"{alike.format('compact')} >= 0.96", "very like"),
            cll.CustomLevel(f"{alike.format('sorted')} >= 0.94", "very like, sorted"),
            cll.CustomLevel(f"{shared} = {fewer}", "all words of one"),
            cll.CustomLevel(
                f"rare_1_l = rare_1_r AND {shared} >= 2", "rarest word and another"
            ).configure(tf_adjustment_column="rare_1"),
            cll.CustomLevel(f"{alike.format('compact')} >= 0.9", "like"),
            cll.CustomLevel("rare_1_l = rare_1_r", "rarest word").configure(
                tf_adjustment_column="rare_1"
            ),
            cll.ElseLevel(),
        ],
    )


def _address() -> cl.CustomComparison:
    same_place = "(postal_code_l = postal_code_r OR city_clean_l = city_clean_r)"
    return cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            cll.CustomLevel(
                "street_clean_l IS NULL OR street_clean_r IS NULL", "missing"
            ).configure(is_null_level=True),
            cll.CustomLevel(f"street_clean_l = street_clean_r AND {same_place}", "same"),
            cll.CustomLevel(
                f"jaro_winkler_similarity(street_clean_l, street_clean_r) >= 0.94 AND {same_place}",
                "nearly same",
            ),
            cll.CustomLevel("postal_code_l = postal_code_r", "postal code"),
            cll.CustomLevel("city_clean_l = city_clean_r OR region_l = region_r", "town"),
            cll.ElseLevel(),
        ],
    )


_WIDE = [
    block_on("rare_2", "region"),
    block_on("odd_ends"),
    "left(l.name_compact, 8) = left(r.name_compact, 8)",
    "right(l.name_compact, 10) = right(r.name_compact, 10)",
]


def _settings(prior: float, is_wide: bool) -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=prior,
        blocking_rules_to_generate_predictions=[
            block_on("name_compact"),
            block_on("rare_1"),
            block_on("street_clean", "postal_code"),
            block_on("odd_start", "region"),
            block_on("odd_end", "region"),
            block_on("name_ends"),
            block_on("odd_start", "rare_2"),
            block_on("odd_start", "last_word"),
            block_on("odd_end", "last_word"),
            *(_WIDE if is_wide else []),
        ],
        comparisons=[_names(), _address()],
        max_iterations=15,
    )


def _prepare(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for table, key in (("register", "orgnr"), ("suppliers", "party_id::VARCHAR")):
        path = folder / f"{table}.parquet"
        connection.execute(_CLEANED.format(table=f"{table}_0", path=path, key=key))
    connection.execute(_COUNTED)
    for table in ("register", "suppliers"):
        connection.execute(_RARE.format(table=table))


_BEST = """
SELECT party_id::BIGINT AS party_id, arg_max(orgnr, match_weight) AS orgnr,
    max(match_weight) AS weight
FROM (
    SELECT match_weight,
        CASE WHEN source_dataset_l = 'asked' THEN unique_id_l ELSE unique_id_r END AS party_id,
        CASE WHEN source_dataset_l = 'asked' THEN unique_id_r ELSE unique_id_l END AS orgnr
    FROM {pairs}
) GROUP BY party_id
"""


def main() -> None:
    """Link, write the best candidates, print what it took."""
    folder, setting = Path(sys.argv[1]), sys.argv[2]
    logging.getLogger("splink").setLevel(logging.ERROR)
    steps: dict[str, float] = {}
    started = moment = time.perf_counter()

    def done(step: str) -> None:
        nonlocal moment
        now = time.perf_counter()
        steps[step] = now - moment
        moment = now

    connection = duckdb.connect()
    _prepare(connection, folder)
    done("prepare")
    api = DuckDBAPI(connection)
    ((known,),) = connection.execute("SELECT count(*) FROM register").fetchall()
    linker = Linker(
        [
            api.register(connection.table("register"), dataset_display_name="companies"),
            api.register(connection.table("suppliers"), dataset_display_name="asked"),
        ],
        _settings(0.85 / known, setting == "labels_wide"),
        log_level=None,
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    done("u")
    if setting.startswith("labels"):
        connection.execute(
            f"""CREATE TABLE labelled AS SELECT 'asked' AS source_dataset_l,
            party_id::VARCHAR AS unique_id_l, 'companies' AS source_dataset_r,
            orgnr AS unique_id_r FROM read_parquet('{folder / "labels.parquet"}')"""
        )
        linker.training.estimate_m_from_pairwise_labels(
            api.register(connection.table("labelled"), dataset_display_name="labelled_pairs")
        )
    else:
        for rule in (block_on("name_compact"), block_on("street_clean", "postal_code")):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, fix_probability_two_random_records_match=True
            )
    done("m")
    pairs = linker.inference.predict(threshold_match_weight=-40)
    written = folder / f"splink_{setting}.parquet"
    best = _BEST.format(pairs=pairs.physical_name)
    connection.execute(f"COPY ({best}) TO '{written}' (FORMAT parquet)")
    done("predict")
    seconds = time.perf_counter() - started
    ((count,),) = connection.execute(f"SELECT count(*) FROM {pairs.physical_name}").fetchall()
    found, registered = connection.execute(
        f"""WITH truth AS (
            SELECT party_id::VARCHAR AS party, truth
            FROM read_parquet('{folder / "truth.parquet"}') WHERE truth IS NOT NULL
        ), compared AS (
            SELECT unique_id_l AS one, unique_id_r AS other FROM {pairs.physical_name}
            UNION ALL SELECT unique_id_r, unique_id_l FROM {pairs.physical_name}
        )
        SELECT count(DISTINCT party) FILTER (one IS NOT NULL), count(DISTINCT party)
        FROM truth LEFT JOIN compared ON one = party AND other = truth"""
    ).fetchall()[0]
    told = {
        "seconds": seconds,
        "cpu_seconds": time.process_time(),
        "judging_seconds": time.perf_counter() - started - seconds,
        "steps": steps,
        "candidates": count,
        "blocking_recall": found / registered,
        "version": version("splink"),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
