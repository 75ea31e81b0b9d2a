"""What the sample model takes for one record by itself: JSON in, a prediction and its probabilities as JSON out.

    .venv/bin/python bench/api/bare_predict.py REQUESTS RECORD

Prints the milliseconds of each, as JSON. `bench/api/api.ts` runs it beside the API.
"""

import json
import sys
import time

import joblib
import pandas as pd

MODEL = ".dropscore/sample-data/models/breast-cancer/1/model.joblib"

requests, record = int(sys.argv[1]), sys.argv[2]
model = joblib.load(MODEL)
names = list(model.feature_names_in_)
times = []
for _ in range(requests):
    started = time.perf_counter()
    frame = pd.DataFrame([json.loads(record)])[names]
    json.dumps({"prediction": str(model.predict(frame)[0]), "probabilities": model.predict_proba(frame)[0].tolist()})
    times.append((time.perf_counter() - started) * 1000)
print(json.dumps(times))
