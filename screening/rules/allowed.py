# ruff: noqa: SIM905 - word lists are read more easily than lists of quoted words
"""What a rule's query may be made of. Whatever is not named here is refused.

Functions are left out for four reasons: they reach outside the tables (files, network, settings,
environment), their answer is not the same every time (now, random, any_value), one call can make a
value of any size (repeat, range, printf), or they do not carry over to Spark.
"""

#: Functions by their DuckDB name. Operators (``+``, ``||``, ``~~`` for LIKE) are functions too.
FUNCTIONS = frozenset(
    """
    + - * / % // ** ^ || ~~ !~~ ~~* !~~* & | << >> ~ !
    abs ceil ceiling floor round trunc sign sqrt ln log log2 log10 exp pow power mod
    greatest least nullif ifnull coalesce if isnan isinf
    lower upper trim ltrim rtrim length len char_length character_length substring substr left right
    replace concat concat_ws contains starts_with ends_with strpos instr position split_part
    string_split str_split reverse regexp_matches regexp_full_match regexp_replace regexp_extract
    translate ascii md5 sha256
    date_diff datediff date_part date_trunc year month day quarter week dayofweek isodow dayofmonth
    dayofyear weekofyear last_day make_date hour minute second
    to_years to_months to_weeks to_days to_hours to_minutes to_seconds
    count count_star count_if countif sum avg min max median stddev stddev_samp stddev_pop var_samp
    var_pop variance corr arg_max arg_min max_by min_by argmax argmin bool_and bool_or
    string_agg group_concat listagg list array_agg first last any_value mode
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value
    nth_value
    list_value list_contains array_contains list_has list_sort list_distinct array_distinct
    list_has_any list_concat array_length array_to_string list_min list_max flatten
    struct_pack struct_extract row
    """.split()
)

#: Functions whose answer hangs on the order in which rows happen to come.
ORDER_DEPENDENT = frozenset(
    "list array_agg string_agg group_concat listagg first last any_value mode".split()
)

#: Expressions (``class`` in DuckDB's own tree).
EXPRESSIONS = frozenset(
    """
    STAR CONSTANT COLUMN_REF FUNCTION CAST TYPE OPERATOR CONJUNCTION SUBQUERY COMPARISON WINDOW
    CASE BETWEEN PARAMETER
    """.split()
)

#: Operators (``type`` of the class OPERATOR).
OPERATORS = frozenset(
    """
    OPERATOR_COALESCE OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_NOT COMPARE_IN COMPARE_NOT_IN
    GROUPING_FUNCTION STRUCT_EXTRACT ARRAY_EXTRACT ARRAY_CONSTRUCTOR OPERATOR_NULLIF
    """.split()
)

#: What may stand in FROM.
SOURCES = frozenset("BASE_TABLE SUBQUERY JOIN EMPTY EXPRESSION_LIST".split())

#: Kinds of join. ASOF and POSITIONAL do not carry over; NATURAL hangs on columns' names.
JOINS = frozenset("REGULAR CROSS".split())

#: Types that may be cast to.
TYPES = frozenset(
    """
    boolean bool tinyint smallint integer int int4 int8 bigint long hugeint double float float8
    real decimal numeric varchar text string date timestamp datetime interval list
    """.split()
)

#: Names that DuckDB answers itself where no column has them.
SESSION_NAMES = frozenset(
    """
    current_catalog current_database current_date current_role current_schema current_time
    current_timestamp current_user localtime localtimestamp session_user user rowid filename
    """.split()
)

#: Other parts of the tree that carry a ``type``.
PARTS = frozenset(
    """
    SELECT_NODE SET_OPERATION_NODE ORDER_MODIFIER DISTINCT_MODIFIER LIMIT_MODIFIER ORDER_DEFAULT
    ASCENDING DESCENDING
    """.split()
)
