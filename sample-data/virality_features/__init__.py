"""The feature code of the virality sample model: what can be counted in a post before anyone has seen it.

It is shipped with the model (`dropscore model publish … --code sample-data/virality_features`), so the same lines make
the features in training and in scoring.
"""

import numpy as np
import pandas as pd

CATEGORIES = ("category", "subcategory")
"""Passed on as they are: the model's own encoders know them."""


def transform(frame: pd.DataFrame) -> pd.DataFrame:
    """Makes the model's features of posts, each row by itself.

    Args:
        frame: `text_hook` and `caption` (a missing text counts as an empty one), `category`, `subcategory`, `length`
            in seconds, `uploaded_at` as ISO 8601 with its own offset (a missing or unreadable time gives a missing
            hour and weekday), `followers`.

    Returns:
        A row for each row of `frame`, in its order, with the same index.
    """
    hook, caption = _text(frame["text_hook"]), _text(frame["caption"])
    uploaded = pd.to_datetime(frame["uploaded_at"].str.slice(0, 19), format="%Y-%m-%dT%H:%M:%S", errors="coerce")
    return (
        pd.DataFrame(
            {
                "hook_length": hook.str.len(),
                "hook_asks": hook.str.contains("?", regex=False),
                "caption_length": caption.str.len(),
                "caption_words": caption.str.count(r"\S+"),
                "hashtags": caption.str.count(r"#\w"),
                "exclamation_marks": hook.str.count("!") + caption.str.count("!"),
                "emoji": caption.str.count("[\u2600-\u27bf\U0001f300-\U0001faff]"),
                "upload_hour": uploaded.dt.hour,
                "upload_weekday": uploaded.dt.day_of_week,
                "length": frame["length"],
                "followers": np.log1p(frame["followers"].clip(lower=0)),
            }
        )
        .astype("float64")
        .assign(**{name: frame[name] for name in CATEGORIES})
    )


def _text(column: pd.Series) -> pd.Series:
    return column.fillna("").astype("str")
