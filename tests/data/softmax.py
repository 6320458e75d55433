"""Writes softmax.csv: softmax and its derivatives at 60 digits, rounded to the nearest f64. Needs mpmath."""
import random

from mpmath import exp, mp, mpf

mp.dps = 60
random.seed(2)

cases = [[0, 0], [1, -1], [5e-324, -5e-324], [1e300, 1e300], [1e300, -1e300], [1000, 999, 998], [-1000, -999, -998]]
cases += [[-700, 0, 0.5], [-745, 0, -745.5], [40, 0], [1e-17, -1e-17, 0]]
cases += [[random.uniform(-s, s) for _ in range(n)] for s in (1, 8, 40, 700) for n in (1, 2, 3, 5, 10) for _ in range(6)]


def text(values):
    return " ".join(repr(float(value)) for value in values)


with open("softmax.csv", "w") as file:
    print("z", "a", "da_dz", sep=",", file=file)
    for z in cases:
        powers = [exp(mpf(float(x)) - max(map(float, z))) for x in z]
        a = [power / sum(powers) for power in powers]
        # 1 - a as the sum of the others, so that no digits are lost.
        jacobian = [a[k] * (sum(a[:k] + a[k + 1 :]) if j == k else -a[j]) for k in range(len(a)) for j in range(len(a))]
        print(text(z), text(a), text(jacobian), sep=",", file=file)
