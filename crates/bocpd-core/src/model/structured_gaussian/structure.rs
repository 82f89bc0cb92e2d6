//! What a segment is made of: the state and how it moves.
//!
//! The state of a segment is, in this order and as far as the parameters ask for it,
//!
//! ```text
//! e        the noise, if it is AR(1)
//! level    what the observations lie about
//! slope    by how much the level rises in a unit of time
//! c₁ s₁ …  amplitudes of the harmonics of the season
//! ```
//!
//! AR noise comes first: then the factors of the covariance ([`super::factors`]) need no
//! division by the variance of the measurement, which is 0 under AR noise.

use alloc::vec;
use alloc::vec::Vec;

use libm::{cos, exp, expm1, fabs, log, sin};

use crate::error::ParameterError;
use crate::parameter::Limits;
use crate::real::Real;

/// φ of the noise.
pub(crate) const PHI: Limits = Limits::closed(-0.999_999, 0.999_999, "lie in ±0.999999");
/// Standard deviations and variances in units of σ and σ².
pub(crate) const RELATIVE: Limits = Limits::closed(0.0, 1e12, "lie in [0, 1e12]");
/// Length of a season.
pub(crate) const PERIOD: Limits = Limits::closed(0.0, 1e9, "lie in [0, 1e9]");
/// How many harmonics a season has.
pub(crate) const HARMONICS: Limits = Limits::closed(1.0, 16.0, "lie in 1..=16");
/// Scale of a heavy-tailed prior.
pub(crate) const CAUCHY: Limits = Limits::closed(0.0, 1e100, "lie in [0, 1e100]");
/// How many observations a variance remembers.
pub(crate) const MEMORY: Limits = Limits::closed(1.0, 1000.0, "lie in 1..=1000");

/// No state has more numbers.
pub(super) const MAX_DIM: usize = 35;

/// What cannot be said of the parameters one by one.
pub(crate) fn check_season(period: f64, harmonics: u32) -> Result<(), ParameterError> {
    if period == 0.0 {
        return Ok(());
    }
    if period < 2.0 {
        return Err(ParameterError::new("period", period, "be 0 or at least 2"));
    }
    if 2.0 * f64::from(harmonics) > period {
        let must = "be at most half the period";
        return Err(ParameterError::new("harmonics", f64::from(harmonics), must));
    }
    Ok(())
}

/// Which numbers a state has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) ar: bool,
    pub(super) slope: bool,
    /// How many amplitudes.
    pub(super) season: usize,
}

impl Layout {
    /// Position of the level.
    #[inline(always)]
    pub(super) fn level(self) -> usize {
        usize::from(self.ar)
    }

    /// Position of the first amplitude.
    #[inline(always)]
    pub(super) fn first_amplitude(self) -> usize {
        self.level() + 1 + usize::from(self.slope)
    }

    /// How many numbers.
    #[inline(always)]
    pub(super) fn dim(self) -> usize {
        self.first_amplitude() + self.season
    }
}

/// The parameters, all variances in units of the unknown σ².
#[derive(Clone, Copy, Debug)]
pub(super) struct Structure {
    pub(super) phi: f64,
    /// Variance by which the level moves in a unit of time.
    pub(super) drift: f64,
    /// Standard deviation of a slope at the start of a segment.
    pub(super) slope: f64,
    /// Variance by which the slope moves in a unit of time.
    pub(super) slope_drift: f64,
    pub(super) period: f64,
    pub(super) harmonics: u32,
    /// Standard deviation of an amplitude.
    pub(super) season: f64,
    /// Variance of the level at the start of a segment; of no meaning if its prior is
    /// heavy-tailed.
    pub(super) level: f64,
}

/// What so much time does to a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passage<F> {
    /// What is left of the noise.
    pub(super) phi: F,
    /// The variance that comes to it.
    pub(super) noise: F,
    /// How much time.
    pub(super) elapsed: F,
    pub(super) half: F,
    /// The variance that comes to the level alone.
    pub(super) level: F,
    /// The variance that comes to the slope, and half the time times it to the level.
    pub(super) slope: F,
}

/// Times between observations are taken to be no shorter.
const SHORTEST: f64 = 1e-9;

/// And no longer: their cubes, times the largest variance, are still within the type.
fn longest<F: Real>() -> f64 {
    if F::HUGE.wide() > 1e50 { 1e12 } else { 1e6 }
}

impl Structure {
    pub(super) fn layout(&self) -> Layout {
        Layout {
            ar: self.phi != 0.0,
            slope: self.slope > 0.0 || self.slope_drift > 0.0,
            season: self.amplitudes(),
        }
    }

    /// Two for each harmonic; of the harmonic at half the period the sine is 0 at whole
    /// times and left out.
    fn amplitudes(&self) -> usize {
        if self.period == 0.0 {
            return 0;
        }
        let both = 2 * self.harmonics as usize;
        both - usize::from(2.0 * f64::from(self.harmonics) == self.period)
    }

    /// Whether the state stays as it is while time passes.
    pub(super) fn is_static(&self) -> bool {
        let Layout { ar, slope, season } = self.layout();
        !ar && !slope && season == 0 && self.drift == 0.0
    }

    /// The variance of a measurement: AR noise takes its place.
    pub(super) fn measurement(&self) -> f64 {
        if self.phi == 0.0 { 1.0 } else { 0.0 }
    }

    /// The variances of a state at the start of a segment.
    pub(super) fn prior(&self) -> Vec<f64> {
        let layout = self.layout();
        let mut variances = vec![1.0; layout.level()];
        variances.push(self.level);
        if layout.slope {
            variances.push(self.slope * self.slope);
        }
        variances.resize(layout.dim(), self.season * self.season);
        variances
    }

    /// What `elapsed` does.
    pub(super) fn passage<F: Real>(&self, elapsed: f64) -> Passage<F> {
        let elapsed = elapsed.max(SHORTEST).min(longest::<F>());
        let (mut phi, mut noise) = (0.0, 1.0);
        if self.phi != 0.0 {
            let ln = log(fabs(self.phi)) * elapsed;
            (phi, noise) = (exp(ln), -expm1(2.0 * ln));
            if self.phi < 0.0 {
                // At whole times φ's power; in between no process has one.
                let sign = cos_turns(0.5 * elapsed);
                (phi, noise) = (phi * sign, 1.0 - phi * phi * sign * sign);
            }
            if elapsed == 1.0 {
                (phi, noise) = (self.phi, 1.0 - self.phi * self.phi);
            }
        }
        let slope = self.slope_drift * elapsed;
        let level = self.drift * elapsed + slope * elapsed * elapsed / 12.0;
        Passage {
            phi: F::of(phi),
            noise: F::of(noise),
            elapsed: F::of(elapsed),
            half: F::of(0.5 * elapsed),
            level: F::of(level),
            slope: F::of(slope),
        }
    }

    /// By how much each number of a state counts in a measurement at this time since the
    /// start of the segment; the rest is of no meaning.
    pub(super) fn loadings(&self, age: f64) -> [f64; MAX_DIM] {
        let layout = self.layout();
        let mut loadings = [1.0; MAX_DIM];
        if layout.slope {
            loadings[layout.level() + 1] = 0.0;
        }
        let amplitudes = &mut loadings[layout.first_amplitude()..layout.dim()];
        for (i, loading) in amplitudes.iter_mut().enumerate() {
            let harmonic = (i / 2 + 1) as f64;
            let turns = libm::fmod(harmonic * libm::fmod(age, self.period), self.period);
            let turns = turns / self.period;
            *loading = cos_turns(if i % 2 == 0 { turns } else { turns - 0.25 });
        }
        loadings
    }
}

/// The cosine of so many turns, exact at quarters.
pub(super) fn cos_turns(turns: f64) -> f64 {
    let turns = fabs(turns - libm::rint(turns)); // in 0..=½
    let angle = |turns: f64| turns * core::f64::consts::TAU;
    if turns <= 0.125 {
        cos(angle(turns))
    } else if turns <= 0.375 {
        sin(angle(0.25 - turns))
    } else {
        -cos(angle(0.5 - turns))
    }
}
