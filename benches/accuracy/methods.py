"""The methods that are compared. A method takes a series and gives the first indices of new
segments; to add one, write a function that makes it and put `@method` with a name above.

What a method needs is imported when it is made, so that what is not installed leaves the
others alone. NaN is a missing value: bocpd skips it, for the others a line fills it.
"""

import numpy as np

MAKERS = {}


def method(name):
    """Puts what follows on the list, under this name."""

    def add(maker):
        MAKERS[name] = maker
        return maker

    return add


def made(names=None):
    """The methods of these names, or all, that can be made, by name; and why the others cannot."""
    found, missing = {}, {}
    for name in names or MAKERS:
        try:
            found[name] = MAKERS[name]()
        except ImportError as error:
            missing[name] = str(error)
    return found, missing


@method("nothing")
def nothing():
    return lambda xs: []


@method("default")
def default():
    """What `bocpd.detect` does if nothing is said."""
    import bocpd

    return lambda xs: bocpd.detect(xs, missing="skip").changepoints.tolist()


@method("plain-gaussian")
def plain_gaussian():
    """The default of bocpd 0.1, part by part, so that it stays when the default changes:
    mean = median, κ = α = 1, β = (1.4826 MAD)², a constant hazard of 1/n, nothing pruned in
    series of up to 4000."""
    import bocpd

    def find(xs):
        seen = xs[~np.isnan(xs)]
        centre = np.median(seen)
        deviations = np.abs(seen - centre)
        scales = (1.482602218505602 * np.median(deviations), np.sqrt(np.pi / 2) * deviations.mean(), 1.0)
        beta = next(scale for scale in scales if scale > 0) ** 2
        model = bocpd.Gaussian(mean=centre, kappa=1, alpha=1, beta=beta)
        pruning = bocpd.Pruning.exact() if len(xs) <= 4000 else bocpd.Pruning.default()
        hazard = bocpd.Constant(max(2, len(xs)))
        return bocpd.detect(xs, model, hazard, pruning, missing="skip").changepoints.tolist()

    return find


def filled(xs):
    """Missing values on a line between their neighbours."""
    gaps = np.isnan(xs)
    if not gaps.any():
        return xs
    at = np.arange(len(xs))
    return np.interp(at, at[~gaps], xs[~gaps])


def standardised(xs):
    """Mean 0 and standard deviation 1, as the benchmark of TCPD gives its series to methods."""
    xs = filled(xs)
    sd = xs.std(ddof=1) if len(xs) > 1 else 0.0
    return (xs - xs.mean()) / (sd if sd > 0 else 1.0)


class MeanMbic:
    """Cost of a segment for a change of the mean under the modified BIC of Zhang & Siegmund
    2007, in series of variance 1: Σ (x − mean)² + ln(length), and 3 ln n for each change, as in
    the R package `changepoint`."""

    def __init__(self, xs):
        self.penalty = 3 * np.log(len(xs))
        self.sums = np.concatenate([[0.0], xs.cumsum()])
        self.squares = np.concatenate([[0.0], (xs * xs).cumsum()])

    def of(self, start, end):
        """The cost of start..end, which may be arrays."""
        n = end - start
        total = self.sums[end] - self.sums[start]
        return self.squares[end] - self.squares[start] - total * total / n + np.log(n)


@method("BINSEG")
def binseg():
    """ruptures: binary segmentation, mean, MBIC; at most five changes, as in R where nothing
    is said and so in the published scores."""
    import ruptures
    from ruptures.base import BaseCost

    class Cost(BaseCost):
        model = "mean, MBIC"
        min_size = 1

        def fit(self, signal):
            self.signal = signal
            self.mbic = MeanMbic(signal.ravel())
            return self

        def error(self, start, end):
            return self.mbic.of(start, end)

    def find(xs):
        xs = standardised(xs).reshape(-1, 1)
        search = ruptures.Binseg(custom_cost=Cost(), min_size=1, jump=1).fit(xs)
        found = search.predict(pen=3 * np.log(len(xs)))[:-1]
        return found if len(found) <= 5 else search.predict(n_bkps=5)[:-1]

    return find


@method("PELT")
def pelt():
    """What PELT looks for, mean, MBIC, by the search without its pruning: with the term
    ln(length) pruning is not exact, and the PELT of ruptures with a cost in Python is slower."""

    def find(xs):
        cost = MeanMbic(standardised(xs))
        best, last = np.full(len(xs) + 1, -cost.penalty), np.zeros(len(xs) + 1, int)
        for end in range(1, len(xs) + 1):
            starts = np.arange(end)
            sums = best[:end] + cost.of(starts, end) + cost.penalty
            last[end] = sums.argmin()
            best[end] = sums[last[end]]
        found, at = [], last[len(xs)]
        while at > 0:
            found.append(at)
            at = last[at]
        return found[::-1]

    return find


@method("KernelCPD")
def kernel_cpd():
    """ruptures: Gaussian kernel, its width by the median of distances. ruptures has no default
    penalty; ln n is our choice, which nothing was tuned for."""
    import ruptures

    def find(xs):
        search = ruptures.KernelCPD(kernel="rbf", min_size=2)
        xs = standardised(xs).reshape(-1, 1)
        return search.fit(xs).predict(pen=np.log(len(xs)))[:-1]

    return find


@method("changeforest")
def changeforest():
    """changeforest: random forests with their defaults, binary segmentation."""
    from changeforest import changeforest as forest

    return lambda xs: forest(filled(xs).reshape(-1, 1), "random_forest", "bs").split_points()
