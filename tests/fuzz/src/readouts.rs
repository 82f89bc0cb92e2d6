//! Every question to a detector, with arguments as they come, and what must hold for
//! the answer.

use bocpd_core::distribution::{Distribution, Mixture};
use bocpd_core::random::Random;
use bocpd_core::{AnyDetector, Detection};

use crate::recipe::row;
use crate::source::Source;
use crate::{note_call, state};

/// Whether this is a probability as the library writes it: in [0, 1], and never −0.
#[track_caller]
pub fn probability(what: &str, p: f64) {
    assert!((0.0..=1.0).contains(&p), "{what} is {p}");
    assert!(p.is_sign_positive(), "{what} is -0");
}

/// So many hypotheses are asked for what takes long.
const FEW: usize = 24;

#[track_caller]
fn ascending(what: &str, indices: &[u64], end: u64) {
    assert!(indices.is_sorted_by(|a, b| a < b), "{what}: {indices:?}");
    assert!(
        indices.iter().all(|&index| 1 <= index && index < end),
        "{what}: {indices:?} after {end} observations"
    );
}

fn residual(detector: &AnyDetector) {
    if let Some(residual) = detector.expected_residual() {
        assert!(residual >= 1.0 - 1e-9, "expected residual {residual}");
    }
}

/// Asks for everything that needs no argument.
pub fn plain(detector: &AnyDetector) {
    note_call();
    let n = detector.observations();
    let posterior: Vec<_> = detector.run_length_posterior().collect();
    assert_eq!(posterior.len(), detector.live());
    assert_eq!(posterior.is_empty(), n == 0);
    assert!(posterior.is_sorted_by(|a, b| a.0 < b.0), "starts ascend");
    assert!(posterior.iter().all(|&(start, _)| start < n));
    for &(_, p) in &posterior {
        probability("posterior", p);
    }
    let sum: f64 = posterior.iter().map(|&(_, p)| p).sum();
    assert!(n == 0 || (sum - 1.0).abs() < 1e-9, "the sum is {sum}");
    probability("p_change_now", detector.p_change_now());
    probability("map_probability", detector.map_probability());
    probability("p_outlier", detector.p_outlier());
    assert!(detector.map_run_length() <= n.saturating_sub(1));
    let mean = detector.mean_run_length();
    assert!(
        (0.0..=n as f64).contains(&mean),
        "mean run length {mean} of {n}"
    );
    assert!(!detector.ln_predictive().is_nan());
    assert!(!detector.ln_evidence().is_nan());
    assert!(!detector.map_ln_joint().is_nan());
    assert!(detector.pruned_mass() >= 0.0);
    ascending("changepoints", &detector.changepoints(), n);
    assert_eq!(
        detector.changepoints(),
        [detector.settled(), &detector.provisional()].concat()
    );
    // Of many hypotheses it may take a second.
    if detector.live() <= FEW {
        residual(detector);
    }
    probability("alarm_probability", detector.alarm_probability());
    detector.alarm_is_on();
    if let Ok(smoothed) = detector.smoothed() {
        assert_eq!(smoothed.first + smoothed.p_change_at.len() as u64, n);
        for &p in &smoothed.p_change_at {
            probability("smoothed", p);
        }
    }
    if let Ok(changes) = detector.expected_changes() {
        assert!((0.0..=n as f64).contains(&changes), "{changes} changes");
    }
    if let Ok(Some(shift)) = detector.shift() {
        probability("shift", shift.probability);
        probability("p_rose", shift.p_rose);
    }
    assert_eq!(detector.config().dimension(), detector.dimension());
}

/// Asks a detector that a model has broken: it knows nothing, and says so.
pub fn broken(detector: &AnyDetector) {
    note_call();
    assert!(detector.p_change_now().is_nan());
    assert!(detector.p_recent_change(3).is_nan());
    assert!(detector.map_probability().is_nan());
    assert!(detector.mean_run_length().is_nan());
    assert!(detector.ln_predictive().is_nan());
    assert!(detector.ln_evidence().is_nan());
    assert!(detector.map_ln_joint().is_nan());
    assert!(detector.p_change_within(3).is_nan());
    assert!(detector.p_next_change_after(3).is_nan());
    assert!(detector.pruned_mass().is_nan());
    assert!(detector.alarm_probability().is_nan());
    assert_eq!(detector.expected_residual(), None);
    assert_eq!((detector.observations(), detector.live()), (0, 0));
    assert_eq!(detector.run_length_posterior().len(), 0);
    assert!(detector.changepoints().is_empty());
    assert!(detector.smoothed().is_err());
    assert!(detector.p_change_at(0).is_err());
    assert!(detector.p_change_between(0, 0).is_err());
    assert!(detector.expected_changes().is_err());
    assert!(detector.locations(&[], 0.5).is_err());
    assert!(detector.sample_segmentations(1, 1).is_err());
    assert!(detector.predict(1).is_err());
    assert!(detector.predict_after(1.0).is_err());
    assert!(detector.predict_number(0, 1).is_err());
    assert!(detector.predict_number_after(0, 1.0).is_err());
    assert!(detector.parameters().is_err());
    assert!(detector.shift().is_err());
}

/// Asks one question, with arguments from the source.
#[expect(clippy::too_many_lines, reason = "a list of questions")]
pub fn one(detector: &AnyDetector, source: &mut Source) {
    note_call();
    let n = detector.observations();
    match source.below(16) {
        0 => {
            let w = source.count(n);
            let p = detector.p_recent_change(w);
            probability("p_recent_change", p);
            assert!(p <= detector.p_recent_change(w.saturating_add(1)) + 1e-12);
        }
        1 => {
            let s = source.count(n);
            let at = detector.p_change_at(s);
            if let Ok(p) = at {
                probability("p_change_at", p);
                assert!(s < n);
            }
            assert_eq!(at.is_ok(), detector.p_change_between(s, s).is_ok());
        }
        2 => {
            let (low, high) = (source.count(n), source.count(n));
            if let Ok(p) = detector.p_change_between(low, high) {
                probability("p_change_between", p);
                assert!(low <= high && high < n);
            }
        }
        3 => {
            let given = changepoints(detector, source);
            let mass = source.share();
            if let Ok(locations) = detector.locations(&given, mass) {
                for location in locations {
                    probability("location", location.probability);
                    probability("nearby", location.p_nearby);
                    probability("single", location.p_single);
                    probability("share", location.share);
                    assert!(location.low <= location.high && location.high < n);
                }
            }
        }
        4 => {
            let (draws, seed) = (source.below(20), source.count(0));
            if let Ok(drawn) = detector.sample_segmentations(draws, seed) {
                assert_eq!(drawn.len(), draws);
                for changepoints in drawn {
                    ascending("drawn", &changepoints, n);
                }
            }
        }
        5 => {
            let ahead = source.count(1);
            let which = number_of(detector, source);
            if let Ok(mixture) = detector.predict_number(which, ahead) {
                assert!(which < detector.dimension());
                distribution(&mixture, source);
            }
            let first = (detector.predict(ahead), detector.predict_number(0, ahead));
            assert_eq!(first.0.is_ok(), first.1.is_ok());
        }
        6 => {
            let elapsed = source.number();
            let which = number_of(detector, source);
            let predicted = if which == 0 {
                detector.predict_after(elapsed)
            } else {
                detector.predict_number_after(which, elapsed)
            };
            if let Ok(mixture) = predicted {
                assert!(which < detector.dimension());
                distribution(&mixture, source);
            }
        }
        7 => {
            if let Ok(parameters) = detector.parameters() {
                assert!(parameters.is_sorted_by_key(|parameter| parameter.dimension));
                for parameter in parameters {
                    assert!(parameter.dimension < detector.dimension());
                    distribution(&*parameter.posterior, source);
                }
            }
        }
        8 => {
            let k = source.count(n);
            let within = detector.p_change_within(k);
            probability("p_change_within", within);
            assert!(within <= detector.p_change_within(k.saturating_add(1)) + 1e-12);
        }
        9 => {
            let k = source.count(n);
            probability("p_next_change_after", detector.p_next_change_after(k));
        }
        10 => {
            let (low, high) = (source.count(n), source.count(n));
            if let Ok(Some(shift)) = detector.shift_between(low, high) {
                probability("shift_between", shift.probability);
                probability("p_rose", shift.p_rose);
                assert!(shift.sd.is_nan() || shift.sd >= 0.0, "sd {}", shift.sd);
            }
        }
        11 => {
            let rows = rows(detector, source);
            let given = changepoints(detector, source);
            if let Ok(segments) = detector.segments(&rows, &given, source.share()) {
                let mut end = 0;
                for segment in segments {
                    assert_eq!(segment.start, end);
                    assert!(segment.observed <= segment.end - segment.start);
                    end = segment.end;
                }
                assert_eq!(end * detector.dimension() as u64, rows.len() as u64);
            }
        }
        12 => {
            let rows = rows(detector, source);
            if let Ok(found) = Detection::of(detector, &rows, source.share()) {
                parts_of_changes(detector, &found);
            }
        }
        13 => {
            let n = source.below(64);
            let mut random = Random::new(source.count(0));
            if let Some(drawn) = detector.simulate(&mut random, n) {
                assert_eq!(drawn.len(), n * detector.dimension());
            }
        }
        14 => {
            if let Ok(mixture) = detector.predict(1) {
                let x = source.number();
                let tail = mixture.tail(x);
                for p in [
                    tail.below,
                    tail.up_to,
                    tail.above,
                    tail.pit(),
                    tail.p_value(),
                ] {
                    asked_of("tail", x, p);
                }
            }
        }
        _ => plain(detector),
    }
}

/// The changepoints of the detector, or other numbers.
fn changepoints(detector: &AnyDetector, source: &mut Source) -> Vec<u64> {
    if source.one_in(2) {
        return detector.changepoints();
    }
    let n = detector.observations();
    let mut given = source.list(|source| source.count(n));
    if source.one_in(2) {
        given.sort_unstable();
    }
    given
}

fn rows(detector: &AnyDetector, source: &mut Source) -> Vec<f64> {
    let rows = source.list(|source| row(detector.config(), source));
    rows.concat()
}

/// One of the numbers of an observation, now and then one that is not there; 0 where there is
/// one.
fn number_of(detector: &AnyDetector, source: &mut Source) -> usize {
    match detector.dimension() {
        1 => 0,
        n => source.below(n + 1),
    }
}

/// Every number of an observation has its part in every change.
fn parts_of_changes(detector: &AnyDetector, found: &Detection) {
    let dimension = detector.dimension();
    for change in &found.changes {
        let parts = if detector.config().product.is_empty() {
            0
        } else {
            dimension
        };
        assert_eq!(change.parts.len(), parts);
        for (j, part) in change.parts.iter().enumerate() {
            assert_eq!(part.dimension, j);
            assert!(part.jump.is_none_or(|jump| jump.dimension == j));
        }
        assert!(change.jump.is_none_or(|jump| jump.dimension < dimension));
    }
}

/// A probability that a distribution gives for `x`: NaN for NaN, and only then.
#[track_caller]
fn asked_of(what: &str, x: f64, p: f64) {
    if x.is_nan() {
        assert!(p.is_nan(), "{what} of NaN is {p}");
    } else {
        probability(&format!("{what} of {x:e}"), p);
    }
}

/// Asks a distribution about a number.
pub fn distribution(d: &dyn Distribution, source: &mut Source) {
    note_call();
    let x = source.number();
    let (up_to, above) = (d.cdf(x), d.survival(x));
    asked_of("cdf", x, up_to);
    asked_of("survival", x, above);
    assert_eq!(d.ln_density(x).is_nan(), x.is_nan(), "ln_density of {x:e}");
    if !x.is_nan() {
        let sum = up_to + above;
        assert!((sum - 1.0).abs() < 1e-9, "cdf + survival of {x:e} is {sum}");
    }
    assert_eq!(d.cdf(f64::NEG_INFINITY), 0.0);
    assert_eq!(d.survival(f64::INFINITY), 0.0);
    let (low, high) = d.support();
    assert!(low <= high);
    let variance = d.variance();
    assert!(variance.is_nan() || variance >= 0.0, "variance {variance}");
    let _ = (d.mean(), d.is_discrete());
    // Bisection over all components is dear.
    if source.one_in(8) {
        let p = source.share();
        let quantile = d.quantile(p);
        assert_eq!(
            quantile.is_nan(),
            !(0.0..=1.0).contains(&p),
            "quantile of {p} is {quantile}"
        );
        assert!(quantile.is_nan() || (low <= quantile && quantile <= high));
        let mass = source.share();
        let (from, to) = d.interval(mass);
        assert_eq!(
            from.is_nan(),
            !(0.0..=1.0).contains(&mass),
            "interval of {mass}"
        );
        assert_eq!(from.is_nan(), to.is_nan(), "interval of {mass}");
        assert!(from.is_nan() || from <= to, "interval of {mass}");
    }
}

/// Whether nothing that can be asked has changed the detector.
pub fn unchanged(detector: &AnyDetector, before: &[u8]) {
    assert!(state(detector) == before, "a readout changed the state");
}

/// The components of a mixture, one by one.
pub fn components(mixture: &Mixture, source: &mut Source) {
    for (weight, component) in mixture.components() {
        probability("weight", *weight);
        distribution(&**component, source);
    }
}
