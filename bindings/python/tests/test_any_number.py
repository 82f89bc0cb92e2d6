"""Distributions answer, whatever number they are asked about, and at once: in a process
of their own, since a call that never returns cannot be interrupted."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np

import bocpd

LIMIT = 120
"""Seconds, far more than is needed."""

NUMBERS = [-math.inf, -1e308, -1e100, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1e-9, 0.5, 1.0, 2.0]
NUMBERS += [1e7, 1e100, 1e308, sys.float_info.max, math.inf]


def is_probability(p: float) -> bool:
    return 0 <= p <= 1 and math.copysign(1, p) == 1


def ask(d: bocpd.distribution.Distribution) -> None:
    for x in NUMBERS:
        assert not math.isnan(d.ln_density(x)), x
        answers = [d.cdf(x), d.survival(x), d.pit(x), d.p_value(x)]
        assert all(is_probability(p) for p in answers), (x, answers)
        if math.isinf(x):
            assert answers[:2] == [x > 0, x < 0] and d.ln_density(x) == -math.inf, x
        for question, allowed in ((d.quantile, 0 <= x <= 1), (d.interval, 0 < x < 1)):
            try:
                assert not np.isnan(question(x)).any(), x
                assert allowed, x
            except ValueError as error:
                assert not allowed and "must lie in" in str(error), x
    for function in (d.ln_density, d.cdf, d.survival, d.pit, d.p_value):
        assert math.isnan(function(math.nan)), function
        assert np.isnan(function(np.array([math.nan, 1.0]))).tolist() == [True, False], function
    for question in (d.quantile, d.interval):
        try:
            question(math.nan)
            raise AssertionError(question)
        except ValueError as error:
            assert "got nan" in str(error).lower(), error


class Careless:
    """The uniform distribution, by somebody who has not thought of what is no number."""

    def mean(self) -> float:
        return 0.5

    def var(self) -> float:
        return 1 / 12

    def cdf(self, x: float) -> float:
        return 0.0 if x <= 0 else x if x < 1 else 1.0

    def logpdf(self, x: float) -> float:
        return 0.0 if 0 <= x <= 1 else -math.inf


class Own(bocpd.model.ScalarModel):
    def prior(self) -> int:
        return 0

    def ln_predictive(self, stats: int, x: float) -> float:
        return 0.0

    def update(self, stats: int, x: float) -> int:
        return stats

    def predictive(self, stats: int) -> Careless:
        return Careless()

    def parameters(self, stats: int) -> dict[str, Careless]:
        return {"level": Careless()}


def ask_everything() -> None:
    reals, counts, trials, waits = [0.1, 0.2, -0.3], [1, 2, 0], [1, 0, 0], [1, 2, 0.4]
    models = [(Own(), [0.1, 0.9, 0.5])]
    # Ordinary priors, and the extremes of what is taken.
    for a in (1, 1e-100, 1e100):
        for b in (1, 1e-100, 1e100):
            normal = {"mean": 0, "kappa": a, "alpha": b, "beta": 1}
            models += [
                (bocpd.Gaussian(**normal), reals),
                (bocpd.model.StudentT(**normal, nu=5), reals),
                (bocpd.model.StudentTGrid(**normal, nu=[3, 30]), reals),
                (bocpd.model.Poisson(shape=a, rate=b), counts),
                (bocpd.model.Bernoulli(a=a, b=b), trials),
                (bocpd.model.Binomial(a=a, b=b, trials=10), counts),
                (bocpd.model.Gamma(shape=a, rate=b, known_shape=1), waits),
            ]
    for model, xs in models:
        detector = bocpd.Detector(model, bocpd.Constant(50))
        detector.update_many(xs)
        for d in (detector.predict(), *detector.parameters().values()):
            print(model, d, file=sys.stderr)
            ask(d)


def test_every_answer_comes_at_once() -> None:
    asked = subprocess.run([sys.executable, __file__], timeout=LIMIT, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr


if __name__ == "__main__":
    ask_everything()
