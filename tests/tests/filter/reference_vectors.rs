//! The published vectors of Fast-BOCPD 1.0.0, mapped to this project's
//! conventions (`bocpd_tests::reference` says how).

use crate::common;
use bocpd_tests::close::{assert_all_close, assert_close};
use bocpd_tests::reference::{Vector, vectors};

/// What the publisher's arithmetic allows; the weighted Student-t differs by a
/// guard of 1e-10 in its weights.
fn tolerance(vector: &Vector) -> f64 {
    if vector.call.starts_with("StudentTNG") {
        1e-11
    } else {
        1e-13
    }
}

#[test]
fn the_core_reproduces_every_vector() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 10);
    for vector in vectors {
        let mut detector = common::build(&vector.config());
        let (cps, maps) = (vector.p_change_now(), vector.map_run_length());
        for ((&x, cp), map) in vector.data.iter().zip(cps).zip(maps) {
            let step = common::feed(&mut detector, Some(x));
            if let Some(cp) = cp {
                assert_close(&vector.name, step.p_change_now, cp, tolerance(&vector));
            }
            if let Some(map) = map {
                assert_eq!(step.map_run_length, map, "{}", vector.name);
            }
        }
        if let Some(posterior) = vector.posterior() {
            let got = common::dense_posterior(&detector);
            assert_all_close(&vector.name, &got, &posterior, tolerance(&vector));
        }
    }
}

/// The first observation starts the first segment; the publisher reports the
/// hazard there.
#[test]
fn the_first_observation_starts_the_first_segment() {
    for vector in vectors() {
        let mut detector = common::build(&vector.config());
        let step = common::feed(&mut detector, Some(vector.data[0]));
        assert_eq!(step.p_change_now, 1.0, "{}", vector.name);
        assert_eq!(detector.changepoints(), [0u64; 0], "{}", vector.name);
    }
}
