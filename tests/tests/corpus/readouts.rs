//! The Rust library against the readouts of the corpus.

use crate::common;
use bocpd_core::distribution::Distribution;
use bocpd_core::{AnyDetector, Config, Detection, History};
use bocpd_tests::close::close;
use bocpd_tests::corpus::{self, Case, Estimate, Prediction, Readouts, Shift};

/// How closely core integrates P(X > Y).
const INTEGRATED: f64 = 1e-4;

/// Segments before a change that hardly differ are taken together.
const GROUPED: f64 = 1e-3;

/// One case, to be held against numbers.
struct Held<'a> {
    case: &'a Case,
    readouts: &'a Readouts,
}

impl Held<'_> {
    #[track_caller]
    fn close(&self, what: &str, got: f64, want: impl Into<Option<f64>>) {
        self.within(what, got, want, self.case.tolerance);
    }

    #[track_caller]
    fn within(&self, what: &str, got: f64, want: impl Into<Option<f64>>, tolerance: f64) {
        if let Some(want) = want.into() {
            assert!(
                close(got, want, tolerance),
                "{}, {what}: got {got:?}, want {want:?}",
                self.case.name
            );
        }
    }

    fn config(&self) -> Config {
        let mut config = common::parse(&self.case.config);
        config.history = History::All;
        config.shifts = true;
        config.alarm = serde_json::from_value(self.readouts.alarm_policy.clone()).ok();
        assert!(config.alarm.is_some(), "{}", self.case.name);
        config
    }

    /// A detector that has seen the first observations and remembers them.
    fn after(&self, observations: usize) -> AnyDetector {
        self.keeping(History::All, observations)
    }

    fn keeping(&self, history: History, observations: usize) -> AnyDetector {
        let mut config = self.config();
        config.history = history;
        let mut detector = config.build().unwrap();
        for (t, &x) in self.case.data.iter().enumerate().take(observations) {
            let elapsed = self.case.elapsed.as_ref().map(|elapsed| elapsed[t]);
            common::try_feed(&mut detector, elapsed, x).unwrap();
        }
        detector
    }

    fn past(&self, detection: &Detection) {
        let want = self.readouts;
        assert_eq!(detection.p_change_at.len(), want.p_change_at.len());
        for (s, (&got, &want)) in detection
            .p_change_at
            .iter()
            .zip(&want.p_change_at)
            .enumerate()
        {
            self.close(&format!("p_change_at {s}"), got, want);
        }
        self.close(
            "expected_changes",
            detection.expected_changes,
            want.expected_changes,
        );
        assert_eq!(
            detection.changes.len(),
            want.locations.len(),
            "{}",
            self.case.name
        );
        let changes = detection
            .changes
            .iter()
            .zip(&want.locations)
            .zip(&want.jumps);
        for ((change, location), jump) in changes {
            let got = &change.location;
            let at = format!("at {}", location.index);
            assert_eq!(got.index, location.index, "{}", self.case.name);
            assert_eq!(got.credible, location.credible, "{} {at}", self.case.name);
            assert_eq!((got.low, got.high), (location.low, location.high));
            assert_eq!(got.neighbourhood, location.neighbourhood);
            self.close(
                &format!("probability {at}"),
                got.probability,
                location.probability,
            );
            self.close(&format!("p_nearby {at}"), got.p_nearby, location.p_nearby);
            self.close(&format!("p_single {at}"), got.p_single, location.p_single);
            self.close(&format!("share {at}"), got.share, location.share);
            let got = change.jump.expect("every model knows its level");
            assert_eq!(got.parameter, jump.parameter);
            self.close(&format!("difference {at}"), got.difference, jump.difference);
            self.close(&format!("sd {at}"), got.sd, jump.sd);
            self.within(&format!("p_rose {at}"), got.p_rose, jump.p_rose, INTEGRATED);
        }
    }

    /// With a lag, the last marginals are the same.
    fn lags(&self) {
        let want = &self.readouts.p_change_at;
        for lag in [0, 7, 30] {
            let smoothed = self
                .keeping(History::Lag(lag), self.case.data.len())
                .smoothed()
                .unwrap();
            let first = usize::try_from(smoothed.first).unwrap();
            assert_eq!(want.len() as u64, smoothed.first + lag + 1);
            for (s, (&got, &want)) in smoothed.p_change_at.iter().zip(&want[first..]).enumerate() {
                self.close(
                    &format!("p_change_at {} with lag {lag}", first + s),
                    got,
                    want,
                );
            }
        }
    }

    /// Draws have changes as often as the marginals say.
    fn draws(&self, detector: &AnyDetector) {
        let n = 2000;
        let draws = detector.sample_segmentations(n, 3).unwrap();
        for (s, &p) in self.readouts.p_change_at.iter().enumerate().skip(1) {
            let hits = draws.iter().filter(|draw| draw.contains(&(s as u64)));
            let share = hits.count() as f64 / n as f64;
            let error = (p * (1.0 - p) / n as f64).sqrt();
            assert!(
                (share - p).abs() <= 5.0 * error + 1e-3,
                "{} at {s}: {share} for {p}",
                self.case.name
            );
        }
    }

    fn segments(&self, segments: &[bocpd_core::readout::Segment]) {
        assert_eq!(segments.len(), self.readouts.segments.len());
        for (got, want) in segments.iter().zip(&self.readouts.segments) {
            let at = format!("of the segment at {}", want.start);
            assert_eq!((got.start, got.end), (want.start, want.end));
            assert_eq!(got.observed, want.observed, "{} {at}", self.case.name);
            self.close(
                &format!("ln_evidence {at}"),
                got.ln_evidence,
                want.ln_evidence,
            );
            assert_eq!(
                got.ln_bayes_factor.is_some(),
                want.ln_bayes_factor.is_some()
            );
            let factor = got.ln_bayes_factor.unwrap_or(0.0);
            self.close(
                &format!("ln_bayes_factor {at}"),
                factor,
                want.ln_bayes_factor,
            );
            self.parameters(&at, &got.parameters, &want.parameters);
        }
    }

    fn parameters(&self, at: &str, got: &[bocpd_core::readout::Estimate], want: &[Estimate]) {
        assert_eq!(got.len(), want.len(), "{} {at}", self.case.name);
        for (got, want) in got.iter().zip(want) {
            assert_eq!(got.name, want.name, "{} {at}", self.case.name);
            let what = |number: &str| format!("{number} of {} {at}", want.name);
            self.close(&what("mean"), got.mean, want.mean);
            self.close(&what("sd"), got.sd, want.sd);
            self.close(&what("low"), got.low, want.low);
            self.close(&what("high"), got.high, want.high);
        }
    }

    fn shift(&self, what: &str, got: Option<bocpd_core::readout::Shift>, want: Option<&Shift>) {
        assert_eq!(got.is_some(), want.is_some(), "{} {what}", self.case.name);
        let Some((got, want)) = got.zip(want) else {
            return;
        };
        assert_eq!(got.parameter, want.parameter);
        self.close(
            &format!("{what}: probability"),
            got.probability,
            want.probability,
        );
        self.within(&format!("{what}: p_rose"), got.p_rose, want.p_rose, GROUPED);
        self.close(
            &format!("{what}: difference"),
            got.difference,
            want.difference,
        );
        self.close(&format!("{what}: sd"), got.sd, want.sd);
    }

    fn alarms(&self, alarms: &[bocpd_core::alarm::Alarm]) {
        let places = |began: u64, noticed: u64| (began, noticed);
        let got: Vec<_> = alarms
            .iter()
            .map(|a| places(a.began, a.noticed_at))
            .collect();
        let want = &self.readouts.alarms;
        let expected: Vec<_> = want.iter().map(|a| places(a.began, a.noticed_at)).collect();
        assert_eq!(got, expected, "{}", self.case.name);
        for (got, want) in alarms.iter().zip(want) {
            let what = format!("alarm of {}", want.began);
            self.close(&what, got.probability, want.probability);
            self.shift(&what, got.shift, want.shift.as_ref());
        }
    }

    fn prediction(&self, detector: &AnyDetector, want: &Prediction) {
        let got = detector.predict(want.ahead).unwrap();
        let what = |number: &str| format!("{number} {} ahead", want.ahead);
        self.close(&what("mean"), got.mean(), want.mean);
        self.close(&what("variance"), got.variance(), want.variance);
        for &(p, x) in &want.quantiles {
            self.close(&what(&format!("quantile {p}")), got.quantile(p), x);
        }
        for at in &want.at {
            let tail = got.tail(at.x);
            let what = |number: &str| what(&format!("{number} at {}", at.x));
            self.close(&what("ln_density"), got.ln_density(at.x), at.ln_density);
            self.close(&what("below"), tail.below, at.below);
            self.close(&what("up_to"), tail.up_to, at.up_to);
            self.close(&what("above"), tail.above, at.above);
        }
    }

    fn future(&self, detector: &AnyDetector) {
        let want = self.readouts;
        for prediction in &want.predictions {
            self.prediction(detector, prediction);
        }
        for &(k, p) in &want.p_change_within {
            self.close(
                &format!("p_change_within {k}"),
                detector.p_change_within(k),
                p,
            );
        }
        for &(k, p) in &want.p_next_change_after {
            self.close(
                &format!("p_next_change_after {k}"),
                detector.p_next_change_after(k),
                p,
            );
        }
        let residual = detector.expected_residual().unwrap_or(f64::NAN);
        self.close("expected_residual", residual, want.expected_residual);
        if let (Some(pit), Some((Some(x), before))) = (want.pit, self.case.data.split_last()) {
            let predicted = self.after(before.len()).predict(1).unwrap();
            self.close("pit", predicted.tail(*x).pit(), pit);
        }
    }
}

#[test]
fn all_that_can_be_asked() {
    let cases = corpus::load();
    let held: Vec<Held> = cases
        .iter()
        .filter_map(|case| {
            Some(Held {
                case,
                readouts: case.readouts.as_ref()?,
            })
        })
        .collect();
    assert!(held.len() >= 9, "{}", held.len());
    for held in held {
        let mut detector = held.after(held.case.data.len());
        let data: Vec<f64> = held
            .case
            .data
            .iter()
            .map(|x| x.unwrap_or(f64::NAN))
            .collect();
        let detection = Detection::of(&detector, &data, held.readouts.mass).unwrap();
        held.past(&detection);
        held.segments(&detection.segments);
        held.shift(
            "shift",
            detector.shift().unwrap(),
            held.readouts.shift.as_ref(),
        );
        held.future(&detector);
        held.lags();
        held.draws(&detector);
        held.alarms(&detector.take_alarms());
    }
}
