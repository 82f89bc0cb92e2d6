"""Scores of changepoints: Cover and F1 against annotations, matches with what is known, and
an upper bound of a rate. Changepoints are 0-based first indices of new segments.

Cover and F1 as in van den Burg & Williams 2020 (arXiv:2003.06222, section 4.2):

* Index 0 counts as a changepoint of every annotation and of every prediction.
* A true point t is matched by a predicted x if |t − x| ≤ margin; each x serves one t. True
  points take the nearest x that is free, the smaller of two equally near, one after the
  other in the order of a Python set of them, as in the published numbers.
* Precision: matched points of the union of all annotations, over the predicted ones.
  Recall: the matched share of one annotation, averaged over annotators. F1 is their
  harmonic mean.
* Cover of an annotation by a prediction: (1/n) Σ_A |A| max_B |A ∩ B| / |A ∪ B| over its
  segments A and the predicted segments B; averaged over annotators.
"""

import math


def clean(points, n):
    """Sorted, unique, and without the first and the last index."""
    return sorted({int(p) for p in points if 0 < p < n - 1})


def matched(truth, predicted, margin):
    """How many of `truth`, in this order, find a predicted point of their own."""
    free, count = set(predicted), 0
    for t in truth:
        near = [x for x in free if abs(t - x) <= margin]
        if near:
            free.remove(min(near, key=lambda x: (abs(t - x), x)))
            count += 1
    return count


def f1(annotations, predicted, margin=5):
    """F1 against the annotations, a list of lists of changepoints."""
    predicted = {0, *predicted}
    union, recalls = set(), []
    for points in annotations:
        own = set(points)
        own.add(0)
        for p in own:  # one by one, since the order of the union depends on it
            union.add(p)
        recalls.append(matched(own, predicted, margin) / len(own))
    precision = matched(union, predicted, margin) / len(predicted)
    recall = sum(recalls) / len(recalls)
    return 2 * precision * recall / (precision + recall)


def segments(points, n):
    """The segments of n observations, each as its first index and the one after its last."""
    cuts = [0, *sorted({p for p in points if 0 < p < n}), n]
    return list(zip(cuts, cuts[1:]))


def jaccard(a, b):
    """|A ∩ B| / |A ∪ B| of two segments."""
    both = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    return both / (a[1] - a[0] + b[1] - b[0] - both)


def cover(annotations, predicted, n):
    """The mean Cover of the annotations, a list of lists of changepoints."""
    found = segments(predicted, n)
    total = 0.0
    for points in annotations:
        total += sum((a[1] - a[0]) * max(jaccard(a, b) for b in found) for a in segments(points, n))
    return total / (n * len(annotations))


def against_truth(truth, predicted, margin=2):
    """(found, false): how many true changepoints are found, and how many predictions are none."""
    found = matched(sorted(truth), predicted, margin)
    return found, len(set(predicted)) - found


def upper_bound(events, confidence=0.95):
    """The exact upper bound of the mean of a Poisson variable that was `events`: the mean at
    which so few or fewer have probability 1 − confidence."""
    low, high = 0.0, 10.0 + 3.0 * events
    for _ in range(100):
        mean = (low + high) / 2
        terms = (math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(events + 1))
        low, high = (mean, high) if sum(terms) > 1 - confidence else (low, mean)
    return high
