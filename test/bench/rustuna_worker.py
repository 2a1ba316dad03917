"""One study with Rustuna, in memory; prints the seconds that its trials took."""

import math
import sys
import time

import rustuna

name, dimensions, trials = sys.argv[1], *map(int, sys.argv[2:4])
samplers = {"cmaEs": rustuna.samplers.CmaEsSampler, "random": rustuna.samplers.RandomSampler}
study = rustuna.create_study(sampler=samplers[name](seed=1))


def objective(trial):
    xs = [trial.suggest_float(f"x{i}", -5.0, 5.0) for i in range(dimensions)]
    return sum(x * x + 10 * (1 - math.cos(2 * math.pi * x)) for x in xs)


# What is imported for the first suggestions is not counted.
study.optimize(objective, n_trials=20)
begin = time.perf_counter()
study.optimize(objective, n_trials=trials)
print(time.perf_counter() - begin)
