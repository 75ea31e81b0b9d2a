"""The versions that decide what a model computes: of the libraries that its file names, and of no others."""

import ast
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dropscore_predictor.versions import installed_version

from .refused import Refused

_DISTRIBUTIONS = {
    "sklearn": ("scikit-learn",),
    "xgboost": ("xgboost", "xgboost-cpu"),
    "lightgbm": ("lightgbm",),
    "hdbscan": ("hdbscan",),
    "numpy": ("numpy",),
    "scipy": ("scipy",),
    "pandas": ("pandas",),
    "joblib": ("joblib",),
    "skops": ("skops",),
    "onnxruntime": ("onnxruntime",),
    "tokenizers": ("tokenizers",),
}


def versions_of(modules: Iterable[str]) -> dict[str, str]:
    """Installed versions by distribution, of those modules that a runtime pins.

    Args:
        modules: Names of modules, dotted or not; unknown ones are passed over.
    """
    found: dict[str, str] = {}
    for root in sorted({module.partition(".")[0] for module in modules}):
        for distribution in _DISTRIBUTIONS.get(root, ()):
            version = installed_version(distribution)
            if version is not None:
                found[distribution] = version
                break
    return found


def modules_of_skops(path: Path) -> set[str]:
    """The modules whose objects a skops file holds."""
    with zipfile.ZipFile(path) as archive:
        schema = json.loads(archive.read("schema.json"))
    return set(_modules_in(schema))


def _modules_in(node: Any) -> Iterable[str]:
    if isinstance(node, dict):
        if isinstance(node.get("__module__"), str):
            yield node["__module__"]
        for value in node.values():
            yield from _modules_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from _modules_in(value)


def modules_of_code(files: Iterable[Path]) -> set[str]:
    """What the Python files of a package import.

    Raises:
        Refused: One is no Python.
    """
    found: set[str] = set()
    for file in files:
        for node in ast.walk(_parsed(file)):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found.add(node.module)
    return found


def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_bytes())
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        message = f"{file.name} of the package is no Python{line}: {error.args[0]}."
        raise Refused("code_unusable", message, "Mend the file, or leave it out of the package.") from error
