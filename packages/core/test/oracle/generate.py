"""Writes the oracle values that the numeric tests compare with: python generate.py (needs optuna==5.0.0, scipy)."""

import json
import math
from pathlib import Path

import numpy as np
import optuna
import scipy
from optuna._hypervolume import compute_hypervolume
from optuna._hypervolume.hssp import _solve_hssp
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import _split_trials, default_gamma, default_gamma_multiobjective
from optuna.samplers._tpe.sampler import default_weights
from optuna.study._multi_objective import _fast_non_domination_rank
from optuna.trial import TrialState, create_trial
from scipy import special, stats

optuna.logging.set_verbosity(optuna.logging.ERROR)
rng = np.random.RandomState(20260901)
SOURCE = f"optuna {optuna.__version__}, scipy {scipy.__version__}, numpy {np.__version__}"


def write(name, cases):
    text = json.dumps({"source": SOURCE, "cases": cases}, indent=1, default=float)
    (Path(__file__).parent / name).write_text(text + "\n")


def plain(d):
    if isinstance(d, CategoricalDistribution):
        return {"kind": "categorical", "choices": list(d.choices)}
    kind = "float" if isinstance(d, FloatDistribution) else "int"
    return {"kind": kind, "low": d.low, "high": d.high, "log": d.log, "step": d.step}


SPACE = {
    "float": FloatDistribution(-3.0, 7.0),
    "log": FloatDistribution(1e-6, 1e2, log=True),
    "step": FloatDistribution(0.0, 3.0, step=0.25),
    "int": IntDistribution(-4, 20),
    "intlog": IntDistribution(1, 1000, log=True),
    "choice": CategoricalDistribution(["a", "b", "c", "d"]),
}


def draw(d):
    if isinstance(d, CategoricalDistribution):
        return float(rng.randint(len(d.choices)))
    if d.log:
        x = math.exp(rng.uniform(math.log(d.low), math.log(d.high)))
    else:
        x = rng.uniform(d.low, d.high)
    if d.step:
        x = min(max(d.low + round((x - d.low) / d.step) * d.step, d.low), d.high)
    return float(x)


# Optuna sorts equal values in no fixed order (it depends on the processor), which moves bandwidths among them.
# Here, as in tune, the earlier trial comes first.
class StableNumpy:
    def __getattr__(self, name):
        return getattr(np, name)

    def argsort(self, a):
        return np.argsort(a, kind="stable")


optuna.samplers._tpe.parzen_estimator.np = StableNumpy()

parameters = _ParzenEstimatorParameters(1.0, True, False, default_weights, True)
parzen = []
for names in [[n] for n in SPACE] + [list(SPACE)]:
    for n in [0, 1, 2, 5, 26, 30, 120]:
        space = {k: SPACE[k] for k in names}
        observations = {k: np.array([draw(d) for _ in range(n)]) for k, d in space.items()}
        estimator = _ParzenEstimator(observations, space, parameters)
        points = {k: np.array([draw(d) for _ in range(7)]) for k, d in space.items()}
        mixture = estimator._mixture_distribution
        parzen.append(
            {
                "space": {k: plain(d) for k, d in space.items()},
                "observations": {k: v.tolist() for k, v in observations.items()},
                "weights": mixture.weights.tolist(),
                "mus": {k: d.mu.tolist() for k, d in zip(space, mixture.distributions) if hasattr(d, "mu")},
                "sigmas": {k: d.sigma.tolist() for k, d in zip(space, mixture.distributions) if hasattr(d, "mu")},
                "points": np.array([points[k] for k in names]).T.tolist(),
                "logDensities": estimator.log_pdf(points).tolist(),
            }
        )
write("parzen.json", parzen)

split = []
for directions in [["minimize"], ["maximize"], ["minimize", "maximize"], ["minimize", "minimize", "maximize"]]:
    for n in [1, 9, 11, 40, 90]:
        study = optuna.create_study(directions=directions)
        rows = []
        for number in range(n):
            roll = rng.rand()
            pruned = roll < 0.25 and len(directions) == 1
            values = [float(round(rng.randn(), 1)) for _ in directions]
            constraint = float(round(rng.randn() - 0.8, 2))
            steps = {s: float(rng.randn()) for s in range(rng.randint(0, 4))} if pruned else {}
            if pruned and 2 in steps and rng.rand() < 0.3:
                steps[2] = float("nan")
            rows.append(
                {
                    "state": "pruned" if pruned else "complete",
                    "values": None if pruned else values,
                    "constraint": constraint,
                    "steps": [[k, None if math.isnan(v) else v] for k, v in steps.items()],
                }
            )
            trial = create_trial(
                state=TrialState.PRUNED if pruned else TrialState.COMPLETE,
                values=None if pruned else values,
                intermediate_values=steps,
                constraints={"c": constraint},
            )
            study.add_trial(trial)
        gamma = default_gamma if len(directions) == 1 else default_gamma_multiobjective
        below, _ = _split_trials(study, study.get_trials(), gamma(n))
        split.append({"directions": directions, "trials": rows, "below": [t.number for t in below]})
write("split.json", split)

intervals = [
    (-1, 1), (-0.1, 0.2), (-1e-9, 1e-9), (-8, -7), (7, 8), (-40, -39), (30, 30.001), (-1e3, -999), (5, math.inf),
    (-math.inf, -20), (-math.inf, math.inf), (-37.5, 0), (0, 1e-5), (-3, 1e4), (-1e4, 2.5), (100, 1e5),
]
truncated = []
for a, b in intervals:
    log_mass = float(scipy.stats._continuous_distns._log_gauss_mass(np.float64(a), np.float64(b)))
    if b - a < 1e-6:  # There SciPy subtracts two numbers near 1/2; its error function does not.
        log_mass = float(np.log(0.5 * (special.erf(b / 2**0.5) - special.erf(a / 2**0.5))))
    quantiles = [[q, float(stats.truncnorm.ppf(q, a, b))] for q in (1e-12, 1e-3, 0.1, 0.5, 0.9, 0.999999)]
    truncated.append({"interval": [str(a), str(b)], "logMass": log_mass, "quantiles": quantiles})
write("truncated-normal.json", truncated)

write(
    "normal.json",
    [
        {"x": float(x), "logCdf": float(special.log_ndtr(x)), "erf": float(special.erf(x)), "erfc": float(special.erfc(x))}
        for x in np.concatenate([np.linspace(-6, 6, 97), [-1e-10, 1e-10, -25, -37, -1e3, -1e8, 9, 26]])
    ],
)

fronts = []
for m, n in [(2, 1), (2, 30), (3, 25), (4, 12), (5, 8)]:
    points = np.round(rng.rand(n, m), 2)
    reference = np.full(m, 1.1)
    fronts.append(
        {
            "points": points.tolist(),
            "ranks": _fast_non_domination_rank(points).tolist(),
            "reference": reference.tolist(),
            "hypervolume": float(compute_hypervolume(points, reference)),
        }
    )
write("fronts.json", fronts)

# Observations from a range that moved: far outside, near it, and inside.
outside = []
for name in ["float", "log", "int"]:
    for n in [1, 2, 12, 150]:
        space = {name: SPACE[name]}
        factors = 10.0 ** rng.randint(0, 3, n)
        observations = {name: np.array([abs(draw(SPACE[name])) * f for f in factors])}
        estimator = _ParzenEstimator(observations, space, parameters)
        points = np.array([draw(SPACE[name]) for _ in range(7)])
        mixture = estimator._mixture_distribution
        outside.append(
            {
                "space": {name: plain(SPACE[name])},
                "observations": {name: observations[name].tolist()},
                "weights": mixture.weights.tolist(),
                "mus": {name: mixture.distributions[0].mu.tolist()},
                "sigmas": {name: mixture.distributions[0].sigma.tolist()},
                "points": points[:, None].tolist(),
                "logDensities": estimator.log_pdf({name: points}).tolist(),
            }
        )
write("parzen-outside.json", outside)

# A front, some of its points twice; the last two cases have infinite losses, written as strings.
subsets = []
for m, n, size in [(2, 12, 4), (2, 40, 13), (3, 20, 6), (3, 40, 15), (4, 14, 5), (5, 10, 4), (2, 8, 7), (2, 9, 3), (3, 9, 3)]:
    points = rng.rand(n, m)
    points = points / np.linalg.norm(points, axis=1, keepdims=True) - (0.5 if m == 3 else 0)
    points[-2:] = points[:2]
    if len(subsets) >= 7:
        points[1, 0] = -math.inf
        points[1, 1] = 2.0
    worst = points.max(axis=0)
    reference = np.maximum(1.1 * worst, 0.9 * worst)
    chosen = _solve_hssp(points, np.arange(n), size, reference)
    subsets.append(
        {
            "points": [[x if math.isfinite(x) else str(x) for x in p] for p in points.tolist()],
            "size": size,
            "reference": reference.tolist(),
            "chosen": sorted(chosen.tolist()),
        }
    )
write("subsets.json", subsets)
