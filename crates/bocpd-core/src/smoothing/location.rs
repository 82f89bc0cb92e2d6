//! Where a change was, and how sure that is.

use alloc::vec::Vec;

use super::Smoothed;
use super::backward::Neighbourhoods;
use crate::math::sum;

/// Where a reported change may have been.
///
/// The neighbourhood of a reported change is every index closer to it than to
/// the reported changes beside it (ties belong to the earlier one; index 0 is
/// no change and takes no part). The credible set speaks of where in it the
/// change is, given that it has exactly one: it is the smallest set of indices
/// that has the wished share of
///
/// ```text
/// P(a segment starts at s and nowhere else from low to high | all seen so far)
///   = [w_t(s) + Σ_{u > high} S(u) B_u(s)] · Σ_{r < low} B_s(r)
/// ```
///
/// for the neighbourhood low..=high. (The marginals S alone would spread the
/// set over every place where a second change cannot be excluded.) Where
/// exactly one change is impossible, S takes the place of this.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Location {
    /// The reported changepoint.
    pub index: u64,
    /// P(a segment starts exactly there | all seen so far).
    pub probability: f64,
    /// P(at least one segment starts in the neighbourhood | all seen so far).
    pub p_nearby: f64,
    /// P(exactly one does): what the credible set is conditional on.
    pub p_single: f64,
    /// The first index of the credible set.
    pub low: u64,
    /// The last index of the credible set.
    pub high: u64,
    /// The credible set, ascending; it may have gaps.
    pub credible: Vec<u64>,
    /// The probability of the set, given exactly one change: at least what was
    /// asked for.
    pub share: f64,
    /// First and last index of the neighbourhood.
    pub neighbourhood: (u64, u64),
}

impl Location {
    /// Where the change reported at `index` may have been in its neighbourhood `part`, as a
    /// credible set of (at least) the probability `mass`.
    pub(crate) fn of(
        index: u64,
        part: (u64, u64),
        mass: f64,
        smoothed: &Smoothed,
        found: &Neighbourhoods,
    ) -> Self {
        let mut places = found.single(part);
        let p_single = sum(places.iter().map(|&(_, p)| p));
        if p_single == 0.0 {
            for (s, p) in &mut places {
                *p = smoothed.get(*s).unwrap_or(0.0);
            }
        }
        let (credible, share) = credible_set(places, mass);
        Self {
            index,
            probability: smoothed.get(index).unwrap_or(0.0),
            p_nearby: found.p_some(part),
            p_single: p_single.min(1.0),
            low: credible[0],
            high: credible[credible.len() - 1],
            credible,
            share,
            neighbourhood: part,
        }
    }
}

/// The neighbourhoods of `changepoints` (ascending, none 0) within
/// `first..=last`, as pairs of first and last index.
pub(crate) fn neighbourhoods(
    changepoints: &[u64],
    first: u64,
    last: u64,
) -> impl Iterator<Item = (u64, u64)> + Clone {
    let middle = |i: usize| changepoints[i] + (changepoints[i + 1] - changepoints[i]) / 2;
    (0..changepoints.len()).map(move |i| {
        let low = if i == 0 { 1 } else { middle(i - 1) + 1 };
        let high = if i + 1 == changepoints.len() {
            last
        } else {
            middle(i)
        };
        (low.max(first), high)
    })
}

/// The smallest set of indices that has `wished` of the sum of their
/// probabilities, ascending, and the share that it has. Of equally probable
/// ones the earlier index is taken first.
fn credible_set(mut places: Vec<(u64, f64)>, wished: f64) -> (Vec<u64>, f64) {
    let total: f64 = places.iter().map(|&(_, p)| p).sum();
    // Those below this have less than 1 − wished together, so that the set is found among the
    // others, which are few.
    let small = (1.0 - wished) * total / places.len() as f64;
    let is_small = |&(_, p): &(u64, f64)| p < small;
    let others = places.iter().position(is_small);
    let mut rest: Vec<(u64, f64)> = Vec::new();
    if others.is_some() {
        rest.extend(places.iter().filter(|place| is_small(place)));
        places.retain(|place| !is_small(place));
    }
    let (mut set, mut mass) = (Vec::new(), 0.0);
    // All the same the others may be needed, where their sums are rounded.
    for part in [&mut places, &mut rest] {
        let is_enough = |mass: f64, set: &[u64]| mass >= wished * total && !set.is_empty();
        if is_enough(mass, &set) {
            break;
        }
        part.sort_by(|a, b| b.1.total_cmp(&a.1));
        for &(s, p) in &*part {
            if is_enough(mass, &set) {
                break;
            }
            mass += p;
            set.push(s);
        }
    }
    set.sort_unstable();
    (
        set,
        if total > 0.0 {
            (mass / total).min(1.0)
        } else {
            0.0
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbourhoods_part_the_indices() {
        let parts: Vec<_> = neighbourhoods(&[5, 8, 20], 0, 30).collect();
        assert_eq!(parts, [(1, 6), (7, 14), (15, 30)]);
        let late: Vec<_> = neighbourhoods(&[20], 18, 30).collect();
        assert_eq!(late, [(18, 30)]);
    }

    #[test]
    fn the_heaviest_come_first() {
        let places = alloc::vec![(2, 0.05), (3, 0.4), (4, 0.0), (5, 0.3), (6, 0.05)];
        let (set, share) = credible_set(places.clone(), 0.8);
        assert_eq!(set, [3, 5]);
        assert!((share - 0.875).abs() < 1e-15);
        assert_eq!(credible_set(places, 1.0).0, [2, 3, 5, 6]);
    }
}
