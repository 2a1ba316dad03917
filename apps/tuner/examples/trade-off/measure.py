"""Measures a model that only exists as formulas. Its parameters come in the environment; its metrics go to a file."""
import json
import math
import os

params = json.loads(os.environ["TUNE_PARAMS"])
bytes_each = {"float32": 4, "float16": 2, "int8": 1}[params["precision"]]
weights = params["layers"] * params["width"] ** 2
loss_of_precision = {4: 0, 2: 0.002, 1: 0.02}[bytes_each]
metrics = {
    "quality": 1 - math.exp(-math.log2(weights) / 6) - loss_of_precision,
    "megabytes": weights * bytes_each / 1e6,
    "latency_ms": 2 + params["layers"] * (1 + params["width"] / 100) * bytes_each,
}
with open(os.path.join(os.environ["TUNE_DIR"], "metrics.json"), "w") as file:
    json.dump(metrics, file)
