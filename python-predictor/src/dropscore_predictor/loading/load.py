"""The way of a model from its manifest to an estimator: trust, own code, format, checks."""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from ..contracts.types import Feature, ModelManifest
from ..errors import DropscoreError, JobFailed, printable
from . import (
    bundle,
    fitted,
    joblib_file,
    lightgbm_booster,
    onnx_graph,
    own_code_model,
    sentence_encoder,
    skops_file,
    xgboost_booster,
)
from .answers import Prepared, copied
from .checks import check_features, check_kind, invalid, names_of
from .estimator import Estimator
from .facts import feature_names
from .own_code import OwnCode

_READERS = {
    "joblib": joblib_file.read,
    "xgboost": xgboost_booster.read,
    "lightgbm": lightgbm_booster.read,
    "onnx": onnx_graph.read,
}
_OTHER_VERSION = "Trying to unpickle estimator"
_CAUSE_LIMIT = 300


def load_estimator(manifest: ModelManifest, folder: Path) -> Estimator:
    """Loads a model from the folder of its verified artifacts: this runs the code in it.

    Raises:
        JobFailed: It is not trusted, does not load, or is not what its manifest says.
    """
    code = own_code(manifest, folder)
    model = read_model(manifest, folder, code)
    with _refusing(manifest, code):
        estimator = _estimator(model, manifest, folder, code)
        check_kind(estimator, manifest["output"])
    return estimator


def _estimator(model: Any, manifest: ModelManifest, folder: Path, code: OwnCode | None) -> Estimator:
    if code is None:
        estimator = _of_format(model, manifest, folder, manifest["features"])
        return Prepared(estimator, copied) if manifest.get("trusted") else estimator
    if manifest["code"]["entry"] == "model":
        check_features(feature_names(model), None, names_of(manifest["features"]))
        return own_code_model.estimator(model, code, manifest["output"])
    if manifest["code"]["entry"] == "transform":
        estimator = _of_format(model, manifest, folder, None)
        return Prepared(estimator, own_code_model.transform(code, model), code.active)
    return Prepared(_of_format(model, manifest, folder, manifest["features"]), copied, code.active)


def _of_format(model: Any, manifest: ModelManifest, folder: Path, features: Sequence[Feature] | None) -> Estimator:
    if manifest["format"] == "onnx":
        if "encoder" in manifest:
            return sentence_encoder.estimator(model, manifest["encoder"], folder, features)
        return onnx_graph.estimator(model, manifest["output"], features)
    if "parts" in manifest:
        return bundle.estimator(model, manifest["parts"], manifest["output"], features)
    return fitted.estimator(model, manifest["output"], features)


def own_code(manifest: ModelManifest, folder: Path) -> OwnCode | None:
    """The version's own package, not imported yet; None where it has none.

    Raises:
        JobFailed: The package is missing, or named like an installed one.
    """
    if "code" not in manifest:
        if manifest["format"] == "code":
            raise invalid("The format is code, and the manifest names no package. Publish the model with --code.")
        return None
    if (manifest["format"] == "code") != (manifest["code"]["entry"] == "model"):
        entry = manifest["code"]["entry"]
        raise invalid(
            f"The format is {manifest['format']} and the entry of its code {entry}: code and model go together."
        )
    return OwnCode(folder, manifest["code"]["package"])


def read_model(manifest: ModelManifest, folder: Path, code: OwnCode | None) -> Any:
    """The model as its own library loads it: an estimator, a dict, a Booster, an InferenceSession.

    Of the manifest it reads `format`, `artifacts`, `code` and `trusted`: a publisher can call it with a draft.

    Raises:
        JobFailed: It is not trusted, or does not load.
    """
    path = folder / manifest["artifacts"][0]["path"]
    if manifest["format"] == "joblib":
        from ..pickled import refuse_untrusted

        refuse_untrusted(path, manifest)
    if code and manifest["code"]["entry"] == "model":
        return _own_model(manifest, folder, code)
    with _refusing(manifest, code):
        return skops_file.read(path, manifest) if manifest["format"] == "skops" else _READERS[manifest["format"]](path)


def _own_model(manifest: ModelManifest, folder: Path, code: OwnCode) -> Any:
    with _refusing(manifest, code, f"The package {code.package} does not import:"):
        package = code.module()
    with _refusing(manifest, code, f"load() of {code.package} raised"):
        return own_code_model.read(package, folder)


@contextmanager
def _refusing(manifest: ModelManifest, code: OwnCode | None, what: str | None = None) -> Iterator[None]:
    """Lets libraries and own code work on a model; what they raise refuses it, after `what` it was that failed."""
    try:
        with warnings.catch_warnings(), code.active() if code else nullcontext():
            warnings.simplefilter("ignore")
            # scikit-learn's InconsistentVersionWarning, by its text: the class is younger than runtimes may be.
            warnings.filterwarnings("error", message=_OTHER_VERSION)
            yield
    except (MemoryError, DropscoreError):
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, OSError) and not _is_about_the_model(error, code):
            raise
        raise _refusal(what or f"{manifest['artifacts'][0]['path']} does not load:", error) from error


def _is_about_the_model(error: OSError, code: OwnCode | None) -> bool:
    """Own code that looks for a file in vain does so every time; a full disk or a broken line is nobody's fault."""
    return code is not None and isinstance(
        error, FileNotFoundError | FileExistsError | NotADirectoryError | IsADirectoryError | PermissionError
    )


def _refusal(what: str, error: BaseException) -> JobFailed:
    if versions := re.search(r"unpickle estimator \S+ from version (\S+) when using version (\S+)\.", str(error)):
        made, here = versions.groups()
        message = f"The model was made with scikit-learn {made}; this runtime has {here}."
        remedy = f"Publish it for a runtime with {made}, or train it anew with {here}."
        return JobFailed("versions_differ", printable(f"{message} {remedy}", _CAUSE_LIMIT))
    cause = printable(f"{type(error).__name__}: {error}", _CAUSE_LIMIT)
    return JobFailed("model_refused_to_load", f"{what} {cause}")
