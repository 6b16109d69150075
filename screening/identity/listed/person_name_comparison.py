"""How alike two names of persons are, word by word, in any order, whatever the spelling."""

import polars as pl

from screening.identity.listed.person_words import PersonWords
from screening.identity.names.word_similarity import edit_distances

#: Of several words that agree each further one tells less: names go together in families.
FURTHER_WORDS = (1.0, 0.9, 0.6, 0.4, 0.2)

#: Log odds that a person's name was written so that a word is a variant, misspelled or an initial.
COST_VARIANT, COST_ERROR = 1.2, 2.5
INITIAL = 1.0

#: A word against another word; a word that only one of the names has (a patronymic, a second given
#: name), and how many of these count.
COST_REPLACED, COST_MISSING, MOST_MISSING = 9.5, 0.8, 3

#: Names that speak against each other like this are not told: no date of birth makes up for it.
LEAST_EVIDENCE = -7.0

#: Pairs of names that are compared at once.
_AT_ONCE = 1_000_000

#: Only one word agrees.
COST_ONE_WORD = 4.0

#: How alike two words of one sound must be: 1 less the share of letters that differ.
_SIMILAR = 0.4

_WORDS = ["word_no", "word_no_2"]

_COUNTED = {"equal": "equal", "variants": "variant", "errors": "error", "initials": "initial"}


def _shared_sounds(sounds: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of words that can sound alike, and what that tells: word_no, word_no_2, key_weight."""
    other = sounds.select("key", word_no_2="word_no")
    return (
        pairs.join(sounds, on="word_no")
        .join(other, on=["word_no_2", "key"])
        .group_by(_WORDS)
        .agg(pl.col("key_weight").min())
    )


def _relation(pairs: pl.DataFrame, told: PersonWords) -> pl.DataFrame:
    """How each two words stand to each other: word_no, word_no_2, relation, tells (log odds)."""
    other = told.words.rename({name: f"{name}_2" for name in told.words.columns})
    words = (
        pairs.join(told.words, on="word_no")
        .join(other, on="word_no_2")
        .join(_shared_sounds(told.sounds, pairs), on=_WORDS, how="left")
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
    best = crossed.sort(["pair", "tells", *_WORDS], descending=[False, True, False, False])
    chosen: list[pl.DataFrame] = []
    for _ in range(2):
        firsts = [best.unique(["pair", word], keep="first", maintain_order=True) for word in _WORDS]
        mutual = firsts[0].join(firsts[1], on=["pair", *_WORDS], how="semi")
        chosen.append(mutual)
        best = best.join(mutual, on=["pair", "word_no"], how="anti", maintain_order="left").join(
            mutual, on=["pair", "word_no_2"], how="anti", maintain_order="left"
        )
    return pl.concat(chosen).sort(["pair", "tells", "word_no"], descending=[False, True, False])


def _told(tells: pl.Expr) -> pl.Expr:
    """What words tell together, the most telling first."""
    factors = enumerate(FURTHER_WORDS)
    return pl.sum_horizontal(
        tells.get(place, null_on_oob=True).fill_null(0.0) * factor for place, factor in factors
    )


def _compared(numbered: pl.DataFrame, told: PersonWords) -> pl.DataFrame:
    left = told.entries.select("word_no", entry_name="name_no")
    right = told.subjects.select(word_no_2="word_no", subject_name="name_no")
    crossed = (
        numbered.join(left, on="entry_name").join(right, on="subject_name").select("pair", *_WORDS)
    )
    related = _relation(crossed.select(_WORDS).unique(), told)
    aligned = _one_to_one(crossed.join(related.select(*_WORDS, "relation", "tells"), on=_WORDS))
    counted = aligned.group_by("pair", maintain_order=True).agg(
        told=_told(pl.col("tells")),
        aligned=pl.len().cast(pl.Int32),
        **{
            name: (pl.col("relation") == relation).sum().cast(pl.Int32)
            for name, relation in _COUNTED.items()
        },
    )
    over = pl.col("entry_words").cast(pl.Int32) - pl.col("aligned")
    over_2 = pl.col("subject_words").cast(pl.Int32) - pl.col("aligned")
    is_one_word = pl.col("aligned") - pl.col("initials") < 2
    return (
        numbered.join(counted, on="pair")
        .join(left.group_by("entry_name").len("entry_words"), on="entry_name")
        .join(right.group_by("subject_name").len("subject_words"), on="subject_name")
        .with_columns(replaced=pl.min_horizontal(over, over_2), missing=(over - over_2).abs())
        .with_columns(
            name_evidence=(
                pl.col("told")
                - COST_REPLACED * pl.col("replaced")
                - COST_MISSING * pl.col("missing").clip(0, MOST_MISSING)
                - pl.when(is_one_word).then(COST_ONE_WORD).otherwise(0.0)
            ).round(9)
        )
        .select("entry_name", "subject_name", "name_evidence", *_COUNTED, "replaced", "missing")
    )


def compare_person_names(pairs: pl.DataFrame, words: PersonWords) -> pl.DataFrame:
    """Compare the names of entries and persons.

    Args:
        pairs: ``entry_name``, ``subject_name``; distinct.
        words: words of both sides.

    Returns:
        The pairs that share a word and do not differ beyond ``LEAST_EVIDENCE``, with
        ``name_evidence`` (log odds), ``equal``, ``variants``, ``errors`` and ``initials`` (words
        that agree so), ``replaced`` (words against each other), ``missing`` (on one side only).
    """
    numbered = pairs.sort("entry_name", "subject_name").with_row_index("pair")
    # In parts, so that memory stays small however many pairs there are.
    parts = [
        _compared(part, words).filter(pl.col("name_evidence") > LEAST_EVIDENCE)
        for part in numbered.iter_slices(_AT_ONCE)
    ]
    return pl.concat(parts) if parts else _compared(numbered, words)
