"""Writes losses.csv: losses and their derivatives at 60 digits, rounded to the nearest f64. Needs mpmath."""
import random

from mpmath import log, log1p, mp, mpf, sign

mp.dps = 60
random.seed(3)
SMALLEST_NORMAL = mpf(2) ** -1022
BELOW_ONE = 1 - mpf(2) ** -53


def clamp(x, low, high):
    return max(low, min(high, x))


def probability(y):
    return clamp(y, SMALLEST_NORMAL, BELOW_ONE)


def huber(e):
    return e * e / 2 if abs(e) <= 1 else abs(e) - mpf(1) / 2


def binary(y, t):
    y = probability(y)
    return -t * log(y) - (1 - t) * log1p(-y)


def binary_derivative(y, t):
    y = probability(y)
    return (1 - t) / (1 - y) - t / y


# For each loss: a term, its derivative, and whether the terms are averaged.
LOSSES = {
    "half_squared_error": (lambda y, t: (y - t) ** 2 / 2, lambda y, t: y - t, False),
    "mean_squared_error": (lambda y, t: (y - t) ** 2, lambda y, t: 2 * (y - t), True),
    "mean_absolute_error": (lambda y, t: abs(y - t), lambda y, t: sign(y - t), True),
    "huber": (lambda y, t: huber(y - t), lambda y, t: clamp(y - t, -1, 1), True),
    "cross_entropy": (lambda y, t: -t * log(probability(y)), lambda y, t: -t / probability(y), False),
    "binary_cross_entropy": (binary, binary_derivative, True),
}

wide = [([random.uniform(-4, 4) for _ in range(n)], [random.uniform(-4, 4) for _ in range(n)]) for n in (1, 2, 3, 10) * 8]
wide += [([0.5, 2], [0.5, -3]), ([1.5], [0.5]), ([-0.5, 1e-200], [0.5, 0]), ([1e100], [-1e100]), ([3], [3])]
narrow = [([random.random() for _ in range(n)], [random.random() for _ in range(n)]) for n in (1, 2, 3, 10) * 8]
for t in (0, 1, 0.25):
    for y in (0, 5e-324, 1e-310, 2.0**-1022, 1e-300, 1e-20, 1 - 2.0**-53, 1, 1 - 2.0**-20, t):
        narrow += [([y], [t]), ([y, 0.5], [t, 1 - t])]


def text(values):
    return " ".join(repr(float(value)) for value in values)


with open("losses.csv", "w") as file:
    print("loss", "y_pred", "y_true", "L", "dL_dy_pred", sep=",", file=file)
    for name, (term, derivative, averaged) in LOSSES.items():
        for y_pred, y_true in narrow if "entropy" in name else wide:
            pairs = [(mpf(float(y)), mpf(float(t))) for y, t in zip(y_pred, y_true)]
            count = len(pairs) if averaged else 1
            value = sum(term(*pair) for pair in pairs) / count
            derivatives = [derivative(*pair) / count for pair in pairs]
            print(name, text(y_pred), text(y_true), text([value]), text(derivatives), sep=",", file=file)
