"""Trains logistic regression on points of two classes, and prints its accuracy after each epoch."""
import argparse
import math
import random
import time

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, required=True)
parser.add_argument("--decay", type=float, required=True)
parser.add_argument("--batch", type=int, required=True)
args = parser.parse_args()

chance = random.Random(7)


def points(count):
    """Points of two noisy classes, of which no line separates all."""
    made = []
    for _ in range(count):
        label = chance.random() < 0.5
        centre = 0.6 if label else -0.6
        made.append(([chance.gauss(centre, 1), chance.gauss(-centre, 2), 1.0], label))
    return made


training, validation = points(400), points(400)
weights = [0.0, 0.0, 0.0]


def chance_of(point):
    score = sum(w * x for w, x in zip(weights, point))
    return 1 / (1 + math.exp(-max(-30, min(30, score))))


for epoch in range(27):
    chance.shuffle(training)
    for start in range(0, len(training), args.batch):
        batch = training[start : start + args.batch]
        slopes = [0.0, 0.0, 0.0]
        for point, label in batch:
            error = chance_of(point) - label
            slopes = [s + error * x for s, x in zip(slopes, point)]
        weights = [w - args.rate * (s / len(batch) + args.decay * w) for w, s in zip(weights, slopes)]
    right = sum((chance_of(point) > 0.5) == label for point, label in validation)
    print(f"epoch={epoch} accuracy={right / len(validation):.4f}", flush=True)
    time.sleep(0.02)
