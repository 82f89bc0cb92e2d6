"""What differs between two runs: compare.py A.json B.json, as written by run.sh --json.

Of each part, group and method that both have: the scores of A and B where they differ, and in
how many series other changes were found. Counts are summed, Cover and F1 are means; only series
that both have are compared.
"""

import json
import sys

MEANS = {"cover", "f1"}


def load(path):
    with open(path) as file:
        records = json.load(file)["records"]
    key = lambda one: (one["part"], one["group"], one["method"], one["series"])
    return {key(one): one for one in records}


def score(records, key):
    values = [one["scores"][key] for one in records]
    return sum(values) / len(values) if key in MEANS else sum(values)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    a, b = map(load, sys.argv[1:])
    both = [key for key in a if key in b]
    print(f"{len(both)} results in both, {len(a) - len(both)} in A alone, {len(b) - len(both)} in B alone\n")
    groups = {}
    for key in both:
        groups.setdefault(key[:3], []).append(key)
    same = 0
    for group, keys in groups.items():
        old, new = [a[key] for key in keys], [b[key] for key in keys]
        changed = sum(x["changes"] != y["changes"] for x, y in zip(old, new))
        scores = [(key, score(old, key), score(new, key)) for key in old[0]["scores"]]
        different = [f"{key} {x:.4g} → {y:.4g}" for key, x, y in scores if x != y]
        if not different and not changed:
            same += 1
            continue
        what = ", ".join(different) or "same scores"
        print(f"{' | '.join(group)}: {what}; other changes in {changed} of {len(keys)} series")
    print(f"\n{same} of {len(groups)} groups are the same")


if __name__ == "__main__":
    main()
