"""What a detector can be asked beyond the filter, in high precision and by the definitions.

Takes the models and hazards of generate.py. Every step of the filter is kept, so that
nothing has to be updated in clever ways: memory and time grow with the square of the
length.
"""

from mpmath import inf, log, mp, mpf, sqrt

import distributions as dist

# Differences as small as this hang on rounding.
CLEAR = mpf("1e-9")

# A share as small as this changes nothing of what is compared to 1e-3.
MATTERS = mpf("1e-5")


# -- what the models know of their parameters and of what comes next -----------------


def normal_inverse_gamma(model, stats, name):
    kappa, m, alpha, beta = model.posterior(*stats)
    mean = dist.StudentT(2 * alpha, m, beta / (alpha * kappa))
    return [("mean", mean), (name, dist.InverseGamma(alpha, beta))]


def beta_parameters(model, stats, trials):
    return model.a + stats[1], model.b + stats[0] * trials - stats[1]


def parameters(model, stats):
    """Names and posteriors, the level first."""
    match type(model).__name__:
        case "Gaussian":
            return normal_inverse_gamma(model, stats, "variance")
        case "StudentT":
            return normal_inverse_gamma(model, stats, "squared_scale")
        case "StudentTGrid":
            parts = zip(model.components, stats)
            each = [(w, normal_inverse_gamma(c, s, "squared_scale")) for c, (w, s) in parts]
            names = ("mean", "squared_scale")
            return [(n, dist.Mixture([(w, p[i][1]) for w, p in each])) for i, n in enumerate(names)]
        case "Poisson":
            return [("rate", dist.Gamma(model.a + stats[1], model.b + stats[0]))]
        case "Bernoulli":
            # Statistics are zeros and ones.
            return [("probability", dist.Beta(model.a + stats[1], model.b + stats[0]))]
        case "Binomial":
            return [("probability", dist.Beta(*beta_parameters(model, stats, model.trials)))]
        case "Gamma":
            a, b = model.a + stats[0] * model.k, model.b + stats[1]
            return [("rate", dist.Gamma(a, b)), ("mean", dist.InverseGamma(a, model.k * b))]


def predictive(model, stats):
    match type(model).__name__:
        case "Gaussian" | "StudentT":
            kappa, m, alpha, beta = model.posterior(*stats)
            nu = model.nu if hasattr(model, "nu") else 2 * alpha
            return dist.StudentT(nu, m, beta / alpha * (kappa + 1) / kappa)
        case "StudentTGrid":
            parts = zip(model.components, stats)
            return dist.Mixture([(w, predictive(c, s)) for c, (w, s) in parts])
        case "Poisson":
            return dist.NegativeBinomial(model.a + stats[1], model.b + stats[0])
        case "Bernoulli":
            return dist.BetaBinomial(mpf(1), model.a + stats[1], model.b + stats[0])
        case "Binomial":
            return dist.BetaBinomial(model.trials, *beta_parameters(model, stats, model.trials))
        case "Gamma":
            return dist.CompoundGamma(model.k, model.a + stats[0] * model.k, model.b + stats[1])


def posterior(model, stats):
    """What is known of the level, the first parameter."""
    return parameters(model, stats)[0][1]


def level(model, stats):
    """Mean and variance of the level."""
    if type(model).__name__ == "StudentTGrid":
        parts = zip(model.components, stats)
        return mixed([(w, level(c, s)) for c, (w, s) in parts])
    first = posterior(model, stats)
    assert first.variance < inf, "the cases have finite variances"
    return first.mean, first.variance


def mixed(parts):
    """Mean and variance of a mixture of (weight, (mean, variance))."""
    total = sum(w for w, _ in parts)
    mean = sum(w * level[0] for w, level in parts) / total
    return mean, sum(w * (v + (m - mean) ** 2) for w, (m, v) in parts) / total


# -- the filter, with all that it was ------------------------------------------------


class Past:
    """weights[t][s], stats[t][s], and backward[s][r] = P(the segment before the one
    that starts at s started at r | it starts at s, x_0..x_{s−1})."""

    def __init__(self, model, hazard, data, elapsed):
        self.model, self.hazard, self.data = model, hazard, data
        self.weights, self.stats, self.backward, self.origin = [], [], [None], [None]
        times = [mpf(0)]
        for t, x in enumerate(data):
            if t == 0:
                weights, stats = [mpf(1)], [model.prior()]
            else:
                gap = mpf(elapsed[t] if elapsed else 1)
                before = self.weights[-1]
                h = [hazard(t - s, times[t - 1] - times[s], gap) for s in range(t)]
                times.append(times[t - 1] + gap)
                ending = [w * hs for w, hs in zip(before, h)]
                birth = sum(ending)
                self.backward.append([e / birth for e in ending] if birth else [mpf(0)] * t)
                levels = [level(model, s) for s in self.stats[-1]]
                self.origin.append(mixed(list(zip(ending, levels))) if birth else None)
                weights = [w * (1 - hs) for w, hs in zip(before, h)] + [birth]
                stats = self.stats[-1] + [model.prior()]
            if x is not None:
                x = mpf(x)
                weights = [w * model.density(s, x) for w, s in zip(weights, stats)]
                total = sum(weights)
                weights = [w / total for w in weights]
                stats = [model.absorb(s, x) for s in stats]
            self.weights.append(weights)
            self.stats.append(stats)

    # -- given all --

    def smoothed(self):
        last = len(self.data) - 1
        p = list(self.weights[last])
        for u in range(last, 0, -1):
            for s in range(u):
                p[s] += p[u] * self.backward[u][s]
        return p

    def locations(self, changepoints, mass):
        smoothed, last = self.smoothed(), len(self.data) - 1
        ends = [a + (b - a) // 2 for a, b in zip(changepoints, changepoints[1:])] + [last]
        starts = [1] + [end + 1 for end in ends[:-1]]
        return [
            self.location(smoothed, c, low, high, mass)
            for c, low, high in zip(changepoints, starts, ends)
        ]

    def location(self, smoothed, index, low, high, mass):
        later = range(high + 1, len(self.data))
        final = self.weights[-1]
        none = sum(final[:low]) + sum(smoothed[u] * sum(self.backward[u][:low]) for u in later)
        single = {
            s: (final[s] + sum(smoothed[u] * self.backward[u][s] for u in later))
            * sum(self.backward[s][:low])
            for s in range(low, high + 1)
        }
        p_single = sum(single.values())
        ranked = sorted(single, key=lambda s: -single[s])
        chosen, reached = [], mpf(0)
        for s in ranked:
            if chosen and reached >= mass * p_single:
                break
            assert not chosen or single[s] < single[chosen[-1]] * (1 - CLEAR), "a tie"
            chosen.append(s)
            reached += single[s]
        assert abs(reached - mass * p_single) > CLEAR, "the set hangs on rounding"
        return {
            "index": index,
            "probability": float(smoothed[index]),
            "p_nearby": float(1 - none),
            "p_single": float(p_single),
            "low": min(chosen),
            "high": max(chosen),
            "credible": sorted(chosen),
            "share": float(reached / p_single),
            "neighbourhood": [low, high],
        }

    # -- segments --

    def absorb(self, start, end):
        """Statistics and ln evidence of a segment, and how many were observed."""
        stats, ln_evidence, observed = self.model.prior(), mpf(0), 0
        for x in self.data[start:end]:
            if x is not None:
                ln_evidence += log(self.model.density(stats, mpf(x)))
                stats = self.model.absorb(stats, mpf(x))
                observed += 1
        return stats, ln_evidence, observed

    def segments(self, changepoints, mass):
        bounds = [0, *changepoints, len(self.data)]
        segments, before = [], None
        for start, end in zip(bounds, bounds[1:]):
            stats, ln_evidence, observed = self.absorb(start, end)
            factor = None
            if before is not None:
                joined = self.absorb(before[0], end)[1]
                factor = float(before[1] + ln_evidence - joined)
            before = (start, ln_evidence)
            segments.append(
                {
                    "start": start,
                    "end": end,
                    "observed": observed,
                    "parameters": [estimate(n, d, mass) for n, d in parameters(self.model, stats)],
                    "ln_evidence": float(ln_evidence),
                    "ln_bayes_factor": factor,
                }
            )
        return segments

    def jumps(self, changepoints):
        bounds = [0, *changepoints, len(self.data)]
        stats = [self.absorb(a, b)[0] for a, b in zip(bounds, bounds[1:])]
        levels = [parameters(self.model, s)[0] for s in stats]
        return [
            {
                "parameter": name,
                "p_rose": float(dist.p_greater(new, old)),
                "difference": float(new.mean - old.mean),
                "sd": float(sqrt(new.variance + old.variance)),
            }
            for (_, old), (name, new) in zip(levels, levels[1:])
        ]

    # -- as of t --

    def p_rose(self, t, s):
        """P(the level of the segment since s is above that of the one before)."""
        before = [
            (p, posterior(self.model, stats))
            for p, stats in zip(self.backward[s], self.stats[s - 1])
            if p > MATTERS
        ]
        return dist.p_greater_roughly(
            posterior(self.model, self.stats[t][s]), dist.Mixture(before)
        )

    def shift(self, t, low, high):
        """How the level changed at the start of the current segment, if that lies in
        low..high."""
        starts = range(max(low, 1), min(high, t) + 1)
        possible = [(s, self.weights[t][s]) for s in starts if self.weights[t][s] > 0]
        if not possible:
            return None
        steps = []
        for s, w in possible:
            now, before = level(self.model, self.stats[t][s]), self.origin[s]
            steps.append((w, (now[0] - before[0], now[1] + before[1])))
        total = sum(w for w, _ in steps)
        mean, variance = mixed(steps)
        rose = sum(w * self.p_rose(t, s) for s, w in possible if w > MATTERS * total)
        stats = self.stats[t][0]
        return {
            "parameter": parameters(self.model, stats)[0][0],
            "probability": float(total),
            "p_rose": float(rose / total),
            "difference": float(mean),
            "sd": float(sqrt(variance)),
        }

    def alarms(self, policy):
        alarms, noticed, on, latched = [], None, False, False
        for t, weights in enumerate(self.weights):
            window = range(max(t + 1 - policy["window"], 1), t + 1)
            lasted = lambda s: t - s + 1 >= policy["min_segment"]
            starts = [s for s in window if lasted(s) and (noticed is None or s > noticed)]
            p = sum((weights[s] for s in starts), mpf(0))
            last = sum((weights[s] for s in window if s not in starts), mpf(0))
            assert abs(p - policy["threshold"]) > CLEAR, "an alarm hangs on rounding"
            assert not on or abs(last - policy["clear"]) > CLEAR, "an alarm hangs on rounding"
            on = on and last >= policy["clear"]
            cooling = noticed is not None and t - noticed <= policy["cool_down"]
            if on or latched or cooling or p < policy["threshold"]:
                continue
            alarms.append(
                {
                    "began": max(starts, key=lambda s: weights[s]),
                    "noticed_at": t,
                    "probability": float(p),
                    "shift": self.shift(t, starts[0], starts[-1]),
                }
            )
            noticed, on, latched = t, True, policy["latched"]
        return alarms

    # -- what comes next --

    def stay(self, t, s, k):
        """P(the segment that started at s does not end within the next k steps)."""
        p = mpf(1)
        for i in range(k):
            p *= 1 - self.hazard(t - s + 1 + i, mpf(t - s + i), mpf(1))
        return p

    def ahead(self, t, k):
        if t < 0:
            return dist.Mixture([(mpf(1), predictive(self.model, self.model.prior()))])
        parts = [(w * self.stay(t, s, k), s) for s, w in enumerate(self.weights[t])]
        components = [(w, predictive(self.model, self.stats[t][s])) for w, s in parts]
        fresh = 1 - sum(w for w, _ in parts)
        return dist.Mixture([*components, (fresh, predictive(self.model, self.model.prior()))])

    def density_ahead(self, t, k, x):
        parts = [(w * self.stay(t, s, k), s) for s, w in enumerate(self.weights[t])]
        fresh = 1 - sum(w for w, _ in parts)
        p = sum(w * self.model.density(self.stats[t][s], x) for w, s in parts)
        return p + fresh * self.model.density(self.model.prior(), x)

    def prediction(self, k, places):
        t = len(self.data) - 1
        mixture = self.ahead(t, k)
        quantiles = []
        for p in (0.05, 0.5, 0.975):
            x, clear = dist.quantile(mixture, p)
            quantiles.append([p, float(x) if clear else None])
        at = []
        for x in places:
            up_to, below = mixture.up_to(mpf(x))
            at.append(
                {
                    "x": x,
                    "ln_density": float(log(self.density_ahead(t, k, mpf(x)))),
                    "below": float(below),
                    "up_to": float(up_to),
                    "above": float(1 - up_to),
                }
            )
        return {
            "ahead": k,
            "mean": finite(mixture.mean),
            "variance": finite(mixture.variance),
            "quantiles": quantiles,
            "at": at,
        }

    def pit(self):
        """P(X < x) + ½ P(X = x) of the last observation as it was predicted."""
        t = len(self.data) - 1
        up_to, below = self.ahead(t - 1, 1).up_to(mpf(self.data[t]))
        return float((up_to + below) / 2)

    def change_within(self, k):
        t = len(self.data) - 1
        return sum(w * (1 - self.stay(t, s, k)) for s, w in enumerate(self.weights[t]))

    def next_change_after(self, k):
        return self.change_within(k) - self.change_within(k - 1)

    def expected_residual(self):
        """Σ_{k ≥ 0} P(no change within k); None if that takes too long."""
        t = len(self.data) - 1
        left, total = list(self.weights[t]), mpf(0)
        for k in range(5000):
            p = sum(left)
            total += p
            if p < mpf("1e-25") * total:
                return float(total)
            left = [
                w * (1 - self.hazard(t - s + 1 + k, mpf(t - s + k), mpf(1)))
                for s, w in enumerate(left)
            ]
        return None


def finite(x):
    return float(x) if x < inf else None


def estimate(name, posterior, mass):
    tail = (1 - mpf(mass)) / 2
    return {
        "name": name,
        "mean": finite(posterior.mean),
        "sd": finite(sqrt(posterior.variance)) if posterior.variance < inf else None,
        "low": float(dist.quantile(posterior, tail)[0]),
        "high": float(dist.quantile(posterior, 1 - tail)[0]),
    }


def readouts(model, hazard, data, elapsed, changepoints, asked):
    """All of it; `asked` has mass, policy, and the places where predictions are read."""
    with mp.workdps(40):
        past = Past(model, hazard, data, elapsed)
        smoothed, last, mass = past.smoothed(), len(data) - 1, asked["mass"]
        result = {
            "mass": mass,
            "alarm_policy": asked["alarm_policy"],
            "p_change_at": [float(p) for p in smoothed],
            "expected_changes": float(sum(smoothed[1:])),
            "locations": past.locations(changepoints, mpf(mass)),
            "segments": past.segments(changepoints, mass),
            "jumps": past.jumps(changepoints),
            "shift": past.shift(last, 1, last),
            "alarms": past.alarms(asked["alarm_policy"]),
        }
        if elapsed is None:
            # On a grid: with times of their own the next one is not known.
            result["predictions"] = [past.prediction(k, asked["places"]) for k in (1, 5)]
            result["pit"] = past.pit()
            result["p_change_within"] = [[k, float(past.change_within(k))] for k in (1, 10)]
            result["p_next_change_after"] = [[k, float(past.next_change_after(k))] for k in (1, 7)]
            result["expected_residual"] = past.expected_residual()
        return result
