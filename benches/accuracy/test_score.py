"""The scores against their definitions, by hand.

python3 -m unittest discover -s benches/accuracy      (needs nothing but Python)
"""

import math
import unittest

import score


class Cover(unittest.TestCase):
    def test_halves_against_nothing(self):
        # Each half of 100 has 50 of the 100 in common with the whole.
        self.assertEqual(score.cover([[50]], [], 100), 0.5)

    def test_a_change_too_many(self):
        # [0, 40) against [0, 40) is 1; [40, 100) against [70, 100) and [40, 70) is 1/2.
        self.assertAlmostEqual(score.cover([[40]], [40, 70], 100), 0.4 + 0.6 * 0.5)

    def test_a_change_that_is_late(self):
        # [0, 50) against [0, 55): 50/55. [50, 100) against [55, 100): 45/50.
        self.assertAlmostEqual(score.cover([[50]], [55], 100), 0.5 * 50 / 55 + 0.5 * 45 / 50)

    def test_the_best_segment_counts_wherever_it_is(self):
        # [60, 100) has 30 of 79 in common with [21, 90), and 10 of 40 with [90, 100).
        # [0, 20): 20 of 21. [20, 60): 39 of 70, with [21, 90).
        by_hand = (20 * 20 / 21 + 40 * 39 / 70 + 40 * 30 / 79) / 100
        self.assertAlmostEqual(score.cover([[20, 60]], [21, 90], 100), by_hand)

    def test_the_mean_over_annotators(self):
        self.assertAlmostEqual(score.cover([[50], []], [50], 100), (1 + 0.5) / 2)

    def test_values_of_the_paper_s_program(self):
        annotations = [[10, 20], [10], [0, 5]]
        self.assertAlmostEqual(score.cover(annotations, [10, 20], 45), 0.7962962962962963)
        self.assertAlmostEqual(score.cover([[], [10], [40]], [], 45), 0.8189300411522634)


class F1(unittest.TestCase):
    def expect(self, annotations, predicted, precision, recall, **margin):
        by_hand = 2 * precision * recall / (precision + recall)
        self.assertAlmostEqual(score.f1(annotations, predicted, **margin), by_hand)

    def test_nothing_reported(self):
        # Index 0 is predicted and right; of {0, 50} it is one half.
        self.expect([[50]], [], 1, 1 / 2)

    def test_a_false_one(self):
        self.expect([[]], [50], 1 / 2, 1)

    def test_the_margin_is_included(self):
        self.expect([[50]], [55], 1, 1)
        self.expect([[50]], [56], 1 / 2, 1 / 2)
        self.expect([[50]], [56], 1, 1, margin=6)

    def test_one_prediction_serves_one_point(self):
        self.expect([[50, 53]], [51], 1, 2 / 3)

    def test_annotators_one_by_one_and_together(self):
        # Recall: 0 and 20 of 0, 20, 60; both of 0, 22; 0. Precision: of 0, 21, 90 two are
        # matched by the union 0, 20, 22, 60.
        self.expect([[20, 60], [22], []], [21, 90], 2 / 3, (2 / 3 + 1 + 1) / 3)

    def test_values_of_the_paper_s_program(self):
        annotations = [[], [10], [50]]
        self.assertAlmostEqual(score.f1(annotations, [10]), 0.9090909090909091)
        self.assertAlmostEqual(score.f1(annotations, []), 0.8)


class Matches(unittest.TestCase):
    def test_the_nearest_is_taken(self):
        # 50 takes 51, so that 46 is left for 45.
        self.assertEqual(score.matched([50, 45], [46, 51], 5), 2)

    def test_the_smaller_of_two_equally_near_is_taken(self):
        self.assertEqual(score.matched([50, 53], [48, 52], 5), 2)
        self.assertEqual(score.matched([50, 44], [48, 52], 5), 1)

    def test_found_and_false(self):
        self.assertEqual(score.against_truth([10, 20, 30], [11, 12, 40]), (1, 2))
        self.assertEqual(score.against_truth([], [5]), (0, 1))

    def test_clean(self):
        self.assertEqual(score.clean([0, 1, 5, 5, 8, 9, 10, -3], 10), [1, 5, 8])


class Bound(unittest.TestCase):
    def test_no_event(self):
        # exp(−m) = 0.05
        self.assertAlmostEqual(score.upper_bound(0), -math.log(0.05))

    def test_table_of_exact_limits(self):
        # Gehrels 1986 (ApJ 303:336), table 1, upper limits at confidence .95.
        for events, limit in [(1, 4.744), (2, 6.296), (5, 10.51), (10, 16.96), (50, 63.29)]:
            self.assertAlmostEqual(score.upper_bound(events) / limit, 1, delta=1e-3)


if __name__ == "__main__":
    unittest.main()
