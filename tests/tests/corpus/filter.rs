//! The Rust library runs the corpus.

use crate::common;
use bocpd_core::AnyDetector;
use bocpd_core::observation::Rows;
use bocpd_tests::close::close;
use bocpd_tests::corpus::{self, Case, RecentChange};

/// Panics with the case's name unless the number is as expected.
#[track_caller]
fn agree(case: &Case, what: &str, got: f64, want: Option<f64>) {
    if let Some(want) = want {
        assert!(
            close(got, want, case.tolerance),
            "{}, {what}: got {got:?}, want {want:?}",
            case.name
        );
    }
}

/// What is expected at the end of the data.
fn agree_at_the_end(case: &Case, detector: &AnyDetector) {
    let expected = &case.expected;
    agree(
        case,
        "ln_evidence",
        detector.ln_evidence(),
        expected.ln_evidence,
    );
    let mean = detector.mean_run_length();
    agree(case, "mean_run_length", mean, expected.mean_run_length);
    agree(
        case,
        "map_ln_joint",
        detector.map_ln_joint(),
        expected.map_ln_joint,
    );
    if let Some(RecentChange { w, value }) = expected.p_recent_change {
        agree(
            case,
            "p_recent_change",
            detector.p_recent_change(w),
            Some(value),
        );
    }
    let posterior = common::dense_posterior(detector);
    for &(start, p) in expected.run_length_posterior.iter().flatten() {
        let start = usize::try_from(start).expect("a start");
        agree(case, "run_length_posterior", posterior[start], Some(p));
    }
    if let Some(changepoints) = &expected.changepoints {
        assert_eq!(&detector.changepoints(), changepoints, "{}", case.name);
    }
}

#[test]
fn one_observation_at_a_time() {
    for case in corpus::load() {
        let mut detector = common::build(&case.config);
        let at = |list: &Option<Vec<Option<f64>>>, t| list.as_ref().and_then(|l| l[t]);
        for (t, row) in case.rows().iter().enumerate() {
            let elapsed = case.elapsed.as_ref().map(|elapsed| elapsed[t]);
            let features = case.features.as_ref().map_or(&[][..], |rows| &rows[t]);
            let step = common::try_feed_row(&mut detector, elapsed, row, features)
                .unwrap_or_else(|error| panic!("{} at {t}: {error}", case.name));
            let expected = &case.expected;
            let want = at(&expected.p_change_now, t);
            agree(
                &case,
                &format!("p_change_now at {t}"),
                step.p_change_now,
                want,
            );
            let want = at(&expected.ln_predictive, t);
            agree(
                &case,
                &format!("ln_predictive at {t}"),
                step.ln_predictive,
                want,
            );
            let want = at(&expected.p_outlier, t);
            agree(&case, &format!("p_outlier at {t}"), step.p_outlier, want);
            let want = expected.map_run_length.as_ref().and_then(|l| l[t]);
            if let Some(want) = want {
                assert_eq!(step.map_run_length, want, "{} at {t}", case.name);
            }
        }
        agree_at_the_end(&case, &detector);
    }
}

/// The whole series in one call, NaN for what is missing.
#[test]
fn in_one_batch() {
    for case in corpus::load().iter().filter(|case| case.elapsed.is_none()) {
        let mut detector = common::build(&case.config);
        let data = case.rows().concat();
        let data: Vec<f64> = data.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
        let mut p_change_now = Vec::new();
        let features = case
            .features
            .as_ref()
            .map_or_else(Vec::new, |rows| rows.concat());
        detector
            .update_many(Rows::with_features(&data, &features), &mut |step| {
                p_change_now.push(step.p_change_now);
            })
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let expected = case.expected.p_change_now.iter().flatten();
        for (t, (&got, &want)) in p_change_now.iter().zip(expected).enumerate() {
            agree(case, &format!("p_change_now at {t}"), got, want);
        }
        agree_at_the_end(case, &detector);
    }
}
