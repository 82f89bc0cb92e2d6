//! Rows of which some numbers are missing or far away, and hypotheses that have seen such: one
//! hypothesis at a time.

use alloc::vec;
use alloc::vec::Vec;

use libm::{fabs, log, log1p, sqrt};

use super::{MultivariateBank, MultivariateGaussian, constant};
use crate::bank::Bank;
use crate::model::factors::above;
use crate::observation::Observation;
use crate::real::Real;

/// What one hypothesis knows, in plain numbers.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    /// The level of each number, less the prior mean.
    pub(super) levels: Vec<f64>,
    /// In how many of the absorbed observations each number was missing.
    pub(super) missed: Vec<f64>,
    /// Ψ/2, row by row.
    pub(super) half_psi: Vec<f64>,
    /// κ after as many observations as were absorbed.
    pub(super) kappa: f64,
    /// α, likewise.
    pub(super) alpha: f64,
}

impl Plain {
    fn dim(&self) -> usize {
        self.levels.len()
    }

    /// How many observations the level of a number is worth.
    pub(super) fn kappa_of(&self, j: usize) -> f64 {
        self.kappa - self.missed[j]
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.half_psi[i * self.dim() + j]
    }

    /// Takes in a row, less the prior mean; gives ln p of the numbers that are there. What is
    /// further away than `huge` is absorbed as if it were that far.
    ///
    /// Each number is in units of √(κⱼ/(κⱼ+1)/2), v, so that Ψ/2 grows by v vᵀ. With the
    /// numbers O that are there, q = v_Oᵀ (Ψ/2)_OO⁻¹ v_O, and M those that are missing:
    ///
    /// ```text
    /// E v_M   = (Ψ/2)_MO (Ψ/2)_OO⁻¹ v_O
    /// Var v_M = (1 + q)/(2α + |O| − 2) [(Ψ/2)_MM − (Ψ/2)_MO (Ψ/2)_OO⁻¹ (Ψ/2)_OM]
    /// ```
    pub(super) fn take_in(&mut self, x: &[f64], huge: f64, missing: &dyn Fn(usize) -> bool) -> f64 {
        let dim = self.dim();
        let (there, gone): (Vec<usize>, Vec<usize>) = (0..dim).partition(|&j| !missing(j));
        let shrink = |of: &Self, j: usize| {
            let kappa = of.kappa_of(j);
            0.5 * kappa / (kappa + 1.0)
        };
        let near = |j: usize| x[j].clamp(-huge, huge);
        let v: Vec<f64> = there
            .iter()
            .map(|&j| sqrt(shrink(self, j)) * (near(j) - self.levels[j]))
            .collect();
        let root = cholesky(there.len(), |i, j| self.at(there[i], there[j]));
        let solved = root.solve(&v);
        let q: f64 = solved.iter().map(|z| z * z).sum();
        let m = there.len() as f64;
        // The square of what is far may be no number: its root is taken in units of the largest.
        let largest = there.iter().map(|&j| fabs(x[j])).fold(1.0, f64::max);
        let ln_growth = if largest <= huge {
            log1p(q)
        } else {
            let scaled: Vec<f64> = there
                .iter()
                .map(|&j| sqrt(shrink(self, j)) * (x[j] / largest - self.levels[j] / largest))
                .collect();
            let q: f64 = root.solve(&scaled).iter().map(|z| z * z).sum();
            log(q + 1.0 / largest / largest) + 2.0 * log(largest)
        };
        let mut ln_p = constant(self.alpha, there.len()) - (self.alpha + 0.5 * m) * ln_growth;
        for (i, &j) in there.iter().enumerate() {
            // ln of a diagonal of the root is half of that of the determinant's factor.
            ln_p += 0.5 * log(2.0 * shrink(self, j)) - log(root.at(i, i));
        }
        // The rows of (Ψ/2)_MO times the inverse of the root, transposed.
        let along: Vec<Vec<f64>> = gone
            .iter()
            .map(|&j| {
                let row: Vec<f64> = there.iter().map(|&o| self.at(j, o)).collect();
                root.solve(&row)
            })
            .collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut whole = vec![0.0; dim];
        for (&j, &value) in there.iter().zip(&v) {
            whole[j] = value;
        }
        for (&j, along) in gone.iter().zip(&along) {
            whole[j] = dot(along, &solved);
        }
        let left = (1.0 + q) / (2.0 * self.alpha + m - 2.0).max(0.5);
        let remains =
            |g: usize, h: usize| left * (self.at(gone[g], gone[h]) - dot(&along[g], &along[h]));
        let mut grown = self.half_psi.clone();
        for i in 0..dim {
            for j in 0..dim {
                grown[i * dim + j] += whole[i] * whole[j];
            }
        }
        for (g, &i) in gone.iter().enumerate() {
            for (h, &j) in gone.iter().enumerate() {
                grown[i * dim + j] += if g == h {
                    remains(g, h).max(0.0)
                } else {
                    remains(g, h)
                };
            }
        }
        for &j in &there {
            self.levels[j] += (near(j) - self.levels[j]) / (self.kappa_of(j) + 1.0);
        }
        for &j in &gone {
            self.missed[j] += 1.0;
        }
        self.half_psi = grown;
        self.kappa += 1.0;
        self.alpha += 0.5;
        ln_p
    }

    /// D and L of L D Lᵀ = Ψ/2, in the order of [`factors`](crate::model::factors); no D is less
    /// than `least` says.
    fn factors(&self, least: &[f64]) -> Vec<f64> {
        let dim = self.dim();
        let mut row = vec![0.0; crate::model::factors::count(dim)];
        for j in 0..dim {
            let mut d = self.at(j, j);
            for k in 0..j {
                let l = row[above(dim, k, j)];
                d -= l * l * row[k];
            }
            row[j] = d.max(least[j]);
            for r in j + 1..dim {
                let mut sum = self.at(r, j);
                for k in 0..j {
                    sum -= row[above(dim, k, r)] * row[above(dim, k, j)] * row[k];
                }
                row[above(dim, j, r)] = sum / row[j];
            }
        }
        row
    }
}

/// The lower triangular root of a covariance.
struct Root {
    dim: usize,
    rows: Vec<f64>,
}

impl Root {
    fn at(&self, i: usize, j: usize) -> f64 {
        self.rows[i * self.dim + j]
    }

    /// The root's inverse times v.
    fn solve(&self, v: &[f64]) -> Vec<f64> {
        let mut z = v.to_vec();
        for i in 0..self.dim {
            for k in 0..i {
                z[i] -= self.at(i, k) * z[k];
            }
            z[i] /= self.at(i, i);
        }
        z
    }
}

fn cholesky(dim: usize, of: impl Fn(usize, usize) -> f64) -> Root {
    let mut root = Root {
        dim,
        rows: vec![0.0; dim * dim],
    };
    for i in 0..dim {
        for j in 0..=i {
            let mut sum = of(i, j);
            for k in 0..j {
                sum -= root.at(i, k) * root.at(j, k);
            }
            root.rows[i * dim + j] = if i == j {
                sqrt(sum.max(f64::MIN_POSITIVE))
            } else {
                sum / root.at(j, j)
            };
        }
    }
    root
}

impl<F: Real> MultivariateGaussian<F> {
    /// What a hypothesis knows, in plain numbers.
    pub(super) fn plain(&self, bank: &MultivariateBank<F>, hypothesis: usize) -> Plain {
        let layout = self.layout();
        let (dim, first) = (layout.dim, layout.first_factor());
        let statistic = |i: usize| bank.hypotheses.statistic(hypothesis, i).wide();
        let l = |i: usize, k: usize| match i.cmp(&k) {
            core::cmp::Ordering::Equal => 1.0,
            core::cmp::Ordering::Less => 0.0,
            core::cmp::Ordering::Greater => statistic(first + above(dim, k, i)),
        };
        let entry = |i: usize, j: usize| -> f64 {
            let common = 0..=i.min(j);
            common
                .map(|k| l(i, k) * l(j, k) * statistic(first + k))
                .sum()
        };
        let count = bank.count(hypothesis);
        Plain {
            levels: (0..dim).map(statistic).collect(),
            missed: (layout.missed()..first).map(statistic).collect(),
            half_psi: (0..dim * dim).map(|at| entry(at / dim, at % dim)).collect(),
            kappa: self.kappa + count as f64,
            alpha: self.alpha_after(count),
        }
    }

    /// ln p of a row under a hypothesis, and what it knows afterwards.
    fn after(
        &self,
        bank: &MultivariateBank<F>,
        hypothesis: usize,
        x: Observation<'_, [F]>,
    ) -> (f64, Plain) {
        let mut plain = self.plain(bank, hypothesis);
        let missing = |j: usize| x.side.missing.get(j).is_some_and(|&missing| missing);
        let ln_p = plain.take_in(&self.far_centred(x.value), F::HUGE.wide(), &missing);
        (ln_p, plain)
    }

    /// A row less the prior mean, with all digits.
    pub(super) fn far_centred(&self, x: &[F]) -> Vec<f64> {
        let pairs = x.iter().zip(&self.mean);
        pairs.map(|(x, mean)| x.wide() - mean).collect()
    }

    pub(super) fn score_one_by_one(
        &self,
        bank: &MultivariateBank<F>,
        x: Observation<'_, [F]>,
        ln_joint: &mut [F],
    ) {
        for (i, ln_joint) in ln_joint[..bank.len()].iter_mut().enumerate() {
            *ln_joint += F::of(self.after(bank, i, x).0);
        }
    }

    pub(super) fn learn_one_by_one(
        &self,
        bank: &mut MultivariateBank<F>,
        x: Observation<'_, [F]>,
        weights: Option<&[F]>,
        mut ln_joint: Option<&mut [F]>,
    ) {
        let layout = self.layout();
        let mut uneven = false;
        for i in 0..bank.len() {
            let (ln_p, mut plain) = self.after(bank, i, x);
            if let Some(ln_joint) = &mut ln_joint {
                ln_joint[i] += F::of(ln_p);
            }
            if weights.is_some_and(|weights| weights[i].is_zero()) {
                let missed = layout.missed()..layout.first_factor();
                uneven |= missed
                    .into_iter()
                    .any(|at| !bank.hypotheses.statistic(i, at).is_zero());
                continue;
            }
            uneven |= plain.missed.iter().any(|&missed| missed > 0.0);
            let factors = plain.factors(&self.beta);
            plain.levels.append(&mut plain.missed);
            plain.levels.extend(factors);
            for (statistic, &value) in plain.levels.iter().enumerate() {
                bank.hypotheses.set_statistic(i, statistic, F::of(value));
            }
        }
        bank.set_uneven(uneven);
    }
}
