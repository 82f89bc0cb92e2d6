//! A crate that uses the public API only: models and hazards of its own.

use std::sync::Arc;

use bocpd_core::alarm::AlarmPolicy;
use bocpd_core::any::restore;
use bocpd_core::bank::Columns;
use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::error::UpdateError;
use bocpd_core::hazard::{Rate, SharedHazard, Table};
use bocpd_core::kernel::Isa;
use bocpd_core::model::Bernoulli;
use bocpd_core::observation::Observation;
use bocpd_core::{
    Config, Constant, Detector, Gaussian, Hazard, History, Missing, ObservationError,
    ObservationModel, Pruning, ScalarModel,
};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::enumerate::Enumeration;
use bocpd_tests::oracle::{Gap, Segment, hazards};
use bocpd_tests::random::Random;

/// Categories 0..K with a Dirichlet prior: a scalar model.
struct Categories {
    prior: Vec<f64>,
}

impl ScalarModel for Categories {
    type Obs = u8;
    type Stats = Vec<f64>;

    fn prior(&self) -> Vec<f64> {
        self.prior.clone()
    }
    fn ln_predictive(&self, counts: &Vec<f64>, &x: &u8) -> f64 {
        (counts[usize::from(x)] / counts.iter().sum::<f64>()).ln()
    }
    fn update(&self, counts: &mut Vec<f64>, &x: &u8) {
        counts[usize::from(x)] += 1.0;
    }
    fn check(&self, &x: &u8) -> Result<(), ObservationError> {
        if usize::from(x) < self.prior.len() {
            Ok(())
        } else {
            let (value, must) = (f64::from(x), "be a category");
            Err(ObservationError::OutOfSupport { value, must })
        }
    }
}

/// The same, for the oracle: the evidence by the Dirichlet integral.
struct Dirichlet(Vec<f64>);

impl Segment for Dirichlet {
    fn prior(&self) -> Vec<f64> {
        self.0.clone()
    }
    fn ln_predictive(&self, _: &[f64], _: f64) -> f64 {
        unreachable!("the enumeration uses the evidence")
    }
    fn absorb(&self, _: &mut [f64], _: f64) {}
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        let total: f64 = self.0.iter().sum();
        let mut ln = libm::lgamma(total) - libm::lgamma(total + xs.len() as f64);
        for (category, a) in self.0.iter().enumerate() {
            let count = xs.iter().filter(|&&x| x == category as f64).count() as f64;
            ln += libm::lgamma(a + count) - libm::lgamma(*a);
        }
        ln
    }
}

#[test]
fn a_scalar_model_is_exact() {
    let prior = vec![0.5, 1.0, 2.0];
    let categories = Categories {
        prior: prior.clone(),
    };
    let mut detector = Detector::new(categories, |l: u64| 0.1 + 0.01 * l as f64)
        .with_pruning(Pruning::exact())
        .unwrap();
    let hazard: bocpd_tests::oracle::Hazard = Box::new(|gap: Gap| 0.1 + 0.01 * gap.length as f64);
    let xs = [2u8, 2, 1, 2, 0, 0, 0, 1];
    for (t, &x) in xs.iter().enumerate() {
        detector.update(x).unwrap();
        let seen: Vec<_> = xs[..=t].iter().map(|&x| Some(f64::from(x))).collect();
        let all = Enumeration::regular(&Dirichlet(prior.clone()), &hazard, &seen);
        let got: Vec<f64> = detector.run_length_posterior().map(|(_, p)| p).collect();
        assert_all_close("posterior", &got, &all.posterior(), 1e-12);
        let (got, want) = (detector.ln_evidence(), all.ln_evidence());
        assert_close("evidence", got, want, 1e-12);
        let (got, want) = (detector.map_ln_joint(), all.map().ln_joint);
        assert_close("joint maximum", got, want, 1e-12);
    }
    let refused = detector.update(3u8);
    assert!(
        matches!(
            refused,
            Err(UpdateError::Observation(
                ObservationError::OutOfSupport { .. }
            ))
        ),
        "{refused:?}"
    );
    assert_eq!(detector.observations(), 8);
}

/// Gaussian of known variance, one hypothesis at a time …
#[derive(Clone, Copy)]
struct KnownVariance {
    mean: f64,
    kappa: f64,
    variance: f64,
}

impl KnownVariance {
    /// ln p(x), and κ and m with x absorbed.
    fn step(&self, mean: f64, kappa: f64, x: f64) -> (f64, [f64; 2]) {
        let variance = self.variance * (kappa + 1.0) / kappa;
        let delta = x - mean;
        let ln = -0.5 * ((std::f64::consts::TAU * variance).ln() + delta * delta / variance);
        (ln, [mean + delta / (kappa + 1.0), kappa + 1.0])
    }
}

impl ScalarModel for KnownVariance {
    type Obs = f64;
    type Stats = [f64; 2];

    fn prior(&self) -> [f64; 2] {
        [self.mean, self.kappa]
    }
    fn ln_predictive(&self, &[mean, kappa]: &[f64; 2], &x: &f64) -> f64 {
        self.step(mean, kappa, x).0
    }
    fn update(&self, stats: &mut [f64; 2], &x: &f64) {
        *stats = self.step(stats[0], stats[1], x).1;
    }
}

/// … and all at once, over columns.
struct InColumns(KnownVariance);

impl ObservationModel for InColumns {
    type Scalar = f64;
    type Obs = f64;
    type Bank = Columns<f64, 2>;

    fn bank(&self, capacity: usize) -> Self::Bank {
        Columns::new([0.0, 1.0], capacity)
    }
    fn check(&self, x: Observation<'_, f64>) -> Result<(), ObservationError> {
        let value = *x.alone()?;
        if value.is_finite() {
            Ok(())
        } else {
            Err(ObservationError::NonFinite { value })
        }
    }
    fn spawn(&self, bank: &mut Self::Bank) {
        bank.push([self.0.mean, self.0.kappa]);
    }
    fn score(&self, _: Isa, bank: &Self::Bank, x: Observation<'_, f64>, ln_joint: &mut [f64]) {
        let [mean, kappa] = bank.padded();
        for (i, ln_joint) in ln_joint.iter_mut().enumerate() {
            *ln_joint += self.0.step(mean[i], kappa[i], *x.value).0;
        }
    }
    fn absorb(
        &self,
        _: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, f64>,
        weights: Option<&[f64]>,
    ) {
        let [mean, kappa] = bank.padded_mut();
        for i in 0..mean.len() {
            if weights.is_none_or(|weights| weights[i] != 0.0) {
                [mean[i], kappa[i]] = self.0.step(mean[i], kappa[i], *x.value).1;
            }
        }
    }
}

fn levels(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..n)
        .map(|t| (t / 40 % 3) as f64 * 4.0 + random.normal())
        .collect()
}

#[test]
fn a_column_model_equals_its_scalar_form() {
    let model = KnownVariance {
        mean: 1.0,
        kappa: 0.1,
        variance: 1.0,
    };
    for pruning in [Pruning::exact(), Pruning::top_k(20), Pruning::default()] {
        let hazard = Constant::new(50.0).unwrap();
        let mut scalar = Detector::new(model, hazard).with_pruning(pruning).unwrap();
        let mut columns = Detector::new(InColumns(model), hazard)
            .with_pruning(pruning)
            .unwrap();
        for x in levels(1, 300) {
            let (a, b) = (scalar.update(x).unwrap(), columns.update(x).unwrap());
            assert_close("now", b.p_change_now, a.p_change_now, 1e-12);
            assert_close("predictive", b.ln_predictive, a.ln_predictive, 1e-12);
            assert_eq!(a.map_run_length, b.map_run_length);
        }
        assert_eq!(columns.changepoints(), [40, 80, 120, 160, 200, 240, 280]);
        assert_eq!(scalar.changepoints(), columns.changepoints());

        // Statistics of its own go into a snapshot too.
        let bytes = columns.snapshot();
        let mut restored = Detector::new(InColumns(model), hazard)
            .with_pruning(pruning)
            .unwrap();
        restored.restore(&bytes).unwrap();
        assert!(restored.snapshot() == bytes);
        assert_eq!(restored.update(0.3).unwrap(), columns.update(0.3).unwrap());
    }
}

/// Several channels, each Gaussian of known variance: vectors as observations.
#[derive(Clone)]
struct Channels(Vec<KnownVariance>);

impl ScalarModel for Channels {
    type Obs = [f64];
    type Stats = Vec<[f64; 2]>;

    fn prior(&self) -> Self::Stats {
        self.0.iter().map(ScalarModel::prior).collect()
    }
    fn ln_predictive(&self, stats: &Self::Stats, x: &[f64]) -> f64 {
        let channels = self.0.iter().zip(stats).zip(x);
        channels
            .map(|((channel, stats), x)| channel.ln_predictive(stats, x))
            .sum()
    }
    fn update(&self, stats: &mut Self::Stats, x: &[f64]) {
        for ((channel, stats), x) in self.0.iter().zip(stats).zip(x) {
            channel.update(stats, x);
        }
    }
    fn check(&self, x: &[f64]) -> Result<(), ObservationError> {
        let (got, expected) = (x.len(), self.0.len());
        if got == expected {
            Ok(())
        } else {
            Err(ObservationError::Dimension { got, expected })
        }
    }
}

#[test]
fn a_model_of_vectors_takes_slices() {
    let channel = KnownVariance {
        mean: 0.0,
        kappa: 0.1,
        variance: 1.0,
    };
    let hazard = Constant::new(50.0).unwrap();
    let exact = Pruning::exact();
    let mut single = Detector::new(channel, hazard).with_pruning(exact).unwrap();
    let one = Channels(vec![channel]);
    let mut one = Detector::new(one, hazard).with_pruning(exact).unwrap();
    let two = Channels(vec![channel; 2]);
    let mut two = Detector::new(two, hazard).with_pruning(exact).unwrap();
    let mut random = Random::new(2);
    for x in levels(3, 150) {
        let alone = single.update(x).unwrap();
        assert_eq!(one.update([x].as_slice()).unwrap(), alone);
        // The second channel is noise; vectors and arrays are as good as slices.
        two.update(vec![x, random.normal()]).unwrap();
    }
    assert_eq!(two.changepoints(), [40, 80, 120]);
    let wrong = two.update([1.0, 2.0, 3.0].as_slice());
    let expected = ObservationError::Dimension {
        got: 3,
        expected: 2,
    };
    assert_eq!(wrong, Err(UpdateError::Observation(expected)));
    let rows = [[0.0, 1.0], [0.1, 1.1]];
    let mut steps = 0;
    two.update_many(rows.iter().map(<[f64; 2]>::as_slice), |_| steps += 1)
        .unwrap();
    assert_eq!(steps, 2);
}

/// Front-ends hold a model of their own behind the same type as any other.
#[test]
fn a_model_of_vectors_is_built_from_a_configuration() {
    let channel = KnownVariance {
        mean: 0.0,
        kappa: 0.1,
        variance: 1.0,
    };
    let model = Channels(vec![channel; 2]);
    let hazard = HazardConfig::Constant {
        mean_run_length: 50.0,
    };
    let mut config = Config::new(ModelConfig::Own { dimension: 2 }, hazard);
    config.pruning = Pruning::exact();
    config.missing = Missing::Skip;
    config.history = History::All;
    config.alarm = Some(AlarmPolicy::default());
    let mut built = config.build_with_model(model.clone(), None).unwrap();
    let hazard = Constant::new(50.0).unwrap();
    let shared: SharedHazard = Arc::new(hazard);
    let mut with_own_hazard = config
        .build_with_model(model.clone(), Some(shared))
        .unwrap();
    let mut typed = Detector::new(model.clone(), hazard)
        .with_pruning(Pruning::exact())
        .unwrap();
    assert_eq!(built.dimension(), 2);
    let mut random = Random::new(2);
    for x in levels(3, 150) {
        let row = [x, random.normal()];
        let step = typed.update(row.as_slice()).unwrap();
        assert_eq!(built.update(&row).unwrap(), step);
        assert_eq!(with_own_hazard.update(&row).unwrap(), step);
    }
    assert_eq!(built.changepoints(), [40, 80, 120]);
    assert_eq!(built.take_alarms().len(), 3);
    let missing = [0.0, f64::NAN];
    assert_eq!(built.update(&missing).unwrap(), typed.skip().unwrap());
    let expected = ObservationError::Dimension {
        got: 1,
        expected: 2,
    };
    let wrong = built.update(&[0.0]);
    assert_eq!(wrong, Err(UpdateError::Observation(expected)));

    // A snapshot knows the state and that the model is not in it.
    let bytes = built.snapshot();
    let alone = restore(&bytes).err().unwrap().to_string();
    assert!(alone.contains("does not hold its own model"), "{alone}");
    let mut restored = config.build_with_model(model.clone(), None).unwrap();
    restored.restore(&bytes).unwrap();
    let row = [0.3, 0.1];
    assert_eq!(restored.update(&row).unwrap(), built.update(&row).unwrap());
    assert!(restored.snapshot() == built.snapshot());

    // A configuration without the model, or of another one, is no detector.
    let refused = config.build().err().unwrap().to_string();
    assert!(refused.contains("build_with_model"), "{refused}");
    let mut other = config;
    other.model = ModelConfig::Own { dimension: 0 };
    assert!(other.build_with_model(model.clone(), None).is_err());
    other.model = ModelConfig::Poisson {
        shape: 1.0,
        rate: 1.0,
    };
    assert!(other.build_with_model(model, None).is_err());
}

#[test]
fn a_closure_is_a_hazard() {
    let table = vec![0.0, 0.0, 0.0, 0.2, 0.05];
    let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap();
    let closure = {
        let table = table.clone();
        move |l: u64| table[usize::try_from(l - 1).unwrap().min(table.len() - 1)]
    };
    let exact = Pruning::exact();
    let mut by_closure = Detector::new(model.clone(), closure)
        .with_pruning(exact)
        .unwrap();
    let by_table = Table::new(table.clone()).unwrap();
    let mut by_table = Detector::new(model, by_table).with_pruning(exact).unwrap();
    for x in levels(4, 150) {
        assert_eq!(by_closure.update(x).unwrap(), by_table.update(x).unwrap());
    }
    // And it is asked about lengths from 1 on, as the convention says.
    let coin = bocpd_tests::oracle::textbook::bernoulli::Bernoulli { a: 1.0, b: 1.0 };
    let xs = [true, true, false, false, true];
    let seen: Vec<_> = xs.iter().map(|&x| Some(f64::from(u8::from(x)))).collect();
    let want = Enumeration::regular(&coin, &hazards::table(table.clone()), &seen);
    let hazard = move |l: u64| table[usize::try_from(l - 1).unwrap().min(table.len() - 1)];
    let mut detector = Detector::new(Bernoulli::new(1.0, 1.0).unwrap(), hazard);
    detector.update_many(xs, |_| ()).unwrap();
    assert_close(
        "evidence",
        detector.ln_evidence(),
        want.ln_evidence(),
        1e-13,
    );
}

/// A hazard that gives no probability is an error that changes nothing.
#[test]
fn a_hazard_outside_zero_and_one_is_refused() {
    for bad in [-0.1, 1.5, f64::NAN, f64::INFINITY] {
        let hazard = move |l: u64| if l == 3 { bad } else { 0.1 };
        let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap();
        let mut detector = Detector::new(model, hazard);
        detector.update_many([0.1, 0.2, 0.3], |_| ()).unwrap();
        let before = detector.snapshot();
        let refused = detector.update(0.4);
        assert!(
            matches!(refused, Err(UpdateError::Hazard { run_length: 3, .. })),
            "{refused:?}"
        );
        assert!(detector.snapshot() == before);
    }
}

/// Changes at the rate of 40: h is 1 but for rounding.
struct Nearly {
    ln_survival: f64,
}

impl Hazard for Nearly {
    fn hazard(&self, _: u64) -> f64 {
        1.0
    }
    fn ln_survival(&self, _: u64, further: u64) -> Option<f64> {
        Some(further as f64 * self.ln_survival)
    }
    fn over(&self, _: f64, _: f64) -> Option<f64> {
        Some(1.0)
    }
    fn ln_survival_over(&self, _: f64, elapsed: f64) -> Option<f64> {
        Some(elapsed * self.ln_survival)
    }
}

/// What a hazard says of the survival takes the place of 1 − h, with and without
/// times.
#[test]
fn a_hazard_may_say_how_many_survive() {
    let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap();
    let mut own = Detector::new(model.clone(), Nearly { ln_survival: -40.0 });
    let mut built_in = Detector::new(model, Rate::new(40.0).unwrap());
    for (t, x) in levels(5, 20).into_iter().enumerate() {
        if t % 2 == 0 {
            own.update(x).unwrap();
            built_in.update(x).unwrap();
        } else {
            own.update_after(1.5, x).unwrap();
            built_in.update_after(1.5, x).unwrap();
        }
        let pairs = own
            .run_length_posterior()
            .zip(built_in.run_length_posterior());
        for ((start, got), (also, want)) in pairs {
            assert_eq!(start, also);
            assert!(
                (got - want).abs() <= 1e-10 * want,
                "{t} {start}: {got} {want}"
            );
        }
        let (got, want) = (own.ln_evidence(), built_in.ln_evidence());
        assert_close("evidence", got, want, 1e-12);
    }
    assert!(own.run_length_posterior().next().unwrap().1 > 0.0);
}

#[test]
fn a_survival_that_is_none_is_refused() {
    for bad in [0.1, f64::NAN, f64::INFINITY] {
        let model = Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap();
        let mut detector = Detector::new(model, Nearly { ln_survival: bad });
        detector.update(0.1).unwrap();
        let before = detector.snapshot();
        for refused in [detector.update(0.4), detector.update_after(1.0, 0.4)] {
            assert!(
                matches!(refused, Err(UpdateError::Survival { run_length: 1, .. })),
                "{refused:?}"
            );
            assert!(detector.snapshot() == before);
        }
        // Outside of a step it is taken for 0.
        assert_eq!(detector.p_change_within(5), 0.0);
    }
}

#[test]
fn one_model_serves_many_detectors() {
    let model = Arc::new(Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap());
    let hazard = Constant::new(100.0).unwrap();
    let mut detectors: Vec<_> = (0..50)
        .map(|_| Detector::new(Arc::clone(&model), hazard))
        .collect();
    let mut alone = Detector::new(Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap(), hazard);
    let xs = levels(5, 60);
    for &x in &xs {
        for detector in &mut detectors {
            detector.update(x).unwrap();
        }
        alone.update(x).unwrap();
    }
    for detector in &detectors {
        assert!(detector.snapshot() == alone.snapshot());
    }
}

/// A model that gives nonsense breaks its detector loudly, until a reset.
#[test]
fn a_model_that_breaks_its_contract_is_found_out() {
    struct Broken;
    impl ObservationModel for Broken {
        type Scalar = f64;
        type Obs = f64;
        type Bank = Columns<f64, 1>;
        fn bank(&self, capacity: usize) -> Self::Bank {
            Columns::new([0.0], capacity)
        }
        fn check(&self, _: Observation<'_, f64>) -> Result<(), ObservationError> {
            Ok(())
        }
        fn spawn(&self, bank: &mut Self::Bank) {
            bank.push([0.0]);
        }
        fn score(&self, _: Isa, _: &Self::Bank, x: Observation<'_, f64>, ln_joint: &mut [f64]) {
            for ln_joint in ln_joint {
                *ln_joint += *x.value;
            }
        }
        fn absorb(&self, _: Isa, _: &mut Self::Bank, _: Observation<'_, f64>, _: Option<&[f64]>) {}
        /// Does not look at what it gives, as the provided one does.
        fn observe(
            &self,
            isa: Isa,
            bank: &mut Self::Bank,
            x: Observation<'_, f64>,
            ln_joint: &mut [f64],
        ) -> Result<(), ObservationError> {
            self.score(isa, bank, x, ln_joint);
            Ok(())
        }
    }
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut detector = Detector::new(Broken, Constant::new(10.0).unwrap());
        detector.update(-1.0).unwrap();
        assert!(detector.update(bad).is_err(), "{bad}");
        assert_eq!(detector.update(-1.0), Err(UpdateError::Broken), "{bad}");
        detector.reset();
        assert!(detector.update(-1.0).is_ok(), "{bad}");
    }
}

/// A Gaussian model that finds out late that it cannot score a number.
#[derive(Clone)]
struct Late(Gaussian);

impl ObservationModel for Late {
    type Scalar = f64;
    type Obs = f64;
    type Bank = <Gaussian as ObservationModel>::Bank;
    fn bank(&self, capacity: usize) -> Self::Bank {
        self.0.bank(capacity)
    }
    fn check(&self, _: Observation<'_, f64>) -> Result<(), ObservationError> {
        Ok(())
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
    fn observe(
        &self,
        isa: Isa,
        bank: &mut Self::Bank,
        x: Observation<'_, f64>,
        ln_joint: &mut [f64],
    ) -> Result<(), ObservationError> {
        if let Err(error) = self.0.check(x) {
            ln_joint.fill(f64::NAN);
            return Err(error);
        }
        self.0.observe(isa, bank, x, ln_joint)
    }
}

#[test]
fn a_refusal_in_the_middle_of_a_step_leaves_no_trace() {
    let model = Late(Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap());
    let mut detector = Detector::new(model, Constant::new(20.0).unwrap());
    for x in levels(3, 150) {
        let before = detector.snapshot();
        assert!(detector.update(f64::NAN).is_err());
        assert_eq!(detector.snapshot(), before);
        detector.update(x).unwrap();
    }
    assert_eq!(detector.changepoints(), [40, 80, 120]);
}
