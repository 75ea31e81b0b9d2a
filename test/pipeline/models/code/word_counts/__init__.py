"""Features of a text, for a model that was trained on them."""

from word_counts.counting import counted


def transform(frame):
    return frame.drop(columns="note").assign(words=counted(frame["note"], r"\S+"), quotes=counted(frame["note"], '"'))
