"""A model that is own code: points for each feature, in a file of its own."""

import json


def load(folder):
    return Scorecard(json.loads((folder / "points.json").read_text(encoding="utf-8")))


class Scorecard:
    def __init__(self, points):
        self._points = points

    def predict(self, frame):
        return sum(frame[name] * points for name, points in self._points.items())
