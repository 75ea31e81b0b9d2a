"""A model that is ready to predict, as everything that scores is handed it."""

from dataclasses import dataclass

from .classes import Classes
from .contracts.types import ModelManifest
from .loading.estimator import Estimator


@dataclass(frozen=True)
class LoadedModel:
    """A model version with its manifest."""

    manifest: ModelManifest
    estimator: Estimator
    classes: Classes
