"""Writes activations.csv: activations and their derivatives at 60 digits, rounded to the nearest f64. Needs mpmath."""
import random

from mpmath import erfc, exp, expm1, inf, log1p, mp, mpf, npdf, sqrt

mp.dps = 60
random.seed(1)


def sigmoid(z):
    return 1 / (1 + exp(-z))


def phi(z):
    return erfc(-z / sqrt(mpf(2))) / 2


FUNCTIONS = {
    "elu": lambda z: z if z > 0 else expm1(z),
    "elu_derivative": lambda z: mpf(1) if z > 0 else exp(z),
    "softplus": lambda z: log1p(exp(z)) if z < 0 else z + log1p(exp(-z)),
    "silu": lambda z: z * sigmoid(z),
    "silu_derivative": lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z))),
    "gelu": lambda z: z * phi(z),
    "gelu_derivative": lambda z: phi(z) + z * npdf(z),
    "hard_tanh": lambda z: max(mpf(-1), min(mpf(1), z)),
    "hard_tanh_derivative": lambda z: mpf(1) if -1 < z < 1 else mpf(0),
    "softsign": lambda z: z / (1 + abs(z)),
    "softsign_derivative": lambda z: 1 / (1 + abs(z)) ** 2,
}

points = [0.0, 1.0, -1.0, 5e-324, -5e-324, 1e-310, -1e-310, 1e-300, -1e-300, 37.5, -37.5, -700.0, -705.0, 800.0, 1e300]
points += [sign * 1.7 * 10.0**e for e in range(-20, 0) for sign in (1, -1)]
points += [random.uniform(-1, 1) for _ in range(100)]
points += [random.uniform(-8, 8) for _ in range(150)]
points += [random.uniform(-40, 40) for _ in range(100)]
# Where 1 + |z| rounds worst, which is where softsign and its derivative are furthest off.
points += [32767.001154482412, -32767.001154482412, 127.00001708649019, 2047.6256103515625, 7.001380443572998]
with open("activations.csv", "w") as file:
    print("z", *FUNCTIONS, sep=",", file=file)
    for z in sorted(points):
        print(repr(z), *(repr(float(f(mpf(z)))) for f in FUNCTIONS.values()), sep=",", file=file)
