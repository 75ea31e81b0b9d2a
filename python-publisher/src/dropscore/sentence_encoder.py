"""An exported sentence encoder: an ONNX graph, its tokenizer, and how its vectors are made.

The layout is that of sentence-transformers: `model.onnx` or `onnx/model.onnx`, `tokenizer.json`, and beside them
`1_Pooling/config.json`, `modules.json` and `sentence_bert_config.json`, as far as they are there.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dropscore_predictor.contracts.types import Encoder

from .refused import Refused

_MOST_TOKENS = 8192
_USUAL_TOKENS = 256
"""Where nothing says it: what the small sentence encoders are trained for."""


@dataclass(frozen=True)
class EncoderFiles:
    """What is shipped."""

    graph: Path
    tokenizer: Path
    encoder: Encoder


def find_encoder(path: Path) -> EncoderFiles | None:
    """The encoder in a directory, or around an .onnx file; None where there is no tokenizer.

    Raises:
        Refused: There is a tokenizer, and no graph.
    """
    root = path if path.is_dir() else next((p for p in path.parents[:2] if (p / "tokenizer.json").is_file()), None)
    if root is None:
        return None
    graphs = [path] if path.is_file() else [root / "model.onnx", root / "onnx" / "model.onnx"]
    graph = next((file for file in graphs if file.is_file()), None)
    if graph is None:
        message = f"{root.name} holds a tokenizer, and neither model.onnx nor onnx/model.onnx."
        raise Refused("model_missing", message, "Export the encoder to ONNX into this folder.")
    return EncoderFiles(graph, root / "tokenizer.json", _encoder(root, graph))


def _encoder(root: Path, graph: Path) -> Encoder:
    modules = [str(module.get("type", "")) for module in _json(root / "modules.json", [])]
    most = _json(root / "sentence_bert_config.json", {}).get("max_seq_length") or _json(
        root / "tokenizer_config.json", {}
    ).get("model_max_length", _USUAL_TOKENS)
    return {
        "pooling": "none" if _gives_vectors(graph) else _pooling(root),
        "normalize": any(module.endswith("Normalize") for module in modules) if modules else True,
        "maxTokens": int(min(max(1, most), _MOST_TOKENS)),
    }


def _pooling(root: Path) -> Literal["mean", "cls"]:
    return "cls" if _json(root / "1_Pooling" / "config.json", {}).get("pooling_mode_cls_token") else "mean"


def _gives_vectors(graph: Path) -> bool:
    """Whether the graph's first output is one vector a text, not one a token."""
    try:
        import onnxruntime
    except ImportError:
        message = "An ONNX model needs onnxruntime in the Python that publishes it, which this one lacks."
        raise Refused("libraries_missing", message, "pip install onnxruntime tokenizers") from None
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    return len(session.get_outputs()[0].shape) == 2  # noqa: PLR2004 - rows and numbers


def _json(file: Path, otherwise: Any) -> Any:
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else otherwise
