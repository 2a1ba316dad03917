"""Optuna's GPSampler behind standard input and output, one JSON a line: the peer of the Gaussian process benchmarks.

`new` makes a study, `ask` answers with internal values and the seconds that the suggestion took, `tell` ends the trial.
"""

import json
import sys
import time
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def distribution(d):
    if d["kind"] == "categorical":
        return CategoricalDistribution(range(len(d["choices"])))
    kind = FloatDistribution if d["kind"] == "float" else IntDistribution
    return kind(d["low"], d["high"], log=d["log"], step=d["step"])


running = {}
for line in sys.stdin:
    message = json.loads(line)
    answer = {}
    if message["do"] == "new":
        space = {name: distribution(d) for name, d in message["space"].items()}
        sampler = optuna.samplers.GPSampler(seed=message["seed"])
        study = optuna.create_study(sampler=sampler, directions=message["directions"])
        running = {}
    elif message["do"] == "add":
        for params, values in message["trials"]:
            study.add_trial(optuna.trial.create_trial(params=params, distributions=space, values=values))
    elif message["do"] == "ask":
        start = time.perf_counter()
        trial = study.ask(space)
        answer = {"number": trial.number, "params": trial.params, "seconds": time.perf_counter() - start}
        running[trial.number] = trial
    else:
        study.tell(running.pop(message["number"]), message["values"])
    print(json.dumps(answer), flush=True)
