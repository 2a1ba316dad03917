"""Writes the values that the test of quasi-random points compares with: python generate_qmc.py (needs scipy)."""

import json
import warnings
from pathlib import Path

import numpy as np
import scipy
from scipy.stats import qmc

warnings.simplefilter("ignore")
SOURCE = f"scipy {scipy.__version__}: stats.qmc.Sobol and Halton with scramble=False, discrepancy(method='CD')"


def point(engine, index):
    if index > 0:
        engine.fast_forward(index)
    return engine.random(1)[0].tolist()


def discrepancy(points):
    return float(qmc.discrepancy(points, method="CD"))


def scrambled(make, dimensions, n):
    return float(np.median([discrepancy(make(dimensions, scramble=True, seed=s).random(n)) for s in range(25)]))


SETS = [(2, 64), (5, 100), (10, 256)]
document = {
    "source": SOURCE,
    "sobol": [
        {"index": i, "point": point(qmc.Sobol(481, scramble=False, bits=32), i)} for i in (0, 1, 6, 43690, 699050)
    ],
    # Of each dimension Σ (k + 1) v_k over the columns of its generator matrix, k from 0.
    "sobolColumns": (qmc.Sobol(481, scramble=False, bits=32)._sv.astype(np.int64) * np.arange(1, 33)).sum(1).tolist(),
    "halton": [{"index": i, "point": point(qmc.Halton(64, scramble=False), i)} for i in (0, 1, 6, 1000, 54321)],
    "discrepancies": [
        {
            "dimensions": d,
            "points": n,
            "sobol": discrepancy(qmc.Sobol(d, scramble=False).random(n)),
            "halton": discrepancy(qmc.Halton(d, scramble=False).random(n)),
            "scrambledSobol": scrambled(qmc.Sobol, d, n),
            "scrambledHalton": scrambled(qmc.Halton, d, n),
        }
        for d, n in SETS
    ],
}
(Path(__file__).parent / "qmc.json").write_text(json.dumps(document, indent=1) + "\n")
