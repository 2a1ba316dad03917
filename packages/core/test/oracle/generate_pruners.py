"""Writes what the pruners are compared with: python generate_pruners.py (needs optuna==5.0.0, scipy).

pruners.json holds studies that Optuna ran, event by event: `3@7=0.5` is a report of trial 3 at step 7, with a `!` where
the pruner then said to prune; `3:complete=1.5`, `3:pruned`, `3:failed` are its end, with a `?` where it is infeasible.
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import optuna
import scipy
from optuna.pruners import (
    HyperbandPruner,
    MedianPruner,
    PatientPruner,
    PercentilePruner,
    SuccessiveHalvingPruner,
    ThresholdPruner,
    WilcoxonPruner,
)
from optuna.trial import TrialState
from scipy import stats

warnings.simplefilter("ignore")
np.seterr(all="ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
rng = np.random.RandomState(20260902)
SOURCE = f"optuna {optuna.__version__}, scipy {scipy.__version__}, numpy {np.__version__}"


def plain(value):
    return float(value) if math.isfinite(value) else str(float(value))


def write(name, **content):
    lines = [f'"source": "{SOURCE}"']
    for key, cases in content.items():
        lines.append(f'"{key}": [\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
    (Path(__file__).parent / name).write_text("{\n" + ",\n".join(lines) + "\n}\n")


def draw(quality, odd):
    """A report: rounded, so that there are ties; sums of eighths are exact in any order."""
    if rng.rand() < odd:
        return float(rng.choice([math.nan, math.inf, -math.inf]))
    return float(np.round((quality + rng.randn()) * 8) / 8)


def run(pruner, make, direction, steps, trials=18, odd=0.03, shuffle=False, only_nan_first=False):
    """A study whose trials run three at a time. `make` makes the pruner: anew for each question, since ours keeps nothing."""
    name = f"study-{rng.randint(1000)}"
    study = optuna.create_study(study_name=name, direction=direction, storage=optuna.storages.InMemoryStorage())
    events, running, started = [], {}, 0
    finals = rng.permutation(4 * trials) / 8  # No two alike: Optuna's storages differ in which of equals is best.
    while started < trials or running:
        if started < trials and (len(running) < 3 and not (only_nan_first and started == 1 and running)):
            trial = study.ask()
            order = list(rng.permutation(steps)) if shuffle else list(steps)
            nan = only_nan_first and started == 0
            length = len(order) if nan else rng.choice([len(order), rng.randint(0, len(order) + 1)], p=[0.8, 0.2])
            running[trial.number] = (trial, [int(s) for s in order[:length]], 0.7 * rng.randn(), nan)
            started += 1
            continue
        number = int(rng.choice(list(running)))
        trial, left, quality, nan = running[number]
        state = None
        if left:
            step = left.pop(0)
            value = math.nan if nan else draw(quality, odd)
            trial.report(value, step)
            study.pruner = make()
            decision = bool(trial.should_prune())
            events.append(f"{number}@{step}={value:.15g}{'!' if decision else ''}")
            if decision and rng.rand() < 0.8 and not nan:
                state = "pruned"
        else:
            state = "failed" if rng.rand() < 0.1 and not nan else "complete"
        if state is None:
            continue
        del running[number]
        feasible = nan or rng.rand() < 0.9
        trial.set_constraint("c", -1.0 if feasible else 1.0)
        final = float(finals[number])
        if state == "complete":
            study.tell(trial, final)
        else:
            study.tell(trial, state=TrialState.PRUNED if state == "pruned" else TrialState.FAIL)
        events.append(f"{number}:{state}{f'={final}' if state == 'complete' else ''}{'' if feasible else '?'}")
    return {"pruner": pruner, "study": name, "direction": direction, "events": " ".join(events)}


DENSE = range(0, 10)
GAPS = [1, 2, 4, 5, 9, 10, 17, 30]


def percentile_cases():
    for direction in ["minimize", "maximize"]:
        yield {"name": "median"}, MedianPruner, direction, dict(steps=DENSE)
        yield {"name": "median"}, MedianPruner, direction, dict(steps=GAPS, odd=0.2)
        for percentile, startup, warmup, interval, least in [
            (25.0, 0, 0, 1, 1), (75.0, 2, 3, 2, 2), (10.0, 1, 2, 3, 4), (0.0, 0, 0, 1, 1), (100.0, 0, 0, 4, 1), (33.3, 3, 1, 5, 1),
        ]:
            options = {"percentile": percentile, "startupTrials": startup, "warmupSteps": warmup, "intervalSteps": interval, "minTrials": least}
            make = lambda p=percentile, a=startup, b=warmup, c=interval, d=least: PercentilePruner(p, a, b, c, n_min_trials=d)
            yield {"name": "percentile", "options": options}, make, direction, dict(steps=GAPS if interval > 1 else DENSE)


def halving_cases():
    # No report passes two rungs: what Optuna then has written is what the reports say.
    for direction in ["minimize", "maximize"]:
        yield {"name": "successiveHalving"}, SuccessiveHalvingPruner, direction, dict(steps=DENSE, only_nan_first=True)
        rungs = [3, 4, 10, 16, 40, 64, 100, 256, 400]  # The estimate is 4.
        yield {"name": "successiveHalving"}, SuccessiveHalvingPruner, direction, dict(steps=rungs, only_nan_first=True)
        for least, factor, rate, bootstrap in [(1, 2, 0, 0), (1, 3, 1, 0), (2, 2, 0, 2), (1, 4, 0, 0), (3, 2, 1, 1)]:
            options = {"minResource": least, "reductionFactor": factor, "minEarlyStoppingRate": rate, "bootstrapCount": bootstrap}
            make = lambda a=least, b=factor, c=rate, d=bootstrap: SuccessiveHalvingPruner(a, b, c, d)
            steps = [s + (1 if s > 4 else 0) for s in DENSE]  # With a gap.
            yield {"name": "successiveHalving", "options": options}, make, direction, dict(steps=steps, odd=0.06)
        yield {"name": "hyperband"}, HyperbandPruner, direction, dict(steps=DENSE, only_nan_first=True, trials=30)
        for least, most, factor, bootstrap in [(1, 10, 3, 0), (2, 20, 2, 1), (1, 100, 4, 0)]:
            options = {"minResource": least, "maxResource": most, "reductionFactor": factor, "bootstrapCount": bootstrap}
            make = lambda a=least, b=most, c=factor, d=bootstrap: HyperbandPruner(a, b, c, d)
            yield {"name": "hyperband", "options": options}, make, direction, dict(steps=DENSE, trials=30)


def other_cases():
    for direction in ["minimize", "maximize"]:
        for patience, delta in [(0, 0.0), (2, 0.0), (3, 0.5)]:
            options = {"patience": patience, "minDelta": delta}
            wrapped = lambda a=patience, b=delta: PatientPruner(MedianPruner(n_startup_trials=1), a, b)
            alone = lambda a=patience, b=delta: PatientPruner(None, a, b)
            inner = {"name": "median", "startupTrials": 1}
            yield {"name": "patient", "options": {**options, "pruner": inner}}, wrapped, direction, dict(steps=GAPS, odd=0.1)
            yield {"name": "patient", "options": {**options, "pruner": None}}, alone, direction, dict(steps=DENSE, odd=0.1)
        for bounds in [(-1.0, 1.0, 0, 1), (None, 0.5, 2, 3), (-0.5, None, 0, 2)]:
            keys = ["lower", "upper", "warmupSteps", "intervalSteps"]
            options = {k: v for k, v in zip(keys, bounds) if v is not None}
            make = lambda b=bounds: ThresholdPruner(*b)
            yield {"name": "threshold", "options": options}, make, direction, dict(steps=GAPS, odd=0.1, trials=10)
        for p, startup in [(0.1, 2), (0.5, 0), (0.2, 6)]:
            options = {"pThreshold": p, "startupSteps": startup}
            make = lambda a=p, b=startup: WilcoxonPruner(p_threshold=a, n_startup_steps=b)
            yield {"name": "wilcoxon", "options": options}, make, direction, dict(steps=range(18), shuffle=True, odd=0.003)
        yield {"name": "wilcoxon"}, WilcoxonPruner, direction, dict(steps=range(60), shuffle=True, odd=0, trials=8)


cases = [*percentile_cases(), *halving_cases(), *other_cases()]
write("pruners.json", cases=[run(pruner, make, direction, **how) for pruner, make, direction, how in cases])


def p_value(differences, **options):
    return plain(stats.wilcoxon(differences, **options).pvalue)


signed_ranks = []
for n in [*range(2, 16), 25, 49, 50, 51, 80]:
    smooth = rng.randn(n) + 0.4 * rng.randn()
    tied = np.round(2 * smooth)
    for differences in [smooth, tied, np.zeros(n)] if n < 16 else [smooth, tied]:
        signed_ranks.append(
            {
                "differences": differences.tolist(),
                "greater": p_value(differences, alternative="greater", zero_method="zsplit"),
                "less": p_value(differences, alternative="less", zero_method="zsplit"),
                "twoSided": p_value(differences, alternative="two-sided", zero_method="zsplit"),
            }
        )
exact = []
for n in [1, 2, 3, 5, 9, 13]:
    for differences in [rng.randn(n), np.round(2 * rng.randn(n)) + (np.arange(n) == 0)]:
        if np.any(differences != 0):
            used = differences[differences != 0]
            exact.append({"differences": differences.tolist(), "p": p_value(used)})
exact += [{"differences": d.tolist(), "p": p_value(d, method="exact")} for d in (rng.randn(24), rng.randn(60))]
write("signed-rank.json", cases=signed_ranks, exact=exact)

percentiles = []
for n in [1, 2, 3, 4, 7, 20]:
    for odd in [0, 0.3]:
        values = np.array([draw(0, 0) if rng.rand() >= odd else rng.choice([math.inf, -math.inf]) for _ in range(n)])
        percents = [0, 10, 25, 33.3, 50, 66.7, 75, 100]
        found = [[q, plain(np.percentile(values, q))] for q in percents]
        percentiles.append({"values": [plain(v) for v in values], "percentiles": found})
write("percentile.json", cases=percentiles)

brackets = []
for least in [1, 2, 3, 7]:
    for factor in [2, 3, 4, 5]:
        for most in [least, least * factor - 1, least * factor, least * factor**5 - 1, least * factor**5, 243, 1000]:
            pruner = HyperbandPruner(least, most, factor)
            pruner._try_initialization(optuna.create_study())
            brackets.append([least, most, factor, pruner._trial_allocation_budgets])
write("hyperband.json", cases=brackets)
