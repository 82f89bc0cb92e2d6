//! Predictives against `statrs`, an independent implementation of the
//! distributions.

use std::borrow::Borrow;

use bocpd_core::kernel::{Isa, Real};
use bocpd_core::model::{Bernoulli, Binomial, Gamma, Poisson, StudentT, StudentTGrid};
use bocpd_core::observation::Observation;
use bocpd_core::{Gaussian, ObservationModel};
use bocpd_tests::close::assert_close;
use bocpd_tests::random::Random;
use statrs::distribution::{Beta, Continuous, Discrete, NegativeBinomial, StudentsT};
use statrs::function::beta::ln_beta;
use statrs::function::factorial::ln_binomial;
use statrs::function::gamma::ln_gamma;
use statrs::statistics::Distribution;

/// What a model predicts after some observations, through the public traits.
struct Predictive<'a, M: ObservationModel<Scalar = f64>> {
    model: &'a M,
    bank: M::Bank,
}

impl<'a, M: ObservationModel<Scalar = f64>> Predictive<'a, M> {
    fn after<X: Borrow<M::Obs>>(model: &'a M, seen: impl IntoIterator<Item = X>) -> Self {
        let mut bank = model.bank(1);
        model.spawn(&mut bank);
        let mut this = Self { model, bank };
        for x in seen {
            this.observe(x.borrow());
        }
        this
    }

    fn observe(&mut self, x: &M::Obs) -> f64 {
        let x = Observation::of(x);
        self.model.check(x).expect("in the support");
        let mut ln_joint = [0.0; <f64 as Real>::LANES];
        let observed = self
            .model
            .observe(Isa::best(), &mut self.bank, x, &mut ln_joint);
        observed.expect("possible");
        ln_joint[0]
    }

    fn ln(&self, x: &M::Obs) -> f64 {
        let bank = self.bank.clone();
        Self { bank, ..*self }.observe(x)
    }
}

/// Posterior κ, m, α, β of the normal-inverse-gamma, in two passes.
fn normal_posterior(prior: [f64; 4], xs: &[f64]) -> [f64; 4] {
    let [m, kappa, alpha, beta] = prior;
    if xs.is_empty() {
        return [m, kappa, alpha, beta];
    }
    let n = xs.len() as f64;
    let mean = xs.iter().sum::<f64>() / n;
    let scatter: f64 = xs.iter().map(|x| (x - mean) * (x - mean)).sum();
    let kappa_n = kappa + n;
    let between = kappa * n / kappa_n * (mean - m) * (mean - m);
    [
        (kappa * m + n * mean) / kappa_n,
        kappa_n,
        alpha + 0.5 * n,
        beta + 0.5 * (scatter + between),
    ]
}

#[test]
fn gaussian_is_student_t() {
    let mut random = Random::new(1);
    for kappa in [1e-3, 1.0, 50.0] {
        for alpha in [0.05, 1.0, 40.0, 3e3] {
            for (mean, spread) in [(0.0, 1e-3), (3.0, 1.0), (-20.0, 1e4)] {
                let beta = alpha * spread * spread;
                let model = Gaussian::new(mean, kappa, alpha, beta).unwrap();
                for n in [0, 1, 2, 10, 100, 1_200, 5_000] {
                    let draw = |_| mean + spread * random.normal();
                    let seen: Vec<f64> = (0..n).map(draw).collect();
                    let predictive = Predictive::after(&model, &seen);
                    let [m, k, a, b] = normal_posterior([mean, kappa, alpha, beta], &seen);
                    let scale = (b * (k + 1.0) / (a * k)).sqrt();
                    let textbook = StudentsT::new(m, scale, 2.0 * a).unwrap();
                    for z in [0.0, 0.1, -1.0, 5.0, -40.0, 1e3, -1e6] {
                        let x = m + z * scale;
                        let what = format!("{model:?} after {n}, z = {z}");
                        let tolerance = 1e-11 + 1e-15 * ln_gamma(a + 0.5).abs();
                        let (got, want) = (predictive.ln(&x), textbook.ln_pdf(x));
                        assert_close(&what, got, want, tolerance);
                    }
                }
            }
        }
    }
}

#[test]
fn student_t_before_any_observation() {
    for nu in [1.0, 1.5, 3.0, 30.0, 1e4] {
        for (kappa, alpha, beta) in [(1.0, 1.0, 1.0), (0.01, 0.5, 1e-6), (30.0, 200.0, 1e8)] {
            let model = StudentT::new(2.0, kappa, alpha, beta, nu).unwrap();
            let scale: f64 = (beta / alpha * (kappa + 1.0) / kappa).sqrt();
            let textbook = StudentsT::new(2.0, scale, nu).unwrap();
            for z in [0.0, 0.3, -2.0, 50.0, 1e6] {
                let x = 2.0 + z * scale;
                let got = Predictive::after(&model, [0.0; 0]).ln(&x);
                assert_close(
                    &format!("ν = {nu}, z = {z}"),
                    got,
                    textbook.ln_pdf(x),
                    1e-11,
                );
            }
        }
    }
}

#[test]
fn student_t_grid_is_a_mixture_and_its_weights_follow_bayes() {
    let (nus, prior) = ([2.0, 4.0, 25.0], [0.2, 0.0, 0.8]);
    let grid = StudentTGrid::new(0.5, 0.7, 1.2, 0.9, &nus, Some(&prior)).unwrap();
    let members = nus.map(|nu| StudentT::new(0.5, 0.7, 1.2, 0.9, nu).unwrap());
    let mut alone = members.each_ref().map(|m| Predictive::after(m, [0.0; 0]));
    let mut mixture = Predictive::after(&grid, [0.0; 0]);
    let mut weights = prior;
    let mut random = Random::new(4);
    for t in 0..200 {
        let x = if t % 7 == 0 { 15.0 } else { random.normal() };
        for (weight, member) in weights.iter_mut().zip(&mut alone) {
            *weight *= member.observe(&x).exp();
        }
        let total: f64 = weights.iter().sum();
        assert_close(&format!("at {t}"), mixture.observe(&x), total.ln(), 1e-11);
        weights = weights.map(|weight| weight / total);
    }
}

#[test]
fn poisson_is_negative_binomial() {
    let mut random = Random::new(2);
    for (shape, rate) in [
        (1.0, 1.0),
        (0.01, 0.02),
        (300.0, 0.5),
        (3.0, 1e4),
        (1e4, 1e-3),
    ] {
        let model = Poisson::new(shape, rate).unwrap();
        for n in [0u32, 1, 3, 50, 2_000] {
            let seen: Vec<u64> = (0..n).map(|_| random.below(30)).collect();
            let predictive = Predictive::after(&model, &seen);
            let a = shape + seen.iter().sum::<u64>() as f64;
            let b = rate + f64::from(n);
            let textbook = NegativeBinomial::new(a, b / (b + 1.0)).unwrap();
            for x in [0, 1, 2, 7, 30, 200, 10_000, 1_000_000] {
                let what = format!("a = {a}, b = {b}, x = {x}");
                // What the textbook form loses: a difference of numbers of this
                // size, and 1 − p where p is close to 1.
                let count = x as f64;
                let size = ln_gamma(a + count).abs() + (a + count) * (b + 1.0).ln();
                let tolerance = 1e-11 + 2e-15 * size + 2.0 * f64::EPSILON * count * (b + 1.0);
                let got = predictive.ln(&x);
                let want = textbook.ln_pmf(x);
                assert!(
                    (got - want).abs() <= tolerance,
                    "{what}: got {got}, want {want}"
                );
            }
        }
    }
}

#[test]
fn bernoulli_is_the_mean_of_beta() {
    let mut random = Random::new(3);
    for (a, b) in [(1.0, 1.0), (0.01, 5.0), (1e5, 2e3), (1e-6, 1e-6)] {
        let model = Bernoulli::new(a, b).unwrap();
        for n in [0, 1, 10, 3_000] {
            let seen: Vec<bool> = (0..n).map(|_| random.uniform() < 0.3).collect();
            let ones = seen.iter().filter(|&&x| x).count() as f64;
            let posterior = Beta::new(a + ones, b + f64::from(n) - ones).unwrap();
            let p = posterior.mean().unwrap();
            let predictive = Predictive::after(&model, &seen);
            assert_close(&format!("{n} seen: 1"), predictive.ln(&true), p.ln(), 1e-12);
            let sum = predictive.ln(&true).exp() + predictive.ln(&false).exp();
            assert_close(&format!("{n} seen: sum"), sum, 1.0, 1e-14);
        }
    }
}

#[test]
fn binomial_is_beta_binomial() {
    let mut random = Random::new(5);
    for trials in [1, 2, 10, 100, 5_000] {
        for (a, b) in [(1.0, 1.0), (0.05, 3.0), (500.0, 20.0)] {
            let model = Binomial::new(a, b, trials).unwrap();
            for n in [0u32, 1, 20, 500] {
                let seen: Vec<u64> = (0..n).map(|_| random.below(trials + 1)).collect();
                let predictive = Predictive::after(&model, &seen);
                let successes = seen.iter().sum::<u64>() as f64;
                let (a, b) = (a + successes, b + f64::from(n) * trials as f64 - successes);
                let tolerance = 1e-11 + 4e-15 * ln_gamma(a + b + trials as f64).abs();
                for k in [0, 1, trials / 3, trials / 2, trials - 1, trials] {
                    let failures = (trials - k) as f64;
                    let want = ln_binomial(trials, k) + ln_beta(a + k as f64, b + failures)
                        - ln_beta(a, b);
                    let what = format!("a = {a}, b = {b}, {k} of {trials}");
                    let got = predictive.ln(&k);
                    assert!(
                        (got - want).abs() <= tolerance,
                        "{what}: got {got}, want {want}"
                    );
                }
            }
        }
    }
}

/// With X ~ gamma(k, θ) and θ ~ gamma(a, b), X/(b + X) is beta(k, a).
#[test]
fn gamma_is_an_odds_of_beta() {
    let mut random = Random::new(6);
    for k in [0.5, 1.0, 1.7, 12.0, 150.0] {
        for (a, b) in [(1.0, 1.0), (0.2, 30.0), (40.0, 1e-4), (3.0, 1e7)] {
            let model = Gamma::new(a, b, k).unwrap();
            for n in [0u32, 1, 10, 700] {
                let scale = b / a;
                let draw = |_| scale * k * random.exponential(1.0);
                let seen: Vec<f64> = (0..n).map(draw).collect();
                let predictive = Predictive::after(&model, &seen);
                let (a, b) = (a + f64::from(n) * k, b + seen.iter().sum::<f64>());
                let textbook = Beta::new(k, a).unwrap();
                for z in [1e-4, 0.1, 1.0, 3.0, 100.0, 1e3] {
                    let x = z * b * k / a;
                    let want = textbook.ln_pdf(x / (b + x)) + (b / (b + x)).ln() - (b + x).ln();
                    let what = format!("k = {k}, a = {a}, b = {b}, z = {z}");
                    // What the textbook form loses: 1 − x/(b + x) near 0, and a
                    // difference of log-gammas.
                    let lost = a + z * k + ln_gamma(a + k).abs();
                    let tolerance = 1e-11 + 4.0 * f64::EPSILON * lost;
                    assert_close(&what, predictive.ln(&x), want, tolerance);
                }
            }
        }
    }
}

#[test]
fn counts_sum_to_one() {
    for (shape, rate) in [
        (1.0, 1.0),
        (0.05, 0.02),
        (300.0, 0.5),
        (2e4, 0.1),
        (3.0, 1e4),
    ] {
        let model = Poisson::new(shape, rate).unwrap();
        for seen in [vec![], vec![0, 0], vec![3, 50, 7]] {
            let predictive = Predictive::after(&model, &seen);
            let a = shape + seen.iter().sum::<u64>() as f64;
            let b = rate + seen.len() as f64;
            // Far into the tail, which falls by 1/(b+1) a count.
            let mean = a / b;
            let deviation = (mean * (1.0 + 1.0 / b)).sqrt();
            let last = mean + 12.0 * deviation + 60.0 / b.ln_1p();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count"
            )]
            let sum: f64 = (0..=last as u64).map(|x| predictive.ln(&x).exp()).sum();
            assert_close(&format!("a = {a}, b = {b}, to {last}"), sum, 1.0, 1e-11);
        }
    }
    for trials in [1, 7, 400] {
        for (a, b) in [(1.0, 1.0), (0.03, 0.4), (700.0, 2.0)] {
            let model = Binomial::new(a, b, trials).unwrap();
            for seen in [vec![], vec![0, trials], vec![1; 30]] {
                let predictive = Predictive::after(&model, &seen);
                let sum: f64 = (0..=trials).map(|k| predictive.ln(&k).exp()).sum();
                assert_close(
                    &format!("a = {a}, b = {b}, {trials} trials"),
                    sum,
                    1.0,
                    1e-11,
                );
            }
        }
    }
}
