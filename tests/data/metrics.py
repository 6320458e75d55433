"""Writes metrics.json: what scikit-learn makes of the same targets and predictions. Needs numpy and scikit-learn.

Predictions are rounded to few digits, so that many are equal.
"""
import json

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

rng = np.random.default_rng(1)


def case(classes, examples, digits):
    """Targets, and probabilities that tell something about them."""
    y_true = np.concatenate([np.arange(classes), rng.integers(0, classes, examples - classes)])
    if classes == 2:
        p = 1 / (1 + np.exp(-rng.normal(1.5 * (2 * y_true - 1), 1.5)))
        return y_true, np.round(p, digits)
    z = rng.normal(size=(examples, classes)) + 1.5 * np.eye(classes)[y_true]
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    p = np.round(p, digits)
    # The rest, so that they sum to 1.
    p[:, -1] = np.maximum(0, np.round(1 - p[:, :-1].sum(axis=1), digits))
    p[:, 0] = np.round(1 - p[:, 1:].sum(axis=1), digits)
    return y_true, p


def curves(y_true, score):
    fpr, tpr, thresholds = metrics.roc_curve(y_true, score, drop_intermediate=False)
    precision, recall, _ = metrics.precision_recall_curve(y_true, score)
    return {
        "roc": [fpr.tolist(), tpr.tolist(), thresholds[1:].tolist()],
        "auc": metrics.roc_auc_score(y_true, score),
        "precision_recall": [precision[::-1].tolist(), recall[::-1].tolist()],
        "average_precision": metrics.average_precision_score(y_true, score),
    }


binary = []
for examples, digits in [(20, 6), (60, 1), (200, 2)]:
    y_true, p = case(2, examples, digits)
    binary.append({
        "y_true": y_true.tolist(),
        "y_pred": p.tolist(),
        **curves(y_true, p),
        "class_0": curves(1 - y_true, 1 - p),
        "log_loss": metrics.log_loss(y_true, p),
        "brier": metrics.brier_score_loss(y_true, p),
        "calibration": {bins: [c.tolist() for c in calibration_curve(y_true, p, n_bins=bins)] for bins in [1, 5, 10]},
    })

# The same with weights, one of them 0.
weighted = []
for case_ in binary:
    y_true, p = np.array(case_["y_true"]), np.array(case_["y_pred"])
    weights = np.round(np.random.default_rng(2).gamma(2, size=len(p)), 2)
    weights[3] = 0
    t = np.sin(np.arange(len(p)))
    weighted.append({
        "y_true": y_true.tolist(),
        "y_pred": p.tolist(),
        "numbers": t.tolist(),
        "weights": weights.tolist(),
        "accuracy": metrics.accuracy_score(y_true, p > 0.5, sample_weight=weights),
        "confusion": metrics.confusion_matrix(y_true, p > 0.5, sample_weight=weights).tolist(),
        "log_loss": metrics.log_loss(y_true, p, sample_weight=weights),
        "brier": metrics.brier_score_loss(y_true, p, sample_weight=weights),
        "mae": metrics.mean_absolute_error(t, p, sample_weight=weights),
        "rmse": metrics.root_mean_squared_error(t, p, sample_weight=weights),
        "r2": metrics.r2_score(t, p, sample_weight=weights),
    })

several = []
for classes, examples, digits in [(3, 40, 1), (5, 150, 2)]:
    y_true, p = case(classes, examples, digits)
    several.append({
        "y_true": y_true.tolist(),
        "y_pred": p.tolist(),
        "classes": [curves(y_true == c, p[:, c]) for c in range(classes)],
        "log_loss": metrics.log_loss(y_true, p),
        "brier": metrics.brier_score_loss(y_true, p),
        "top_k": [metrics.top_k_accuracy_score(y_true, p, k=k) for k in range(1, classes)],
    })

y_true = rng.integers(0, 2, (80, 3))
y_pred = np.round(np.clip(0.5 + 0.4 * (2 * y_true - 1) * rng.random((80, 3)) + 0.3 * rng.normal(size=(80, 3)), 0, 1), 2)
thresholds = [0.5, 0.3, 0.65]
predicted = (y_pred > thresholds).astype(int)
multi_label = {
    "y_true": y_true.tolist(),
    "y_pred": y_pred.tolist(),
    "thresholds": thresholds,
    "precision": metrics.precision_score(y_true, predicted, average=None).tolist(),
    "recall": metrics.recall_score(y_true, predicted, average=None).tolist(),
    "f1": metrics.f1_score(y_true, predicted, average=None).tolist(),
    "macro_f1": metrics.f1_score(y_true, predicted, average="macro"),
    "micro_f1": metrics.f1_score(y_true, predicted, average="micro"),
    "subset_accuracy": metrics.accuracy_score(y_true, predicted),
    "hamming_loss": metrics.hamming_loss(y_true, predicted),
}

with open("metrics.json", "w") as file:
    json.dump({"binary": binary, "weighted": weighted, "several": several, "multi_label": multi_label}, file)
    file.write("\n")
