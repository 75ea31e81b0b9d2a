"""Scores a CSV as a plain script would: the independent result that the pipeline is compared with. Prints JSON."""

import json
import sys

import joblib
import pandas as pd

model_file, csv_file, *features = sys.argv[1:]
frame = pd.read_csv(csv_file)
model = joblib.load(model_file)
predict = getattr(model, "predict_proba", model.predict)
print(json.dumps(predict(frame[features]).tolist()))
