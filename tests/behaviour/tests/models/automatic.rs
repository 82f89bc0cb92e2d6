//! What is found of a series of which nothing is said: plain changes are, and noise that
//! remembers, drifts, repeats or is rounded is no change.

use bocpd_core::config::ModelConfig;
use bocpd_core::defaults::{Candidate, Given, candidates};
use bocpd_core::{Config, Outliers, Pruning, detect};
use bocpd_tests::random::Random;

/// The changes that are found.
fn changes(xs: &[f64]) -> Vec<u64> {
    let found = detect(xs, None, 0.9).unwrap();
    found
        .changes
        .iter()
        .map(|change| change.location.index)
        .collect()
}

fn best(xs: &[f64]) -> Candidate {
    candidates(xs, &Given::default()).unwrap().remove(0)
}

/// Levels for so many observations each, in white noise.
fn levels(levels: &[f64], each: usize, sd: f64, seed: u64) -> Vec<f64> {
    let mut r = Random::new(seed);
    let level = |i: usize| levels[i / each];
    (0..levels.len() * each)
        .map(|i| level(i) + sd * r.normal())
        .collect()
}

fn every(each: u64, n: u64) -> Vec<u64> {
    (1..n / each).map(|i| i * each).collect()
}

fn autoregressive(n: usize, phi: f64, r: &mut Random) -> Vec<f64> {
    let mut last = r.normal();
    let mut next = || {
        last = phi * last + (1.0 - phi * phi).sqrt() * r.normal();
        last
    };
    (0..n).map(|_| next()).collect()
}

#[test]
fn plain_changes_are_found() {
    let two = [1.0, 1.1, 0.9, 1.0, 5.0, 5.1, 4.9, 5.2];
    assert_eq!(changes(&two), [4]);
    let small = [0.51, 0.52, 0.50, 0.51, 0.9, 0.91, 0.92, 0.9];
    assert_eq!(changes(&small), [4]);
    // Ten levels 20 apart in noise of 0.7: the spread of the levels is no noise.
    let ten: Vec<f64> = (0..10).map(|i| 20.0 * f64::from(i)).collect();
    assert_eq!(changes(&levels(&ten, 48, 0.7, 1)), every(48, 480));
    // Levels without any noise.
    assert_eq!(changes(&levels(&[0.0, 9.0], 20, 0.0, 1)), [20]);
    let exact = [1.0, 2.0, 1.0, 5.0];
    assert_eq!(changes(&levels(&exact, 15, 0.0, 1)), every(15, 60));
    // After a large change small ones are found.
    let uneven = [100.0, 80.0, 400.0, 380.0];
    assert_eq!(changes(&levels(&uneven, 60, 3.0, 2)), every(60, 240));
    let short: Vec<f64> = (0..12).map(|i| f64::from([0, 10, 3, 14][i % 4])).collect();
    assert_eq!(changes(&levels(&short, 10, 1.0, 3)), every(10, 120));
}

#[test]
fn nothing_happens_and_nothing_is_found() {
    let n = 400;
    let mut r = Random::new(11);
    let mut white = |sd: f64| -> Vec<f64> { (0..n).map(|_| sd * r.normal()).collect() };
    let noise = white(1.0);
    let wave = |period: f64| -> Vec<f64> {
        let turn = core::f64::consts::TAU / period;
        noise
            .iter()
            .enumerate()
            .map(|(i, e)| 2.8 * (turn * i as f64).sin() + e)
            .collect()
    };
    let mut at = 0.0;
    let walk: Vec<f64> = white(1.0)
        .iter()
        .map(|step| {
            at += step;
            at
        })
        .collect();
    let ramp: Vec<f64> = noise
        .iter()
        .enumerate()
        .map(|(i, e)| 0.02 * i as f64 + e)
        .collect();
    let readings: Vec<f64> = white(0.3).iter().map(|x| x.round()).collect();
    let log_normal: Vec<f64> = white(1.0).iter().map(|x| x.exp()).collect();
    let mut r = Random::new(12);
    let cases = [
        ("white", noise.clone()),
        ("AR(1) of 0.5", autoregressive(n, 0.5, &mut r)),
        ("AR(1) of 0.9", autoregressive(n, 0.9, &mut r)),
        ("a season of 20", wave(20.0)),
        ("a wave of 100", wave(100.0)),
        ("a random walk", walk),
        ("a ramp", ramp),
        ("readings on a grid", readings[..200].to_vec()),
        ("log-normal", log_normal),
        ("1, 2, 3, …", (0..100).map(f64::from).collect()),
        ("0 and 1", (0..n).map(|_| r.bernoulli(0.3)).collect()),
        ("Poisson", (0..n).map(|_| r.poisson(4.0)).collect()),
    ];
    for (name, xs) in cases {
        assert_eq!(changes(&xs), [0; 0], "{name}");
    }
}

#[test]
fn a_wild_value_is_no_segment() {
    let mut xs = levels(&[0.0, 6.0], 150, 1.0, 21);
    for at in [20, 90, 91, 240] {
        xs[at] = 60.0;
    }
    let found = detect(&xs, None, 0.9).unwrap();
    assert_eq!(found.changes.len(), 1);
    assert_eq!(found.changes[0].location.index, 150);
    let wild = (0..300).filter(|&i| found.p_outlier[i] > 0.5);
    assert_eq!(wild.collect::<Vec<_>>(), [20, 90, 91, 240]);
}

/// Noise and season are told apart, and the period is named.
#[test]
fn structures_are_recognised() {
    let mut r = Random::new(31);
    let phi_of = |candidate: &Candidate| match candidate.config.model {
        ModelConfig::StructuredGaussian { phi, .. } => phi,
        _ => f64::NAN,
    };
    let memory = best(&autoregressive(1000, 0.9, &mut r));
    assert_eq!(phi_of(&memory), 0.9, "{}", memory.structure);
    let day = |i: usize| {
        if (8..18).contains(&(i % 24)) {
            10.0
        } else {
            0.0
        }
    };
    let business: Vec<f64> = (0..24 * 20).map(|i| day(i) + r.normal()).collect();
    let season = best(&business);
    assert!(
        season.structure.contains("a season of 24"),
        "{}",
        season.structure
    );
    assert!(season.probability > 0.9);
    assert_eq!(changes(&business), [0; 0]);
    // Nine cycles are too few to speak of a season.
    let nine = best(&business[..24 * 9]);
    assert!(!nine.structure.contains("season"), "{}", nine.structure);
    // Growth by a factor, in noise that is a factor.
    let growth: Vec<f64> = (0..300)
        .map(|i| (0.02 * f64::from(i) + 0.4 * r.normal()).exp())
        .collect();
    assert!(best(&growth).structure.contains("of the logarithm"));
    assert_eq!(changes(&growth), [0; 0]);
}

/// 0 and 1 are not compared with densities, nor are counts; counts that vary more than
/// Poisson ones are real numbers.
#[test]
fn numbers_are_told_apart() {
    let mut r = Random::new(41);
    let yes_no: Vec<f64> = (0..100).map(|_| r.bernoulli(0.5)).collect();
    assert!(matches!(
        best(&yes_no).config.model,
        ModelConfig::Bernoulli { .. }
    ));
    let counts: Vec<f64> = (0..200).map(|_| r.poisson(7.0)).collect();
    assert!(matches!(
        best(&counts).config.model,
        ModelConfig::Poisson { .. }
    ));
    let mut over = || {
        let rate = 7.0 * r.gamma(0.5) / 0.5;
        r.poisson(rate)
    };
    let over: Vec<f64> = (0..200).map(|_| over()).collect();
    assert!(!matches!(
        best(&over).config.model,
        ModelConfig::Poisson { .. }
    ));
}

/// The configuration that comes with the result gives the same result; what is given is
/// obeyed.
#[test]
fn the_choice_can_be_repeated_and_overruled() {
    let xs = levels(&[0.0, 5.0, 1.0], 60, 1.0, 51);
    let chosen = detect(&xs, None, 0.9).unwrap();
    assert_eq!(chosen.changes.len(), 2);
    let again = detect(&xs, Some(&chosen.config), 0.9).unwrap();
    assert_eq!(again.changes, chosen.changes);
    assert_eq!(again.p_change_at, chosen.p_change_at);
    let total: f64 = chosen.structures.iter().map(|one| one.probability).sum();
    assert!(total > 0.95 && total < 1.0 + 1e-12);
    assert_eq!(chosen.structures[0].config, chosen.config);

    let mut given = Given::default();
    let other: Config = best(&[0.0, 1.0, 2.0, 9.0]).config;
    given.hazard = Some(other.hazard.clone());
    given.pruning = Some(Pruning::default());
    given.outliers = Some(Some(Outliers::new(0.2)));
    for candidate in candidates(&xs, &given).unwrap() {
        assert_eq!(candidate.config.hazard, other.hazard);
        assert_eq!(candidate.config.pruning, Pruning::default());
        assert_eq!(candidate.config.outliers, Some(Outliers::new(0.2)));
    }
}

/// Units and origin do not matter.
#[test]
fn the_unit_does_not_matter() {
    let xs = levels(&[0.0, 4.0, -3.0], 40, 1.0, 61);
    let there = changes(&xs);
    for (scale, shift) in [(1e-12, 0.0), (1e12, 0.0), (1.0, 1e6), (-3.0, 5.0)] {
        let moved: Vec<f64> = xs.iter().map(|x| scale * x + shift).collect();
        assert_eq!(changes(&moved), there, "{scale} x + {shift}");
    }
}

/// Of four to ten numbers of noise at most 2 % have a change.
#[test]
fn few_numbers_say_little() {
    let mut r = Random::new(71);
    for n in [4, 5, 7, 10] {
        let series = |r: &mut Random| (0..n).map(|_| r.normal()).collect::<Vec<f64>>();
        let found = (0..300).filter(|_| !changes(&series(&mut r)).is_empty());
        let found = found.count();
        assert!(found <= 6, "{found} of 300 series of {n}");
    }
    for xs in [&[][..], &[1.0], &[0.0, 1e9], &[3.0, 3.0, 1e300]] {
        assert_eq!(changes(xs), [0; 0], "{xs:?}");
    }
}

/// Whatever finite numbers there are, there is a configuration, and no change in what is all
/// the same.
#[test]
fn degenerate_series() {
    for value in [0.0, -1.0, 5e-324, 1e-200, 0.1, 1e300, f64::MAX] {
        assert_eq!(changes(&[value; 50]), [0; 0], "{value}");
    }
    for scale in [5e-324, 1e-200, 1.0, 1e200, 8e307] {
        let xs: Vec<f64> = (0..60).map(|i| scale * f64::from(i % 3 - 1)).collect();
        detect(&xs, None, 0.9).unwrap_or_else(|error| panic!("{scale}: {error}"));
    }
    let mut missing = levels(&[0.0, 8.0], 30, 1.0, 81);
    missing[12] = f64::NAN;
    let mut config = best(&missing).config;
    assert!(detect(&missing, Some(&config), 0.9).is_err());
    config.missing = bocpd_core::Missing::Skip;
    assert_eq!(
        detect(&missing, Some(&config), 0.9).unwrap().changes.len(),
        1
    );
    let error = detect(&[0.0, 1.0, f64::INFINITY, 2.0, 3.0], None, 0.9).unwrap_err();
    assert!(error.to_string().contains("inf"), "{error}");
}
