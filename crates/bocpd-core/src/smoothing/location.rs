//! Where a change was, and how sure that is.

use alloc::vec::Vec;

use super::Smoothed;

/// Where a reported change may have been.
///
/// The neighbourhood of a reported change is every index closer to it than to
/// the reported changes beside it (ties belong to the earlier one; index 0 is
/// no change and takes no part). The smoothed marginals of the neighbourhood,
/// divided by their sum, say where a change is, given that there is one; the
/// credible set is the smallest set of indices that has the wished share of
/// them.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Location {
    /// The reported changepoint.
    pub index: u64,
    /// P(a segment starts exactly there | all seen so far).
    pub p_here: f64,
    /// P(at least one segment starts in the neighbourhood | all seen so far).
    pub probability: f64,
    /// The first index of the credible set.
    pub low: u64,
    /// The last index of the credible set.
    pub high: u64,
    /// The credible set, ascending; it may have gaps.
    pub credible: Vec<u64>,
    /// The share of the neighbourhood's marginals that the set has: at least
    /// what was asked for.
    pub share: f64,
    /// First and last index of the neighbourhood.
    pub neighbourhood: (u64, u64),
}

/// The neighbourhoods of `changepoints` (ascending, none 0) within
/// `first..=last`, as pairs of first and last index.
pub(crate) fn neighbourhoods(
    changepoints: &[u64],
    first: u64,
    last: u64,
) -> impl Iterator<Item = (u64, u64)> {
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

/// The smallest set of indices in `low..=high` that has `wished` of the
/// marginals there, ascending, and the share that it has. Of equal marginals
/// the earlier index is taken first.
pub(crate) fn credible_set(
    smoothed: &Smoothed,
    (low, high): (u64, u64),
    wished: f64,
) -> (Vec<u64>, f64) {
    let mut ranked: Vec<(u64, f64)> = (low..=high)
        .filter_map(|s| Some((s, smoothed.get(s)?)))
        .collect();
    let total: f64 = ranked.iter().map(|&(_, p)| p).sum();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (mut set, mut mass) = (Vec::new(), 0.0);
    for (s, p) in ranked {
        if mass >= wished * total && !set.is_empty() {
            break;
        }
        mass += p;
        set.push(s);
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
        let smoothed = Smoothed {
            first: 2,
            p_change_at: alloc::vec![0.05, 0.4, 0.0, 0.3, 0.05],
        };
        let (set, share) = credible_set(&smoothed, (2, 6), 0.8);
        assert_eq!(set, [3, 5]);
        assert!((share - 0.875).abs() < 1e-15);
        assert_eq!(credible_set(&smoothed, (2, 6), 1.0).0, [2, 3, 5, 6]);
    }
}
