//! Normal observations about a level that may drift, rise or have a season, in noise that
//! may remember.

use core::f64::consts::{PI, TAU};

use serde::Deserialize;
use serde_json::json;

use super::gaussian::{marginal, normal_prior, real};
use super::{ln_multivariate_t, ln_student_t};
use crate::oracle::posteriors::Posterior;
use crate::oracle::{Entry, Segment, parameters};

/// The entry of the catalogue.
pub const ENTRY: Entry = Entry {
    name: "structured_gaussian",
    read: |model| Box::new(parameters::<StructuredGaussian>(model)),
    model: |r| {
        let mut parameters = normal_prior(r);
        for (name, low, high) in [
            ("phi", 0.1, 0.8),
            ("drift", 0.01, 0.5),
            ("slope", 0.05, 0.5),
            ("slope_drift", 0.001, 0.05),
            ("cauchy", 2.0, 9.0),
        ] {
            let is_there = r.below(3) == 0;
            let value = r.between(low, high);
            parameters[name] = json!(if is_there { value } else { 0.0 });
        }
        let period = [0, 0, 4, 7][usize::try_from(r.below(4)).expect("small")];
        parameters["period"] = json!(f64::from(period));
        parameters["harmonics"] = json!(if period > 0 { 1 + r.below(2) } else { 1 });
        parameters["season"] = json!(r.between(0.2, 1.5));
        json!({"structured_gaussian": parameters})
    },
    draw: real,
    exchangeable: false,
    level_falls: false,
};

/// A linear Gaussian state-space model with one unknown variance σ² ~ inverse gamma(α, β):
/// West & Harrison (1997), ch. 4.5.
///
/// Statistics: n, α, β, time since the start, a first observation that the level is
/// relative to, the mean of the state and its covariance over σ², by rows. The state is
/// the level, the slope, the noise where it is AR(1), and for each harmonic the amplitudes
/// of cosine and sine, with the phase from the start of the segment. All of it is there
/// always; what is not wanted has variance 0.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct StructuredGaussian {
    pub(super) mean: f64,
    pub(super) kappa: f64,
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) phi: f64,
    pub(super) drift: f64,
    pub(super) slope: f64,
    pub(super) slope_drift: f64,
    pub(super) period: f64,
    pub(super) harmonics: u32,
    pub(super) season: f64,
    pub(super) cauchy: f64,
}

/// Positions of the statistics before the state.
pub(super) const COUNT: usize = 0;
pub(super) const ALPHA: usize = 1;
pub(super) const BETA: usize = 2;
const AGE: usize = 3;
const ORIGIN: usize = 4;
const STATE: usize = 5;

impl StructuredGaussian {
    fn amplitudes(&self) -> usize {
        if self.period > 0.0 {
            2 * self.harmonics as usize
        } else {
            0
        }
    }

    fn dim(&self) -> usize {
        3 + self.amplitudes()
    }

    /// Variances at the start; the level's is left out for a heavy-tailed prior.
    fn variances(&self) -> Vec<f64> {
        let level = if self.cauchy > 0.0 {
            0.0
        } else {
            1.0 / self.kappa
        };
        let noise = if self.phi == 0.0 { 0.0 } else { 1.0 };
        let mut variances = vec![level, self.slope * self.slope, noise];
        variances.resize(self.dim(), self.season * self.season);
        variances
    }

    /// How each number of the state counts in an observation.
    fn loadings(&self, age: f64) -> Vec<f64> {
        let mut h = vec![1.0, 0.0, 1.0];
        for j in 1..=self.amplitudes() / 2 {
            let angle = TAU * (j as f64 * age % self.period) / self.period;
            // Of the shortest wave only the cosine is kept.
            let sine = if 2.0 * j as f64 == self.period {
                0.0
            } else {
                angle.sin()
            };
            h.extend([angle.cos(), sine]);
        }
        h
    }

    fn measurement(&self) -> f64 {
        if self.phi == 0.0 { 1.0 } else { 0.0 }
    }

    /// What an observation is expected to be, its variance over σ², and the covariances of
    /// the state with it.
    fn foreseen(&self, stats: &[f64]) -> (f64, f64, Vec<f64>) {
        let dim = self.dim();
        let h = self.loadings(stats[AGE]);
        let covariance = &stats[STATE + dim..];
        let with: Vec<f64> = (0..dim)
            .map(|i| (0..dim).map(|j| covariance[i * dim + j] * h[j]).sum())
            .collect();
        let variance = (0..dim).map(|i| h[i] * with[i]).sum::<f64>() + self.measurement();
        let mean = (0..dim).map(|i| h[i] * stats[STATE + i]).sum::<f64>();
        (stats[ORIGIN] + mean, variance, with)
    }

    /// Whether the next observation is a first one with a density of its own.
    fn is_first(&self, stats: &[f64]) -> bool {
        self.cauchy > 0.0 && stats[COUNT] == 0.0
    }

    /// Cov(x at time s, x at time t) over σ², s ≤ t, without the level's prior.
    pub(super) fn covariance(&self, s: f64, t: f64) -> f64 {
        let (s, t) = (s.min(t), s.max(t));
        let mut sum = self.drift * s + self.slope * self.slope * s * t;
        sum += self.slope_drift * (s * s * s / 3.0 + s * s * (t - s) / 2.0);
        for j in 1..=self.amplitudes() / 2 {
            let turn = TAU * j as f64 / self.period;
            sum += self.season
                * self.season
                * if 2.0 * j as f64 == self.period {
                    (turn * s).cos() * (turn * t).cos()
                } else {
                    (turn * (t - s)).cos()
                };
        }
        sum + if self.phi != 0.0 {
            self.phi.powf(t - s)
        } else if s == t {
            1.0
        } else {
            0.0
        }
    }
}

/// ln of the Cauchy density.
pub(super) fn ln_cauchy(x: f64, scale: f64) -> f64 {
    -(PI * scale).ln() - (x / scale * (x / scale)).ln_1p()
}

impl Segment for StructuredGaussian {
    fn prior(&self) -> Vec<f64> {
        let dim = self.dim();
        let mut stats = vec![0.0, self.alpha, self.beta, 0.0, 0.0];
        stats.resize(STATE + dim + dim * dim, 0.0);
        for (i, variance) in self.variances().into_iter().enumerate() {
            stats[STATE + dim + i * dim + i] = variance;
        }
        stats
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let x = x - self.mean;
        if self.is_first(stats) {
            return ln_cauchy(x, self.cauchy);
        }
        let (mean, variance, _) = self.foreseen(stats);
        let (alpha, beta) = (stats[ALPHA], stats[BETA]);
        ln_student_t(x, 2.0 * alpha, mean, beta / alpha * variance)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let (x, dim) = (x - self.mean, self.dim());
        let first = self.is_first(stats);
        let (mean, variance, with) = self.foreseen(stats);
        stats[COUNT] += 1.0;
        if first {
            // The level is x less all else, whose variances are as before.
            stats[ORIGIN] = x;
            let h = self.loadings(stats[AGE]);
            let covariance = &mut stats[STATE + dim..];
            for i in 1..dim {
                for j in 1..dim {
                    if i != j {
                        covariance[i * dim + j] = 0.0;
                    }
                }
            }
            let own: Vec<f64> = (0..dim).map(|i| covariance[i * dim + i]).collect();
            covariance[0] =
                self.measurement() + (1..dim).map(|i| h[i] * h[i] * own[i]).sum::<f64>();
            for i in 1..dim {
                covariance[i] = -h[i] * own[i];
                covariance[i * dim] = -h[i] * own[i];
            }
            return;
        }
        let surprise = x - mean;
        stats[ALPHA] += 0.5;
        stats[BETA] += 0.5 * surprise * surprise / variance;
        for i in 0..dim {
            stats[STATE + i] += with[i] / variance * surprise;
            for j in 0..dim {
                stats[STATE + dim + i * dim + j] -= with[i] * with[j] / variance;
            }
        }
    }

    fn advance(&self, stats: &mut [f64], elapsed: f64) {
        let dim = self.dim();
        let rho = if self.phi == 0.0 {
            0.0
        } else {
            self.phi.powf(elapsed)
        };
        stats[AGE] += elapsed;
        // z' = F z, P' = F P Fᵀ + Q: the level rises by the slope, the noise is damped.
        let (state, covariance) = stats[STATE..].split_at_mut(dim);
        state[0] += elapsed * state[1];
        state[2] *= rho;
        for i in 0..dim {
            covariance[i] += elapsed * covariance[dim + i];
            covariance[2 * dim + i] *= rho;
        }
        for row in covariance.chunks_exact_mut(dim) {
            row[0] += elapsed * row[1];
            row[2] *= rho;
        }
        let q = self.slope_drift;
        covariance[0] += self.drift * elapsed + q * elapsed.powi(3) / 3.0;
        covariance[1] += q * elapsed * elapsed / 2.0;
        covariance[dim] += q * elapsed * elapsed / 2.0;
        covariance[dim + 1] += q * elapsed;
        if self.phi != 0.0 {
            covariance[2 * dim + 2] += 1.0 - rho * rho;
        }
    }

    fn level(&self, stats: &[f64]) -> Vec<(f64, Posterior)> {
        if self.is_first(stats) {
            let (centre, scale2) = (self.mean, self.cauchy * self.cauchy);
            let nu = 1.0;
            return vec![(1.0, Posterior::StudentT { nu, centre, scale2 })];
        }
        let centre = self.mean + stats[ORIGIN] + stats[STATE];
        let variance = stats[STATE + self.dim()];
        let posterior = marginal(centre, 1.0 / variance, stats[ALPHA], stats[BETA]);
        vec![(1.0, posterior)]
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let xs: Vec<_> = xs.iter().map(|&x| Some(x)).collect();
        self.ln_evidence_at(&xs, &vec![1.0; xs.len()])
    }

    /// A multivariate t density; after a first observation with a density of its own, of
    /// the differences from it, in which the level cancels.
    fn ln_evidence_at(&self, xs: &[Option<f64>], elapsed: &[f64]) -> f64 {
        let mut now = 0.0;
        let mut seen = Vec::new();
        for (i, x) in xs.iter().enumerate() {
            now += if i > 0 { elapsed[i] } else { 0.0 };
            seen.extend(x.map(|x| (now, x - self.mean)));
        }
        if self.cauchy == 0.0 {
            let values: Vec<f64> = seen.iter().map(|&(_, x)| x).collect();
            return ln_multivariate_t(self.alpha, self.beta, &values, |i, j| {
                1.0 / self.kappa + self.covariance(seen[i].0, seen[j].0)
            });
        }
        let Some(&(start, first)) = seen.first() else {
            return 0.0;
        };
        let others = &seen[1..];
        let values: Vec<f64> = others.iter().map(|&(_, x)| x - first).collect();
        let at = |s: f64, t: f64| self.covariance(s, t);
        let differences = ln_multivariate_t(self.alpha, self.beta, &values, |i, j| {
            let (s, t) = (others[i].0, others[j].0);
            at(s, t) - at(start, s) - at(start, t) + at(start, start)
        });
        ln_cauchy(first, self.cauchy) + differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// The recursion and the dense density are two routes to the same number.
    #[test]
    fn evidence_is_the_product_of_the_predictives() {
        let mut random = Random::new(12);
        for _ in 0..100 {
            let config = (ENTRY.model)(&mut random);
            let model = (ENTRY.read)(&config[ENTRY.name]);
            let n = usize::try_from(1 + random.below(30)).expect("small");
            let xs: Vec<_> = (0..n)
                .map(|_| (random.below(5) > 0).then(|| real(&mut random, 1)))
                .collect();
            let elapsed: Vec<f64> = (0..n).map(|_| random.between(0.2, 2.0)).collect();
            let (mut stats, mut total) = (model.prior(), 0.0);
            for i in 0..n {
                if i > 0 {
                    model.advance(&mut stats, elapsed[i]);
                }
                if let Some(x) = xs[i] {
                    total += model.ln_predictive(&stats, x);
                    model.absorb(&mut stats, x);
                }
            }
            let dense = model.ln_evidence_at(&xs, &elapsed);
            assert!(
                (total - dense).abs() <= 1e-10 * dense.abs().max(1.0),
                "{config}: {total}, {dense}"
            );
        }
    }
}
