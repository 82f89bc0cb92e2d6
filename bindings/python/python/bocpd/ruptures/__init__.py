"""The interface of ruptures 1.1 over the models of this package.

Replace `ruptures` by `bocpd.ruptures` in the imports and leave everything else as it is:
`import bocpd.ruptures as rpt`. Names, arguments and return values are those of that library;
breakpoints are the ends of segments, the last of them the length of the signal. Answers are
this package's: whatever the search is called, it finds the most probable segmentation, and
`bocpd.detect` says besides how sure that is.

What a cost stands for: "l2" (and the kernel "linear", and "mahalanobis") is a Gaussian whose
mean changes, with the variance of the noise known from the differences of neighbours; "normal"
and "rbf" a Gaussian whose mean and variance change; "l1" a Student-t, which outliers move
little; "ar" a regression on the last values. Columns of a signal are independent of each other
but for the places of changes, which they share.

What `pen` means: so much has twice the logarithm of the evidence to rise with each change,
parameters integrated out. With "l2" the sum of squares is meant, as there: it is divided by
the variance of the noise. A change is then as probable beforehand as 1 / (1 + exp(pen / 2)).

`n_bkps` gives the most probable segmentation with exactly as many changes. `epsilon`, a bound
on a cost, has no counterpart. `jump` is accepted, and every place is looked at.
"""

from __future__ import annotations

from bocpd.ruptures import exceptions, metrics
from bocpd.ruptures._datasets import pw_constant
from bocpd.ruptures._search import Binseg, BottomUp, Dynp, KernelCPD, Pelt, Window
from bocpd.ruptures._show import display

__all__ = [
    "Binseg",
    "BottomUp",
    "Dynp",
    "KernelCPD",
    "Pelt",
    "Window",
    "display",
    "exceptions",
    "metrics",
    "pw_constant",
]

for _thing in (Binseg, BottomUp, Dynp, KernelCPD, Pelt, Window, display, pw_constant):
    _thing.__module__ = __name__


def __dir__() -> list[str]:
    return __all__
