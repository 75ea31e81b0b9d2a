"""A second module, which the package imports by its own name."""


def counted(texts, pattern):
    return texts.fillna("").str.count(pattern).astype("float64")
