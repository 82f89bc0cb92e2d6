//! What a model does in one pass and what it does in two is the same, and so is what it
//! does behind the erasure.

use std::borrow::Borrow;

use bocpd_core::any::AnyModel;
use bocpd_core::bank::Bank;
use bocpd_core::kernel::{Isa, Real};
use bocpd_core::model::{Bernoulli, Binomial, Describe, Gamma, Poisson, StudentT, StudentTGrid};
use bocpd_core::observation::{Observation, SideInformation};
use bocpd_core::{
    Constant, Detector, Gaussian, ObservationError, ObservationModel, Pruning, ScalarModel,
};
use bocpd_tests::random::Random;

/// Bits of the scores and of what the next observation says of the statistics.
fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

/// Scores of `x` under all hypotheses of a bank, which is left alone.
fn scores<M: ObservationModel<Scalar = f64>>(
    model: &M,
    isa: Isa,
    bank: &M::Bank,
    x: &M::Obs,
) -> Vec<f64> {
    let mut ln_joint = vec![0.0; bank.len().next_multiple_of(<f64 as Real>::LANES)];
    model.score(isa, bank, Observation::of(x), &mut ln_joint);
    ln_joint.truncate(bank.len());
    ln_joint
}

/// Holds `observe` to `score` and `absorb`, over births, cuts and observations that only
/// some hypotheses absorb.
fn hold<M, X>(model: &M, draw: impl Fn(&mut Random, usize) -> X)
where
    M: ObservationModel<Scalar = f64>,
    X: Borrow<M::Obs>,
{
    for isa in Isa::available() {
        let mut random = Random::new(7);
        let (mut fused, mut apart) = (model.bank(0), model.bank(0));
        for t in 0..90 {
            if t % 7 != 3 {
                model.spawn(&mut fused);
                model.spawn(&mut apart);
            }
            let x = draw(&mut random, t);
            let x = x.borrow();
            let n = fused.len();
            let padded = n.next_multiple_of(<f64 as Real>::LANES);

            let (mut one, mut two) = (vec![-1.5; padded], vec![-1.5; padded]);
            let seen = Observation::of(x);
            model.check(seen).expect("in the support");
            model.score(isa, &apart, seen, &mut two);
            if t % 5 == 4 {
                // Some absorb it, some do not: the same as if it was observed by two
                // banks, of each of which a part is kept.
                let weights: Vec<f64> = (0..padded).map(|i| f64::from((i + t) % 3 != 0)).collect();
                let (mut all, before) = (fused.clone(), fused.clone());
                model
                    .observe(isa, &mut all, seen, &mut one)
                    .expect("possible");
                model.absorb(isa, &mut fused, seen, Some(&weights));
                model.absorb(isa, &mut apart, seen, Some(&weights));
                let (after, were) = (scores(model, isa, &all, x), scores(model, isa, &before, x));
                let now = scores(model, isa, &fused, x);
                for i in 0..n {
                    let expected = if weights[i] == 0.0 { were[i] } else { after[i] };
                    // Which terms of equal counts are looked up may differ.
                    let ulps = 16.0 * f64::EPSILON * expected.abs().max(1.0);
                    assert!(
                        (now[i] - expected).abs() <= ulps,
                        "step {t}, hypothesis {i}: {} is not {expected}",
                        now[i]
                    );
                }
            } else {
                model
                    .observe(isa, &mut fused, seen, &mut one)
                    .expect("possible");
                model.absorb(isa, &mut apart, seen, None);
            }
            assert_eq!(bits(&one[..n]), bits(&two[..n]), "step {t}");
            let (a, b) = (scores(model, isa, &fused, x), scores(model, isa, &apart, x));
            assert_eq!(bits(&a), bits(&b), "after step {t}");
            if t % 31 == 30 {
                let kept: Vec<u32> = (0..).take(n).filter(|i| i % 4 != 1).collect();
                fused.keep(&kept);
                apart.keep(&kept);
            }
        }
    }
}

#[test]
fn one_pass_equals_two() {
    let normal = |random: &mut Random, t: usize| 3.0 * random.normal() + (t / 40) as f64 * 9.0;
    hold(&Gaussian::new(0.5, 0.1, 1.0, 2.0).unwrap(), normal);
    hold(&StudentT::new(0.5, 0.1, 1.0, 2.0, 3.0).unwrap(), normal);
    let grid = StudentTGrid::new(0.5, 0.1, 1.0, 2.0, &[1.0, 4.0, 30.0], None).unwrap();
    hold(&grid, normal);
    let positive = |random: &mut Random, _: usize| random.normal().abs() + 0.1;
    hold(&Gamma::new(2.0, 1.0, 1.5).unwrap(), positive);
    let count = |random: &mut Random, _: usize| random.below(9);
    hold(&Poisson::new(2.0, 0.5).unwrap(), count);
    hold(&Binomial::new(2.0, 0.5, 9).unwrap(), count);
    let large = |random: &mut Random, _: usize| 300 + random.below(200);
    hold(&Poisson::new(2.0, 0.5).unwrap(), large);
    hold(&Binomial::new(2.0, 0.5, 700).unwrap(), large);
    hold(
        &Bernoulli::new(1.0, 2.0).unwrap(),
        |random: &mut Random, _| random.below(3) == 0,
    );
}

/// Observations that are no small numbers take another way through the Gaussian model.
#[test]
fn one_pass_equals_two_far_out() {
    let far = |random: &mut Random, t: usize| {
        let x = random.normal();
        if t % 11 == 10 { x * 1e200 } else { x }
    };
    hold(&Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap(), far);
}

/// A detector of a model behind the erasure gives the bits of the model itself.
#[test]
fn erasing_a_model_changes_nothing() {
    fn compare<M, X>(model: M, draw: impl Fn(&mut Random) -> (f64, X))
    where
        M: Describe<Scalar = f64> + Clone + Send + Sync + 'static,
        X: Borrow<M::Obs>,
        M: IntoAny,
    {
        let hazard = Constant::new(40.0).unwrap();
        let pruning = Pruning::top_k(16);
        let typed = Detector::new(model.clone(), hazard).with_pruning(pruning);
        let erased = Detector::new(model.into_any(), hazard).with_pruning(pruning);
        let (mut typed, mut erased) = (typed.unwrap(), erased.unwrap());
        let mut random = Random::new(11);
        for _ in 0..200 {
            let (number, x) = draw(&mut random);
            let step = typed.update(x).unwrap();
            assert_eq!(erased.update(&[number][..]).unwrap(), step);
        }
        assert_eq!(typed.changepoints(), erased.changepoints());
        let (a, b) = (typed.predict(3).unwrap(), erased.predict(3).unwrap());
        assert_eq!(a.components().len(), b.components().len());
    }
    trait IntoAny {
        fn into_any(self) -> AnyModel;
    }
    macro_rules! into_any {
        ($($model:ty),+) => {$(
            impl IntoAny for $model {
                fn into_any(self) -> AnyModel {
                    AnyModel::new(self)
                }
            }
        )+};
    }
    into_any!(Gaussian, StudentT, StudentTGrid, Poisson, Bernoulli);
    let real = |random: &mut Random| {
        let x = random.normal();
        (x, x)
    };
    compare(Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap(), real);
    compare(StudentT::new(0.0, 1.0, 1.0, 1.0, 4.0).unwrap(), real);
    let grid = StudentTGrid::new(0.0, 1.0, 1.0, 1.0, &[2.0, 9.0], None).unwrap();
    compare(grid, real);
    let count = |random: &mut Random| {
        let x = random.below(6);
        (x as f64, x)
    };
    compare(Poisson::new(1.0, 1.0).unwrap(), count);
    let coin = |random: &mut Random| {
        let x = random.below(2);
        (x as f64, x == 1)
    };
    compare(Bernoulli::new(1.0, 1.0).unwrap(), coin);
}

/// Poisson counts over known exposures, as a model that takes what comes along.
#[derive(Clone)]
struct Exposed;

impl Exposed {
    fn exposure(x: Observation<'_, f64>) -> f64 {
        x.side.exposure.unwrap_or(1.0)
    }
}

impl ObservationModel for Exposed {
    type Scalar = f64;
    type Obs = f64;
    type Bank = bocpd_core::bank::Columns<f64, 2>;
    fn bank(&self, capacity: usize) -> Self::Bank {
        bocpd_core::bank::Columns::new([1.0, 1.0], capacity)
    }
    fn check(&self, x: Observation<'_, f64>) -> Result<(), ObservationError> {
        let value = Self::exposure(x);
        if value > 0.0 && value.is_finite() {
            return Ok(());
        }
        let must = "come with a positive exposure";
        Err(ObservationError::OutOfSupport { value, must })
    }
    fn spawn(&self, bank: &mut Self::Bank) {
        bank.push([1.0, 1.0]);
    }
    fn score(&self, _: Isa, bank: &Self::Bank, x: Observation<'_, f64>, ln_joint: &mut [f64]) {
        let [a, b] = bank.padded();
        let e = Self::exposure(x);
        for (i, ln_joint) in ln_joint.iter_mut().enumerate() {
            // x is 0 or 1 here: (a)ₓ/x! is 1 or a.
            let (a, b) = (a[i], b[i]);
            let rise = if *x.value == 0.0 {
                0.0
            } else {
                a.ln() + (e / (b + e)).ln()
            };
            *ln_joint += rise + a * (b / (b + e)).ln();
        }
    }
    fn absorb(
        &self,
        _: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, f64>,
        weights: Option<&[f64]>,
    ) {
        let e = Self::exposure(x);
        let [a, b] = bank.padded_mut();
        for i in 0..a.len() {
            let weight = weights.map_or(1.0, |weights| weights[i]);
            (a[i], b[i]) = (a[i] + weight * x.value, b[i] + weight * e);
        }
    }
}

#[test]
fn what_comes_along_reaches_the_model_and_is_refused_by_others() {
    let side = |exposure: f64| {
        let mut side = SideInformation::NONE;
        side.exposure = Some(exposure);
        side
    };
    let hazard = Constant::new(100.0).unwrap();
    let mut detector = Detector::new(Exposed, hazard);
    // ln p(0) under a = b = 1 and exposure 3 is ln(1/4).
    let seen = detector
        .update_with(Observation::with(&0.0, &side(3.0)), None)
        .unwrap();
    assert!((seen.ln_predictive - 0.25_f64.ln()).abs() < 1e-15);
    let before = detector.snapshot();
    let refused = detector.update_with(Observation::with(&0.0, &side(-3.0)), None);
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("positive exposure, got -3")
    );
    assert_eq!(detector.snapshot(), before);

    let mut gaussian = Detector::new(Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap(), hazard);
    let refused = gaussian.update_with(Observation::with(&0.0, &side(3.0)), None);
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("comes with exposure")
    );
    assert_eq!(gaussian.observations(), 0);
    // Nothing but empty side information is no side information.
    let empty = SideInformation::NONE;
    gaussian
        .update_with(Observation::with(&0.0, &empty), Some(2.0))
        .unwrap();
}

/// A level that is forgotten as time goes by: the precision of what is known halves
/// with every unit of time.
#[derive(Clone)]
struct Forgetful;

impl ScalarModel for Forgetful {
    type Obs = f64;
    type Stats = [f64; 2];
    fn prior(&self) -> [f64; 2] {
        [0.0, 1.0]
    }
    fn ln_predictive(&self, &[m, kappa]: &[f64; 2], x: &f64) -> f64 {
        let variance = (kappa + 1.0) / kappa;
        -0.5 * ((std::f64::consts::TAU * variance).ln() + (x - m) * (x - m) / variance)
    }
    fn update(&self, stats: &mut [f64; 2], x: &f64) {
        stats[1] += 1.0;
        stats[0] += (x - stats[0]) / stats[1];
    }
}

struct Fading(Forgetful);

impl ObservationModel for Fading {
    type Scalar = f64;
    type Obs = f64;
    type Bank = <Forgetful as ObservationModel>::Bank;
    fn bank(&self, capacity: usize) -> Self::Bank {
        self.0.bank(capacity)
    }
    fn check(&self, x: Observation<'_, f64>) -> Result<(), ObservationError> {
        ObservationModel::check(&self.0, x)
    }
    fn spawn(&self, bank: &mut Self::Bank) {
        self.0.spawn(bank);
    }
    fn score(&self, isa: Isa, bank: &Self::Bank, x: Observation<'_, f64>, ln_joint: &mut [f64]) {
        self.0.score(isa, bank, x, ln_joint);
    }
    fn absorb(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, f64>,
        weights: Option<&[f64]>,
    ) {
        self.0.absorb(isa, bank, x, weights);
    }
    fn has_dynamics(&self) -> bool {
        true
    }
    fn advance(&self, bank: &mut Self::Bank, elapsed: f64) {
        for stats in bank.as_mut_slice() {
            stats[1] *= 0.5_f64.powf(elapsed);
        }
    }
}

#[test]
fn models_are_told_that_time_has_passed() {
    // No change is possible: one hypothesis, the model alone.
    let never = |_: u64| 0.0;
    let mut detector = Detector::new(Fading(Forgetful), never);
    let (mut m, mut kappa) = (0.0, 1.0);
    let mut expect = |elapsed: f64, x: Option<f64>| {
        kappa *= 0.5_f64.powf(elapsed);
        let Some(x) = x else { return 0.0 };
        let ln = Forgetful.ln_predictive(&[m, kappa], &x);
        kappa += 1.0;
        m += (x - m) / kappa;
        ln
    };
    let told = |step: bocpd_core::Step, expected: f64| {
        assert!(
            (step.ln_predictive - expected).abs() < 1e-14,
            "{step:?}, {expected}"
        );
    };
    told(detector.update(1.0).unwrap(), expect(0.0, Some(1.0)));
    told(detector.update(2.0).unwrap(), expect(1.0, Some(2.0)));
    told(detector.skip().unwrap(), expect(1.0, None));
    told(detector.update(0.5).unwrap(), expect(1.0, Some(0.5)));
    // A refusal takes the time back, too.
    let before = detector.snapshot();
    assert!(detector.update(f64::NAN).is_err());
    assert_eq!(detector.snapshot(), before);
    told(detector.update(0.7).unwrap(), expect(1.0, Some(0.7)));
}
