"""Reads files as pandas does, whole and chunk by chunk, and tells where that disagrees with what the splitter says.

A question a line on stdin: {delimiter, text (base64), width, header?, headerEnd?, spans?, lines?}; without spans the
splitter refused the file. An answer a line on stdout: {error} where pandas refuses the whole file, {problem} where
they disagree.
"""

import base64
import json
import sys
import warnings
from itertools import pairwise
from typing import Any, cast

import pandas as pd

from dropscore_predictor.csv_reader import InOnePiece
from dropscore_predictor.records import locate

ROOM = b"\n" * 4096
MARK = b"\xef\xbb\xbf"


def rows_of(text: bytes, delimiter: str, width: int) -> list[list[str]]:
    """Every field of every record, short ones padded; a longer one is an error."""
    try:
        frame = pd.read_csv(
            cast(Any, InOnePiece(text)),
            engine="c",
            sep=delimiter,
            header=None,
            names=range(width),
            index_col=False,
            dtype=object,
            keep_default_na=False,
        )
    except pd.errors.EmptyDataError:
        return []
    except pd.errors.ParserError as error:
        # pandas 3.1.1 reserves too little for the padding of short records; blank lines are room that it does not use.
        if "Buffer overflow" not in str(error) or text.endswith(ROOM):
            raise
        return rows_of(text + ROOM, delimiter, width)
    rows: list[list[str]] = frame.to_numpy().tolist()
    return rows


def problem(question: dict[str, Any], text: bytes, whole: list[list[str]]) -> str | None:
    delimiter, width = question["delimiter"], question["width"]
    header, spans = question["header"], question["spans"]
    if len(whole) != len(question["lines"]) + bool(header):
        return f"pandas reads {len(whole)} records"
    if header and whole[0] != header + [""] * (width - len(header)):
        return f"pandas reads the header {whole[0][: len(header) + 2]}, not {header}"
    ends = [question["headerEnd"], *(span["byteEnd"] for span in spans)]
    if [span["byteStart"] for span in spans] != ends[:-1] or any(start >= end for start, end in pairwise(ends)):
        return f"chunks do not tile: {spans}"
    for span in spans:
        first, count = span["firstRow"], span["rowCount"]
        chunk = text[span["byteStart"] : span["byteEnd"]]
        # As the predictor does: pandas would take a mark at the beginning of a chunk for its own.
        rows = rows_of(b"\n" + chunk if chunk.startswith(MARK) else chunk, delimiter, width)
        if rows != whole[1:][first : first + count]:
            return f"pandas reads {len(rows)} other records in {span}"
        lines = locate(chunk, delimiter, span["firstLine"]).lines.tolist()
        if lines != question["lines"][first : first + count]:
            return f"the predictor finds records on lines {lines} of {span}"
    return None


def answer(question: dict[str, Any]) -> dict[str, str | None]:
    text = base64.b64decode(question["text"])
    try:
        whole = rows_of(text, question["delimiter"], question["width"])
    except ValueError as error:
        return {"error": str(error)}
    return {"problem": problem(question, text, whole)} if "spans" in question else {}


warnings.simplefilter("ignore")
for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
