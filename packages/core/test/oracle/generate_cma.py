"""Writes the values that the tests of CMA-ES compare with: python generate_cma.py (needs cmaes, scipy)."""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy
from cmaes import CMA, CMAwM, get_warm_start_mgd

SOURCE = f"cmaes {version('cmaes')}, numpy {np.__version__}, scipy {scipy.__version__}"


def ellipsoid(x):
    n = len(x)
    return float(sum(1000 ** (i / max(n - 1, 1)) * (v - 0.3) ** 2 for i, v in enumerate(x)))


def state(cma):
    return {
        "mean": cma._mean.tolist(),
        "sigma": float(cma._sigma),
        "covariance": cma._C.tolist(),
        "pathSigma": cma._p_sigma.tolist(),
        "pathC": cma._pc.tolist(),
    }


def continuous(n, generations, population, seed):
    bounds = np.array([[0.0, 1.0]] * n)
    cma = CMA(np.full(n, 0.5), 1 / 6, bounds=bounds, n_max_resampling=10 * n, population_size=population, seed=seed)
    told = []
    for _ in range(generations):
        solutions = [(x, ellipsoid(x)) for x in (cma.ask() for _ in range(cma.population_size))]
        told.append([{"x": x.tolist(), "value": v} for x, v in solutions])
        cma.tell(solutions)
    return {"dimensions": n, "populationSize": cma.population_size, "generations": told, "state": state(cma)}


def mixed(counts, generations, seed):
    """counts: how many values each parameter has; 0 for a continuous one."""
    n = len(counts)
    bounds = np.array([[0.0, 1.0]] * n)
    steps = np.array([1 / (c - 1) if c else 0.0 for c in counts])
    cma = CMAwM(np.full(n, 0.5), 1 / 6, bounds=bounds, steps=steps, n_max_resampling=10 * n, seed=seed)
    told = []
    for _ in range(generations):
        solutions = [(raw, ellipsoid(x), x) for x, raw in (cma.ask() for _ in range(cma.population_size))]
        told.append([{"x": raw.tolist(), "value": v, "meant": x.tolist()} for raw, v, x in solutions])
        cma.tell([(raw, v) for raw, v, _ in solutions])
    return {
        "counts": counts,
        "populationSize": cma.population_size,
        "generations": told,
        "state": state(cma._cma),
        "scales": cma._A.tolist(),
    }


def warm_start(n, count, seed):
    rng = np.random.RandomState(seed)
    solutions = [(x, ellipsoid(x)) for x in rng.rand(count, n)]
    mean, sigma, cov = get_warm_start_mgd(solutions)
    return {
        "solutions": [{"x": x.tolist(), "value": v} for x, v in solutions],
        "mean": mean.tolist(),
        "sigma": float(sigma),
        "covariance": cov.tolist(),
    }


document = {
    "source": SOURCE,
    "continuous": [
        continuous(1, 12, None, 1),
        continuous(2, 10, None, 2),
        continuous(5, 12, None, 3),
        continuous(3, 6, 40, 4),
        continuous(10, 8, None, 5),
        continuous(6, 8, 4, 6),
    ],
    "mixed": [
        mixed([2, 0], 8, 1),
        mixed([2, 3, 11, 101], 12, 2),
        mixed([0, 2, 0, 6, 0], 15, 3),
        mixed([1001, 0, 4], 20, 4),
    ],
    "warmStart": [warm_start(2, 30, 1), warm_start(5, 200, 2), warm_start(1, 10, 3)],
}
(Path(__file__).parent / "cma.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
