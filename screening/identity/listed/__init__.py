"""Who is on a list: sanctions and trading prohibitions against suppliers and those behind them.

``entries`` reads the lists, ``subjects`` the companies and persons that are held against them, both
as a :class:`~screening.identity.listed.sides.Side`. ``matching`` finds the pairs and weighs what
speaks for and against each; ``table`` writes ``identity.listed_matches``.
"""
