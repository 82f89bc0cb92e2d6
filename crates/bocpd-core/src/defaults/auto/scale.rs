//! Where the values of a series lie, and how much neighbours differ.

use alloc::vec::Vec;

use libm::{fabs, sqrt};

use crate::robust::{MAD_TO_SIGMA, median};

/// E|x − y| = 2σ/√π for two normal numbers.
const MEAN_DIFFERENCE: f64 = core::f64::consts::FRAC_2_SQRT_PI;

/// Centre, spread and noise of a series, each within what parameters may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    /// The mean of all values but wild ones, which are moved towards the others.
    pub(super) centre: f64,
    /// Their standard deviation: about that of the levels.
    pub(super) spread: f64,
    /// The standard deviation of the noise if it is white, from differences of neighbours.
    pub(super) noise: f64,
}

impl Scale {
    /// Of the finite values of a series.
    ///
    /// ```text
    /// noise = 1.4826 MAD(x_i − x_{i−1}) / √2
    /// ```
    ///
    /// or from the mean absolute difference, where half of the differences are equal. It is at
    /// least a thousandth of the spread and, where more than half of the values repeat and
    /// those that move do not stay, the smallest distance between different ones: then they are
    /// readings on a grid. Where all values are equal there is nothing to go by, and spread and
    /// noise are 1.
    pub(super) fn of(xs: &[f64]) -> Self {
        let values: Vec<f64> = xs.iter().copied().filter(|x| x.is_finite()).collect();
        let differences = of_differences(&values);
        let (centre, spread) = moments(&without_wild(&values, differences));
        if spread == 0.0 {
            return Self {
                centre: centre.clamp(-1e100, 1e100),
                spread: 1.0,
                noise: 1.0,
            };
        }
        let noise = differences.max(1e-3 * spread).max(grid(&values, spread));
        Self {
            centre: centre.clamp(-1e100, 1e100),
            spread: spread.clamp(1e-49, 1e49),
            noise: noise.clamp(1e-49, 1e49),
        }
    }
}

impl Scale {
    /// A noise that is no larger than this one and, for all that, can be a parameter.
    pub(super) fn least_noise(&self, noise: f64) -> f64 {
        let least = (1e-3 * self.spread).max(1e-49);
        noise.min(self.noise).max(least)
    }
}

/// How many standard deviations of the noise a value may lie beyond all levels.
const FAR: f64 = 30.0;

/// The values, none further than that from what the running median of five neighbours comes
/// to, which has levels, drifts and seasons, but no wild values.
fn without_wild(values: &[f64], noise: f64) -> Vec<f64> {
    let medians = running_median(values);
    let low = medians.iter().copied().fold(f64::INFINITY, f64::min) - FAR * noise;
    let high = medians.iter().copied().fold(f64::NEG_INFINITY, f64::max) + FAR * noise;
    values.iter().map(|x| x.max(low).min(high)).collect()
}

/// The median of each value with two neighbours on each side, as far as there are any.
fn running_median(values: &[f64]) -> Vec<f64> {
    let around = |i: usize| {
        let mut near = [0.0; 5];
        let window = &values[i.saturating_sub(2)..values.len().min(i + 3)];
        let near = &mut near[..window.len()];
        near.copy_from_slice(window);
        median(near)
    };
    (0..values.len()).map(around).collect()
}

/// Mean and standard deviation; 0 where there are none.
fn moments(values: &[f64]) -> (f64, f64) {
    // Relative to the largest, so that squares cannot overflow.
    let largest = values.iter().fold(0.0, |most: f64, x| most.max(fabs(*x)));
    if largest == 0.0 {
        return (0.0, 0.0);
    }
    let n = values.len() as f64;
    let mean = values.iter().map(|x| x / largest).sum::<f64>() / n;
    let squares: f64 = values
        .iter()
        .map(|x| (x / largest - mean) * (x / largest - mean))
        .sum();
    let sd = sqrt(squares / (n - 1.0).max(1.0));
    // What rounding leaves of equal values is no spread.
    let sd = if sd > 1e-15 { sd } else { 0.0 };
    (mean * largest, sd * largest)
}

/// The noise as the differences of neighbours tell it; 0 if there are none.
fn of_differences(values: &[f64]) -> f64 {
    let mut differences: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    differences.retain(|d| d.is_finite());
    if differences.is_empty() {
        return 0.0;
    }
    let mean = differences.iter().map(|d| fabs(*d)).sum::<f64>() / differences.len() as f64;
    let middle = median(&mut differences);
    for d in &mut differences {
        *d = fabs(*d - middle);
    }
    let mad = if differences.len() > 1 {
        median(&mut differences)
    } else {
        0.0
    };
    // Decimal fractions whose differences are equal have ones that differ by roundings.
    let mut sizes: Vec<f64> = values.iter().map(|x| fabs(*x)).collect();
    if mad > 4.0 * f64::EPSILON * median(&mut sizes) {
        MAD_TO_SIGMA * mad / core::f64::consts::SQRT_2
    } else {
        mean / MEAN_DIFFERENCE
    }
}

/// The step of a grid that values stand on, 0 if they do not, or if they stay where they are
/// between one change and the next: then the noise is less than a step.
fn grid(values: &[f64], spread: f64) -> f64 {
    if !wavers(values) {
        return 0.0;
    }
    let mut distinct = values.to_vec();
    distinct.sort_unstable_by(f64::total_cmp);
    // Grids of decimal fractions are not quite even.
    distinct.dedup_by(|a, b| fabs(*a - *b) <= 1e-9 * spread);
    if distinct.len() < 2 || 2 * distinct.len() >= values.len() {
        return 0.0;
    }
    let steps = distinct.windows(2).map(|pair| pair[1] - pair[0]);
    steps.fold(f64::INFINITY, f64::min)
}

/// Whether at least half of the values that differ from the one before differ from the one
/// after, too.
fn wavers(values: &[f64]) -> bool {
    let (mut moved, mut moved_twice) = (0, 0);
    for three in values.windows(3) {
        if three[0] != three[1] {
            moved += 1;
            moved_twice += usize::from(three[1] != three[2]);
        }
    }
    2 * moved_twice >= moved
}
