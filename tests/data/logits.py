"""Writes logits.csv: losses from pre-activations at 400 digits, rounded to the nearest f64. Needs mpmath.

All numbers are f32's where f32 can hold them, so that one table serves both scalars."""
import random
import struct

from mpmath import exp, log1p, mp, mpf

# So many that 1 + e^-900 still has 9 digits of the power.
mp.dps = 400
random.seed(4)


def single(x):
    """The nearest f32; numbers beyond its range stay."""
    return struct.unpack("f", struct.pack("f", x))[0] if abs(x) < 3.4028235677973366e38 else x


def softplus(z):
    return max(z, mpf(0)) + log1p(exp(-abs(z)))


def cross_entropy(z, y):
    largest = max(range(len(z)), key=lambda k: z[k])
    others = [exp(z_k - z[largest]) for k, z_k in enumerate(z) if k != largest]
    log_sum = z[largest] + log1p(sum(others, mpf(0)))
    return sum(y_k * (log_sum - z_k) for z_k, y_k in zip(z, y))


def binary_cross_entropy(z, y):
    return sum(softplus(z_k) - y_k * z_k for z_k, y_k in zip(z, y)) / len(z)


BEYOND = [3.4028234663852886e38, 1e300, 1.7976931348623157e308]
cases = {"cross_entropy": [], "binary_cross_entropy": []}
answers, classes = cases["binary_cross_entropy"], cases["cross_entropy"]
for size in (0, 1e-40, 1e-20, 1e-3, 0.5, 1, 5, 10, 16, 17, 30, 36, 37, 40, 87, 88, 100, 103, 700, 745, 800, 1e4, 1e30, *BEYOND):
    for z in (size, -size):
        answers += [([z], [y]) for y in (0, 1, 0.5, 0.953125, 2.0**-30)]
        answers.append(([z, -z], [0.25, 0.875]))
        classes += [([0, z], y) for y in ([1, 0], [0, 1], [0.25, 0.75])]
        classes.append(([z, -z, 0], [0.5, 0.25, 0.25]))
classes += [([-431, 279, 427], y) for y in ([1, 0, 0], [0, 1, 0], [0, 0, 1])]
classes += [([5, 5, 5], [0, 1, 0]), ([-1e30] * 3, [1, 0, 0]), ([1000, 1000, -1000], [0.5, 0.5, 0]), ([7], [1])]
for spread in (1, 20, 200):
    for n in (2, 3, 10):
        for k in range(3):
            z = [random.uniform(-spread, spread) for _ in range(n)]
            answers.append((z, [random.random() for _ in range(n)]))
            shares = [random.randrange(1, 1 << 16) for _ in range(n)]
            classes += [(z, [share / sum(shares) for share in shares]), (z, [int(j == k % n) for j in range(n)])]


def text(values):
    return " ".join(repr(float(value)) for value in values)


with open("logits.csv", "w") as file:
    print("loss", "z", "y_true", "L", sep=",", file=file)
    for name, loss in (("cross_entropy", cross_entropy), ("binary_cross_entropy", binary_cross_entropy)):
        for z, y_true in cases[name]:
            z, y_true = ([single(value) for value in values] for values in (z, y_true))
            exact = loss([mpf(value) for value in z], [mpf(value) for value in y_true])
            print(name, text(z), text(y_true), text([exact]), sep=",", file=file)
