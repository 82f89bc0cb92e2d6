//! A detector gives the same bits on every instruction set of the machine, in
//! both precisions, with every pruning; and `f32` stays near `f64`.

use std::borrow::Borrow;

use bocpd_core::config::ModelConfig;
use bocpd_core::hazard::Weibull;
use bocpd_core::kernel::Isa;
use bocpd_core::model::{Bernoulli, Binomial, Gamma, Poisson, StudentT, StudentTGrid};
use bocpd_core::{Constant, Detector, Gaussian, Hazard, ObservationModel, Pruning};
use bocpd_tests::catalogue::MODELS;
use bocpd_tests::random::Random;

const N: usize = 1500;

/// Everything a run shows, as bits.
fn trace<M, H, X>(detector: Detector<M, H>, isa: Isa, xs: &[X]) -> Vec<u64>
where
    M: ObservationModel,
    H: Hazard,
    X: Borrow<M::Obs>,
{
    let mut detector = detector.with_isa(isa);
    let mut bits = Vec::new();
    for (i, x) in xs.iter().enumerate() {
        let step = if i % 97 == 13 {
            detector.skip().expect("a step")
        } else {
            detector.update(x.borrow()).expect("a step")
        };
        bits.extend(
            [step.p_change_now, step.map_probability, step.ln_predictive].map(f64::to_bits),
        );
        bits.push(step.map_run_length);
    }
    bits.extend(
        detector
            .run_length_posterior()
            .flat_map(|(start, p)| [start, p.to_bits()]),
    );
    bits.extend(detector.changepoints());
    bits.push(detector.ln_evidence().to_bits());
    bits
}

fn same_everywhere<M, X>(model: &M, xs: &[X])
where
    M: ObservationModel + Clone,
    X: Borrow<M::Obs>,
{
    let prunings = [
        Pruning::exact(),
        Pruning::default(),
        Pruning::top_k(20),
        Pruning::min_weight(1e-5),
        Pruning::max_run_length(100),
    ];
    for pruning in prunings {
        let constant = || Detector::new(model.clone(), Constant::new(80.0).expect("a hazard"));
        let weibull = || Detector::new(model.clone(), Weibull::new(1.4, 90.0).expect("a hazard"));
        let constant = || constant().with_pruning(pruning).expect("limits");
        let weibull = || weibull().with_pruning(pruning).expect("limits");
        let short = &xs[..300];
        let expected = (
            trace(constant(), Isa::BASELINE, xs),
            trace(weibull(), Isa::BASELINE, short),
        );
        for isa in Isa::available() {
            assert!(
                trace(constant(), isa, xs) == expected.0,
                "{} {pruning:?}",
                isa.name()
            );
            assert!(
                trace(weibull(), isa, short) == expected.1,
                "{} {pruning:?}",
                isa.name()
            );
        }
    }
}

/// Levels that change every 120 observations.
fn reals() -> Vec<f64> {
    let mut random = Random::new(5);
    (0..N)
        .map(|i| (i / 120 % 4) as f64 * 3.0 + random.normal())
        .collect()
}

fn counts() -> Vec<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small, positive"
    )]
    reals().iter().map(|x| (2.0 * x).abs() as u64).collect()
}

macro_rules! both {
    ($name:ident, $model:ident($($argument:expr),*), $xs:expr) => {
        #[test]
        fn $name() {
            same_everywhere(&$model::<f64>::typed($($argument),*).expect("a model"), &$xs);
            same_everywhere(&$model::<f32>::typed($($argument),*).expect("a model"), &$xs);
        }
    };
}

both!(poisson, Poisson(2.0, 1.0), counts());
both!(
    bernoulli,
    Bernoulli(1.0, 1.0),
    reals().iter().map(|&x| x > 4.0).collect::<Vec<_>>()
);
both!(
    binomial,
    Binomial(1.0, 1.0, 30),
    counts().iter().map(|&k| k.min(30)).collect::<Vec<_>>()
);

/// Counts that are scored in another form than small ones, and small ones that
/// leave shapes behind that Stirling's series is not for.
fn large_counts() -> Vec<u64> {
    let counts = counts().into_iter().enumerate();
    counts
        .map(|(i, count)| match i / 40 % 4 {
            0 => count,
            1 => 97 * count,
            2 => 70 + count,
            _ => (count << 44).min(1 << 53),
        })
        .collect()
}

both!(poisson_large_counts, Poisson(2.0, 1.0), large_counts());
both!(poisson_extreme_prior, Poisson(9e11, 2e-12), counts());
both!(
    binomial_many_trials,
    Binomial(1.0, 1.0, 1000),
    large_counts()
        .iter()
        .map(|&k| k.min(1000))
        .collect::<Vec<_>>()
);
both!(
    binomial_extreme_prior,
    Binomial(1e-9, 5.0, 30),
    counts().iter().map(|&k| k.min(30)).collect::<Vec<_>>()
);

macro_rules! both_real {
    ($name:ident, $model:ident($($argument:expr),*), $map:expr) => {
        #[test]
        fn $name() {
            let xs: Vec<f64> = reals().into_iter().map($map).collect();
            #[expect(clippy::cast_possible_truncation, reason = "the other precision")]
            let narrow: Vec<f32> = xs.iter().map(|&x| x as f32).collect();
            same_everywhere(&$model::<f64>::typed($($argument),*).expect("a model"), &xs);
            same_everywhere(&$model::<f32>::typed($($argument),*).expect("a model"), &narrow);
        }
    };
}

both_real!(gaussian, Gaussian(0.0, 1.0, 1.0, 1.0), |x| x);
both_real!(student_t, StudentT(0.0, 1.0, 1.0, 1.0, 4.0), |x| x);
both_real!(
    student_t_grid,
    StudentTGrid(0.0, 1.0, 1.0, 1.0, &[2.0, 8.0, 40.0], None),
    |x| x
);
both_real!(gamma, Gamma(2.0, 1.0, 1.5), |x| x.abs() + 0.01);

/// As configurations build them, with data of their own.
#[test]
fn every_model_of_the_catalogue() {
    for entry in &MODELS {
        let mut random = Random::new(11);
        let model: ModelConfig =
            serde_json::from_value((entry.model)(&mut random)).expect("a configuration");
        let rows = (0..N / 3).map(|i| Row([(entry.draw)(&mut random, i as u64 / 60 % 4)]));
        let rows: Vec<_> = rows.collect();
        same_everywhere(&model.build().expect("a model"), &rows);
    }
}

/// A row of one number, as a slice.
struct Row([f64; 1]);

impl Borrow<[f64]> for Row {
    fn borrow(&self) -> &[f64] {
        &self.0
    }
}

/// Single precision finds the same changes, with about six digits.
#[test]
fn single_precision_is_near_double() {
    let xs = reals();
    let hazard = Constant::new(100.0).expect("a hazard");
    let wide = Gaussian::<f64>::typed(0.0, 1.0, 1.0, 1.0).expect("a model");
    let narrow = Gaussian::<f32>::typed(0.0, 1.0, 1.0, 1.0).expect("a model");
    let mut wide = Detector::new(wide, hazard);
    let mut narrow = Detector::new(narrow, hazard);
    for &x in &xs {
        let a = wide.update(x).expect("a step");
        #[expect(clippy::cast_possible_truncation, reason = "the other precision")]
        let b = narrow.update(x as f32).expect("a step");
        assert!((a.p_change_now - b.p_change_now).abs() < 2e-3);
        assert!((a.ln_predictive - b.ln_predictive).abs() < 2e-3);
    }
    assert_eq!(wide.changepoints(), narrow.changepoints());
    assert!((wide.ln_evidence() - narrow.ln_evidence()).abs() < 1e-4 * wide.ln_evidence().abs());
}
