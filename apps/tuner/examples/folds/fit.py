"""Fits a polynomial to noisy points by ridge regression, and prints its error on one of five folds."""
import math
import random
import sys

degree, penalty, fold = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
chance = random.Random(11)
points = [(x, math.sin(3 * x) + chance.gauss(0, 0.3)) for x in (chance.uniform(-1, 1) for _ in range(100))]
held_out = points[fold - 1 :: 5]
training = [point for i, point in enumerate(points) if i % 5 != fold - 1]


def powers(x):
    return [x**k for k in range(degree + 1)]


size = degree + 1
rows = [[penalty * (i == j > 0) for j in range(size)] + [0.0] for i in range(size)]
for x, y in training:
    basis = powers(x)
    for i in range(size):
        for j in range(size):
            rows[i][j] += basis[i] * basis[j]
        rows[i][size] += basis[i] * y
for i in range(size):
    pivot = max(range(i, size), key=lambda r: abs(rows[r][i]))
    rows[i], rows[pivot] = rows[pivot], rows[i]
    for r in range(size):
        if r != i:
            factor = rows[r][i] / rows[i][i]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
weights = [rows[i][size] / rows[i][i] for i in range(size)]

squares = [(y - sum(w * p for w, p in zip(weights, powers(x)))) ** 2 for x, y in held_out]
print(f"error: {sum(squares) / len(squares):.6f}")
