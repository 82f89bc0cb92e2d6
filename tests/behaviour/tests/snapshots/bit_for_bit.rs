//! Snapshots: restored is as never stopped, and damage is an error.

use crate::common;
use crate::common::Readouts;
use bocpd_core::AnyDetector;
use bocpd_core::any::restore;
use bocpd_core::snapshot::SnapshotError;
use bocpd_tests::catalogue::{self, MODELS};
use bocpd_tests::forge::sealed;
use bocpd_tests::random::Random;
use serde_json::{Value, json};

fn prunings() -> [Value; 4] {
    [
        json!({"max_hypotheses": null, "min_weight": null, "max_run_length": null}),
        json!({"max_hypotheses": 12, "min_weight": null, "max_run_length": null}),
        json!({"max_hypotheses": null, "min_weight": 1e-4, "max_run_length": null}),
        json!({"max_hypotheses": 30, "min_weight": null, "max_run_length": 20}),
    ]
}

type Data = Vec<Option<f64>>;

/// A detector of every model, some hazard and some pruning, with data behind
/// it and more to come.
fn detectors() -> Vec<(AnyDetector, Data)> {
    let mut random = Random::new(1);
    let mut detectors = Vec::new();
    for (i, entry) in MODELS.iter().enumerate() {
        for (j, pruning) in prunings().iter().enumerate() {
            let hazard = &catalogue::hazards(15.0)[(i + 2 * j) % 6];
            let config = catalogue::config(&(entry.model)(&mut random), hazard);
            let mut detector = common::build(&common::pruned(&config, pruning));
            let data: Data = (0..160)
                .map(|t| {
                    let x = (entry.draw)(&mut random, t / 25 % 3);
                    (random.uniform() < 0.93).then_some(x)
                })
                .collect();
            let (seen, next) = data.split_at(40);
            for &x in seen {
                common::feed(&mut detector, x);
            }
            detectors.push((detector, next.to_vec()));
        }
    }
    detectors
}

#[test]
fn restored_and_continued_is_bit_equal_to_never_stopped() {
    for (mut detector, next) in detectors() {
        let mut restored = restore(&detector.snapshot()).expect("a snapshot");
        assert_eq!(restored.config(), detector.config());
        assert_eq!(Readouts::of(&restored), Readouts::of(&detector));
        for (i, x) in next.into_iter().enumerate() {
            let step = common::feed(&mut detector, x);
            assert_eq!(common::feed(&mut restored, x), step);
            if i % 17 == 0 {
                // Again and again, and with the settled part taken away.
                assert_eq!(restored.take_settled(), detector.take_settled());
                restored = restore(&restored.snapshot()).expect("a snapshot");
            }
        }
        assert_eq!(Readouts::of(&restored), Readouts::of(&detector));
        assert!(restored.snapshot() == detector.snapshot());
    }
}

#[test]
fn irregular_times_survive() {
    let mut random = Random::new(2);
    for hazard in catalogue::hazards(15.0).iter().take(4) {
        let model = (MODELS[0].model)(&mut random);
        let mut detector = common::build(&catalogue::config(&model, hazard));
        let mut feed = |detectors: &mut [&mut AnyDetector]| {
            let (gap, x) = (random.between(0.1, 4.0), 3.0 * random.normal());
            let steps = detectors.iter_mut();
            let steps: Vec<_> = steps
                .map(|d| d.update_after(gap, &[x]).expect("a step"))
                .collect();
            assert!(steps.windows(2).all(|pair| pair[0] == pair[1]));
        };
        for _ in 0..30 {
            feed(&mut [&mut detector]);
        }
        let mut restored = restore(&detector.snapshot()).expect("a snapshot");
        for _ in 0..30 {
            feed(&mut [&mut detector, &mut restored]);
        }
        assert!(restored.snapshot() == detector.snapshot());
    }
}

#[test]
fn a_new_detector_survives() {
    for entry in &MODELS {
        let model = (entry.model)(&mut Random::new(3));
        let config = catalogue::config(&model, &catalogue::hazards(15.0)[0]);
        let detector = common::build(&config);
        let restored = restore(&detector.snapshot()).expect("a snapshot");
        assert_eq!(Readouts::of(&restored), Readouts::of(&detector));
        assert_eq!(restored.observations(), 0);
    }
}

#[test]
fn every_flipped_bit_is_an_error() {
    for (detector, _) in detectors().iter().step_by(4) {
        let bytes = detector.snapshot();
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[position] ^= 1 << bit;
                assert!(restore(&damaged).is_err(), "bit {bit} of byte {position}");
            }
        }
    }
}

#[test]
fn every_missing_or_added_byte_is_an_error() {
    for (detector, _) in detectors() {
        let bytes = detector.snapshot();
        for length in 0..bytes.len() {
            assert!(restore(&bytes[..length]).is_err(), "first {length}");
            assert!(
                restore(&bytes[bytes.len() - length..]).is_err(),
                "last {length}"
            );
        }
        for position in 0..=bytes.len() {
            let mut damaged = bytes.clone();
            damaged.insert(position, 0);
            assert!(restore(&damaged).is_err(), "added at {position}");
        }
        for position in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged.remove(position);
            assert!(restore(&damaged).is_err(), "removed at {position}");
        }
    }
    assert!(restore(b"").is_err());
    assert!(restore(&[0xff; 64]).is_err());
}

#[test]
fn errors_say_what_is_wrong() {
    let (detector, _) = detectors().swap_remove(0);
    let bytes = detector.snapshot();
    let error = |bytes: &[u8]| restore(bytes).err().expect("an error");
    assert!(matches!(error(b"BOCP"), SnapshotError::NotASnapshot));
    let mut damaged = bytes.clone();
    damaged[20] ^= 1;
    assert!(matches!(error(&damaged), SnapshotError::Checksum));
    let content = &bytes[7..bytes.len() - 4];
    let of_the_future = sealed([bytes[5] + 1, bytes[6]], content);
    assert!(matches!(
        error(&of_the_future),
        SnapshotError::Version { found, expected } if found == expected + 1
    ));
    let of_a_state = sealed([bytes[5], 1], content);
    assert!(matches!(error(&of_a_state), SnapshotError::Kind));
}
