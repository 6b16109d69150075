"""How alike two names of persons are, word by word, in any order, whatever the spelling."""

import polars as pl

from screening.identity.word_similarity import edit_distances

#: Of several words that agree each further one tells less: names go together in families.
FURTHER_WORDS = (1.0, 0.9, 0.6, 0.4, 0.2)

#: Log odds that a person's name was written so that a word is a variant, misspelled or an initial.
COST_VARIANT, COST_ERROR = 1.2, 2.5
INITIAL = 1.0

#: A word against another word; a word that only one of the names has (a patronymic, a second given
#: name), and how many of these count.
COST_REPLACED, COST_MISSING, MOST_MISSING = 8.0, 0.8, 3

#: Only one word agrees.
COST_ONE_WORD = 4.0

#: How alike two words of one sound must be: 1 less the share of letters that differ.
_SIMILAR = 0.4

_COUNTED = {"equal": "equal", "variants": "variant", "errors": "error", "initials": "initial"}


def _shared_sounds(sounds: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of words that can sound alike, and what the sound tells: word, word_2, key_weight."""
    return (
        pairs.join(sounds, on="word")
        .join(sounds.select("key", word_2="word"), on=["word_2", "key"])
        .group_by("word", "word_2")
        .agg(pl.col("key_weight").min())
    )


def _relation(pairs: pl.DataFrame, weights: pl.DataFrame, sounds: pl.DataFrame) -> pl.DataFrame:
    """How each two words stand to each other: word, word_2, relation, tells (log odds)."""
    told = weights.select("word", "common", "weight")
    words = (
        pairs.join(told, on="word")
        .join(told, left_on="word_2", right_on="word", suffix="_2")
        .join(_shared_sounds(sounds, pairs), on=["word", "word_2"], how="left")
    )
    length, length_2 = pl.col("word").str.len_chars(), pl.col("word_2").str.len_chars()
    shorter, longer = pl.min_horizontal(length, length_2), pl.max_horizontal(length, length_2)
    is_equal = pl.col("word") == pl.col("word_2")
    is_spelling = (pl.col("common") == pl.col("common_2")).fill_null(False)
    sounds_alike = pl.col("key_weight").is_not_null()
    is_initial = (shorter == 1) & (pl.col("word").str.head(1) == pl.col("word_2").str.head(1))
    could_be_error = (shorter >= 5) & ((longer - shorter) <= 2)
    near = words.filter(
        is_equal | is_spelling | sounds_alike | is_initial | could_be_error
    ).with_columns(longer=longer.cast(pl.Int32), shorter=shorter.cast(pl.Int32))
    near = near.with_columns(edit_distances(near["word"], near["word_2"]).alias("edits"))
    likeness = 1.0 - pl.col("edits") / pl.col("longer")
    is_error = (pl.col("shorter") >= 5) & (
        (pl.col("edits") <= 1) | ((pl.col("edits") == 2) & (pl.col("shorter") >= 9))
    )
    relation = (
        pl.when(is_equal)
        .then(pl.lit("equal"))
        .when(is_spelling | (sounds_alike & (likeness >= _SIMILAR)))
        .then(pl.lit("variant"))
        .when(is_error)
        .then(pl.lit("error"))
        .when(is_initial)
        .then(pl.lit("initial"))
    )
    weight = pl.min_horizontal("weight", "weight_2")
    key_weight = pl.min_horizontal("key_weight", weight)
    return (
        near.with_columns(relation=relation)
        .drop_nulls("relation")
        .with_columns(
            tells=pl.col("relation")
            .replace_strict(
                {"equal": 0.0, "variant": COST_VARIANT, "error": COST_ERROR, "initial": 0.0},
                return_dtype=pl.Float64,
            )
            .neg()
            + pl.when(pl.col("relation") == "initial")
            .then(INITIAL)
            .when(pl.col("relation") == "variant")
            .then(key_weight)
            .otherwise(weight)
        )
        .with_columns(pl.col("tells").clip(0.0))
    )


def _one_to_one(crossed: pl.DataFrame) -> pl.DataFrame:
    """Of words that may stand for each other those that do: each word for one other, the best."""
    best = crossed.sort(["pair", "tells", "word", "word_2"], descending=[False, True, False, False])
    chosen: list[pl.DataFrame] = []
    for _ in range(2):
        firsts = [
            best.unique(["pair", word], keep="first", maintain_order=True)
            for word in ("word", "word_2")
        ]
        mutual = firsts[0].join(firsts[1], on=["pair", "word", "word_2"], how="semi")
        chosen.append(mutual)
        best = best.join(mutual, on=["pair", "word"], how="anti", maintain_order="left").join(
            mutual, on=["pair", "word_2"], how="anti", maintain_order="left"
        )
    return pl.concat(chosen).sort(["pair", "tells", "word"], descending=[False, True, False])


def _told(tells: pl.Expr) -> pl.Expr:
    """What words tell together, the most telling first."""
    factors = enumerate(FURTHER_WORDS)
    return pl.sum_horizontal(
        tells.get(place, null_on_oob=True).fill_null(0.0) * factor for place, factor in factors
    )


def compare_person_names(
    pairs: pl.DataFrame,
    words: tuple[pl.DataFrame, pl.DataFrame],
    weights: pl.DataFrame,
    sounds: pl.DataFrame,
) -> pl.DataFrame:
    """Compare the names of entries and persons.

    Args:
        pairs: ``entry_name``, ``subject_name``; distinct.
        words: of ``person_words``, of both sides.
        weights: the words, of ``weighed_words``.
        sounds: their sounds.

    Returns:
        The pairs that share a word, with ``name_evidence`` (log odds), ``equal``, ``variants``,
        ``errors`` and ``initials`` (words that agree so), ``replaced`` (words against each other)
        and ``missing`` (on one side only).
    """
    numbered = pairs.sort("entry_name", "subject_name").with_row_index("pair")
    left = words[0].select("word", entry_name="name_no")
    right = words[1].select("word", subject_name="name_no")
    crossed = (
        numbered.join(left, on="entry_name").join(right, on="subject_name", suffix="_2")
    ).select("pair", "word", "word_2")
    distinct = crossed.select("word", "word_2").unique()
    related = _relation(distinct, weights, sounds).select("word", "word_2", "relation", "tells")
    aligned = _one_to_one(crossed.join(related, on=["word", "word_2"]))
    counted = aligned.group_by("pair", maintain_order=True).agg(
        told=_told(pl.col("tells")),
        aligned=pl.len().cast(pl.Int32),
        **{
            name: (pl.col("relation") == relation).sum().cast(pl.Int32)
            for name, relation in _COUNTED.items()
        },
    )
    sizes = [side.group_by(name).len(size) for side, name, size in (
        (left, "entry_name", "entry_words"), (right, "subject_name", "subject_words"),
    )]  # fmt: skip
    over = pl.col("entry_words").cast(pl.Int32) - pl.col("aligned")
    over_2 = pl.col("subject_words").cast(pl.Int32) - pl.col("aligned")
    return (
        numbered.join(counted, on="pair")
        .join(sizes[0], on="entry_name")
        .join(sizes[1], on="subject_name")
        .with_columns(
            replaced=pl.min_horizontal(over, over_2), missing=(over - over_2).abs()
        )
        .with_columns(
            name_evidence=(
                pl.col("told")
                - COST_REPLACED * pl.col("replaced")
                - COST_MISSING * pl.col("missing").clip(0, MOST_MISSING)
                - pl.when(pl.col("aligned") - pl.col("initials") < 2)
                .then(COST_ONE_WORD)
                .otherwise(0.0)
            ).round(9)
        )
        .select(
            "entry_name", "subject_name", "name_evidence", "equal", "variants", "errors",
            "initials", "replaced", "missing",
        )
    )  # fmt: skip
