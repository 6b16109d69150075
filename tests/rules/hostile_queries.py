"""Queries that want more than an answer: files, settings, other people's data, the whole machine.

``REFUSED``: must be refused before they run. ``STOPPED``: look like any query, and must be stopped
by the clock or the memory limit.
"""


def _doubling(levels: int) -> str:
    """Each WITH reads the one before twice: 2^levels tables once it is written out."""
    parts = ["c0 AS (SELECT supplier_id FROM suppliers)"]
    parts += [
        f"c{level} AS (SELECT a.supplier_id FROM c{level - 1} a, c{level - 1} b)"
        for level in range(1, levels)
    ]
    return f"WITH {', '.join(parts)} SELECT supplier_id FROM c{levels - 1}"


def _growing(step: str, levels: int) -> str:
    """Each WITH makes the text ``s`` of the one before longer."""
    parts = ["c0 AS (SELECT supplier_id, 'xxxxxxxxxx' AS s FROM suppliers)"]
    parts += [
        f"c{level} AS (SELECT supplier_id, {step} AS s FROM c{level - 1})"
        for level in range(1, levels)
    ]
    return f"WITH {', '.join(parts)} SELECT supplier_id, length(s) AS n FROM c{levels - 1}"


REFUSED = {
    # Files.
    "reads a csv": "SELECT * FROM read_csv('/etc/passwd')",
    "reads a csv automatically": "SELECT * FROM read_csv_auto('/etc/passwd')",
    "reads text": "SELECT content AS supplier_id FROM read_text('/etc/passwd')",
    "reads bytes": "SELECT * FROM read_blob('/etc/shadow')",
    "reads parquet": "SELECT * FROM read_parquet('/data/*.parquet')",
    "reads json": "SELECT * FROM read_json('cases.json')",
    "lists files": "SELECT file AS supplier_id FROM glob('/**')",
    "names a file as a table": "SELECT * FROM '/etc/passwd'",
    "names a file with quotes": 'SELECT * FROM "cases.csv"',
    "copies out": "COPY (SELECT * FROM suppliers) TO '/out.csv'",
    "copies in": "COPY suppliers FROM '/in.csv'",
    "exports all": "EXPORT DATABASE '/out'",
    "imports all": "IMPORT DATABASE '/out'",
    "sniffs": "SELECT * FROM sniff_csv('/etc/passwd')",
    # Network and extensions.
    "reads from the network": "SELECT * FROM read_csv('https://example.org/x.csv')",
    "names an address as a table": "SELECT * FROM 'https://example.org/x.parquet'",
    "attaches": "ATTACH 'other.duckdb' AS other",
    "detaches": "DETACH work",
    "uses another database": "USE other",
    "installs": "INSTALL httpfs",
    "loads": "LOAD httpfs",
    # Settings and secrets.
    "sets": "SET memory_limit = '100GB'",
    "resets": "RESET memory_limit",
    "pragma": "PRAGMA database_list",
    "pragma as a table": "SELECT * FROM pragma_database_list()",
    "calls": "CALL pragma_version()",
    "sets a variable": "SET VARIABLE x = 1",
    "gets a variable": "SELECT getvariable('x') AS supplier_id",
    "reads the environment": "SELECT getenv('HOME') AS supplier_id",
    "reads a setting": "SELECT current_setting('memory_limit') AS supplier_id",
    "creates a secret": "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "reads secrets": "SELECT name AS supplier_id FROM duckdb_secrets()",
    "reads settings": "SELECT name AS supplier_id FROM duckdb_settings()",
    # Peeking into the catalogue, other schemas and other runs.
    "lists tables by function": "SELECT table_name AS supplier_id FROM duckdb_tables()",
    "lists tables by view": "SELECT table_name AS supplier_id FROM information_schema.tables",
    "lists columns by view": "SELECT column_name FROM duckdb_columns",
    "lists tables as others do": "SELECT tablename AS supplier_id FROM pg_tables",
    "lists sqlite's": "SELECT name AS supplier_id FROM sqlite_master",
    "shows": "SHOW TABLES",
    "shows inside": "SELECT * FROM (SHOW ALL TABLES)",
    "describes": "DESCRIBE suppliers",
    "summarises": "SUMMARIZE suppliers",
    "explains": "EXPLAIN ANALYZE SELECT supplier_id FROM suppliers",
    "qualifies the schema": "SELECT supplier_id FROM screen.suppliers",
    "qualifies the database": "SELECT supplier_id FROM work.screen.suppliers",
    "reads the engine's table": "SELECT supplier_id FROM coverage",
    "reads the engine's other table": "SELECT source AS supplier_id FROM sources",
    "reads the answer of the engine": "SELECT supplier_id FROM answer_of_the_rule",
    "reads by name": "SELECT * FROM query_table('suppliers')",
    "runs text": "SELECT * FROM query('SELECT 1 AS supplier_id')",
    "runs json": "SELECT * FROM json_execute_serialized_sql('{}')",
    "hides a table behind an inner WITH": (
        "WITH a AS (WITH duckdb_tables AS (SELECT 1 AS x) SELECT x FROM duckdb_tables)"
        " SELECT sql AS supplier_id FROM duckdb_tables"
    ),
    "hides a table behind a later WITH": (
        "WITH a AS (SELECT table_name FROM duckdb_tables), duckdb_tables AS (SELECT 1 AS x)"
        " SELECT table_name AS supplier_id FROM a"
    ),
    "asks who runs it": "SELECT current_user AS supplier_id",
    "asks for the version": "SELECT version() AS supplier_id",
    "asks which query runs": "SELECT current_query() AS supplier_id",
    # Changing data and structures.
    "creates": "CREATE TABLE t AS SELECT 1",
    "creates in passing": "CREATE TEMP TABLE t AS SELECT * FROM suppliers",
    "creates a view": "CREATE OR REPLACE VIEW suppliers AS SELECT 1",
    "creates a macro": "CREATE MACRO m(x) AS x",
    "drops": "DROP TABLE suppliers",
    "alters": "ALTER TABLE suppliers DROP COLUMN name",
    "inserts": "INSERT INTO suppliers (supplier_id) VALUES ('x')",
    "inserts in a WITH": (
        "WITH a AS (INSERT INTO suppliers (supplier_id) VALUES ('x') RETURNING supplier_id)"
        " SELECT supplier_id FROM a"
    ),
    "updates": "UPDATE suppliers SET name = 'x'",
    "deletes": "DELETE FROM suppliers",
    "merges": "MERGE INTO suppliers USING debts ON true WHEN MATCHED THEN DELETE",
    "begins": "BEGIN TRANSACTION",
    "commits": "COMMIT",
    "checkpoints": "CHECKPOINT",
    "vacuums": "VACUUM",
    "prepares": "PREPARE p AS SELECT 1",
    "executes": "EXECUTE p",
    # More than one statement, and comments that hide one.
    "stacks": "SELECT supplier_id FROM suppliers; DROP TABLE suppliers",
    "stacks behind a comment": "SELECT supplier_id FROM suppliers -- ;\n; SET threads = 64",
    "stacks in the middle": "SELECT 1; SELECT supplier_id FROM suppliers",
    "comments out the end": "SELECT supplier_id FROM suppliers) LIMIT 1; DROP TABLE x --",
    "opens a comment": "SELECT supplier_id FROM suppliers /* ",
    "closes the engine's bracket": "SELECT supplier_id FROM suppliers) AS a, (SELECT 1",
    "is only a comment": "-- nothing",
    "is nothing": "   ",
    "holds a null byte": "SELECT supplier_id FROM suppliers\0",
    # Never ending, or exploding when planned.
    "counts for ever": (
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT n FROM t"
    ),
    "makes rows": "SELECT CAST(i AS VARCHAR) AS supplier_id FROM range(10000000000) AS t(i)",
    "makes a series": "SELECT * FROM generate_series(1, 10000000000)",
    "makes rows in the list": "SELECT unnest(range(10000000000)) AS supplier_id",
    "makes a list": "SELECT supplier_id, len(range(100000000000)) AS n FROM suppliers",
    "repeats": "SELECT repeat('x', 10000000000) AS supplier_id",
    "pads": "SELECT lpad('x', 2000000000, 'y') AS supplier_id",
    "formats": "SELECT printf('%2000000000d', 1) AS supplier_id",
    "doubles tables": _doubling(12),
    "doubles texts": _growing("s || s || s || s", 16),
    "replaces texts by texts": _growing("replace(s, 'x', s)", 8),
    "replaces by pattern": _growing("regexp_replace(s, 'x', s, 'g')", 8),
    "joins texts": _growing("concat_ws(s, s, s, s)", 12),
    "nests brackets": f"SELECT {'(' * 900}1{')' * 900} AS supplier_id",
    "nests negations": f"SELECT {'NOT ' * 4000}true AS supplier_id",
    "nests minus": f"SELECT {'- ' * 9000}1 AS supplier_id",
    "nests sums": f"SELECT {'1 + ' * 4500}1 AS supplier_id",
    "nests queries": f"{'SELECT * FROM (' * 300}SELECT 1 AS supplier_id{')' * 300}",
    "nests cases": f"SELECT {'CASE WHEN true THEN ' * 700}1{' END' * 700} AS supplier_id",
    "is very long": f"SELECT supplier_id FROM suppliers WHERE name IN ({'1,' * 30000}1)",
    "waits": "SELECT sleep(1000) AS supplier_id",
    # What is not the same twice, or not everywhere.
    "asks for the time": "SELECT supplier_id, now() AS t FROM suppliers",
    "asks for today": "SELECT supplier_id, current_date AS t FROM suppliers",
    "asks for chance": "SELECT supplier_id FROM suppliers WHERE random() < 0.5",
    "samples": "SELECT supplier_id FROM suppliers TABLESAMPLE 10%",
    "samples at the end": "SELECT supplier_id FROM suppliers USING SAMPLE 10 ROWS",
    "travels in time": "SELECT supplier_id FROM suppliers AT (VERSION => 1)",
    "joins by position": "SELECT supplier_id FROM suppliers POSITIONAL JOIN debts",
    "joins as of": "SELECT supplier_id FROM suppliers s ASOF JOIN debts d ON d.ref >= s.ref",
    "joins whatever fits": "SELECT supplier_id FROM suppliers NATURAL JOIN months",
    "maps a list": "SELECT supplier_id, list_transform([1], lambda x: x + 1) AS n FROM suppliers",
    "maps a list shortly": "SELECT supplier_id, [x + 1 for x in [1]] AS n FROM suppliers",
    "names columns by pattern": "SELECT supplier_id, COLUMNS('.*') FROM suppliers",
    "pivots": "PIVOT suppliers ON name USING count(*)",
    "unpivots": "SELECT * FROM suppliers UNPIVOT (v FOR n IN (ref))",
    "casts to a type of its own": "SELECT supplier_id, CAST(name AS json) AS n FROM suppliers",
    "reaches for the file's row": "SELECT supplier_id, rowid AS n FROM suppliers",
    "joins sideways": "SELECT s.supplier_id FROM suppliers s, LATERAL (SELECT s.name) t",
    # Parameters.
    "uses an undeclared parameter": "SELECT supplier_id FROM suppliers WHERE name = $name",
    "uses a numbered parameter": "SELECT supplier_id FROM suppliers WHERE name = $1",
    "uses a nameless parameter": "SELECT supplier_id FROM suppliers WHERE name = ?",
    "names a table by parameter": "SELECT supplier_id FROM $as_of",
}

STOPPED = {
    "crosses and compares": (
        "SELECT a.supplier_id, count(*) AS n FROM suppliers a, suppliers b, suppliers c"
        " WHERE a.name || b.name > c.name GROUP BY a.supplier_id"
    ),
    "crosses five times": (
        "SELECT min(a.supplier_id) AS supplier_id, sum(b.ref * c.ref * d.ref) AS n"
        " FROM suppliers a, suppliers b, suppliers c, suppliers d, suppliers e"
    ),
    "gives too many rows": "SELECT a.supplier_id FROM suppliers a, suppliers b",
    "sorts everything": (
        "SELECT a.supplier_id, row_number() OVER (ORDER BY a.name || b.name || c.name) AS n"
        " FROM suppliers a, suppliers b, suppliers c"
    ),
    "groups everything": (
        "SELECT a.name || b.name || c.name AS supplier_id, count(*) AS n"
        " FROM suppliers a, suppliers b, suppliers c GROUP BY 1"
    ),
    "collects everything": (
        "SELECT min(a.supplier_id) AS supplier_id, len(list(a.name || b.name || c.name)) AS n"
        " FROM suppliers a, suppliers b, suppliers c"
    ),
    "joins texts of everything": (
        "SELECT min(a.supplier_id) AS supplier_id, length(string_agg(a.name || b.name)) AS n"
        " FROM suppliers a, suppliers b, suppliers c"
    ),
    "counts what differs": (
        "SELECT min(a.supplier_id) AS supplier_id, count(DISTINCT a.name || b.name || c.name) AS n"
        " FROM suppliers a, suppliers b, suppliers c"
    ),
    "compares with a subquery per row": (
        "SELECT a.supplier_id FROM suppliers a, suppliers b WHERE EXISTS"
        " (SELECT 1 FROM suppliers c, suppliers d WHERE c.name || d.name < a.name || b.name"
        " AND c.ref + d.ref + a.ref + b.ref < 0)"
    ),
    "gives huge details": (
        "SELECT supplier_id, (SELECT string_agg(name, '') FROM suppliers) AS names FROM suppliers"
    ),
}
