"""False changes where nothing changes."""

import noises
import score
from record import by_group, record, total

LENGTH = 400


def measure(methods, options):
    for noise in noises.NOISES:
        for index in range(-(-options.observations // LENGTH)):
            xs = noises.drawn(1, noise, index, LENGTH)
            for method, find in methods.items():
                one = record("noises", noise, index, method, find, xs)
                one["scores"] = {"false": len(one["changes"]), "observations": LENGTH}
                yield one


def report(records):
    def cell(some):
        false, thousands = total(some, "false"), total(some, "observations") / 1000
        return f"{false / thousands:.2f} (≤ {score.upper_bound(false) / thousands:.2f})"

    most = max(sum(one["scores"]["observations"] for one in records if (one["group"], one["method"]) == key)
               for key in {(one["group"], one["method"]) for one in records})
    what = (
        f"False changes per 1000 observations, in brackets the 95 % upper bound of a Poisson rate; "
        f"{most} observations a noise, in series of {LENGTH}"
    )
    return f"{what}\n\n{by_group(records, cell)}"
