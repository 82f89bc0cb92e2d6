//! What must hold for any series under any configuration.

use crate::common;
use crate::common::Readouts;
use bocpd_core::AnyDetector;
use bocpd_tests::catalogue::{self, MODELS};
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::oracle::config::parse;
use bocpd_tests::oracle::naive::{Naive, shares_of_neighbours};
use bocpd_tests::random::Random;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

fn settings() -> ProptestConfig {
    ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A configuration, and data that suit it.
#[derive(Clone, Debug)]
struct Setup {
    config: Value,
    model: usize,
    data: Vec<Option<f64>>,
}

/// Random segments; a tenth of the values is missing where asked for.
fn setup(models: Vec<usize>, longest: usize, missing: bool) -> impl Strategy<Value = Setup> {
    let model = prop::sample::select(models);
    (model, 0..6usize, any::<u64>(), 1..=longest).prop_map(move |(model, hazard, seed, n)| {
        let mut random = Random::new(seed);
        let entry = &MODELS[model];
        let parameters = (entry.model)(&mut random);
        let config = catalogue::config(&parameters, &catalogue::hazards(20.0)[hazard]);
        let mut level = 0;
        let data = (0..n)
            .map(|_| {
                if random.uniform() < 0.05 {
                    level = (level + 1) % 3;
                }
                let x = (entry.draw)(&mut random, level);
                (!missing || random.uniform() > 0.1).then_some(x)
            })
            .collect();
        Setup {
            config,
            model,
            data,
        }
    })
}

fn any_setup(longest: usize) -> impl Strategy<Value = Setup> {
    setup((0..MODELS.len()).collect(), longest, true)
}

/// Real-valued models, whose data can be moved.
fn real_setup(models: Vec<usize>) -> impl Strategy<Value = Setup> {
    setup(models, 120, false)
}

fn any_pruning() -> impl Strategy<Value = Value> {
    let pruning = |k: Option<u64>, weight: Option<f64>, longest: Option<u64>| json!({"max_hypotheses": k, "min_weight": weight, "max_run_length": longest});
    prop_oneof![
        Just(pruning(None, None, None)),
        (2..40u64).prop_map(move |k| pruning(Some(k), None, None)),
        (3..12i32).prop_map(move |e| pruning(None, Some(0.1f64.powi(e)), None)),
        (2..40u64, 3..12i32).prop_map(move |(k, e)| pruning(Some(k), Some(0.1f64.powi(e)), None)),
        (1..60u64).prop_map(move |r| pruning(None, None, Some(r))),
        (2..40u64, 1..60u64).prop_map(move |(k, r)| pruning(Some(k), None, Some(r))),
        (2..40u64, any::<u64>(), 0..3u32).prop_map(move |(k, seed, beside)| {
            let (weight, longest) = ((beside == 1).then_some(1e-6), (beside == 2).then_some(20));
            let mut resampled = pruning(Some(k), weight, longest);
            resampled["resample"] = json!(seed);
            resampled
        }),
    ]
}

fn feed_all(detector: &mut AnyDetector, data: &[Option<f64>]) {
    for &x in data {
        common::feed(detector, x);
    }
}

fn run(config: &Value, data: &[Option<f64>]) -> AnyDetector {
    let mut detector = common::build(config);
    feed_all(&mut detector, data);
    detector
}

/// The configuration and the data after x → ax + b, for the Gaussian and the
/// Student-t models.
fn moved(setup: &Setup, a: f64, b: f64) -> Setup {
    let mut setup = setup.clone();
    let models = setup.config["model"].as_object_mut().expect("a tag");
    for parameters in models.values_mut() {
        let mean = parameters["mean"].as_f64().expect("a mean");
        let beta = parameters["beta"].as_f64().expect("beta");
        parameters["mean"] = json!(a * mean + b);
        parameters["beta"] = json!(a * a * beta);
    }
    for x in setup.data.iter_mut().flatten() {
        *x = a * *x + b;
    }
    setup
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn probabilities_are_probabilities_and_sum_to_one(
        setup in any_setup(150),
        pruning in any_pruning(),
    ) {
        let mut detector = common::build(&common::pruned(&setup.config, &pruning));
        for (t, &x) in setup.data.iter().enumerate() {
            let step = common::feed(&mut detector, x);
            let posterior: Vec<(u64, f64)> = detector.run_length_posterior().collect();
            let sum: f64 = posterior.iter().map(|&(_, p)| p).sum();
            assert_close("sum", sum, 1.0, 1e-12);
            prop_assert!(posterior.iter().all(|&(_, p)| (0.0..=1.0).contains(&p)));
            prop_assert!(posterior.is_sorted_by(|a, b| a.0 < b.0), "oldest first");
            prop_assert!(posterior.iter().all(|&(start, _)| start <= t as u64));
            prop_assert!(step.p_change_now <= 1.0 && step.p_change_now >= 0.0);
            prop_assert!(step.ln_predictive.is_finite());
            prop_assert!(detector.pruned_mass() >= 0.0);
            if let Some(k) = pruning["max_hypotheses"].as_u64() {
                let most = k + (k / 4).max((k / 2).clamp(8, 16));
                prop_assert!((detector.live() as u64) < most, "{} alive", detector.live());
            }
        }
    }

    #[test]
    fn readouts_are_sums_over_the_posterior(setup in any_setup(100), pruning in any_pruning()) {
        let mut detector = common::build(&common::pruned(&setup.config, &pruning));
        let mut ln_evidence = 0.0;
        for (t, &x) in setup.data.iter().enumerate() {
            let step = common::feed(&mut detector, x);
            let dense = common::dense_posterior(&detector);
            assert_close("now", step.p_change_now, dense[t], 1e-15);
            assert_close("now", detector.p_change_now(), dense[t], 1e-15);
            let mut recent = 0.0;
            for w in 0..=t + 2 {
                assert_close("recent", detector.p_recent_change(w as u64), recent, 1e-13);
                recent += t.checked_sub(w).map_or(0.0, |start| dense[start]);
            }
            let mean: f64 = dense.iter().enumerate().map(|(s, p)| (t - s) as f64 * p).sum();
            assert_close("mean", detector.mean_run_length(), mean, 1e-12);
            let largest = dense.iter().copied().fold(0.0, f64::max);
            prop_assert_eq!(step.map_probability, largest);
            prop_assert_eq!(detector.map_probability(), largest);
            let map = usize::try_from(step.map_run_length).unwrap();
            prop_assert_eq!(dense[t - map], largest);
            prop_assert_eq!(detector.map_run_length(), step.map_run_length);
            prop_assert_eq!(detector.ln_predictive(), step.ln_predictive);
            ln_evidence += step.ln_predictive;
            assert_close("evidence", detector.ln_evidence(), ln_evidence, 1e-12);
            let mut all = detector.settled().to_vec();
            all.extend(detector.provisional());
            prop_assert_eq!(&detector.changepoints(), &all);
            prop_assert!(all.is_sorted_by(|a, b| a < b), "ascending, none twice");
            prop_assert!(all.iter().all(|&c| c > 0 && c <= t as u64));
        }
    }

    /// x → x + b with the prior moved along: the same posterior and evidence.
    #[test]
    fn shift_equivariance(setup in real_setup(vec![0, 1, 2]), shift in -1e6..1e6f64) {
        let there = moved(&setup, 1.0, shift);
        let (a, b) = (run(&setup.config, &setup.data), run(&there.config, &there.data));
        // x + b is rounded to 1e-10 at b = 1e6.
        let (got, want) = (common::dense_posterior(&b), common::dense_posterior(&a));
        assert_all_close("posterior", &got, &want, 1e-7);
        assert_close("evidence", b.ln_evidence(), a.ln_evidence(), 1e-7);
    }

    /// x → ax with the prior scaled along: the same posterior, and a^−n times
    /// the density of the data.
    #[test]
    fn scale_equivariance(setup in real_setup(vec![0, 1, 2]), exponent in -8.0..8.0f64) {
        let scale = 10.0f64.powf(exponent);
        let there = moved(&setup, scale, 0.0);
        let (a, b) = (run(&setup.config, &setup.data), run(&there.config, &there.data));
        let (got, want) = (common::dense_posterior(&b), common::dense_posterior(&a));
        assert_all_close("posterior", &got, &want, 1e-10);
        let density = setup.data.len() as f64 * scale.ln();
        assert_close("evidence", b.ln_evidence() + density, a.ln_evidence(), 1e-10);
    }

    #[test]
    fn scale_equivariance_of_gamma(setup in real_setup(vec![6]), exponent in -8.0..8.0f64) {
        let scale = 10.0f64.powf(exponent);
        let mut there = setup.clone();
        let rate = &mut there.config["model"]["gamma"]["rate"];
        *rate = json!(rate.as_f64().unwrap() * scale);
        for x in there.data.iter_mut().flatten() {
            *x *= scale;
        }
        let (a, b) = (run(&setup.config, &setup.data), run(&there.config, &there.data));
        let (got, want) = (common::dense_posterior(&b), common::dense_posterior(&a));
        assert_all_close("posterior", &got, &want, 1e-10);
        let density = setup.data.len() as f64 * scale.ln();
        assert_close("evidence", b.ln_evidence() + density, a.ln_evidence(), 1e-10);
    }

    #[test]
    fn reset_is_new(setup in any_setup(120), pruning in any_pruning(), used in 1..200usize) {
        let config = common::pruned(&setup.config, &pruning);
        let mut reset = common::build(&config);
        let before: Vec<_> = setup.data.iter().cycle().take(used).copied().collect();
        feed_all(&mut reset, &before);
        reset.reset();
        let mut new = common::build(&config);
        prop_assert_eq!(Readouts::of(&reset), Readouts::of(&new));
        for &x in &setup.data {
            prop_assert_eq!(common::feed(&mut reset, x), common::feed(&mut new, x));
        }
        prop_assert_eq!(Readouts::of(&reset), Readouts::of(&new));
        prop_assert!(reset.snapshot() == new.snapshot());
    }

    /// Bit for bit, whether fed one by one, in pieces, or through a snapshot.
    #[test]
    fn any_split_of_a_batch_is_the_whole(
        setup in any_setup(150),
        pruning in any_pruning(),
        cuts in prop::collection::vec(0..150usize, 0..5),
    ) {
        let mut config = common::pruned(&setup.config, &pruning);
        config["missing"] = json!("skip");
        let data: Vec<f64> = setup.data.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
        let mut whole_steps = Vec::new();
        let mut whole = common::build(&config);
        whole.update_many(&data, &mut |step| whole_steps.push(*step)).unwrap();

        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(data.len())).collect();
        cuts.extend([0, data.len()]);
        cuts.sort_unstable();
        let mut steps = Vec::new();
        let mut pieces = common::build(&config);
        let mut resumed = common::build(&config);
        for cut in cuts.windows(2) {
            let piece = &data[cut[0]..cut[1]];
            pieces.update_many(piece, &mut |step| steps.push(*step)).unwrap();
            resumed = bocpd_core::any::restore(&resumed.snapshot()).unwrap();
            resumed.update_many(piece, &mut |_| ()).unwrap();
        }
        let single = run(&config, &setup.data);
        prop_assert_eq!(&steps, &whole_steps);
        prop_assert_eq!(Readouts::of(&pieces), Readouts::of(&whole));
        prop_assert_eq!(Readouts::of(&resumed), Readouts::of(&whole));
        prop_assert_eq!(Readouts::of(&single), Readouts::of(&whole));
        prop_assert!(pieces.snapshot() == whole.snapshot());
        prop_assert!(resumed.snapshot() == whole.snapshot());
    }

    /// The evidence of a segment is the closed form, in whatever order its
    /// observations come; the weighted models depend on order, as documented.
    #[test]
    fn evidence_of_a_segment_does_not_depend_on_order(
        setup in any_setup(150),
        seed in any::<u64>(),
    ) {
        let mut config = setup.config.clone();
        config["hazard"] = common::one_segment();
        let mut random = Random::new(seed);
        let mut shuffled = setup.data.clone();
        for i in (1..shuffled.len()).rev() {
            let j = usize::try_from(random.below(i as u64 + 1)).unwrap();
            shuffled.swap(i, j);
        }
        let (a, b) = (run(&config, &setup.data), run(&config, &shuffled));
        let grid = vec![1.0; setup.data.len()];
        let want = parse(&config).0.ln_evidence_at(&setup.data, &grid);
        assert_close("closed form", a.ln_evidence(), want, 1e-11);
        if MODELS[setup.model].exchangeable {
            assert_close("shuffled", b.ln_evidence(), a.ln_evidence(), 1e-11);
        }
    }

    /// Missing values are time without information: the evidence stays, and the
    /// posterior moves by the hazard alone.
    #[test]
    fn a_missing_value_is_a_transition(setup in any_setup(60)) {
        let (_, hazard) = parse(&setup.config);
        let mut detector = run(&setup.config, &setup.data);
        let (before, evidence) = (common::dense_posterior(&detector), detector.ln_evidence());
        let step = common::feed(&mut detector, None);
        prop_assert_eq!(step.ln_predictive, 0.0);
        prop_assert_eq!(detector.ln_evidence(), evidence);
        let mut newborn = 0.0;
        let mut want: Vec<f64> = before
            .iter()
            .enumerate()
            .map(|(s, w)| {
                let length = (before.len() - s) as u64;
                let age = (length - 1) as f64;
                let h = hazard.h(bocpd_tests::oracle::Gap { length, age, elapsed: 1.0 });
                newborn += w * h;
                w * (1.0 - h)
            })
            .collect();
        want.push(newborn);
        assert_all_close("posterior", &common::dense_posterior(&detector), &want, 1e-13);
    }

    /// For hazards without memory a gap is the sum of its parts.
    #[test]
    fn a_gap_is_the_sum_of_its_parts(
        setup in setup((0..7).collect(), 40, false),
        first in 0.01..5.0f64,
        second in 0.01..5.0f64,
        constant in any::<bool>(),
    ) {
        let mut config = setup.config.clone();
        config["hazard"] = catalogue::hazards(20.0)[usize::from(!constant)].clone();
        let (&last, earlier) = setup.data.split_last().unwrap();
        prop_assume!(!earlier.is_empty());
        let (mut once, mut twice) = (run(&config, earlier), run(&config, earlier));
        common::try_feed(&mut once, Some(first + second), last).unwrap();
        common::try_feed(&mut twice, Some(first), None).unwrap();
        common::try_feed(&mut twice, Some(second), last).unwrap();
        assert_close("evidence", twice.ln_evidence(), once.ln_evidence(), 1e-11);
        let got = twice.p_recent_change(2);
        assert_close("change in the gap", got, once.p_change_now(), 1e-11);
    }

    /// What is settled never changes again, under any pruning, and taking it
    /// away changes nothing else.
    #[test]
    fn settled_is_settled(setup in any_setup(300), pruning in any_pruning()) {
        let config = common::pruned(&setup.config, &pruning);
        let mut detector = common::build(&config);
        let mut emptied = common::build(&config);
        let (mut settled, mut taken) = (Vec::new(), Vec::new());
        for &x in &setup.data {
            common::feed(&mut detector, x);
            common::feed(&mut emptied, x);
            prop_assert!(detector.settled().starts_with(&settled));
            prop_assert!(detector.changepoints().starts_with(&settled));
            settled = detector.settled().to_vec();
            taken.extend(emptied.take_settled());
            prop_assert_eq!(&taken, &settled);
            prop_assert!(emptied.settled().is_empty());
            prop_assert_eq!(emptied.provisional(), detector.provisional());
            prop_assert_eq!(emptied.map_ln_joint(), detector.map_ln_joint());
        }
    }

    /// The first cut moves the posterior, in total variation, by exactly the
    /// mass it reports, each to its neighbours, and changes nothing before.
    #[test]
    fn one_cut_moves_the_mass_that_it_reports(
        setup in any_setup(300),
        pruning in any_pruning(),
    ) {
        prop_assume!(pruning["max_run_length"].is_null());
        let mut exact = common::build(&setup.config);
        let mut pruned = common::build(&common::pruned(&setup.config, &pruning));
        for &x in &setup.data {
            common::feed(&mut exact, x);
            common::feed(&mut pruned, x);
            let mass = pruned.pruned_mass();
            let want = common::dense_posterior(&exact);
            let got = common::dense_posterior(&pruned);
            let moved: f64 = got.iter().zip(&want).map(|(a, b)| (a - b).abs()).sum();
            assert_close("total variation", 0.5 * moved, mass, 1e-13);
            if !pruning["resample"].is_null() {
                // Who gets what is drawn.
                if mass > 0.0 {
                    break;
                }
                continue;
            }
            let survivors: Vec<usize> = (0..want.len()).filter(|&s| got[s] > 0.0).collect();
            let mut expected = vec![0.0; want.len()];
            for (s, p) in want.iter().enumerate() {
                if survivors.contains(&s) {
                    expected[s] += p;
                } else {
                    for (to, share) in shares_of_neighbours(s, &survivors) {
                        expected[to] += p * share;
                    }
                }
            }
            assert_all_close("posterior", &got, &expected, 1e-12);
            if mass > 0.0 {
                break;
            }
        }
    }

    /// Pruning moves weights to neighbours and does nothing else: on the survivors it
    /// is the textbook filter.
    #[test]
    fn a_pruned_filter_is_the_textbook_filter_on_its_survivors(
        setup in any_setup(200),
        pruning in any_pruning(),
    ) {
        prop_assume!(pruning["max_run_length"].is_null() && pruning["resample"].is_null());
        let (model, hazard) = parse(&setup.config);
        let mut naive = Naive::new(&*model, &hazard);
        let mut detector = common::build(&common::pruned(&setup.config, &pruning));
        for &x in &setup.data {
            let step = common::feed(&mut detector, x);
            naive.step(x);
            assert_close("ln_predictive", step.ln_predictive, naive.ln_predictive(), 1e-10);
            let posterior: Vec<(u64, f64)> = detector.run_length_posterior().collect();
            let survivors: Vec<usize> =
                posterior.iter().map(|&(start, _)| usize::try_from(start).unwrap()).collect();
            naive.keep(&survivors);
            let got = common::dense_posterior(&detector);
            assert_all_close("posterior", &got, &naive.posterior(), 1e-10);
        }
        assert_close("evidence", detector.ln_evidence(), naive.ln_evidence(), 1e-10);
        assert_close("joint maximum", detector.map_ln_joint(), naive.map_ln_joint(), 1e-10);
    }

    /// A step tells nothing that depends on what comes later, and a copy lives
    /// a life of its own.
    #[test]
    fn outputs_do_not_depend_on_the_future(setup in any_setup(80), cut in 1..80usize) {
        let cut = cut.min(setup.data.len());
        let mut detector = run(&setup.config, &setup.data[..cut]);
        let copy = detector.clone();
        let before = Readouts::of(&detector);
        feed_all(&mut detector, &setup.data[cut..]);
        prop_assert_eq!(Readouts::of(&copy), before);
        let direct = run(&setup.config, &setup.data);
        prop_assert_eq!(Readouts::of(&detector), Readouts::of(&direct));
    }
}
