//! From first alarms to the threshold, and to what it achieves.

use alloc::vec::Vec;

use libm::sqrt;

use super::first_alarms::{FirstAlarms, Simulation};
use super::interval::{self, Estimated};
use super::{Calibration, Quantity};
use crate::error::ReadoutError;

/// No probability is larger.
const ONE: f64 = 1.0;
/// The lowest threshold that is proposed.
const LEAST: f64 = 1e-9;
/// While streams are simulated, the threshold is held to lie under the one
/// whose mean is so many standard errors larger than it should be.
const MARGIN: f64 = 3.0;

/// The lowest threshold whose mean time to the first alarm is `target` or more,
/// with streams of at most `horizon` observations.
///
/// A stream has to be watched only until the probability reaches a threshold
/// that is certainly too high, since its first alarms under all lower ones are
/// known by then. With the first streams nothing is known of such a threshold,
/// and they go on for `at_first` observations; with each batch it is found
/// again from all streams so far. Should it turn out too low in the end, streams
/// are simulated again, and further, from their seeds: what is found does not
/// depend on it.
pub(super) fn for_mean(
    simulation: &mut Simulation<'_>,
    seeds: &[u64],
    target: f64,
    at_first: usize,
    horizon: usize,
) -> Result<Calibration, ReadoutError> {
    let mut streams: Vec<FirstAlarms> = Vec::with_capacity(seeds.len());
    let mut enough = ONE;
    while streams.len() < seeds.len() {
        let so_far = streams.len();
        let batch = (so_far / 4 + 8).min(seeds.len() - so_far);
        for &seed in &seeds[so_far..so_far + batch] {
            streams.push(simulation.watch(seed, at_first, enough)?);
        }
        enough = lowest(&streams, at_first, target, MARGIN).unwrap_or(enough);
    }
    let threshold = loop {
        for (stream, &seed) in streams.iter_mut().zip(seeds) {
            if stream.watched < horizon && stream.peak() < enough {
                *stream = simulation.watch(seed, horizon, enough)?;
            }
        }
        match lowest(&streams, horizon, target, 0.0) {
            Some(threshold) => break threshold,
            None if enough == ONE => break ONE,
            // Half as far from 1, until there is nothing left.
            None if enough < 0.999 => enough = 0.5 * (enough + ONE),
            None => enough = ONE,
        }
    };
    Ok(mean_at(threshold, target, &streams, horizon))
}

/// The lowest threshold that alarms a stream within `horizon` observations with
/// at most this probability.
pub(super) fn for_share(
    simulation: &mut Simulation<'_>,
    seeds: &[u64],
    probability: f64,
    horizon: usize,
) -> Result<Calibration, ReadoutError> {
    let mut peaks = Vec::with_capacity(seeds.len());
    for &seed in seeds {
        peaks.push(simulation.watch(seed, horizon, ONE)?.peak());
    }
    peaks.sort_by(|a, b| b.total_cmp(a));
    Ok(share_at(&peaks, probability, horizon))
}

/// The threshold for a share of streams with these peaks, largest first.
fn share_at(peaks: &[f64], probability: f64, horizon: usize) -> Calibration {
    let threshold = order_statistic(peaks, probability);
    let alarms = peaks.iter().filter(|&&peak| peak >= threshold).count();
    Calibration {
        target: probability,
        ..found(
            threshold,
            Quantity::FalseAlarm,
            &interval::of_share(alarms, peaks.len()),
            peaks.len() - alarms,
            (peaks.len(), horizon),
        )
    }
}

/// What a threshold does to streams.
fn mean_at(threshold: f64, target: f64, streams: &[FirstAlarms], horizon: usize) -> Calibration {
    let times = times(streams, threshold, horizon);
    let censored = times.iter().filter(|&&time| time > horizon).count();
    Calibration {
        target,
        ..found(
            threshold,
            Quantity::AverageRunLength,
            &interval::of_mean(&times, horizon),
            censored,
            (streams.len(), horizon),
        )
    }
}

fn found(
    threshold: f64,
    quantity: Quantity,
    estimated: &Estimated,
    censored: usize,
    (streams, horizon): (usize, usize),
) -> Calibration {
    Calibration {
        threshold,
        quantity,
        target: f64::NAN,
        achieved: estimated.value,
        error: estimated.error,
        low: estimated.low,
        high: estimated.high,
        censored: censored as f64 / streams as f64,
        horizon,
        streams,
    }
}

/// Of peaks, largest first, the k-th, k = ⌊α(n + 1)⌋: at most that many reach it.
fn order_statistic(peaks: &[f64], probability: f64) -> f64 {
    let n = peaks.len();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and n + 1"
    )]
    let allowed = ((probability * (n as f64 + 1.0)) as usize).min(n);
    let threshold = match peaks.get(allowed) {
        None => peaks[n - 1],
        // Where others are as large as the first that must not alarm, it takes
        // the next larger one.
        Some(&quiet) => {
            let larger = peaks[..allowed].iter().rev().find(|&&peak| peak > quiet);
            larger.copied().unwrap_or_else(|| above(quiet))
        }
    };
    threshold.clamp(LEAST, ONE)
}

/// When each stream has its first alarm at this threshold; beyond the horizon if
/// it has none.
fn times(streams: &[FirstAlarms], threshold: f64, horizon: usize) -> Vec<usize> {
    let time = |stream: &FirstAlarms| {
        let first = stream.records.iter().find(|&&(_, p)| p >= threshold);
        first.map_or(horizon + 1, |&(time, _)| time)
    };
    streams.iter().map(time).collect()
}

/// The lowest threshold whose mean of min(time to the first alarm, horizon) is
/// the target or more, less `margin` standard errors. `None` if there is none,
/// or if streams would have to be watched for longer to know.
///
/// Thresholds are tried from the lowest on; at each record that one passes, the
/// first alarm of that stream moves to its next record. Between two records the
/// mean is the same, and the threshold is the upper one of them.
fn lowest(streams: &[FirstAlarms], horizon: usize, target: f64, margin: f64) -> Option<f64> {
    let n = streams.len() as f64;
    let (mut sum, mut squares) = (0.0, 0.0);
    let mut add = |time: usize, sign: f64| {
        let time = time.min(horizon) as f64;
        sum += sign * time;
        squares += sign * time * time;
        let mean = sum / n;
        let variance = (squares / n - mean * mean).max(0.0);
        mean - margin * sqrt(variance / n) >= target
    };
    let mut reached = false;
    for stream in streams {
        let first = stream.records.first();
        reached = add(first.map_or(horizon, |&(time, _)| time), 1.0);
    }
    let mut records: Vec<(f64, usize, usize)> = Vec::new();
    for (i, stream) in streams.iter().enumerate() {
        let values = stream.records.iter().enumerate();
        records.extend(values.map(|(j, &(_, p))| (p, i, j)));
    }
    records.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut passed = 0.0;
    for (p, i, j) in records {
        if reached && p > passed {
            return Some(p);
        }
        let stream = &streams[i];
        let next = match stream.records.get(j + 1) {
            Some(&(time, _)) => time,
            None if stream.watched >= horizon => horizon,
            None => return None,
        };
        add(stream.records[j].0, -1.0);
        reached = add(next, 1.0);
        passed = p;
    }
    (reached && passed < ONE).then(|| above(passed).max(LEAST))
}

/// The next number above a peak, which it does not reach; at most 1.
fn above(peak: f64) -> f64 {
    f64::from_bits(peak.max(0.0).to_bits() + 1).min(ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// A stream whose probabilities are independent and uniform on [0, 1): at the
    /// threshold h an alarm comes after a geometric time of mean 1/(1 − h).
    fn uniform(random: &mut Random, horizon: usize, enough: f64) -> FirstAlarms {
        let mut stream = FirstAlarms::default();
        let mut peak = 0.0;
        while peak < enough {
            // A record is broken with probability 1 − peak.
            let wait = libm::log(1.0 - random.uniform()) / libm::log(peak);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "waits of a test, from 0 to some thousands"
            )]
            let wait = wait as usize;
            stream.watched += wait + 1;
            if stream.watched > horizon {
                stream.watched = horizon;
                break;
            }
            peak += (1.0 - peak) * random.uniform();
            stream.records.push((stream.watched, peak));
        }
        stream
    }

    /// How many of so many calibrations have the truth in their interval.
    fn covered(calibrations: u64, one: impl Fn(&mut Random) -> (Calibration, f64)) -> f64 {
        let holds = (0..calibrations).filter(|&seed| {
            let (found, truth) = one(&mut Random::new(seed));
            found.low <= truth && truth <= found.high
        });
        holds.count() as f64 / calibrations as f64
    }

    /// E[min(T, n)] for a geometric T of mean 1/(1 − h).
    fn geometric(h: f64, n: usize) -> f64 {
        (1.0 - libm::pow(h, n as f64)) / (1.0 - h)
    }

    /// 95 % of the intervals have the truth, which is known here. Of 1000
    /// calibrations the share has a standard deviation of 0.7 %.
    #[test]
    #[cfg_attr(miri, ignore = "numbers alone, millions of them")]
    fn intervals_of_a_mean_hold_as_often_as_they_say() {
        for (streams, horizon) in [(20, 1000), (200, 1000)] {
            let share = covered(1000, |random| {
                let streams: Vec<_> = (0..streams)
                    .map(|_| uniform(random, horizon, 1.0))
                    .collect();
                let threshold = lowest(&streams, horizon, 50.0, 0.0).unwrap();
                let found = mean_at(threshold, 50.0, &streams, horizon);
                assert!(found.achieved >= 50.0);
                (found, geometric(threshold, horizon))
            });
            assert!((0.93..=0.97).contains(&share), "{streams} {share}");
        }
    }

    /// With a horizon of twice the mean more than a tenth of the streams has no
    /// alarm: the mean without a horizon lies in the interval as well.
    #[test]
    #[cfg_attr(miri, ignore = "numbers alone, millions of them")]
    fn an_interval_has_room_for_what_was_cut_off() {
        let share = covered(1000, |random| {
            let streams: Vec<_> = (0..200).map(|_| uniform(random, 100, 1.0)).collect();
            let threshold = lowest(&streams, 100, 50.0, 0.0).unwrap();
            let found = mean_at(threshold, 50.0, &streams, 100);
            assert!(found.censored > 0.1);
            (found, 1.0 / (1.0 - threshold))
        });
        assert!(share >= 0.93, "{share}");
    }

    /// The probability of a false alarm within n observations is 1 − hⁿ here. On
    /// average it is no larger than was asked for.
    #[test]
    #[cfg_attr(miri, ignore = "numbers alone, millions of them")]
    fn intervals_of_a_share_hold_and_the_promise_is_kept_on_average() {
        for (streams, probability) in [(15, 0.2), (300, 0.05)] {
            let mut sum = 0.0;
            let horizon = 40;
            for seed in 0..1000 {
                let mut random = Random::new(seed);
                let one = |_| uniform(&mut random, horizon, 1.0).peak();
                let mut peaks: Vec<f64> = (0..streams).map(one).collect();
                peaks.sort_by(|a, b| b.total_cmp(a));
                let found = share_at(&peaks, probability, horizon);
                let truth = 1.0 - libm::pow(found.threshold, horizon as f64);
                sum += truth;
            }
            let allowed = (probability * (f64::from(streams) + 1.0)).floor();
            let want = allowed / (f64::from(streams) + 1.0);
            // The standard deviation of Beta(k, n − k + 1), of 1000.
            let sd = (want * (1.0 - want) / f64::from(streams + 2) / 1000.0).sqrt();
            let mean = sum / 1000.0;
            assert!((mean - want).abs() < 4.0 * sd, "{mean} {want}");
            let share = covered(1000, |random| {
                let mut peaks: Vec<f64> = (0..streams)
                    .map(|_| uniform(random, horizon, 1.0).peak())
                    .collect();
                peaks.sort_by(|a, b| b.total_cmp(a));
                let found = share_at(&peaks, probability, horizon);
                let truth = 1.0 - libm::pow(found.threshold, horizon as f64);
                (found, truth)
            });
            assert!(share >= 0.94, "{streams} {share}");
        }
    }

    /// Streams that were watched only as far as need be give the same.
    #[test]
    fn what_lies_above_the_threshold_does_not_matter() {
        let streams = |enough: f64| -> Vec<_> {
            let seeds = 0..100;
            seeds
                .map(|seed| uniform(&mut Random::new(seed), 2000, enough))
                .collect()
        };
        let whole = lowest(&streams(1.0), 2000, 100.0, 0.0).unwrap();
        assert!((0.98..0.995).contains(&whole), "{whole}");
        assert_eq!(lowest(&streams(whole), 2000, 100.0, 0.0), Some(whole));
        // Not far enough: nobody knows.
        assert_eq!(lowest(&streams(0.9 * whole), 2000, 100.0, 0.0), None);
        // Further than is asked for, by so many standard errors.
        let surely = lowest(&streams(1.0), 2000, 100.0, 3.0).unwrap();
        let times = times(&streams(1.0), surely, 2000);
        let found = interval::of_mean(&times, 2000);
        assert!(found.value >= 100.0 + 3.0 * found.error && found.value < 200.0);
    }

    #[test]
    fn ties_are_passed_together() {
        // Five streams, three of which have the same peaks.
        let peaks = [0.9, 0.8, 0.8, 0.8, 0.1];
        let at = |probability| share_at(&peaks, probability, 10);
        for (probability, threshold, achieved) in [
            (0.1, f64::from_bits(0.9f64.to_bits() + 1), 0.0),
            (0.2, 0.9, 0.2),
            (0.5, 0.9, 0.2),
            (0.7, 0.8, 0.8),
            (0.9, 0.1, 1.0),
        ] {
            let found = at(probability);
            assert_eq!((found.threshold, found.achieved), (threshold, achieved));
            assert!((found.censored + achieved - 1.0).abs() < 1e-15);
        }
        let stream = |records: &[(usize, f64)]| FirstAlarms {
            records: records.to_vec(),
            watched: 100,
        };
        let streams = [
            stream(&[(3, 0.2), (10, 0.5)]),
            stream(&[(3, 0.2), (20, 0.5), (50, 0.7)]),
        ];
        // At 0.2 both have the alarm after 3, above it after 10 and 20, above 0.5
        // after 100 (none) and 50.
        let lowest = |target| lowest(&streams, 100, target, 0.0);
        assert_eq!(lowest(2.0), Some(0.2));
        assert_eq!(lowest(3.0), Some(0.2));
        assert_eq!(lowest(3.1), Some(0.5));
        assert_eq!(lowest(15.0), Some(0.5));
        assert_eq!(lowest(75.0), Some(0.7));
        assert_eq!(lowest(76.0), Some(above(0.7)));
        let found = mean_at(0.6, 60.0, &streams, 100);
        assert_eq!((found.achieved, found.censored), (75.0, 0.5));
        // One alarm in the second half would be needed to say more.
        assert_eq!(found.high, f64::INFINITY);
    }
}
