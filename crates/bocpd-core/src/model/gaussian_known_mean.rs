//! Gaussian observations of known mean and unknown variance.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::half_steps::{HalfSteps, LARGEST_LN, TERMS};
use crate::bank::Grouped;
use crate::distribution::{Distribution, InverseGamma, Parameter, RootInverseGamma, StudentT};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::Group;
use crate::model::check_finite;
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::random::Random;
use crate::real::{Real, near};
use crate::score::{Apply, CountTable, GroupScore};

/// Gaussian observations of known mean with a gamma prior on their precision.
///
/// ```text
/// x | σ² ~ N(mean, σ²),   1/σ² ~ Gamma(α, β), which is σ² ~ InvGamma(α, β)
///
/// after n observations:   αₙ = α + n/2     β' = β + ½ (x − mean)²
///
/// predictive: Student-t with 2αₙ degrees of freedom, location mean and scale² β/αₙ
/// ```
///
/// Fink (1997), *A compendium of conjugate priors*, §3.2; Bernardo & Smith (1994), *Bayesian
/// Theory*, table A.2. Observations further than [`Real::HUGE`] from the mean are scored and
/// absorbed as if they were that far.
#[derive(Clone, Debug)]
pub struct GaussianKnownMean<F: Real = f64> {
    prior: Prior,
    /// ln of the largest density of the prior predictive.
    ln_peak: F,
    table: CountTable<F, TERMS>,
}

/// The hyper-parameters.
#[derive(Clone, Copy, Debug)]
struct Prior {
    mean: f64,
    alpha: HalfSteps,
    beta: f64,
}

impl GaussianKnownMean {
    /// A model in `f64`. `mean` is that of all observations, `beta/alpha` about the variance
    /// expected within a segment.
    ///
    /// # Errors
    /// `mean` must lie in ±1e100; `alpha` and `beta` in [1e-100, 1e100].
    pub fn new(mean: f64, alpha: f64, beta: f64) -> Result<Self, ParameterError> {
        Self::typed(mean, alpha, beta)
    }
}

impl<F: Real> GaussianKnownMean<F> {
    /// [`new`](GaussianKnownMean::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(mean: f64, alpha: f64, beta: f64) -> Result<Self, ParameterError> {
        let prior = Prior {
            mean: check::location::<F>("mean", mean)?,
            alpha: HalfSteps {
                alpha: check::positive::<F>("alpha", alpha)?,
            },
            beta: check::positive::<F>("beta", beta)?,
        };
        Ok(Self {
            prior,
            ln_peak: F::of(prior.alpha.constant(0.0) - 0.5 * libm::log(prior.beta)),
            table: CountTable::new(&prior.alpha),
        })
    }

    /// What a hypothesis knows of the variance.
    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> InverseGamma {
        InverseGamma {
            shape: self.prior.alpha.after(bank.count(hypothesis)),
            scale: bank.statistic(hypothesis, 0).wide(),
        }
    }
}

impl<F: Real> GroupedModel<F> for GaussianKnownMean<F> {
    type Obs = F;
    const COUNTED: bool = true;

    /// β, ln of the predictive's largest density.
    fn width(&self) -> usize {
        2
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, F>) -> Result<(), ObservationError> {
        let x = x.alone()?;
        check_finite(*x)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push([F::of(self.prior.beta), self.ln_peak]);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, F>, apply: impl Apply<F>) {
        let delta = *x.value - F::of(self.prior.mean);
        let within = delta.max(-F::HUGE).min(F::HUGE);
        let observed = Observed {
            rise: F::of(0.5) * within * within,
        };
        apply.counted(&self.table, &self.prior.alpha, &observed);
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let ([beta, ln_peak], prior) = ([0, 1].map(statistic), F::of(self.prior.beta));
        if count == 0 {
            return [beta, ln_peak] == [prior, self.ln_peak];
        }
        // β grows by at most ½ HUGE² at a time, and P by rises that round.
        let (n, huge) = (count as f64, F::HUGE.wide());
        let most = self.prior.beta + 0.5 * huge * huge * n;
        let expected = self.prior.alpha.constant(n) - 0.5 * libm::log(beta.wide());
        beta >= prior
            && beta.wide() <= 1.001 * most
            && near(ln_peak, F::of(expected), 8 * count + 128, F::of(LARGEST_LN))
    }
}

grouped_model!(GaussianKnownMean of F);

impl<F: Real> Describe for GaussianKnownMean<F> {
    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let variance = self.posterior(bank, hypothesis);
        let InverseGamma { shape, scale } = variance;
        alloc::vec![
            Parameter::new("sd", RootInverseGamma { shape, scale }),
            Parameter::new("variance", variance)
        ]
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let InverseGamma { shape, scale } = self.posterior(bank, hypothesis);
        Some(Box::new(StudentT {
            nu: 2.0 * shape,
            location: self.prior.mean,
            scale: libm::sqrt(scale / shape),
        }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let Prior { mean, alpha, beta } = self.prior;
        let precision = random.draw(&rand_distr::Gamma::new(alpha.alpha, 1.0 / beta).ok()?);
        let sd = 1.0 / libm::sqrt(precision.clamp(1e-200, 1e200));
        let values = rand_distr::Normal::new(mean, sd).ok()?;
        Some(Box::new(move |random| random.draw(&values)))
    }
}

/// An observation: ½ (x − mean)², by which β rises. With u = ln(β'/β) and P = Cₙ − ½ ln β, the
/// ln of the predictive's largest density: ln p(x) = P − (αₙ + ½) u and
/// P' = P + (Cₙ₊₁ − Cₙ) − ½ u.
struct Observed<F> {
    rise: F,
}

impl<F: Real> GroupScore<F, TERMS, 2> for Observed<F> {
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 2]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let rise = L::splat(self.rise);
        let mut growths = [(rise, rise); G];
        for g in 0..G {
            let beta = statistics[g][0].as_mut();
            let old = L::load(beta);
            growths[g] = F::growth_split(old, rise);
            (old + rise).store(beta);
        }
        for g in 0..G {
            let (ln_peak, ln_joint) = (statistics[g][1].as_mut(), ln_joint[g].as_mut());
            let [rise, exponent] = terms[g];
            let u = F::growth_join(growths[g].0, growths[g].1);
            let peak = L::load(ln_peak);
            (L::load(ln_joint) + (peak - exponent * u)).store(ln_joint);
            (peak + (rise - u * F::of(0.5))).store(ln_peak);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::kernel::Isa;
    use crate::observation::Observation;
    use crate::observation_model::ObservationModel;

    /// ln p of each observation given those before it, in one segment.
    fn scores(model: &GaussianKnownMean, xs: &[f64]) -> Vec<f64> {
        let mut bank = model.bank(1);
        model.spawn(&mut bank);
        let score = |x| {
            let (mut score, x) = ([0.0; 8], Observation::of(x));
            model.check(x).unwrap();
            let isa = Isa::best();
            model.observe(isa, &mut bank, x, &mut score).unwrap();
            score[0]
        };
        xs.iter().map(score).collect()
    }

    /// The density of Student's t, over many orders of magnitude.
    #[test]
    fn predictive_is_student_t() {
        for alpha in [1e-3, 0.5, 1.0, 7.0, 500.0] {
            for beta in [1e-30, 0.2, 1e30] {
                let model = GaussianKnownMean::new(3.0, alpha, beta).unwrap();
                for x in [3.0, 3.5, -40.0, 1e25, -1e50] {
                    let half = 0.5 * (x - 3.0) * (x - 3.0) / beta;
                    let gammas = libm::lgamma(alpha + 0.5) - libm::lgamma(alpha);
                    let want = gammas
                        - 0.5 * f64::ln(2.0 * core::f64::consts::PI * beta)
                        - (alpha + 0.5) * f64::ln_1p(half);
                    let got = scores(&model, &[x])[0];
                    let tolerance = 1e-12 * want.abs().max(1.0);
                    assert!(
                        (got - want).abs() < tolerance,
                        "{alpha} {beta} {x}: {got} {want}"
                    );
                }
            }
        }
    }

    /// The product of the predictives is Γ(αₙ)/Γ(α) β^α/βₙ^αₙ (2π)^(−n/2), whatever the order.
    #[test]
    fn evidence_is_exchangeable() {
        let (mean, alpha, beta) = (-1.0, 1.5, 2.0);
        let model = GaussianKnownMean::new(mean, alpha, beta).unwrap();
        let xs = [0.3, -11.0, -1.0, 2.5, 0.3, 7.0];
        let mut back = xs;
        back.reverse();
        let n = xs.len() as f64;
        let squares: f64 = xs.iter().map(|x| (x - mean) * (x - mean)).sum();
        let (a, b) = (alpha + 0.5 * n, beta + 0.5 * squares);
        let want = libm::lgamma(a) - libm::lgamma(alpha) + alpha * f64::ln(beta)
            - a * f64::ln(b)
            - n * crate::math::special::HALF_LN_TWO_PI;
        for xs in [xs, back] {
            let got: f64 = scores(&model, &xs).iter().sum();
            assert!((got - want).abs() < 1e-13, "{got} {want}");
        }
    }

    #[test]
    fn degenerate_data_and_refusals() {
        let model = GaussianKnownMean::new(5.0, 1.0, 1e-100).unwrap();
        // Always the mean itself, and then something else.
        let got = scores(&model, &[5.0, 5.0, 5.0, 6.0, 1e300, f64::MAX, -f64::MAX]);
        assert!(got.iter().all(|ln| ln.is_finite()), "{got:?}");
        let refused = |x: f64| model.check(Observation::of(&x)).unwrap_err().to_string();
        assert!(refused(f64::NAN).contains("NaN") && refused(-f64::INFINITY).contains("-inf"));
        let error = GaussianKnownMean::new(0.0, -0.5, 1.0)
            .unwrap_err()
            .to_string();
        assert!(error.contains("alpha") && error.contains("-0.5"), "{error}");
    }
}
