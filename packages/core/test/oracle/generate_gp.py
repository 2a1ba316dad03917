"""Writes the oracle values of the Gaussian process sampler: python generate_gp.py.

Needs optuna==5.0.0, torch, scikit-learn, scipy, mpmath.
"""

import json
import math
from pathlib import Path

import mpmath as mp
import numpy as np
import optuna
import scipy
import sklearn
import torch
from optuna._gp import acqf, gp, prior
from optuna._gp.qmc import sample_from_normal_sobol
from scipy import stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

rng = np.random.RandomState(20260902)
SOURCE = (
    f"optuna {optuna.__version__}, torch {torch.__version__.split('+')[0]}, scikit-learn {sklearn.__version__}, "
    f"scipy {scipy.__version__}, mpmath {mp.__version__}"
)


def write(name, cases):
    text = json.dumps({"source": SOURCE, "cases": cases}, indent=1, default=float)
    (Path(__file__).parent / name).write_text(text + "\n")


# The posterior of scikit-learn's GaussianProcessRegressor with a fixed kernel.
posterior = []
for n, d in [(1, 1), (7, 2), (30, 4), (61, 6)]:
    X, y, weights = rng.rand(n, d), rng.randn(n), np.exp(rng.randn(d))
    scale, noise = float(np.exp(0.3 * rng.randn())), float(10 ** rng.uniform(-5, -1))
    kernel = ConstantKernel(scale) * Matern(length_scale=1 / np.sqrt(weights), nu=2.5)
    model = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(X, y)
    points = np.vstack([rng.rand(5, d), X[:1]])
    mean, deviation = model.predict(points, return_std=True)
    posterior.append(
        {
            "points": X, "targets": y, "weights": weights, "scale": scale, "noise": noise,
            "at": points, "mean": mean, "variance": deviation**2,
        }
    )
write("gp-posterior.json", [{k: np.asarray(v).tolist() for k, v in case.items()} for case in posterior])

# What Optuna minimises to fit a kernel, and its gradient by automatic differentiation; choices among the parameters.
likelihood = []
for n, d, categorical in [(5, 1, []), (12, 3, [1]), (40, 5, [0, 4]), (33, 2, [])]:
    X, y = rng.rand(n, d), rng.randn(n)
    for k in categorical:
        X[:, k] = rng.randint(3, size=n)
    is_categorical = np.array([k in categorical for k in range(d)])
    theta = 0.5 * rng.randn(d + 2)
    raw = torch.from_numpy(theta).requires_grad_(True)
    model = gp.GPRegressor(
        torch.from_numpy(is_categorical), torch.from_numpy(X), torch.from_numpy(y),
        torch.exp(raw[:d]), torch.exp(raw[d]), torch.exp(raw[d + 1]) + prior.DEFAULT_MINIMUM_NOISE_VAR,
    )
    loss = -model.marginal_log_likelihood() - prior.default_log_prior(model)
    loss.backward()
    fitted = gp.fit_kernel_params(X, y, is_categorical, prior.default_log_prior, 1e-6, False, gtol=1e-6)
    best = -fitted.marginal_log_likelihood() - prior.default_log_prior(fitted)
    likelihood.append(
        {
            "points": X.tolist(), "targets": y.tolist(), "isCategorical": is_categorical.astype(int).tolist(),
            "theta": theta.tolist(), "loss": loss.item(), "gradient": raw.grad.tolist(), "best": best.item(),
        }
    )
write("gp-likelihood.json", likelihood)

# log h(z) with 100 digits, and Optuna's, which loses some far below.
mp.mp.dps = 100
improvement = []
for z in [-1e8, -1e4, -500, -38.5, -25.1, -24.9, -10, -5, -4.001, -3.999, -2, -1, -0.5, 0, 1e-9, 0.3, 1, 4, 9, 40, 1e6]:
    density, below = mp.npdf(z), mp.erfc(-mp.mpf(z) / mp.sqrt(2)) / 2
    h = density + mp.mpf(z) * below
    improvement.append(
        {
            "z": z, "log": mp.log(h), "slope": below / h, "spread": density / h, "mills": density / below,
            "optuna": acqf.standard_logei(torch.tensor([z], dtype=torch.float64)).item(),
        }
    )
write("log-improvement.json", improvement)

powers = []
for values in [rng.randn(40), np.exp(rng.randn(60)), -np.exp(1.5 * rng.randn(25)), rng.rand(15) ** 5, np.arange(6.0)]:
    z = (values - values.mean()) / values.std()
    best = stats.yeojohnson_normmax(z)
    powers.append({"values": z.tolist(), "lambda": best, "transformed": stats.yeojohnson(z, best).tolist()})
write("power-transform.json", powers)

# Optuna's log EHVI, with so many quasi-random samples that it is known to three digits.
hypervolume = []
for m, n in [(2, 1), (2, 9), (3, 6), (4, 5)]:
    losses = rng.rand(n, m)
    reference = np.full(m, 1.2)
    lower, upper = acqf._get_non_dominated_box_bounds(torch.from_numpy(-losses), reference)
    mean, deviation = rng.uniform(0.1, 0.8, m), rng.uniform(0.05, 0.4, m)
    normal = sample_from_normal_sobol(m, 2**15, seed=1)
    samples = -(torch.from_numpy(mean) + torch.from_numpy(deviation) * normal)
    value = acqf.logehvi(samples, lower, (upper - lower).clamp_min(1e-12))
    hypervolume.append(
        {
            "losses": losses.tolist(), "reference": reference.tolist(),
            "mean": mean.tolist(), "deviation": deviation.tolist(), "log": value.item(),
        }
    )
write("log-hypervolume-improvement.json", hypervolume)

# The posterior that takes a running trial to have its mean: the mean is left as it is, the variance shrinks around it.
believer = []
for n, d in [(6, 1), (15, 3)]:
    X, y, weights = rng.rand(n, d), rng.randn(n), np.full(d, 4.0)
    kernel = Matern(length_scale=1 / np.sqrt(weights), nu=2.5)
    noise = np.full(n, 1e-3)
    running = rng.rand(2, d)
    points = np.vstack([rng.rand(4, d), running[:1] + 0.01])
    mean = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(X, y).predict(running)
    model = GaussianProcessRegressor(kernel, alpha=np.append(noise, [1e-6, 1e-6]), optimizer=None)
    mean, deviation = model.fit(np.vstack([X, running]), np.append(y, mean)).predict(points, return_std=True)
    believer.append(
        {
            "points": X.tolist(), "targets": y.tolist(), "weights": weights.tolist(), "scale": 1, "noise": 1e-3,
            "running": running.tolist(), "at": points.tolist(), "mean": mean.tolist(),
            "variance": (deviation**2).tolist(),
        }
    )
write("gp-believer.json", believer)
