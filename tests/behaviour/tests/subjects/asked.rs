//! What has to hold of a detector's answers, whatever it has seen.

/// Asks a detector of any type everything, and holds the answers against each other.
/// Probabilities add up but for `rounding`.
macro_rules! asked {
    ($detector:expr, $rounding:expr) => {{
        let (detector, rounding) = ($detector, $rounding);
        if detector.is_broken() {
            return $crate::subjects::asked::assert_silent!(detector);
        }
        let probability = |what: &str, p: f64| {
            assert!((0.0..=1.0 + rounding).contains(&p), "{what} {p}");
        };
        let end = detector.observations();
        let posterior: Vec<(u64, f64)> = detector.run_length_posterior().into_iter().collect();
        assert_eq!(posterior.len(), detector.live());
        assert_eq!(posterior.is_empty(), end == 0);
        assert!(posterior.is_sorted_by(|a, b| a.0 < b.0), "{posterior:?}");
        assert!(
            posterior.iter().all(|&(start, _)| start < end),
            "{posterior:?}"
        );
        for &(_, p) in &posterior {
            probability("of a start", p);
        }
        let sum: f64 = posterior.iter().map(|&(_, p)| p).sum();
        if end > 0 {
            assert!((sum - 1.0).abs() < rounding, "sum {sum}");
            let largest = posterior.iter().map(|&(_, p)| p).fold(0.0, f64::max);
            assert_eq!(detector.map_probability(), largest);
            assert!(detector.map_run_length() < end);
        }
        probability("now", detector.p_change_now());
        probability("recent", detector.p_recent_change(7));
        probability("of an outlier", detector.p_outlier());
        let mean = detector.mean_run_length();
        assert!(
            mean >= 0.0 && mean <= end as f64 * (1.0 + rounding),
            "mean {mean}"
        );
        assert!(!detector.ln_predictive().is_nan() && !detector.ln_evidence().is_nan());
        assert!(!detector.map_ln_joint().is_nan());
        assert!(detector.pruned_mass() >= 0.0);
        let changes = detector.changepoints();
        assert!(changes.is_sorted_by(|a, b| a < b), "{changes:?}");
        assert!(
            changes.iter().all(|&change| change > 0 && change < end),
            "{changes:?}"
        );
        assert_eq!(
            changes,
            [detector.settled(), &detector.provisional()].concat()
        );

        if let Ok(smoothed) = detector.smoothed() {
            assert_eq!(smoothed.first + smoothed.p_change_at.len() as u64, end);
            for &p in &smoothed.p_change_at {
                probability("smoothed", p);
            }
            let last = detector.p_change_at(end - 1).expect("it is remembered");
            probability("at the last", last);
            let between = detector.p_change_between(smoothed.first, end - 1);
            probability("between", between.expect("all of it is remembered"));
            assert!(detector.expected_changes().expect("a history") >= 0.0);
            for location in detector.locations(&changes, 0.9).expect("a history") {
                probability("of a location", location.probability);
                probability("of its neighbourhood", location.p_nearby);
                assert!(location.low <= location.high && location.high < end);
            }
        }
        if let Ok(draws) = detector.sample_segmentations(2, 1) {
            for draw in draws {
                assert!(draw.is_sorted_by(|a, b| a < b), "{draw:?}");
                assert!(
                    draw.iter().all(|&change| change > 0 && change < end),
                    "{draw:?}"
                );
            }
        }
        if let Ok(Some(shift)) = detector.shift() {
            probability("of a shift", shift.probability);
            probability("that it rose", shift.p_rose);
            assert!(shift.difference.is_finite() && shift.sd >= 0.0, "{shift:?}");
        }
        for ahead in [1, 3] {
            if let Ok(predictive) = detector.predict(ahead) {
                probability(
                    "predicted",
                    bocpd_core::distribution::Distribution::cdf(&predictive, 1.0),
                );
            }
        }
        if let Ok(parameters) = detector.parameters() {
            for parameter in parameters {
                probability("of a parameter", parameter.posterior.cdf(1.0));
            }
        }
        probability("within", detector.p_change_within(5));
        probability("after", detector.p_next_change_after(3));
    }};
}

/// Holds a broken detector to telling nothing.
macro_rules! assert_silent {
    ($detector:expr) => {{
        let detector = $detector;
        let broken =
            bocpd_core::error::ReadoutError::Update(bocpd_core::error::UpdateError::Broken);
        let numbers = [
            detector.p_change_now(),
            detector.p_recent_change(3),
            detector.map_probability(),
            detector.mean_run_length(),
            detector.ln_predictive(),
            detector.ln_evidence(),
            detector.map_ln_joint(),
            detector.pruned_mass(),
            detector.p_change_within(3),
            detector.p_next_change_after(3),
        ];
        assert!(numbers.iter().all(|x| x.is_nan()), "{numbers:?}");
        assert_eq!(detector.expected_residual(), None);
        assert_eq!(
            (
                detector.observations(),
                detector.live(),
                detector.map_run_length()
            ),
            (0, 0, 0)
        );
        assert_eq!(detector.run_length_posterior().into_iter().next(), None);
        let lists = [
            detector.changepoints(),
            detector.settled().to_vec(),
            detector.provisional(),
        ];
        assert!(lists.iter().all(Vec::is_empty), "{lists:?}");
        let errors = [
            detector.smoothed().err(),
            detector.p_change_at(0).err(),
            detector.p_change_between(0, 0).err(),
            detector.expected_changes().err(),
            detector.locations(&[], 0.5).err(),
            detector.sample_segmentations(1, 1).err(),
            detector.shift().err(),
            detector.shift_between(0, 1).err(),
            detector.predict(1).err(),
            detector.parameters().err(),
        ];
        assert!(
            errors.iter().all(|error| *error == Some(broken)),
            "{errors:?}"
        );
    }};
}

pub(crate) use asked;
pub(crate) use assert_silent;
