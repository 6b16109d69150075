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


def _bundling(step: str, levels: int) -> str:
    """Each WITH bundles what the one before gives, twice."""
    parts = ["c0 AS (SELECT supplier_id, ref AS s FROM suppliers)"]
    parts += [
        f"c{level} AS (SELECT supplier_id, {step} AS s FROM c{level - 1})"
        for level in range(1, levels)
    ]
    return f"WITH {', '.join(parts)} SELECT supplier_id, s = s AS n FROM c{levels - 1}"


def _naming(step: str, levels: int) -> str:
    """Each name in one SELECT is made of the one before, twice: 2^levels once written out."""
    names = ", ".join(
        f"{step.replace('#', f'a{level - 1}')} AS a{level}" for level in range(1, levels)
    )
    return f"SELECT supplier_id, length(name) AS a0, {names} FROM suppliers"


def _widening(step: str, levels: int) -> str:
    """Each WITH gives the columns of the one before twice."""
    parts = ["c0 AS (SELECT supplier_id, ref FROM suppliers)"]
    parts += [f"c{level} AS ({step.replace('#', f'c{level - 1}')})" for level in range(1, levels)]
    last = f"SELECT 's1' AS supplier_id, count(*) AS n FROM c{levels - 1}"
    return f"WITH {', '.join(parts)} {last}"


def _from_nothing(start: str, levels: int) -> str:
    """Doubles tables that are none."""
    parts = [f"c0 AS ({start})"]
    parts += [
        f"c{level} AS (SELECT a.s AS s FROM c{level - 1} a, c{level - 1} b)"
        for level in range(1, levels)
    ]
    return f"WITH {', '.join(parts)} SELECT s AS supplier_id FROM c{levels - 1}"


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
    # Growing in ways that neither the clock nor the memory limit sees.
    "bundles rows": _bundling("row(s, s)", 24),
    "bundles tuples": _bundling("(s, s)", 24),
    "bundles structs": _bundling("{'a': s, 'b': s}", 24),
    "bundles lists": _bundling("[s, s]", 24),
    "adds lists": _growing("s + s", 24).replace("'xxxxxxxxxx' AS s", "[1, 2, 3] AS s"),
    "joins lists": _growing("list_concat(s, s)", 24).replace("'xxxxxxxxxx' AS s", "[1, 2] AS s"),
    "flattens lists": _growing("flatten([s, s])", 24).replace("'xxxxxxxxxx' AS s", "[1, 2] AS s"),
    "doubles by names": _naming("greatest(#, #)", 40),
    "doubles by names of sums": _naming("# + #", 40),
    "doubles columns": _widening("SELECT *, * FROM #", 40),
    "doubles columns of two": _widening("SELECT a.*, b.* FROM # a, # b", 7).replace(
        "SELECT supplier_id, ref FROM suppliers", "SELECT * FROM suppliers"
    ),
    "doubles what is no table": _from_nothing("SELECT 's1' AS s", 24),
    "doubles rows that are written out": _from_nothing("SELECT * FROM (VALUES ('s1')) v(s)", 24),
    "groups by every choice": (
        "SELECT min(supplier_id) AS supplier_id FROM suppliers GROUP BY CUBE("
        + ", ".join(f"ref + {number}" for number in range(30))
        + ")"
    ),
    "casts to an array of a size": (
        "SELECT supplier_id FROM suppliers WHERE CAST(NULL AS INTEGER[100000][100000]) IS NULL"
    ),
    "casts to a list of lists of lists": (
        f"SELECT supplier_id FROM suppliers WHERE CAST(NULL AS INTEGER{'[]' * 5000}) IS NULL"
    ),
    "fills a window's lists": "SELECT supplier_id, unnest(list(ref) OVER ()) AS n FROM suppliers",
    "repeats a row": "SELECT * FROM repeat_row('s1', num_rows => 1000000000)",
    # Personal data in bulk: a table's name for its rows, a star inside an expression.
    "gives whole rows": "SELECT supplier_id, s AS x FROM suppliers s",
    "gives whole rows as text": "SELECT supplier_id, CAST(s AS VARCHAR) AS x FROM suppliers s",
    "gives whole rows of a WITH": (
        "WITH a AS (SELECT supplier_id, orgnr FROM suppliers) SELECT a.supplier_id, a AS x FROM a"
    ),
    "gives whole rows in a struct": "SELECT supplier_id, {'a': s} AS x FROM suppliers s",
    "takes a field out of whole rows": (
        "SELECT supplier_id, struct_extract(s, 'orgnr') AS x FROM suppliers s"
    ),
    "compares whole rows": "SELECT s.supplier_id FROM suppliers s JOIN suppliers t ON s = t",
    "gives a row of a star": "SELECT supplier_id, row(s.*) AS x FROM suppliers s",
    "gives a list of a star": "SELECT supplier_id, [*] AS x FROM suppliers",
    "gives a text of a star": "SELECT supplier_id, concat(*) AS x FROM suppliers",
    "unpacks a star": "SELECT supplier_id, coalesce(*COLUMNS(*)) AS x FROM suppliers",
    "writes json": "SELECT supplier_id, to_json(s) AS x FROM suppliers s",
    "writes json of columns": "SELECT supplier_id, json_object('a', name) AS x FROM suppliers",
    # Hidden in places that are easily overlooked.
    "replaces in a star": "SELECT * REPLACE (getenv('HOME') AS name) FROM suppliers",
    "peeks in a star": (
        "SELECT * EXCLUDE (orgnr) REPLACE ((SELECT max(source) FROM sources) AS name)"
        " FROM suppliers"
    ),
    "peeks in ORDER BY": (
        "SELECT supplier_id FROM suppliers ORDER BY (SELECT max(source) FROM sources)"
    ),
    "peeks in LIMIT": "SELECT supplier_id FROM suppliers LIMIT (SELECT count(*) FROM coverage)",
    "peeks in a join": (
        "SELECT s.supplier_id FROM suppliers s JOIN months m"
        " ON EXISTS (SELECT 1 FROM coverage c WHERE c.supplier_id = s.supplier_id)"
    ),
    "peeks in a window": (
        "SELECT supplier_id, row_number() OVER (ORDER BY (SELECT max(source) FROM sources)) AS n"
        " FROM suppliers"
    ),
    "peeks behind a UNION": (
        "SELECT supplier_id FROM suppliers UNION ALL SELECT supplier_id FROM coverage"
    ),
    "peeks from FROM": "FROM coverage SELECT supplier_id",
    "peeks as a table": "TABLE coverage",
    "calls a function as a method": "SELECT supplier_id, '/x'.read_text() AS t FROM suppliers",
    "calls an operator by name": "SELECT supplier_id, 1 OPERATOR(main.+) 1 AS n FROM suppliers",
    "reads quoted names": 'SELECT "supplier_id" FROM "screen"."suppliers"',
    "reads the register itself": "SELECT orgnr AS supplier_id FROM warehouse.known.companies",
    "reads the history": "SELECT orgnr AS supplier_id FROM history.companies",
    "reads what was delivered": "SELECT name AS supplier_id FROM meta.files",
    "reads what was prepared": "SELECT supplier_id FROM prep.who",
    "reads what is temporary": "SELECT supplier_id FROM temp.answer_of_the_rule",
    "reads a published list": "SELECT supplier_id FROM published.findings",
    "reads the other catalogue": "SELECT relname AS supplier_id FROM pg_catalog.pg_class",
    "moves a sequence": "SELECT nextval('s') AS supplier_id",
    "makes a sequence": "CREATE SEQUENCE s",
    "makes a type": "CREATE TYPE t AS ENUM ('a')",
    "makes a schema": "CREATE SCHEMA other",
    "makes an index": "CREATE INDEX i ON suppliers (ref)",
    "forgets what was prepared": "DEALLOCATE p",
    "comments on a table": "COMMENT ON TABLE suppliers IS 'x'",
    "writes the log": "SELECT write_log('x') AS supplier_id",
    "fails with data in the message": "SELECT error(name) AS supplier_id FROM suppliers",
    "tells the transaction": "SELECT txid_current() AS supplier_id",
    "runs a text": "EXECUTE IMMEDIATE 'DROP TABLE suppliers'",
    "empties": "TRUNCATE suppliers",
    # Looks like something else.
    "looks like another table": "SELECT supplier_id FROM \uff53uppliers",
    "hides a space in a name": "SELECT supplier_id FROM sup\u200bpliers",
    "turns the text around": "SELECT supplier_id FROM suppliers WHERE name = '\u202e' -- \u202c",
    "ends with another semicolon": "SELECT supplier_id FROM suppliers \uff1b DROP TABLE suppliers",
    "stacks behind a wide space": "SELECT supplier_id FROM suppliers\u00a0;\u00a0DROP TABLE x",
    "stacks between dollars": "SELECT supplier_id FROM suppliers WHERE name = $$x$$; DROP TABLE x",
    "stacks behind an escape": r"SELECT 1 AS supplier_id WHERE 'a' = E'\\'; DROP TABLE x; --'",
    "writes to the terminal": "SELECT supplier_id FROM suppliers -- \x1b[2J",
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
