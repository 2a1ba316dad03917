"""One process that runs trials of a study with Optuna, when it is told to go."""

import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name, trials, params, reports = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
study = optuna.load_study(study_name=name, storage=url, sampler=optuna.samplers.RandomSampler())


def objective(trial):
    total = sum(trial.suggest_float(f"x{i}", -1.0, 1.0) for i in range(params))
    for step in range(reports):
        trial.report(total, step)
    return total


print("ready", flush=True)
sys.stdin.readline()
begin = time.perf_counter()
study.optimize(objective, n_trials=trials)
print(time.perf_counter() - begin, flush=True)
