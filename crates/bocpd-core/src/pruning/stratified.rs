//! Stratified optimal resampling.

use core::cmp::Ordering;

use super::List;
use crate::real::Real;

/// Reduces a list of weights, in the order of their starts, to `wanted`: those
/// of weight α or more stay as they are, of the others some are chosen and get
/// weight α, each with probability w/α, evenly along the list. Calls `stays`
/// with the position and the new weight of each that stays.
///
/// α solves Σ min(1, wᵢ/α) = `wanted`, so the sum stays what it was, and for any
/// `uniform` in (0, 1] no partial sum moves by more than α. Fearnhead & Clifford
/// (2003); Fearnhead & Liu (2007), §3.1.
///
/// Where all but `wanted` weights are nothing beside the others, or 0, there is no
/// such α: then the largest stay as they are, none of them 0. So at most `wanted` stay
/// whatever the weights.
pub(super) fn resample<F: Real>(
    weights: impl Iterator<Item = (u32, F)> + Clone,
    wanted: usize,
    uniform: F,
    scratch: &mut List<F>,
    mut stays: impl FnMut(u32, F),
) {
    let limit = limit(weights.clone().map(|(_, weight)| weight), wanted, scratch);
    let is_large = |weight: F| weight >= limit && weight > F::zero();
    let large = weights.clone().filter(|&(_, weight)| is_large(weight));
    let mut left_to_choose = wanted.saturating_sub(large.count());
    // Rounding may leave the sum a little short of where the last one is chosen.
    let due = limit * F::of(1e-6);
    let mut left = uniform * limit;
    for (position, weight) in weights {
        if is_large(weight) {
            stays(position, weight);
        } else if weight > F::zero() {
            left -= weight;
            if left <= due && left_to_choose > 0 {
                stays(position, limit);
                left += limit;
                left_to_choose -= 1;
            }
        }
    }
}

/// α, or the last of the `wanted` largest weights where no other counts beside them.
fn limit<F: Real>(weights: impl Iterator<Item = F>, wanted: usize, sorted: &mut List<F>) -> F {
    sorted.clear();
    sorted.extend(weights);
    sorted.sort_unstable_by(|a, b| b.partial_cmp(a).unwrap_or(Ordering::Equal));
    // The sum of the smallest is taken from the small end: no digits are lost.
    let mut sum = F::zero();
    let mut limit = sorted.get(wanted - 1).copied().unwrap_or(F::zero());
    for k in (0..sorted.len()).rev() {
        sum += sorted[k];
        if k < wanted {
            let candidate = sum / F::of((wanted - k) as f64);
            if sorted[k] < candidate {
                limit = candidate;
            }
        }
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn resampled(weights: &[f64], wanted: usize, uniform: f64) -> Vec<(u32, f64)> {
        let mut kept = Vec::new();
        let list = (0..).zip(weights.iter().copied());
        resample(list, wanted, uniform, &mut List::new(), |i, weight| {
            kept.push((i, weight));
        });
        kept
    }

    #[test]
    fn sums_stay_and_partial_sums_move_by_alpha_at_most() {
        let weights: Vec<f64> = (1..60).map(|i| f64::from(i * 7919 % 1000) / 3e4).collect();
        for wanted in [5, 20, 58] {
            let alpha = limit(weights.iter().copied(), wanted, &mut List::new());
            let filled: f64 = weights.iter().map(|w| (w / alpha).min(1.0)).sum();
            assert!((filled - wanted as f64).abs() < 1e-9);
            for uniform in [1e-9, 0.3, 0.5, 1.0] {
                let kept = resampled(&weights, wanted, uniform);
                assert_eq!(kept.len(), wanted);
                let (mut moved, mut at) = (0.0, 0);
                for (i, weight) in weights.iter().enumerate() {
                    moved -= weight;
                    if kept.get(at).is_some_and(|&(k, _)| k as usize == i) {
                        moved += kept[at].1;
                        at += 1;
                    }
                    assert!(f64::abs(moved) <= alpha * (1.0 + 1e-9), "{moved} {alpha}");
                }
                assert!(f64::abs(moved) < 1e-9, "{moved}");
            }
        }
    }

    /// Weights that vanish beside others, are equal, or are 0.
    #[test]
    fn no_more_stay_than_are_wanted() {
        let tails: [&[f64]; 5] = [
            &[0.0; 40],
            &[1e-300; 40],
            &[5e-324; 40],
            &[0.0, 1e-17, 0.0],
            &[],
        ];
        for tail in tails {
            for heads in [&[1.0][..], &[0.6, 0.4], &[0.25; 4], &[0.1; 10]] {
                let weights: Vec<f64> = heads.iter().chain(tail).copied().collect();
                for wanted in 1..weights.len() {
                    for uniform in [1e-9, 0.5, 1.0] {
                        let kept = resampled(&weights, wanted, uniform);
                        let sum: f64 = kept.iter().map(|&(_, weight)| weight).sum();
                        assert!(kept.len() <= wanted, "{weights:?}: {kept:?} for {wanted}");
                        assert!(
                            (sum - 1.0).abs() < 1e-9,
                            "{weights:?}: {kept:?} for {wanted}"
                        );
                        assert!(kept.iter().all(|&(_, weight)| weight > 0.0), "{kept:?}");
                    }
                }
            }
        }
    }

    /// On average over the random number nobody gains or loses.
    #[test]
    fn it_is_unbiased() {
        let weights = [0.4, 0.05, 0.1, 0.02, 0.3, 0.08, 0.05];
        let (n, tolerance) = if cfg!(miri) {
            (100, 1e-2)
        } else {
            (20_000, 1e-4)
        };
        let mut mean = [0.0; 7];
        for j in 0..n {
            for (i, weight) in resampled(&weights, 4, (f64::from(j) + 0.5) / f64::from(n)) {
                mean[i as usize] += weight / f64::from(n);
            }
        }
        for (mean, weight) in mean.iter().zip(weights) {
            assert!((mean - weight).abs() < tolerance, "{mean} {weight}");
        }
    }
}
