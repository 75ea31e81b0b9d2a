"""`python -m dropscore publish FILE NAME …`: what the command line spawns in the publisher's Python.

Progress goes to stderr, one JSON result to stdout. A refusal is a JSON result too, with exit code 1, or 2 for usage.
"""

import argparse
import importlib.util
import json
import os
import sys
from typing import Any

from .refused import Refused, listed

_NEEDED = ("boto3", "fastjsonschema", "joblib", "numpy", "pandas", "dropscore_predictor")
_DISTRIBUTIONS = {"dropscore_predictor": "./python-predictor"}
_USAGE = 2
_NOT_ASKED = ("model", "name", "sample", "stack")
_OLDEST = (3, 11)


def main(arguments: list[str]) -> int:
    """Publishes as the arguments say; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        result = _published(options)
    except Refused as error:
        _answer({"refused": {"code": error.code, "message": error.message, "remedy": error.remedy}})
        return _USAGE if error.code == "usage" else 1
    except Exception as error:
        if os.environ.get("DROPSCORE_DEBUG"):
            raise
        message = f"{type(error).__name__}: {error}".splitlines()[0]
        remedy = "Set DROPSCORE_DEBUG=1 to see where it happened."
        _answer({"refused": {"code": "unexpected", "message": message, "remedy": remedy}})
        return 1
    _answer({"published": result})
    return 0


def _published(options: argparse.Namespace) -> dict[str, Any]:
    _require_libraries()
    from .publishing import as_json, publish_to
    from .request import requested
    from .stack import find_target

    request = requested(options.name, **_keywords(options))
    # Whoever spawned this has told the target already.
    return as_json(publish_to(find_target(options.stack), options.model, options.sample, request, _tell))


def _require_libraries() -> None:
    if sys.version_info < _OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:2])
        message = f"Publishing needs Python 3.11 or later; {sys.executable} is {found}."
        raise Refused("python_too_old", message, "Choose another one with --python.")
    missing = [_DISTRIBUTIONS.get(name, name) for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        message = f"The Python that publishes ({sys.executable}) lacks {listed(missing)}."
        remedy = f"{sys.executable} -m pip install {' '.join(missing)}; or choose another one with --python."
        raise Refused("libraries_missing", message, remedy)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dropscore", description="Publish a model to dropscore.")
    publish = parser.add_subparsers(required=True, metavar="publish").add_parser("publish")
    publish.add_argument("model", metavar="FILE", help="a saved model, or an MLflow directory")
    publish.add_argument("name", metavar="NAME")
    publish.add_argument("--sample", required=True, help="a CSV file of rows as they will be dropped")
    publish.add_argument("--id-column")
    publish.add_argument("--passthrough", type=_names, default=[])
    publish.add_argument("--tiers", type=_numbers_by_name, help="low:0,high:0.8")
    publish.add_argument("--threshold", type=float)
    publish.add_argument("--positive")
    publish.add_argument("--labels", type=_pairs, help="0:stays,1:leaves")
    publish.add_argument("--kind")
    publish.add_argument("--outputs", type=_names, default=[])
    publish.add_argument("--key")
    publish.add_argument("--weights", type=_numbers, default=[])
    publish.add_argument("--runtime")
    publish.add_argument("--code")
    publish.add_argument("--trust", action="append", default=[])
    publish.add_argument("--types", type=_pairs, help="plz:string,flag:string")
    publish.add_argument("--tolerate", type=float, metavar="SHARE", help="of rows that may have errors: 0.05")
    publish.add_argument("--no-promote", dest="promote", action="store_false")
    publish.add_argument("--stack")
    return parser


def _keywords(options: argparse.Namespace) -> dict[str, Any]:
    return {name: value for name, value in vars(options).items() if name not in _NOT_ASKED}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _numbers(text: str) -> list[float]:
    return [float(number) for number in _names(text)]


def _pairs(text: str) -> dict[str, str]:
    pairs = [pair.rpartition(":") for pair in _names(text)]
    if not pairs or not all(name and value for name, _, value in pairs):
        raise argparse.ArgumentTypeError("write name:value,name:value")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise argparse.ArgumentTypeError("a name comes twice")
    return {name: value for name, _, value in pairs}


def _numbers_by_name(text: str) -> dict[str, float]:
    return {name: float(number) for name, number in _pairs(text).items()}


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is a command


def _answer(result: dict[str, Any]) -> None:
    print(json.dumps(result), flush=True)  # noqa: T201 - this is a command


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
