"""Sentence encoders: a tokenizer, an ONNX graph, and one vector a text."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..contracts.types import Encoder, Feature
from .answers import Values
from .checks import invalid, named
from .estimator import Estimator

BATCH = 64
"""Texts at once: enough to keep the processor busy, and memory does not grow with the chunk."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_TOKENIZER = "tokenizer.json"
_PADS = ("[PAD]", "<pad>", "<|endoftext|>")


def estimator(session: Any, encoder: Encoder, folder: Path, features: Sequence[Feature] | None) -> Estimator:
    """An encoder of the manifest's one text feature.

    Args:
        session: The graph.
        encoder: How it is used.
        folder: Where `tokenizer.json` is.
        features: The manifest's features; None where own code makes the text.

    Raises:
        JobFailed: There is no tokenizer, the graph takes other inputs, or there is not one text feature.
    """
    if features is not None and [feature["type"] for feature in features] != ["string"]:
        listed = ", ".join(f"{feature['name']} ({feature['type']})" for feature in features[:8])
        raise invalid(
            f"A sentence encoder takes one text; the manifest lists {listed}. Publish it with the text alone."
        )
    for entry in session.get_inputs():
        if entry.name not in _INPUTS:
            raise invalid(
                f"The graph's input {named(entry.name)} is none that a tokenizer fills: {', '.join(_INPUTS)}."
            )
    return Values(SentenceEncoder(session, encoder, folder).vectors)


class SentenceEncoder:
    """Texts to vectors, in batches of texts of about one length."""

    def __init__(self, session: Any, encoder: Encoder, folder: Path) -> None:
        self._session = session
        self._encoder = encoder
        self._inputs = [entry.name for entry in session.get_inputs()]
        self._output = _output(session, 2 if encoder["pooling"] == "none" else 3)
        self._tokenizer = _tokenizer(folder / _TOKENIZER, encoder["maxTokens"], _fixed_length(session))

    def vectors(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """A vector a row, of shape (n, d).

        Raises:
            ValueError: A text is missing.
        """
        column = frame.iloc[:, 0]
        if column.isna().any():
            raise ValueError("the text is missing, and there is no vector for nothing")
        texts = [str(text) for text in column]
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        made = np.concatenate([self._encoded([texts[index] for index in batch]) for batch in batches])
        vectors = np.empty_like(made)
        vectors[order] = made
        return vectors

    def _encoded(self, texts: list[str]) -> NDArray[np.float32]:
        tokens = self._tokenizer.encode_batch(texts)
        mask = np.array([entry.attention_mask for entry in tokens], dtype=np.int64)
        given = {
            "input_ids": np.array([entry.ids for entry in tokens], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([entry.type_ids for entry in tokens], dtype=np.int64),
        }
        states = self._session.run([self._output], {name: given[name] for name in self._inputs})[0]
        vectors = _pooled(states.astype(np.float32), mask, self._encoder["pooling"])
        return _normal(vectors) if self._encoder["normalize"] else vectors


def _output(session: Any, rank: int) -> str:
    """The first output of this rank: of vectors, or of a vector a token."""
    outputs = session.get_outputs()
    for entry in outputs:
        if len(entry.shape) == rank:
            return str(entry.name)
    listed = ", ".join(f"{entry.name} of {len(entry.shape)} dimensions" for entry in outputs[:8])
    remedy = "Publish it with --pooling mean or cls." if rank == 2 else "Publish it with --pooling none."  # noqa: PLR2004
    raise invalid(f"The pooling needs an output of {rank} dimensions; the graph gives {listed}. {remedy}")


def _fixed_length(session: Any) -> int | None:
    lengths = (entry.shape[1] for entry in session.get_inputs() if len(entry.shape) > 1)
    return next((length for length in lengths if isinstance(length, int)), None)


def _tokenizer(path: Path, limit: int, fixed: int | None) -> Any:
    from tokenizers import Tokenizer

    if not path.is_file():
        raise invalid(f"A sentence encoder needs the artifact {_TOKENIZER}. Publish it beside the model.")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises Exception itself
        raise invalid(f"{_TOKENIZER} is no tokenizer: {error}. Save it with tokenizer.save().") from error
    tokenizer.enable_truncation(max_length=limit if fixed is None else min(limit, fixed))
    known = tokenizer.padding or {}
    pad = known.get("pad_token") or next((name for name in _PADS if tokenizer.token_to_id(name) is not None), _PADS[0])
    tokenizer.enable_padding(
        direction=known.get("direction", "right"),
        pad_id=known.get("pad_id", tokenizer.token_to_id(pad) or 0),
        pad_type_id=known.get("pad_type_id", 0),
        pad_token=pad,
        length=fixed,
    )
    return tokenizer


def _pooled(states: NDArray[np.float32], mask: NDArray[np.int64], pooling: str) -> NDArray[np.float32]:
    if pooling == "none":
        return states
    if pooling == "cls":
        return states[:, 0]
    weights = mask[:, :, None].astype(np.float32)
    return np.asarray((states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9))


def _normal(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
