//! Periods that a season of the series may have.
//!
//! Differences of neighbours are folded at each period: a season of m observations shows as
//! means that differ between the m phases. (Epoch folding: Leahy et al. 1983,
//! Astrophysical Journal 266:160.) Which period it is, if any, is left to the evidence.

use alloc::vec;
use alloc::vec::Vec;

use libm::fabs;

use crate::robust::{MAD_TO_SIGMA, median};

/// A period counts if the series has this many cycles of it.
const CYCLES: usize = 10;

/// The longest period that is looked for.
const LONGEST: usize = 512;

/// Series are folded as far as this.
const FOLDED: usize = 8192;

/// How many periods are offered.
const OFFERED: usize = 2;

/// The least share of the differences' variance that a season explains.
const LEAST_SHARE: f64 = 0.1;

/// Of two periods that explain nearly as much, the shorter one counts.
const NEARLY: f64 = 0.05;

/// The most harmonics of a period.
const MOST_HARMONICS: u32 = 16;

/// A season, and the standard deviation of white noise that leaves as much of the differences
/// as are left beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Season {
    pub(super) period: usize,
    pub(super) harmonics: u32,
    pub(super) noise: f64,
}

/// Seasons of a period: of two harmonics, of four, and of all.
pub(super) fn of_period(xs: &[f64], period: usize) -> Vec<Season> {
    let noise = noise(xs, period);
    let most = u32::try_from(period / 2).unwrap_or(MOST_HARMONICS);
    let all = most.clamp(1, MOST_HARMONICS);
    let mut harmonics = [2.min(all), 4.min(all), all].to_vec();
    harmonics.dedup();
    let season = |harmonics| Season {
        period,
        harmonics,
        noise,
    };
    harmonics.into_iter().map(season).collect()
}

/// The most promising periods.
pub(super) fn periods(xs: &[f64]) -> Vec<usize> {
    let middle = xs.len().saturating_sub(FOLDED) / 2;
    let differences = differences(&xs[middle..xs.len().min(middle + FOLDED)]);
    let longest = (differences.len() / CYCLES).min(LONGEST);
    let total: f64 = differences.iter().map(|d| d * d).sum();
    if longest < 2 || total == 0.0 {
        return Vec::new();
    }
    let shares: Vec<f64> = (2..=longest)
        .map(|m| share(&differences, m, total))
        .collect();
    let mut found: Vec<usize> = Vec::new();
    while found.len() < OFFERED {
        let open = |m: usize| {
            found
                .iter()
                .all(|&f| !m.is_multiple_of(f) && !f.is_multiple_of(m))
        };
        let best = (2..=longest)
            .filter(|&m| open(m))
            .map(|m| shares[m - 2])
            .fold(0.0, f64::max);
        let near = (2..=longest).find(|&m| open(m) && shares[m - 2] >= best - NEARLY * best);
        match near {
            Some(m) if best >= LEAST_SHARE => found.push(m),
            _ => break,
        }
    }
    found
}

/// The standard deviation of the noise beside a season, from differences of neighbours, each
/// less the median of its phase.
///
/// ```text
/// noise = 1.4826 MAD(d_i − median of the d of its phase) / √2
/// ```
fn noise(xs: &[f64], period: usize) -> f64 {
    let mut rest: Vec<f64> = Vec::with_capacity(xs.len());
    for phase in 0..period {
        let pairs = xs.windows(2).skip(phase).step_by(period);
        let own = pairs.map(|pair| pair[1] - pair[0]);
        let mut own: Vec<f64> = own.filter(|d| d.is_finite()).collect();
        if own.is_empty() {
            continue;
        }
        let middle = median(&mut own);
        rest.extend(own.iter().map(|d| fabs(d - middle)));
    }
    if rest.is_empty() {
        return 0.0;
    }
    MAD_TO_SIGMA * median(&mut rest) / core::f64::consts::SQRT_2
}

/// Differences of neighbours, less their mean, missing ones 0; the largest 2 % are cut, so
/// that a change of level counts little.
fn differences(xs: &[f64]) -> Vec<f64> {
    let mut all: Vec<f64> = xs.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut sizes: Vec<f64> = all
        .iter()
        .map(|d| fabs(*d))
        .filter(|d| d.is_finite())
        .collect();
    if sizes.is_empty() {
        return Vec::new();
    }
    let rank = (sizes.len() - 1) * 98 / 100;
    let (_, &mut most, _) = sizes.select_nth_unstable_by(rank, f64::total_cmp);
    for d in &mut all {
        // Relative to the cut, so that squares stay numbers.
        *d = if d.is_finite() {
            (*d / most).clamp(-1.0, 1.0)
        } else {
            0.0
        };
        if d.is_nan() {
            *d = 0.0;
        }
    }
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    for d in &mut all {
        *d -= mean;
    }
    all
}

/// The share of the variance that the means of m phases explain, adjusted for their number:
///
/// ```text
/// 1 − [Σ (d − mean of its phase)² / (n − m)] / [Σ d² / n]
/// ```
fn share(differences: &[f64], m: usize, total: f64) -> f64 {
    let n = differences.len();
    let mut sums = vec![0.0; m];
    for cycle in differences.chunks(m) {
        for (sum, d) in sums.iter_mut().zip(cycle) {
            *sum += d;
        }
    }
    let full = n / m;
    let between: f64 = sums
        .iter()
        .enumerate()
        .map(|(phase, sum)| sum * sum / (full + usize::from(phase < n % m)) as f64)
        .sum();
    1.0 - (total - between) / (n - m) as f64 / (total / n as f64)
}
