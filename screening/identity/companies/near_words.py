"""SQL for words that may stand for others: misspelled, cut short, marks written out as letters.

Words that are one typing error apart are found by leaving out one letter of either. What a word may
stand for hangs on the two words and on the class of the one it stands for, so that who asked for it
is asked again when that changes (``questions.py``).
"""

from functools import reduce

from screening.identity.names.word_similarity import SPELLED_FROM, SWEDISH

#: Letters of a word that may be a misspelling, that may be cut short, and figures of a number.
_LEAST_LETTERS, _LEAST_CUT, _LEAST_FIGURES = 3, 4, 5

#: Longer words stand for themselves: no word of a name is as long, and every letter of it would
#: have to be left out once.
MOST_LETTERS = 40

#: A word in fewer rows may be another one misspelled; one of ``CLASSES_FROM``.
HARDLY_ANY = 4

#: Letters by which words that begin alike are looked up.
_PREFIX_LETTERS = 8

MAY_BE_WRONG = (
    f"(length(text) <= {MOST_LETTERS} AND (length(text) >= {_LEAST_FIGURES} "
    f"OR length(text) >= {_LEAST_LETTERS} AND NOT regexp_matches(text, '[0-9]')))"
)

#: Every way of leaving out one letter, and the word itself: two words that are one typing error
#: apart have one of these in common.
_SPELLINGS = f"""
SELECT text, hash(substr(text, 1, left_out - 1) || substr(text, left_out + 1)) AS spelling
FROM (SELECT text, unnest(range(1, length(text) + 2)) AS left_out
    FROM {{texts}} WHERE {MAY_BE_WRONG})
"""


def one_error_apart(asked: str, known: str) -> str:
    """SQL for ``text``, ``guess``: words that are at most one typing error from known ones."""
    return f"""
        SELECT DISTINCT asked.text, known.text AS guess
        FROM ({_SPELLINGS.format(texts=asked)}) AS asked
        JOIN ({_SPELLINGS.format(texts=known)}) AS known USING (spelling)
        WHERE damerau_levenshtein(asked.text, known.text) <= 1
    """


def near(asked: str, known: str) -> str:
    """SQL for ``text``, ``guess``: one typing error from known words, or begin like them."""
    return f"""
        {one_error_apart(asked, known)}
        UNION
        SELECT asked.text, known.text FROM (
            SELECT text, left(text, {_PREFIX_LETTERS}) AS prefix FROM {asked}
            WHERE length(text) >= {_LEAST_CUT} AND NOT regexp_matches(text, '[0-9]')) AS asked
        JOIN (
            SELECT text, left(text, unnest(range({_LEAST_CUT},
                least(length(text), {_PREFIX_LETTERS}) + 1))) AS prefix
            FROM {known}) AS known USING (prefix)
        WHERE asked.text <> known.text AND starts_with(known.text, asked.text)
    """


def spelled(column: str) -> str:
    """SQL for a word with one letter for those that stand for one with a mark: aa, ae, oe, ue."""
    replaced = reduce(
        lambda text, letters: f"replace({text}, '{letters[0]}', '{letters[1]}')",
        SWEDISH.letters.items(),
        column,
    )
    return f"CASE WHEN length({column}) >= {SPELLED_FROM} THEN {replaced} ELSE {column} END"


def misread_words(asked: str, known: str) -> str:
    """SQL for ``text``, ``guess``, ``as_written``: words that known ones may be meant by.

    ``as_written``: the word in each spelling in which it is at most one typing error away.
    """
    written = f"""
        SELECT text AS own, text FROM {asked}
        UNION SELECT text, {spelled("text")} FROM {asked}
    """
    return f"""
        SELECT DISTINCT own AS text, guess, text AS as_written FROM ({written})
        JOIN ({one_error_apart(f"({written})", known)}) USING (text)
        WHERE own <> guess
    """
