//! The observation models as a textbook prints them.
//!
//! `ln Γ` is [`libm::lgamma`], posterior parameters are the printed updates,
//! and every closed-form evidence is computed from the observations directly
//! (two passes for the Gaussian), not from the sequential statistics.

use core::f64::consts::PI;

use libm::lgamma;

use super::{Segment, ln_product_of_predictives, ln_sum_exp};

/// ln of the Student-t density with ν degrees of freedom, centre m and
/// squared scale s².
#[must_use]
pub fn ln_student_t(x: f64, nu: f64, centre: f64, scale2: f64) -> f64 {
    let z2 = (x - centre) * (x - centre) / scale2;
    lgamma(0.5 * (nu + 1.0))
        - lgamma(0.5 * nu)
        - 0.5 * (nu * PI * scale2).ln()
        - 0.5 * (nu + 1.0) * (z2 / nu).ln_1p()
}

/// ln B(a, b).
fn ln_beta(a: f64, b: f64) -> f64 {
    lgamma(a) + lgamma(b) - lgamma(a + b)
}

/// ln C(n, k).
fn ln_choose(n: f64, k: f64) -> f64 {
    lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)
}

/// Normal observations, mean and variance unknown:
/// μ | σ² ~ N(m, σ²/κ), σ² ~ inverse gamma(α, β).
///
/// Statistics: the posterior parameters κ, m, α, β, with m relative to its
/// prior value, so that data far from 0 keep their digits. The predictive is
/// Student-t with 2α degrees of freedom, centre m and squared scale
/// β(κ+1)/(ακ).
#[derive(Clone, Copy, Debug)]
pub struct Gaussian {
    /// m.
    pub mean: f64,
    /// κ.
    pub kappa: f64,
    /// α.
    pub alpha: f64,
    /// β.
    pub beta: f64,
}

impl Segment for Gaussian {
    fn prior(&self) -> Vec<f64> {
        vec![self.kappa, 0.0, self.alpha, self.beta]
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let &[kappa, mean, alpha, beta] = stats else {
            unreachable!("four statistics")
        };
        let scale2 = beta * (kappa + 1.0) / (alpha * kappa);
        ln_student_t(x - self.mean, 2.0 * alpha, mean, scale2)
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let [kappa, mean, alpha, beta] = stats else {
            unreachable!("four statistics")
        };
        let x = x - self.mean;
        *beta += 0.5 * *kappa / (*kappa + 1.0) * (x - *mean) * (x - *mean);
        *mean += (x - *mean) / (*kappa + 1.0);
        *alpha += 0.5;
        *kappa += 1.0;
    }

    /// Γ(αₙ)/Γ(α) · β^α/βₙ^αₙ · √(κ/κₙ) · (2π)^(−n/2), with
    /// βₙ = β + ½ Σ(x−x̄)² + ½ κn/κₙ (x̄−m)².
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        if xs.is_empty() {
            return 0.0;
        }
        let n = xs.len() as f64;
        let shifted = xs.iter().map(|x| x - self.mean);
        let mean = shifted.clone().sum::<f64>() / n;
        let scatter: f64 = shifted.map(|x| (x - mean) * (x - mean)).sum();
        let kappa_n = self.kappa + n;
        let alpha_n = self.alpha + 0.5 * n;
        let beta_n = self.beta + 0.5 * scatter + 0.5 * self.kappa * n / kappa_n * mean * mean;
        lgamma(alpha_n) - lgamma(self.alpha) + self.alpha * self.beta.ln() - alpha_n * beta_n.ln()
            + 0.5 * (self.kappa / kappa_n).ln()
            - 0.5 * n * (2.0 * PI).ln()
    }
}

/// The weighted Student-t of Fast-BOCPD 1.0.0: degrees of freedom ν fixed,
/// each observation absorbed with a weight that falls with its distance from
/// the centre at that time. One pass, dependent on order, not exact Bayes.
///
/// Statistics: Σw, the weighted mean relative to the prior's, and the weighted
/// scatter Σw(x−mean)². (The original keeps Σw, Σwx and Σwx², which says the
/// same with less precision.)
#[derive(Clone, Copy, Debug)]
pub struct StudentT {
    /// Centre and spread before any observation, as in [`Gaussian`].
    pub prior: Gaussian,
    /// ν.
    pub nu: f64,
    /// Added to the variance β/α where the weight is computed: 1e-10 in the
    /// original, which makes its weights depend on the unit of the data; 0 in
    /// this project.
    pub guard: f64,
}

impl StudentT {
    /// Posterior κ, m (relative to its prior value), α, β.
    fn parameters(&self, stats: &[f64]) -> (f64, f64, f64, f64) {
        let &[weight, mean, scatter] = stats else {
            unreachable!("three statistics")
        };
        let Gaussian {
            kappa, alpha, beta, ..
        } = self.prior;
        let kappa_n = kappa + weight;
        (
            kappa_n,
            weight / kappa_n * mean,
            alpha + 0.5 * weight,
            beta + 0.5 * (scatter + kappa * weight / kappa_n * mean * mean),
        )
    }
}

impl Segment for StudentT {
    fn prior(&self) -> Vec<f64> {
        vec![0.0, 0.0, 0.0]
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (kappa, mean, alpha, beta) = self.parameters(stats);
        ln_student_t(
            x - self.prior.mean,
            self.nu,
            mean,
            beta / alpha * (kappa + 1.0) / kappa,
        )
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let (_, centre, alpha, beta) = self.parameters(stats);
        let x = x - self.prior.mean;
        let distance2 = (x - centre) * (x - centre) / (beta / alpha + self.guard);
        let w = (self.nu + 1.0) / (self.nu + distance2);
        if !(w.is_finite() && w > 0.0) {
            return;
        }
        let [weight, mean, scatter] = stats else {
            unreachable!("three statistics")
        };
        let total = *weight + w;
        *scatter += *weight * w / total * (x - *mean) * (x - *mean);
        *mean += w / total * (x - *mean);
        *weight = total;
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        ln_product_of_predictives(self, xs)
    }
}

/// A mixture of [`StudentT`] over a grid of ν, each component weighted by
/// what it predicted.
///
/// Statistics: for each ν the ln weight followed by the three of [`StudentT`].
#[derive(Clone, Debug)]
pub struct StudentTGrid {
    /// As in [`StudentT`], shared by all components.
    pub prior: Gaussian,
    /// The grid.
    pub nus: Vec<f64>,
    /// A weight for each ν; normalised here.
    pub weights: Vec<f64>,
}

impl StudentTGrid {
    fn component(&self, k: usize) -> StudentT {
        StudentT {
            prior: self.prior,
            nu: self.nus[k],
            guard: 0.0,
        }
    }

    fn ln_prior_weight(&self, k: usize) -> f64 {
        (self.weights[k] / self.weights.iter().sum::<f64>()).ln()
    }

    /// ln `π_k` + ln `p_k(x)` for each component.
    fn ln_joint(&self, stats: &[f64], x: f64) -> Vec<f64> {
        let components = stats.chunks_exact(4).enumerate();
        components
            .map(|(k, s)| s[0] + self.component(k).ln_predictive(&s[1..], x))
            .collect()
    }
}

impl Segment for StudentTGrid {
    fn prior(&self) -> Vec<f64> {
        (0..self.nus.len())
            .flat_map(|k| {
                let mut stats = vec![self.ln_prior_weight(k)];
                stats.extend(self.component(k).prior());
                stats
            })
            .collect()
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        ln_sum_exp(self.ln_joint(stats, x).into_iter())
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        let joint = self.ln_joint(stats, x);
        let total = ln_sum_exp(joint.iter().copied());
        for (k, s) in stats.chunks_exact_mut(4).enumerate() {
            s[0] = if total == f64::NEG_INFINITY {
                self.ln_prior_weight(k)
            } else {
                joint[k] - total
            };
            self.component(k).absorb(&mut s[1..], x);
        }
    }

    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        ln_product_of_predictives(self, xs)
    }
}

/// Counts: Poisson(θ), θ ~ gamma(shape a, rate b). Statistics: a + Σx, b + n.
#[derive(Clone, Copy, Debug)]
pub struct Poisson {
    /// a.
    pub shape: f64,
    /// b.
    pub rate: f64,
}

impl Segment for Poisson {
    fn prior(&self) -> Vec<f64> {
        vec![self.shape, self.rate]
    }

    /// Negative binomial: Γ(a+x)/(Γ(a) x!) · (b/(b+1))^a · (b+1)^(−x).
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (a, b) = (stats[0], stats[1]);
        lgamma(a + x) - lgamma(a) - lgamma(x + 1.0) - a * (1.0 / b).ln_1p() - x * b.ln_1p()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += x;
        stats[1] += 1.0;
    }

    /// Γ(a+Σx)/Γ(a) · b^a/(b+n)^(a+Σx) / Πx!.
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let (a, b) = (self.shape, self.rate);
        let sum: f64 = xs.iter().sum();
        lgamma(a + sum) - lgamma(a) + a * b.ln()
            - (a + sum) * (b + xs.len() as f64).ln()
            - xs.iter().map(|x| lgamma(x + 1.0)).sum::<f64>()
    }
}

/// 0 or 1: Bernoulli(p), p ~ beta(a, b). Statistics: a + ones, b + zeros.
#[derive(Clone, Copy, Debug)]
pub struct Bernoulli {
    /// a.
    pub a: f64,
    /// b.
    pub b: f64,
}

impl Segment for Bernoulli {
    fn prior(&self) -> Vec<f64> {
        vec![self.a, self.b]
    }

    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let favoured = if x == 1.0 { stats[0] } else { stats[1] };
        (favoured / (stats[0] + stats[1])).ln()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += x;
        stats[1] += 1.0 - x;
    }

    /// B(a+ones, b+zeros)/B(a, b).
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let ones: f64 = xs.iter().sum();
        let zeros = xs.len() as f64 - ones;
        ln_beta(self.a + ones, self.b + zeros) - ln_beta(self.a, self.b)
    }
}

/// Successes in N trials: binomial(N, p), p ~ beta(a, b). Statistics:
/// a + successes, b + failures.
#[derive(Clone, Copy, Debug)]
pub struct Binomial {
    /// a.
    pub a: f64,
    /// b.
    pub b: f64,
    /// N.
    pub trials: f64,
}

impl Segment for Binomial {
    fn prior(&self) -> Vec<f64> {
        vec![self.a, self.b]
    }

    /// Beta-binomial: C(N, k) B(a+k, b+N−k)/B(a, b).
    fn ln_predictive(&self, stats: &[f64], k: f64) -> f64 {
        let (a, b) = (stats[0], stats[1]);
        ln_choose(self.trials, k) + ln_beta(a + k, b + self.trials - k) - ln_beta(a, b)
    }

    fn absorb(&self, stats: &mut [f64], k: f64) {
        stats[0] += k;
        stats[1] += self.trials - k;
    }

    /// ΠC(N, k) · B(a+Σk, b+nN−Σk)/B(a, b).
    fn ln_evidence(&self, ks: &[f64]) -> f64 {
        let successes: f64 = ks.iter().sum();
        let failures = ks.len() as f64 * self.trials - successes;
        let choices: f64 = ks.iter().map(|&k| ln_choose(self.trials, k)).sum();
        choices + ln_beta(self.a + successes, self.b + failures) - ln_beta(self.a, self.b)
    }
}

/// Positive values: gamma(shape k known, rate θ), θ ~ gamma(shape a, rate b).
/// Statistics: a + nk, b + Σx. Zero is allowed for k = 1 only.
#[derive(Clone, Copy, Debug)]
pub struct Gamma {
    /// a.
    pub shape: f64,
    /// b.
    pub rate: f64,
    /// k.
    pub known_shape: f64,
}

impl Gamma {
    /// ln x^(k−1)/Γ(k), where 0⁰ = 1.
    fn ln_base(&self, x: f64) -> f64 {
        let power = if self.known_shape == 1.0 {
            0.0
        } else {
            (self.known_shape - 1.0) * x.ln()
        };
        power - lgamma(self.known_shape)
    }
}

impl Segment for Gamma {
    fn prior(&self) -> Vec<f64> {
        vec![self.shape, self.rate]
    }

    /// x^(k−1)/Γ(k) · Γ(a+k)/Γ(a) · b^a/(b+x)^(a+k).
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let (a, b, k) = (stats[0], stats[1], self.known_shape);
        self.ln_base(x) + lgamma(a + k) - lgamma(a) + a * b.ln() - (a + k) * (b + x).ln()
    }

    fn absorb(&self, stats: &mut [f64], x: f64) {
        stats[0] += self.known_shape;
        stats[1] += x;
    }

    /// Πx^(k−1)/Γ(k) · Γ(a+nk)/Γ(a) · b^a/(b+Σx)^(a+nk).
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let (a, b) = (self.shape, self.rate);
        let a_n = a + xs.len() as f64 * self.known_shape;
        let b_n = b + xs.iter().sum::<f64>();
        let base: f64 = xs.iter().map(|&x| self.ln_base(x)).sum();
        base + lgamma(a_n) - lgamma(a) + a * b.ln() - a_n * b_n.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::assert_close;
    use crate::random::Random;

    type Draw<'a> = &'a dyn Fn(&mut Random) -> f64;

    const PRIOR: Gaussian = Gaussian {
        mean: 0.0,
        kappa: 1.0,
        alpha: 1.0,
        beta: 1.0,
    };

    /// ln p(x | seen).
    fn after(model: &dyn Segment, seen: &[f64], x: f64) -> f64 {
        let mut stats = model.prior();
        for &y in seen {
            model.absorb(&mut stats, y);
        }
        model.ln_predictive(&stats, x)
    }

    /// The closed forms and the products of predictives are two routes to the
    /// same number.
    #[test]
    fn evidence_is_the_product_of_the_predictives() {
        let mut random = Random::new(7);
        for _ in 0..50 {
            let (a, b) = (random.between(0.2, 5.0), random.between(0.2, 5.0));
            let n = 1 + random.below(40);
            let gaussian = Gaussian {
                mean: random.normal(),
                kappa: a,
                alpha: b,
                beta: random.between(0.1, 3.0),
            };
            let known_shape = random.between(0.3, 4.0);
            let cases: [(&dyn Segment, Draw); 5] = [
                (&gaussian, &|r| 3.0 * r.normal()),
                (&Poisson { shape: a, rate: b }, &|r| r.poisson(4.0)),
                (&Bernoulli { a, b }, &|r| r.bernoulli(0.3)),
                (&Binomial { a, b, trials: 9.0 }, &|r| r.binomial(9, 0.6)),
                (
                    &Gamma {
                        shape: a,
                        rate: b,
                        known_shape,
                    },
                    &|r| r.exponential(2.0),
                ),
            ];
            for (i, (model, draw)) in cases.into_iter().enumerate() {
                let xs: Vec<f64> = (0..n).map(|_| draw(&mut random)).collect();
                let product = ln_product_of_predictives(model, &xs);
                let closed = model.ln_evidence(&xs);
                assert_close(&format!("model {i}"), product, closed, 1e-12);
            }
        }
    }

    #[test]
    fn gaussian_facts() {
        assert_close("0", after(&PRIOR, &[], 0.0), -(4.0f64).ln(), 1e-14);
        for x in [-1.0, 1.0] {
            let got = after(&PRIOR, &[], x);
            assert_close("±1", got, -1.721_009_688_091_205_1, 1e-14);
        }
        let got = after(&PRIOR, &[], 100.0);
        assert_close("100", got, -13.122_963_257_436_318, 1e-14);
        let seen = [5.0, 5.1, 4.9];
        assert_close("near", after(&PRIOR, &seen, 5.0), -1.96755, 5e-6);
        assert_close("far", after(&PRIOR, &seen, 10.0), -4.54658, 5e-6);
    }

    #[test]
    fn student_t_facts() {
        let model = StudentT {
            prior: PRIOR,
            nu: 3.0,
            guard: 1e-10,
        };
        assert_close("0", after(&model, &[], 0.0), -1.347_462_439_9, 1e-10);
        assert_close("0.5", after(&model, &[], 0.5), -1.429_106_428_9, 1e-10);
        let sums = |seen: &[f64]| {
            let mut s = model.prior();
            for &x in seen {
                model.absorb(&mut s, x);
            }
            (s[0], s[0] * s[1], s[2] + s[0] * s[1] * s[1])
        };
        let (s0, s1, s2) = sums(&[5.0]);
        assert_close("S0 of 5", s0, 0.142_857_142_870, 1e-12);
        assert_close("S1 of 5", s1, 0.714_285_714_35, 1e-11);
        assert_close("S2 of 5", s2, 3.571_428_571_75, 1e-11);
        let (s0, s1, s2) = sums(&[1.0, 2.0, 3.0]);
        assert_close("S0 of 1, 2, 3", s0, 2.235_535_301_933, 1e-12);
        assert_close("S1 of 1, 2, 3", s1, 4.004_851_519_74, 1e-11);
        assert_close("S2 of 1, 2, 3", s2, 8.611_045_787_17, 1e-11);
        let got = after(&model, &[1.0, 2.0, 3.0], 2.0);
        assert_close("2 after 1, 2, 3", got, -1.490_178_05, 5e-9);
        // Order matters, as the reference documents.
        assert_close("forward", sums(&[1.0, 2.0, 3.0, 50.0]).0, 2.238, 5e-4);
        assert_close("backward", sums(&[50.0, 3.0, 2.0, 1.0]).0, 3.230, 5e-4);
        assert_close("at the mean", sums(&[0.0; 100]).0, 133.3, 5e-2);
        assert!(sums(&[0.0; 50]).0 > 40.0);
        // ν large: a Gaussian tail that ignores the uncertainty of the spread.
        let wide = StudentT {
            prior: PRIOR,
            nu: 1e6,
            guard: 0.0,
        };
        assert_close("ν = 1e6, 5", after(&wide, &[], 5.0), -7.52, 5e-3);
        assert_close("ν = 1e6, 10", after(&wide, &[], 10.0), -26.3, 5e-2);
    }

    #[test]
    fn student_t_grid_facts() {
        let grid = |nus: &[f64], weights: &[f64]| StudentTGrid {
            prior: PRIOR,
            nus: nus.to_vec(),
            weights: weights.to_vec(),
        };
        let one = grid(&[3.0], &[1.0]);
        let fixed = StudentT {
            prior: PRIOR,
            nu: 3.0,
            guard: 0.0,
        };
        let seen = [1.0, -2.0, 15.0];
        let (got, want) = (after(&one, &seen, 0.3), after(&fixed, &seen, 0.3));
        assert_close("one component", got, want, 1e-13);

        // A third of outliers favours the heavy tail.
        let two = grid(&[2.0, 50.0], &[1.0, 1.0]);
        let mut random = Random::new(3);
        let mut stats = two.prior();
        for i in 0..60 {
            let x = if i % 3 == 2 { 15.0 } else { random.normal() };
            two.absorb(&mut stats, x);
            let sum = stats[0].exp() + stats[4].exp();
            assert_close("weights sum to 1", sum, 1.0, 1e-12);
        }
        assert!(stats[0].exp() > 0.8);

        // A component with prior weight zero never comes back.
        let barred = grid(&[2.0, 50.0], &[0.0, 1.0]);
        let mut stats = barred.prior();
        barred.absorb(&mut stats, 15.0);
        assert_eq!(stats[0], f64::NEG_INFINITY);
    }

    #[test]
    fn poisson_facts() {
        let unit = Poisson {
            shape: 1.0,
            rate: 1.0,
        };
        assert_close("0", after(&unit, &[], 0.0), -(2.0f64).ln(), 1e-15);
        let model = Poisson {
            shape: 2.0,
            rate: 1.5,
        };
        let got = after(&model, &[1.0, 3.0], 2.0);
        assert_close("2", got, -1.471_518_925_514_562_9, 1e-14);
    }

    #[test]
    fn bernoulli_and_binomial_facts() {
        let coin = Bernoulli { a: 2.0, b: 3.0 };
        assert_close("1", after(&coin, &[], 1.0), 0.4f64.ln(), 1e-15);
        assert_close("0", after(&coin, &[], 0.0), 0.6f64.ln(), 1e-15);
        let got = after(&coin, &[1.0, 1.0, 0.0], 1.0);
        assert_close("after 1, 1, 0", got, 0.5f64.ln(), 1e-15);
        let binomial = |trials| Binomial {
            a: 2.0,
            b: 3.0,
            trials,
        };
        let got = after(&binomial(5.0), &[], 2.0);
        assert_close("2 of 5", got, -1.435_084_525_289_323, 1e-14);
        let got = after(&binomial(10.0), &[3.0, 7.0, 5.0], 6.0);
        assert_close("6 of 10", got, -1.714_949_382_347_171_5, 1e-14);
        let got = after(&binomial(1.0), &[1.0, 1.0, 0.0], 1.0);
        assert_close("one trial is a coin", got, 0.5f64.ln(), 1e-14);
    }

    #[test]
    fn gamma_facts() {
        let model = Gamma {
            shape: 2.0,
            rate: 3.0,
            known_shape: 1.7,
        };
        let got = after(&model, &[], 4.2);
        assert_close("4.2", got, -2.578_436_027_170_238_5, 1e-14);
        let got = after(&model, &[1.0, 2.0, 3.0], 0.7);
        assert_close("0.7", got, -1.136_728_078_884_758, 1e-14);
        let exponential = Gamma {
            shape: 2.5,
            rate: 4.0,
            known_shape: 1.0,
        };
        let got = after(&exponential, &[], 0.0);
        assert_close("0", got, (2.5f64 / 4.0).ln(), 1e-14);
        let got = after(&exponential, &[1.0, 2.0], 0.0);
        assert_close("0 after 1, 2", got, (4.5f64 / 7.0).ln(), 1e-14);
    }
}
