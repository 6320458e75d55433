"""Second-order training by scipy and scikit-learn, for benches/second_order.rs. Needs numpy, scipy and scikit-learn.

`python scipy_second_order.py diabetes` prints scikit-learn's diabetes data: a line for each patient, ten inputs, one target.

`python scipy_second_order.py train < problem` trains networks `inputs => tanh(hidden) => identity(outputs)`. The problem has
a line with the limit of evaluations and the three widths, a line with the number of examples, a line for each of them, and a
line with the parameters of each start. A printed line has the method, the evaluations, the iterations, the seconds of
processor time, and the parameters at the end.

`python scipy_second_order.py versions` prints the versions of the three.

Parameters are in mlp-core's canonical order: weights of the hidden layer source by source, its biases, then the output layer.
"""
import os
import sys
import time
import warnings

# One thread. numpy reads this when it is loaded.
for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
    os.environ[name] = "1"

import numpy as np
from scipy.optimize import least_squares, minimize

# scikit-learn warns where the limit of iterations ends the training.
warnings.filterwarnings("ignore")


class Network:
    """The errors of all examples, their Jacobian, and the mean loss with its gradient."""

    def __init__(self, widths, x, y):
        self.widths, self.x, self.y = widths, x, y
        inputs, hidden, outputs = widths
        self.size = (inputs + 1) * hidden + (hidden + 1) * outputs
        self.jacobian_of = np.zeros((len(x), outputs, self.size))
        self.last = None

    def parts(self, p):
        inputs, hidden, outputs = self.widths
        ends = np.cumsum([inputs * hidden, hidden, hidden * outputs])
        w1, b1, w2, b2 = np.split(p, ends)
        return w1.reshape(inputs, hidden), b1, w2.reshape(hidden, outputs), b2

    def pass_over(self, p):
        """The activations and the errors. Solvers ask for errors and derivatives at the same place."""
        if self.last is None or not np.array_equal(self.last, p):
            self.last = p.copy()
            w1, b1, w2, b2 = self.parts(p)
            self.a = np.tanh(self.x @ w1 + b1)
            self.r = self.a @ w2 + b2 - self.y
        return self.a, self.r

    def errors(self, p):
        return self.pass_over(p)[1].ravel()

    def jacobian(self, p):
        inputs, hidden, outputs = self.widths
        a, _ = self.pass_over(p)
        _, _, w2, _ = self.parts(p)
        slope, j = 1 - a * a, self.jacobian_of
        first, second = inputs * hidden, (inputs + 1) * hidden
        for k in range(outputs):
            d = slope * w2[:, k]
            # A view, so that the products are written where they belong.
            of_weights = j[:, k, :first].reshape(len(a), inputs, hidden)
            np.multiply(self.x[:, :, None], d[:, None, :], out=of_weights)
            j[:, k, first:second] = d
            j[:, k, second + k : second + hidden * outputs : outputs] = a
            j[:, k, second + hidden * outputs + k] = 1
        return j.reshape(-1, self.size)

    def loss_and_gradient(self, p):
        a, r = self.pass_over(p)
        _, _, w2, _ = self.parts(p)
        d2 = r / len(r)
        d1 = (d2 @ w2.T) * (1 - a * a)
        gradient = [(self.x.T @ d1).ravel(), d1.sum(axis=0), (a.T @ d2).ravel(), d2.sum(axis=0)]
        return 0.5 * (r * r).sum() / len(r), np.concatenate(gradient)


def levenberg_marquardt(network, start, limit):
    """MINPACK's, which ends when it can gain nothing more."""
    found = least_squares(
        network.errors, start, jac=network.jacobian, method="lm", ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=limit
    )
    return found.x, found.nfev, found.njev


def l_bfgs_b(network, start, limit):
    """Ten pairs in memory, as mlp-core and scikit-learn have; `ftol` and `gtol` so small that only the limit ends it, or a
    line search that finds nothing."""
    options = {"maxiter": limit, "maxfun": limit, "ftol": 1e-16, "gtol": 1e-12, "maxcor": 10}
    found = minimize(network.loss_and_gradient, start, jac=True, method="L-BFGS-B", options=options)
    return found.x, found.nfev, found.nit


def sklearn_lbfgs(network, start, limit):
    """MLPRegressor's lbfgs, with its own tolerances and without its penalty. It goes on from given weights if `warm_start`
    is set and it has been fitted before."""
    from sklearn.neural_network import MLPRegressor

    settings = {"activation": "tanh", "solver": "lbfgs", "alpha": 0.0, "warm_start": True}
    model = MLPRegressor(hidden_layer_sizes=(network.widths[1],), max_iter=1, max_fun=limit, **settings)
    y = network.y.ravel() if network.widths[2] == 1 else network.y
    model.fit(network.x, y)
    w1, b1, w2, b2 = network.parts(start)
    model.coefs_, model.intercepts_ = [w1.copy(), w2.copy()], [b1.copy(), b2.copy()]
    model.set_params(max_iter=limit)
    began = time.process_time()
    model.fit(network.x, y)
    seconds = time.process_time() - began
    (w1, w2), (b1, b2) = model.coefs_, model.intercepts_
    end = np.concatenate([w1.ravel(), b1, w2.ravel(), b2])
    # It does not say how many evaluations it took: at least one an iteration.
    return end, 0, model.n_iter_, seconds


METHODS = {"scipy-lm": levenberg_marquardt, "scipy-lbfgs": l_bfgs_b, "sklearn-lbfgs": sklearn_lbfgs}


def diabetes():
    from sklearn.datasets import load_diabetes

    x, y = load_diabetes(return_X_y=True)
    for row, target in zip(x.tolist(), y.tolist()):
        print(*row, target)


def train():
    numbers = lambda line: [float(number) for number in line.split()]
    limit, *widths = map(int, sys.stdin.readline().split())
    count = int(sys.stdin.readline())
    rows = np.array([numbers(sys.stdin.readline()) for _ in range(count)])
    starts = [np.array(numbers(line)) for line in sys.stdin]
    x, y = np.ascontiguousarray(rows[:, : widths[0]]), np.ascontiguousarray(rows[:, widths[0] :])
    # Imports and first calls.
    METHODS["scipy-lm"](Network(widths, x, y), starts[0], 10)
    for name, method in METHODS.items():
        for start in starts:
            network = Network(widths, x, y)
            began = time.process_time()
            end, evaluations, iterations, *own = method(network, start, limit)
            seconds = own[0] if own else time.process_time() - began
            print(name, evaluations, iterations, seconds, *end.tolist(), flush=True)


def versions():
    import scipy
    import sklearn

    print(f", numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}")


if __name__ == "__main__":
    {"diabetes": diabetes, "train": train, "versions": versions}[sys.argv[1]]()
