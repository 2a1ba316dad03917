"""Opens a study as a tuner does; says how long that took and how much memory."""

import json
import resource
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, name = sys.argv[1:3]
begin = time.perf_counter()
study = optuna.load_study(study_name=name, storage=url)
complete = len(study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)))
opening = 1000 * (time.perf_counter() - begin)
print(json.dumps(dict(complete=complete, opening=opening, rss=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))
