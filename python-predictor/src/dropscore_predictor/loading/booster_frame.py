"""Features for XGBoost and LightGBM, which take numbers and categories, and no texts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from ..contracts.types import Feature
from .checks import invalid, named

Categories = Mapping[str, Sequence[Any]]
"""By feature, the categories that a booster was trained with, in its order; empty where it does not tell them."""


def check_columns(features: Sequence[Feature], categories: Categories) -> None:
    """Holds the manifest's types to what a booster takes.

    Raises:
        JobFailed: A feature is a text, or a category on one side only, or its categories differ.
    """
    for feature in features:
        name = named(feature["name"])
        if feature["type"] == "string":
            raise invalid(
                f"{name} is a text in the manifest, and a booster takes none. Make it a category or a number."
            )
        if feature["type"] == "category":
            if feature["name"] not in categories:
                raise invalid(
                    f"{name} is a category in the manifest, and the model takes it as a number. Publish it so."
                )
            _check_categories(feature, categories[feature["name"]])
        elif feature["name"] in categories:
            raise invalid(f"{name} is no category in the manifest, and the model takes it as one. Publish it so.")


def _check_categories(feature: Feature, known: Sequence[Any]) -> None:
    listed = feature.get("categories")
    name = named(feature["name"])
    if listed is None:
        raise invalid(f"The manifest lists no categories of {name}, and the model knows its own. Publish it with them.")
    if not known:
        return
    texts = _by_text(known)
    for text in listed:
        if text not in texts:
            raise invalid(f"The manifest lists {named(text)} for {name}; the model knows no such category.")
    if len(listed) != len(known):
        message = f"The manifest lists {len(listed)} categories of {name}; the model knows {len(known)}."
        raise invalid(f"{message} Publish it with the model's.")


def category_naming(features: Sequence[Feature], categories: Categories) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A function that gives the categories of a frame the model's own values where these are no texts.

    A manifest's categories are texts. LightGBM takes a value that is none of its own for a missing one, without a
    word: so the category "1" must become the number 1 that the model was trained with.
    """
    renamed = {
        feature["name"]: [texts[text] for text in feature["categories"]]
        for feature in features
        if feature["type"] == "category" and (texts := _by_text(categories[feature["name"]]))
        if any(not isinstance(value, str) for value in texts.values())
    }

    def rename(frame: pd.DataFrame) -> pd.DataFrame:
        if not renamed:
            return frame
        return frame.assign(**{name: frame[name].cat.rename_categories(own) for name, own in renamed.items()})

    return rename


def _by_text(categories: Sequence[Any]) -> dict[str, Any]:
    """The categories by the texts that a file may have for them: 1.0 is also written 1."""
    whole = {str(int(value)): value for value in categories if isinstance(value, float) and value.is_integer()}
    return whole | {str(value): value for value in categories}
