//! Counts that are more spread than Poisson ones.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{Beta, BetaNegativeBinomial, CompoundGamma, Distribution, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::{Group, Lanes};
use crate::math::special::ln_gamma_step;
use crate::model::check_count;
use crate::observation::{MAX_COUNT, Observation};
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::parameter::Limits;
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, CountTable, CountTerms, GroupScore, GroupTerms, LargeFailures};

/// What the number of successes may be.
pub(crate) const SIZE: Limits = Limits::closed(1e-6, 1e6, "lie in [1e-6, 1e6]");

/// Negative binomial counts, of the failures before r successes, with a beta prior on the
/// probability of success. The number r is known and need not be an integer.
///
/// ```text
/// x | p ~ NegativeBinomial(r, p) = Γ(r+x)/(Γ(r) x!) pʳ (1 − p)ˣ,   p ~ Beta(a, b)
///   its mean is μ = r (1 − p)/p, its variance μ + μ²/r
///
/// after n observations:   aₙ = a + n r   b' = b + x
///   p(x) = Γ(r+x)/(Γ(r) x!) B(aₙ+r, b+x)/B(aₙ, b)
/// ```
///
/// Fink (1997), *A compendium of conjugate priors*, §2.2. Where r is large, it is nearly the
/// Poisson model; r = 1 is [`Geometric`](crate::model::Geometric). Counts up to 64 with r up to
/// 64 are scored with a product over the count, others in the deviance form of Loader (2000),
/// *Fast and accurate computation of binomial probabilities*.
#[derive(Clone, Debug)]
pub struct NegativeBinomialKnownSize<F: Real = f64> {
    prior: Prior,
    table: CountTable<F, TERMS>,
}

#[derive(Clone, Copy, Debug)]
struct Prior {
    /// r.
    size: f64,
    a: f64,
    b: f64,
}

/// Terms that depend on the count alone, in this order: `ln Γ(aₙ+r) − ln Γ(aₙ)`, `aₙ`.
const TERMS: usize = 2;

/// Counts and sizes up to this are scored with a product.
const PRODUCT_LIMIT: u64 = 64;

/// Stirling's series needs arguments from here on.
const SERIES_FROM: f64 = 16.0;

impl<F: Real> CountTerms<F, TERMS> for Prior {
    fn exact(&self, count: u64) -> [f64; TERMS] {
        let a = self.a + count as f64 * self.size;
        [ln_gamma_step(a, self.size), a]
    }
}

impl<F: Real> GroupTerms<F, TERMS> for Prior {
    #[inline(always)]
    fn terms<L: Lanes<Scalar = F>>(&self, counts: L) -> [L; TERMS] {
        let a = counts * F::of(self.size) + F::of(self.a);
        [rise(a, F::of(self.size), 16), a]
    }

    #[inline(always)]
    fn completed<L: Lanes<Scalar = F>>(&self, [rise, _]: [L; TERMS], counts: L) -> [L; TERMS] {
        [rise, counts * F::of(self.size) + F::of(self.a)]
    }
}

/// ln Γ(z + r) − ln Γ(z), where at most `steps` of z, z + 1, … are under [`SERIES_FROM`]: these
/// by Γ(z + 1) = z Γ(z), as a product of quotients, and the rest by Stirling's series.
#[inline(always)]
fn rise<L: Lanes<Scalar: Real>>(mut z: L, r: L::Scalar, steps: u32) -> L {
    let one = L::Scalar::of(1.0);
    let from = L::Scalar::of(SERIES_FROM);
    let mut grown = z + r;
    let mut ratio = L::splat(one);
    for _ in 0..steps {
        ratio = ratio * z.if_less(from, z / grown, L::splat(one));
        grown = z.if_less(from, grown + one, grown);
        z = z.if_less(from, z + one, z);
    }
    let [inverse, grown_inverse] = [z, grown].map(|z| L::splat(one) / z);
    let step = (z - L::Scalar::of(0.5)) * L::Scalar::ln_1p_positive(inverse * r)
        + (L::Scalar::ln_normal(grown) - one) * r
        + (L::Scalar::stirling_series(grown_inverse) - L::Scalar::stirling_series(inverse));
    if steps == 0 {
        step
    } else {
        step + L::Scalar::ln_normal(ratio)
    }
}

impl Prior {
    /// Whether products of [`Real::FACTORS`] factors (b + i)/(aₙ + b + r + i) and of the
    /// quotients of `rise` stay within the range of the type.
    fn products_are_safe(&self, x: u64) -> bool {
        let (low, high) = (1e-6, 1e9);
        x <= PRODUCT_LIMIT
            && (1e-3..=PRODUCT_LIMIT as f64).contains(&self.size)
            && self.a.min(self.b) > low
            && self.a.max(self.b) < high
    }
}

impl NegativeBinomialKnownSize {
    /// A model in `f64`: `size` is the number of successes, `a` successes and `b` failures are
    /// what the prior is worth.
    ///
    /// # Errors
    /// `size` must lie in [1e-6, 1e6], `a` and `b` in [1e-100, 1e100].
    pub fn new(size: f64, a: f64, b: f64) -> Result<Self, ParameterError> {
        Self::typed(size, a, b)
    }
}

impl<F: Real> NegativeBinomialKnownSize<F> {
    /// [`new`](NegativeBinomialKnownSize::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(size: f64, a: f64, b: f64) -> Result<Self, ParameterError> {
        let prior = Prior {
            size: SIZE.check::<F>("size", size)?,
            a: check::positive::<F>("a", a)?,
            b: check::positive::<F>("b", b)?,
        };
        Ok(Self {
            prior,
            table: CountTable::new(&prior),
        })
    }

    /// What a hypothesis knows of the probability.
    fn posterior(&self, bank: &Grouped<F>, hypothesis: usize) -> Beta {
        Beta {
            a: self.prior.a + bank.count(hypothesis) * self.prior.size,
            b: bank.statistic(hypothesis, 0).wide(),
        }
    }
}

impl<F: Real> GroupedModel<F> for NegativeBinomialKnownSize<F> {
    type Obs = u64;
    const COUNTED: bool = true;

    /// b.
    fn width(&self) -> usize {
        1
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, u64>) -> Result<(), ObservationError> {
        let x = x.alone()?;
        check_count(*x)
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        bank.push([F::of(self.prior.b)]);
    }

    #[inline(always)]
    fn apply(&self, x: Observation<'_, u64>, apply: impl Apply<F>) {
        let Prior { size, .. } = self.prior;
        if self.prior.products_are_safe(*x.value) {
            let small = Small::new(size, *x.value);
            apply.counted(&self.table, &self.prior, &small);
        } else {
            let large = Large(LargeFailures::new(size, *x.value));
            apply.counted(&self.table, &self.prior, &large);
        }
    }

    fn fits(&self, count: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let (b, prior, n) = (statistic(0), F::of(self.prior.b), count as f64);
        if count == 0 {
            return b == prior;
        }
        let most = self.prior.b + n * MAX_COUNT as f64;
        let rounding = 1.0 + (n + 8.0) * F::epsilon().wide();
        b >= prior && b.wide() <= most * rounding
    }
}

grouped_model!(NegativeBinomialKnownSize of u64);

impl<F: Real> Describe for NegativeBinomialKnownSize<F> {
    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let probability = self.posterior(bank, hypothesis);
        // The mean count, r (1 − p)/p.
        let mean = CompoundGamma {
            known_shape: probability.b,
            shape: probability.a,
            rate: self.prior.size,
        };
        alloc::vec![
            Parameter::new("mean", mean),
            Parameter::new("probability", probability)
        ]
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let (Beta { a, b }, size) = (self.posterior(bank, hypothesis), self.prior.size);
        Some(Box::new(BetaNegativeBinomial { size, a, b }))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let Prior { size, a, b } = self.prior;
        let (successes, failures) = (
            random.draw(&rand_distr::Gamma::new(a, 1.0).ok()?),
            random.draw(&rand_distr::Gamma::new(b, 1.0).ok()?),
        );
        let odds = (failures / successes.max(f64::MIN_POSITIVE)).clamp(1e-100, 1e100);
        let rates = rand_distr::Gamma::new(size, odds).ok()?;
        Some(Box::new(move |random| {
            // No count can be drawn for a rate of 0 or beyond what a count can be.
            let rate = random.draw(&rates).clamp(1e-100, 1e15);
            rand_distr::Poisson::new(rate).map_or(0.0, |counts| random.draw(&counts))
        }))
    }
}

/// A small count.
struct Small<F> {
    count: u64,
    size: F,
    /// ln Γ(r+x)/(Γ(r) x!).
    base: F,
}

impl<F: Real> Small<F> {
    fn new(size: f64, count: u64) -> Self {
        let mut ways = 0.0;
        for i in 0..count {
            let i = i as f64;
            ways += libm::log((size + i) / (i + 1.0));
        }
        let (size, base) = (F::of(size), F::of(ways));
        Self { count, size, base }
    }
}

impl<F: Real> GroupScore<F, TERMS, 1> for Small<F> {
    const HEAVY: bool = true;

    /// With s = aₙ + b: Γ(aₙ+r)/Γ(aₙ) over Γ(s+r)/Γ(s), and the product of
    /// (b + i)/(s + r + i).
    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 1]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let (zero, one) = (L::splat(F::zero()), L::splat(F::one()));
        let from = F::of(SERIES_FROM);
        let (mut b, mut all) = ([zero; G], [zero; G]);
        for g in 0..G {
            let [rise_of_a, a] = terms[g];
            b[g] = L::load(statistics[g][0].as_ref());
            let sum = a + b[g];
            all[g] = sum + self.size;
            // Few are small: newborns, and whoever has only seen small counts.
            let are_small = sum.if_less(from, one, zero).equal(F::one()) != 0;
            let rise_of_sum = if are_small {
                rise(sum, self.size, 16)
            } else {
                rise(sum, self.size, 0)
            };
            let ln_joint = ln_joint[g].as_mut();
            let score = (rise_of_a - rise_of_sum) + self.base;
            (L::load(ln_joint) + score).store(ln_joint);
        }
        let mut running = [one; G];
        let (mut offset, mut factors) = (F::zero(), 0);
        for _ in 0..self.count {
            if factors == F::FACTORS {
                finish(&mut running, ln_joint);
                factors = 0;
            }
            for g in 0..G {
                running[g] = running[g] * ((b[g] + offset) / (all[g] + offset));
            }
            (offset, factors) = (offset + F::one(), factors + 1);
        }
        if factors > 0 {
            finish(&mut running, ln_joint);
        }
        for g in 0..G {
            (b[g] + F::of(self.count as f64)).store(statistics[g][0].as_mut());
        }
    }
}

/// Adds the logarithms of the products to `ln_joint`; the products are 1 again.
#[inline(always)]
fn finish<F: Real, L: Group<Scalar = F>, const G: usize>(
    running: &mut [L; G],
    ln_joint: &mut [F::Array; G],
) {
    for (running, ln_joint) in running.iter_mut().zip(ln_joint) {
        let ln_joint = ln_joint.as_mut();
        (L::load(ln_joint) + F::ln_normal(*running)).store(ln_joint);
        *running = L::splat(F::one());
    }
}

/// A large count, or any of a large size or under an extreme prior.
struct Large<F>(LargeFailures<F>);

impl<F: Real> GroupScore<F, TERMS, 1> for Large<F> {
    const HEAVY: bool = true;

    #[inline(always)]
    fn score<L: Group<Scalar = F>, const G: usize>(
        &self,
        terms: &[[L; TERMS]; G],
        statistics: &mut [[F::Array; 1]; G],
        ln_joint: &mut [F::Array; G],
    ) {
        let mut a = [L::splat(F::zero()); G];
        for g in 0..G {
            a[g] = terms[g][1];
        }
        self.0.score::<L, G, 1, 0>(&a, statistics, ln_joint);
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;
    use crate::kernel::Isa;
    use crate::observation::Observation;
    use crate::observation_model::ObservationModel;

    #[test]
    fn large_counts_continue_the_table() {
        for (size, a) in [(1e-3, 0.5), (1.0, 1.0), (2.5, 40.0), (60.0, 1e3)] {
            let prior = Prior { size, a, b: 1.0 };
            crate::score::tests::large_matches_exact::<TERMS>(&prior, 8.0 + 0.5 * size);
        }
    }

    /// ln p of each observation given those before it, in one segment.
    fn scores(model: &NegativeBinomialKnownSize, xs: &[u64]) -> Vec<f64> {
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

    /// What a form says of x under one hypothesis.
    fn of_form(form: &impl GroupScore<f64, TERMS, 1>, prior: &Prior) -> f64 {
        type Lanes = <f64 as Real>::Baseline;
        let mut score = [[0.0; 8]];
        let terms = CountTerms::<f64, TERMS>::exact(prior, 0);
        let terms = [terms.map(<Lanes as crate::lanes::Lanes>::splat)];
        form.score::<Lanes, 1>(&terms, &mut [[[prior.b; 8]]], &mut score);
        score[0][0]
    }

    /// ln Γ(z + k) − ln Γ(z).
    fn ln_rising(z: f64, k: u64) -> f64 {
        (0..k).map(|i| f64::ln(z + i as f64)).sum()
    }

    /// The two forms are two ways to the same number, and it is that of the distribution and,
    /// for whole sizes, of rising factorials.
    #[test]
    fn product_and_deviance_agree() {
        for (a, b) in [
            (0.5, 0.25),
            (3.0, 1.0),
            (70.0, 900.0),
            (2e6, 1e5),
            (1e-3, 40.0),
        ] {
            for (size, whole) in [
                (0.01, 0),
                (0.5, 0),
                (1.0, 1),
                (3.0, 3),
                (20.0, 20),
                (64.0, 64),
            ] {
                for x in [0_u64, 1, 2, 15, 16, 17, 33, 64] {
                    let prior = Prior { size, a, b };
                    let small = of_form(&Small::new(size, x), &prior);
                    let large = of_form(&Large(LargeFailures::new(size, x)), &prior);
                    let want = BetaNegativeBinomial { size, a, b }.ln_density(x as f64);
                    for got in [small, large] {
                        let tolerance = 4e-13 * want.abs().max(1.0);
                        let what = format!("{x}, {size} {a} {b}: {got} {want}");
                        assert!((got - want).abs() < tolerance, "{what}");
                    }
                    if whole > 0 && a < 1e3 {
                        let ways = ln_rising(size, x) - ln_rising(1.0, x);
                        let closed = ways + ln_rising(a, whole) + ln_rising(b, x)
                            - ln_rising(a + b, whole + x);
                        let tolerance = 1e-12 * closed.abs().max(1.0);
                        assert!((want - closed).abs() < tolerance, "{want} {closed}");
                    }
                }
            }
        }
    }

    /// With one success it is the geometric model.
    #[test]
    fn one_success_is_geometric() {
        let xs = [3_u64, 0, 0, 70, 11, 64, 65, 1, 100_000];
        let ours = scores(&NegativeBinomialKnownSize::new(1.0, 1.5, 4.0).unwrap(), &xs);
        let geometric = crate::model::Geometric::new(1.5, 4.0).unwrap();
        let mut bank = geometric.bank(1);
        geometric.spawn(&mut bank);
        for (x, ours) in xs.iter().zip(ours) {
            let mut score = [0.0; 8];
            let isa = Isa::best();
            let x = Observation::of(x);
            geometric.observe(isa, &mut bank, x, &mut score).unwrap();
            assert!(
                (score[0] - ours).abs() < 1e-12,
                "{x:?}: {ours} {}",
                score[0]
            );
        }
    }

    /// The product of the predictives is ΠΓ(r+x)/(Γ(r) x!) · B(a+nr, b+Σx)/B(a, b), whatever
    /// the order.
    #[test]
    fn evidence_is_exchangeable() {
        let (size, a, b) = (2.5, 1.5, 4.0);
        let model = NegativeBinomialKnownSize::new(size, a, b).unwrap();
        let xs = [3, 0, 0, 70, 11, 64, 65, 1];
        let mut back = xs;
        back.reverse();
        let ln_beta = |a: f64, b: f64| libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
        let (n, total) = (xs.len() as f64, xs.iter().sum::<u64>() as f64);
        let ways = |&x: &u64| ln_rising(size, x) - ln_rising(1.0, x);
        let want =
            xs.iter().map(ways).sum::<f64>() + ln_beta(a + n * size, b + total) - ln_beta(a, b);
        for xs in [xs, back] {
            let got: f64 = scores(&model, &xs).iter().sum();
            assert!((got - want).abs() < 1e-12, "{got} {want}");
        }
    }

    /// Counts, sizes and priors of any size have a finite score.
    #[test]
    fn anything_has_a_score() {
        let sizes = [1e-6, 0.3, 64.0, 1e6];
        for size in sizes.into_iter().take(if cfg!(miri) { 1 } else { 4 }) {
            for a in [1e-100, 1.0, 1e100] {
                for b in [1e-100, 1.0, 1e12, 1e100] {
                    let model = NegativeBinomialKnownSize::new(size, a, b).unwrap();
                    for x in [0, 1, 64, 65, 1_000_000, MAX_COUNT] {
                        let got = scores(&model, &[x, x, 0]);
                        let sound = got.iter().all(|ln| ln.is_finite() && *ln <= 1e-6);
                        assert!(sound, "{x}, {size} {a} {b}: {got:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn refusals_name_the_value() {
        let model = NegativeBinomialKnownSize::new(2.0, 1.0, 1.0).unwrap();
        let error = model.check(Observation::of(&(MAX_COUNT + 2))).unwrap_err();
        assert!(error.to_string().contains("9007199254740994"), "{error}");
        for (size, a, b, name, value) in [
            (0.0, 1.0, 1.0, "size", "0"),
            (1.0, f64::NAN, 1.0, "a", "NaN"),
            (1.0, 1.0, -3.0, "b", "-3"),
        ] {
            let error = NegativeBinomialKnownSize::new(size, a, b)
                .unwrap_err()
                .to_string();
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
    }
}
