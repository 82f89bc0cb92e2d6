//! Any detector, and anything that can be done with one.

use bocpd_core::AnyDetector;
use bocpd_core::error::UpdateError;
use bocpd_core::observation::{Observation, SideInformation};

use crate::recipe::{Recipe, row};
use crate::source::Source;
use crate::{note_call, readouts, state};

/// So many steps at most: the exact filter takes time that grows with their square.
const LONGEST: u64 = 300;

/// The target: reads a configuration and then operations, until the bytes end.
///
/// # Panics
/// Where something does not hold.
pub fn run(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    note_call();
    let built = Recipe::read(&mut source).and_then(|recipe| Ok((recipe.build()?, recipe)));
    let (mut detector, recipe) = match built {
        Ok(built) => built,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    while !source.is_empty() && detector.observations() < LONGEST {
        operate(&mut detector, &recipe, &mut source);
        if detector.is_broken() {
            detector.reset();
        }
    }
    readouts::plain(&detector);
    if recipe.is_plain() {
        let text = serde_json::to_string(detector.config()).expect("a configuration");
        let read: bocpd_core::Config = serde_json::from_str(&text).expect("what was written");
        assert_eq!(&read, detector.config(), "{text}");
    }
}

/// Some steps and some questions, for a detector that came from somewhere.
pub fn exercise(detector: &mut AnyDetector, source: &mut Source) {
    let config = detector.config().clone();
    for _ in 0..12 {
        note_call();
        let _ = match source.below(8) {
            0 => detector.skip(),
            1 => detector.update_after(source.positive(), &row(&config, source)),
            _ => detector.update(&row(&config, source)),
        };
        readouts::one(detector, source);
    }
    readouts::plain(detector);
    alarms(detector);
    detector.take_settled();
    readouts::plain(detector);
    detector.reset();
    let fresh = detector.config().build().expect("it was built before");
    assert!(state(detector) == state(&fresh), "a reset leaves something");
}

/// One operation.
pub fn operate(detector: &mut AnyDetector, recipe: &Recipe, source: &mut Source) {
    note_call();
    match source.byte() {
        0..=109 => update(detector, source),
        110..=139 => readouts::one(detector, source),
        140..=159 => elapsed(detector, source),
        160..=174 => careful(detector, |detector| detector.skip().map(drop)),
        175..=189 => batch(detector, source),
        190..=199 => level(detector, source),
        200..=207 => asked_twice(detector, source),
        208..=215 => drop(detector.take_settled()),
        216..=223 => alarms(detector),
        224..=231 => *detector = detector.clone(),
        232..=237 => beside(detector, source),
        238..=243 => *detector = through_bytes(detector, recipe),
        244..=249 => reset(detector, recipe),
        _ => readouts::plain(detector),
    }
}

/// A step that has to leave things as they were if it fails. A model that broke its
/// contract is the exception: then nothing is told until the detector is reset.
fn careful(
    detector: &mut AnyDetector,
    step: impl FnOnce(&mut AnyDetector) -> Result<(), UpdateError>,
) {
    let (before, observations) = (state(detector), detector.observations());
    match step(detector) {
        Ok(()) => assert_eq!(detector.observations(), observations + 1),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            if detector.is_broken() {
                readouts::broken(detector);
                assert_eq!(detector.skip(), Err(UpdateError::Broken));
                detector.reset();
                assert!(!detector.is_broken());
            } else {
                assert!(state(detector) == before, "{error} changed the state");
            }
        }
    }
}

fn update(detector: &mut AnyDetector, source: &mut Source) {
    let mut row = row(detector.config(), source);
    if source.one_in(16) {
        // Mostly as many numbers as the first model has.
        row.resize(source.pick(&[1, 1, 1, 0, 2, 3]), row[0]);
        careful(detector, |detector| detector.update(&row).map(drop));
    } else if let Ok(step) = detector.update(&row) {
        readouts::probability("p_change_now", step.p_change_now);
        readouts::probability("map_probability", step.map_probability);
        readouts::probability("p_outlier", step.p_outlier);
        assert_eq!(step.index + 1, detector.observations());
        assert!(step.map_run_length <= step.index);
        assert!(!step.ln_predictive.is_nan());
    }
}

/// What comes along with an observation is refused, or has an effect: never both.
fn beside(detector: &mut AnyDetector, source: &mut Source) {
    let row = row(detector.config(), source);
    let (weight, sd, features) = (source.number(), source.positive(), [source.small()]);
    let missing: Vec<bool> = match row.len() {
        1 => vec![true],
        n => (0..n).map(|_| source.one_in(2)).collect(),
    };
    let mut side = SideInformation::NONE;
    match source.below(6) {
        0 => side.missing = &missing,
        1 => side.weight = Some(weight),
        2 => side.exposure = Some(weight),
        3 => side.trials = Some(source.count(12) as f64),
        4 => side.sd = Some(sd),
        _ => side.features = &features,
    }
    let elapsed = source.option(Source::positive);
    careful(detector, |detector| {
        let row = Observation::with(&row[..], &side);
        detector.update_with(row, elapsed).map(drop)
    });
}

fn elapsed(detector: &mut AnyDetector, source: &mut Source) {
    let elapsed = source.positive();
    if source.one_in(4) {
        careful(detector, |detector| detector.skip_after(elapsed).map(drop));
    } else {
        let row = row(detector.config(), source);
        careful(detector, |detector| {
            detector.update_after(elapsed, &row).map(drop)
        });
    }
}

/// A batch does what its rows do one by one.
fn batch(detector: &mut AnyDetector, source: &mut Source) {
    let config = detector.config().clone();
    let mut rows = source.list(|source| row(&config, source));
    // One behind the other, rows are told apart up to the first that is too short.
    let dimension = detector.dimension();
    if let Some(at) = rows.iter().position(|row| row.len() != dimension) {
        let is_short = (1..dimension).contains(&rows[at].len());
        rows.truncate(at + usize::from(is_short));
    }
    let mut single = detector.clone();
    let mut steps = Vec::new();
    let result = detector.update_many(&rows.concat(), &mut |step| steps.push(*step));
    for (i, row) in rows.iter().enumerate() {
        match single.update(row) {
            Ok(step) => assert!(same(&steps[i], &step)),
            Err(error) => {
                let failed = result.expect_err("the single step failed");
                assert_eq!((failed.index, steps.len()), (i, i));
                assert_eq!(failed.error.to_string(), error.to_string());
                break;
            }
        }
    }
    assert!(state(detector) == state(&single));
}

fn same(a: &bocpd_core::Step, b: &bocpd_core::Step) -> bool {
    (a.index, a.map_run_length) == (b.index, b.map_run_length)
        && a.p_change_now.to_bits() == b.p_change_now.to_bits()
        && a.map_probability.to_bits() == b.map_probability.to_bits()
        && a.ln_predictive.to_bits() == b.ln_predictive.to_bits()
        && a.p_outlier.to_bits() == b.p_outlier.to_bits()
}

/// Many equal values cost few bytes.
fn level(detector: &mut AnyDetector, source: &mut Source) {
    let row = row(detector.config(), source);
    for _ in 0..source.byte() {
        if detector.observations() >= LONGEST || detector.update(&row).is_err() {
            break;
        }
    }
}

/// Questions have no effect, and the same one has the same answer.
fn asked_twice(detector: &AnyDetector, source: &mut Source) {
    let before = state(detector);
    readouts::one(detector, &mut source.clone());
    readouts::one(detector, source);
    readouts::unchanged(detector, &before);
}

fn alarms(detector: &mut AnyDetector) {
    let n = detector.observations();
    for alarm in detector.take_alarms() {
        readouts::probability("alarm", alarm.probability);
        assert!(alarm.began <= alarm.noticed_at && alarm.noticed_at < n);
    }
    detector.acknowledge();
    assert!(detector.take_alarms().is_empty());
}

/// A detector from its own bytes is the same detector: bytes and readouts.
fn through_bytes(detector: &AnyDetector, recipe: &Recipe) -> AnyDetector {
    let bytes = detector.snapshot();
    let mut restored = recipe.build().expect("it was built before");
    restored
        .restore(&bytes)
        .unwrap_or_else(|error| panic!("an own snapshot is refused: {error}"));
    if recipe.is_plain() {
        let alone = bocpd_core::any::restore(&bytes)
            .unwrap_or_else(|error| panic!("an own snapshot is refused: {error}"));
        assert!(alone.snapshot() == bytes);
        assert_eq!(alone.config(), detector.config());
    } else {
        assert!(bocpd_core::any::restore(&bytes).is_err());
    }
    assert!(restored.snapshot() == bytes, "the bytes differ");
    assert!(
        restored
            .run_length_posterior()
            .eq(detector.run_length_posterior())
    );
    assert_eq!(restored.changepoints(), detector.changepoints());
    assert_eq!(
        restored.ln_evidence().to_bits(),
        detector.ln_evidence().to_bits()
    );
    assert_eq!(
        restored.map_ln_joint().to_bits(),
        detector.map_ln_joint().to_bits()
    );
    assert_eq!(
        restored.pruned_mass().to_bits(),
        detector.pruned_mass().to_bits()
    );
    assert_eq!(restored.smoothed(), detector.smoothed());
    restored
}

/// After a reset a detector is as just made.
fn reset(detector: &mut AnyDetector, recipe: &Recipe) {
    detector.reset();
    let fresh = recipe.build().expect("it was built before");
    assert!(state(detector) == state(&fresh), "a reset leaves something");
}
