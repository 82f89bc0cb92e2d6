//! How sure a simulation is.

use libm::{exp, sqrt};

use crate::distribution::{Beta, Distribution, Gamma, StudentT};

/// The probability of an interval.
const MASS: f64 = 0.95;

/// An estimate with its standard error and interval.
pub(super) struct Estimated {
    pub(super) value: f64,
    pub(super) error: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// The probability of what `hits` of `n` did: the interval of Clopper & Pearson
/// (1934), which holds for every n.
pub(super) fn of_share(hits: usize, n: usize) -> Estimated {
    let (k, all) = (hits as f64, n as f64);
    let tail = 0.5 * (1.0 - MASS);
    let low = match hits {
        0 => 0.0,
        _ => Beta {
            a: k,
            b: all - k + 1.0,
        }
        .quantile(tail),
    };
    let high = match n - hits {
        0 => 1.0,
        _ => Beta {
            a: k + 1.0,
            b: all - k,
        }
        .quantile(1.0 - tail),
    };
    // Of none (or all) in n the error is not 0: as if half of one had done
    // otherwise.
    let least = 0.5 / all;
    let p = (k / all).clamp(least, 1.0 - least);
    Estimated {
        value: k / all,
        error: sqrt(p * (1.0 - p) / all),
        low,
        high,
    }
}

/// The mean of the times to an alarm, those beyond the horizon counted with the
/// horizon. The interval is symmetric in ln(mean), as times are skewed.
pub(super) fn of_mean(times: &[usize], horizon: usize) -> Estimated {
    let n = times.len() as f64;
    let counted = times.iter().map(|&time| time.min(horizon) as f64);
    let mean = counted.clone().sum::<f64>() / n;
    let squares: f64 = counted.map(|time| (time - mean) * (time - mean)).sum();
    let error = sqrt(squares / (n - 1.0) / n);
    let student = StudentT {
        nu: n - 1.0,
        location: 0.0,
        scale: 1.0,
    };
    let factor = exp(student.quantile(0.5 + 0.5 * MASS) * error / mean);
    Estimated {
        value: mean,
        error,
        low: mean / factor,
        high: mean * factor + beyond(times, horizon),
    }
}

/// What streams without an alarm may add to the mean beyond the horizon, at the
/// lowest constant rate that agrees with the alarms in its second half.
fn beyond(times: &[usize], horizon: usize) -> f64 {
    let censored = times.iter().filter(|&&time| time > horizon).count();
    if censored == 0 {
        return 0.0;
    }
    let half = horizon / 2;
    let late = times.iter().filter(|&&time| time > half);
    let alarms = late.clone().count() - censored;
    if alarms == 0 {
        return f64::INFINITY;
    }
    let exposure: f64 = late.map(|&time| (time.min(horizon) - half) as f64).sum();
    let gamma = Gamma {
        shape: alarms as f64,
        rate: 1.0,
    };
    let rate = gamma.quantile(0.5 * (1.0 - MASS)) / exposure;
    censored as f64 / times.len() as f64 / rate
}
