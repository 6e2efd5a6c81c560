"""Regression: logistic, multinomial where one label holds, one for each label where several may."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
STEPS = 120
DECAY = 1e-4  # of the weights, an example
SCALE = 8.0  # rows have length 1: what the weights are a multiple of


def fit(rows: Floats, truth: Floats, *, is_one: bool) -> tuple[Floats, Floats]:
    """Weights (d, k) and biases (k,) for rows (n, d) and truth (n, k) of zeros and ones.

    Nesterov's accelerated gradient with the step that the curvature bounds: the same rows give the same weights.
    """
    n, d = rows.shape
    k = truth.shape[1]
    inputs = np.asarray(rows * SCALE, np.float32)
    weights, biases = np.zeros((d, k), np.float32), np.zeros(k, np.float32)
    ahead, ahead_biases = weights.copy(), biases.copy()
    curvature = (0.5 if is_one else 0.25) * (_largest(inputs) / n + 1.0) + DECAY * 100
    step = 1.0 / curvature
    for nth in range(STEPS):
        error = (shares(inputs @ ahead + ahead_biases, is_one=is_one) - truth) / n
        next_weights = ahead - step * (inputs.T @ error + DECAY * ahead)
        next_biases = ahead_biases - step * error.sum(axis=0)
        speed = nth / (nth + 3)
        ahead = np.asarray(next_weights + speed * (next_weights - weights), np.float32)
        ahead_biases = np.asarray(next_biases + speed * (next_biases - biases), np.float32)
        weights, biases = next_weights, next_biases
    return np.asarray(weights, np.float32), np.asarray(biases, np.float32)


def predict(rows: Floats, weights: Floats, biases: Floats, *, is_one: bool) -> Floats:
    """(n, k): how probable each label is for each row."""
    return shares(np.asarray(rows * SCALE, np.float32) @ weights + biases, is_one=is_one)


def shares(scores: Floats, *, is_one: bool) -> Floats:
    """Softmax over labels of which one holds; a sigmoid each where several may."""
    if not is_one:
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30))), np.float32)
    lifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(lifted / lifted.sum(axis=1, keepdims=True), np.float32)


def _largest(inputs: Floats) -> float:
    """The largest eigenvalue of inputsᵀ·inputs, by power iteration."""
    vector = np.ones(inputs.shape[1], np.float32) / np.sqrt(inputs.shape[1])
    size = 1.0
    for _ in range(12):
        vector = inputs.T @ (inputs @ vector)
        size = float(np.linalg.norm(vector))
        if size == 0:
            return 1.0
        vector /= size
    return size * 1.1
