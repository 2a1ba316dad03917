"""A pipeline as many teams have one: it trains on each fold in a loop, and evaluates what came out.

`python training.py http://127.0.0.1:8888` compiles it, and uploads it as `churn-training`.
"""
import sys
from functools import partial
from typing import List, NamedTuple

from kfp import client, compiler, dsl

# An image with the SDK in it.
component = partial(dsl.component, base_image='churn:1', install_kfp_package=False)


@component
def train_fold(fold: int, rate: float, depth: int) -> NamedTuple('Outputs', auc=float):
    from collections import namedtuple
    from math import log10
    print(f'fold {fold} with rate {rate} and depth {depth}')
    auc = 0.95 - 0.05 * (log10(rate) + 2) ** 2 - 0.004 * (depth - 6) ** 2 + 0.01 * fold
    return namedtuple('Outputs', ['auc'])(auc)


@component
def evaluate(aucs: List[float], metrics: dsl.Output[dsl.Metrics]) -> float:
    mean = sum(aucs) / len(aucs)
    metrics.log_metric('auc', mean)
    metrics.log_metric('worst', min(aucs))
    return mean


@dsl.pipeline(name='churn-training')
def churn_training(rate: float = 0.1, depth: int = 4, folds: List[int] = [0, 1, 2]) -> float:
    with dsl.ParallelFor(folds) as fold:
        trained = train_fold(fold=fold, rate=rate, depth=depth)
    return evaluate(aucs=dsl.Collected(trained.outputs['auc'])).outputs['Output']


if __name__ == '__main__':
    compiler.Compiler().compile(churn_training, 'compiled.yaml')
    client.Client(host=sys.argv[1]).upload_pipeline('compiled.yaml', pipeline_name='churn-training')
