//! The way up to a maximum.
//!
//! BFGS with a line search by halving, in a box (Nocedal & Wright 2006, §3.1, §6.1, §16.7). Of the
//! crates that have such a search none does without the standard library and arrays of
//! another crate, and none knows of a surface that is rough, counts its evaluations or ends where
//! a ridge rises for ever by next to nothing.

use alloc::vec::Vec;

use libm::{fabs, sqrt};

use super::curvature::{self, Square};
use super::error::FitError;

/// One direction to move in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) start: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// The longest step.
    pub(super) far: f64,
}

/// What is climbed.
pub(super) trait Surface {
    /// Its height; −∞ where there is none.
    fn height(&mut self, at: &[f64]) -> Result<f64, FitError>;
    /// Whether it may be asked so many times more.
    fn may(&self, times: usize) -> bool;
    /// Whether it makes small jumps.
    fn is_rough(&self) -> bool;
}

/// A step that promises less is not taken.
const ENOUGH: f64 = 1e-8;
const ENOUGH_ROUGH: f64 = 1e-3;
/// A step over [`LONG`] of the longest that promises less leads along a ridge that rises for ever.
const RIDGE: f64 = 1e-3;
const LONG: f64 = 0.2;
/// The distance of differences, in units over which the height falls by ½.
const NEAR: f64 = 1e-2;
const NEAR_ROUGH: f64 = 0.3;
/// A line search keeps a step that gains this share of what its slope promises.
const SHARE: f64 = 1e-4;

/// A point, and what is known of the surface there.
pub(super) struct Climb<'a, S> {
    surface: &'a mut S,
    axes: Vec<Axis>,
    pub(super) at: Vec<f64>,
    pub(super) height: f64,
    /// Over this distance along an axis the height changes by about ½ beside its slope.
    units: Vec<f64>,
    slope: Vec<f64>,
}

/// How a search ended.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// No step promises more.
    Peak,
    /// What is left is a ridge that rises by next to nothing.
    Ridge,
    /// It promises more, but no step is higher.
    Stuck,
    /// Too many evaluations.
    Spent,
}

impl<'a, S: Surface> Climb<'a, S> {
    pub(super) fn new(surface: &'a mut S, axes: Vec<Axis>, height: f64) -> Self {
        Self {
            surface,
            at: axes.iter().map(|axis| axis.start).collect(),
            height,
            units: axes.iter().map(|axis| 0.1 * axis.far).collect(),
            slope: axes.iter().map(|_| 0.0).collect(),
            axes,
        }
    }

    /// Goes up as far as there is a way. Says whether that is a peak, and the standard error of
    /// each coordinate if the surface is the logarithm of a likelihood: `None` where that is not
    /// known.
    pub(super) fn run(&mut self) -> Result<(bool, Vec<Option<f64>>), FitError> {
        /// So often the way from the end goes on by the curvature there.
        const AGAIN: usize = 3;
        let unknown = self.axes.iter().map(|_| None).collect();
        if self.axes.is_empty() {
            return Ok((true, unknown));
        }
        // The first units are a guess.
        for _ in 0..4 {
            let before = self.units.clone();
            if !self.look()? {
                return Ok((false, unknown));
            }
            let mut both = before.iter().zip(&self.units);
            if both.all(|(a, b)| (0.3..3.0).contains(&(a / b))) {
                break;
            }
        }
        let mut inverse = self.round_peak();
        let mut end = self.climb(&mut inverse)?;
        for _ in 0..AGAIN {
            let inside = self.inside();
            let Some(found) = self.covariance(&inside)? else {
                return Ok((matches!(end, End::Peak | End::Ridge), unknown));
            };
            let slope: Vec<f64> = inside.iter().map(|&i| self.slope[i]).collect();
            let promise = 0.5 * dot(&slope, &found.times(&slope));
            let errors = || {
                let mut errors = unknown.clone();
                for (k, &i) in inside.iter().enumerate() {
                    errors[i] = Some(sqrt(found.at(k, k)));
                }
                errors
            };
            let is_peak = end == End::Ridge || promise < 10.0 * self.enough();
            if is_peak || end == End::Spent {
                return Ok((is_peak && end != End::Spent, errors()));
            }
            inverse = self.round_peak();
            for (k, &i) in inside.iter().enumerate() {
                for (l, &j) in inside.iter().enumerate() {
                    *inverse.at_mut(i, j) = found.at(k, l);
                }
            }
            let before = self.height;
            end = self.climb(&mut inverse)?;
            if self.height <= before {
                return Ok((end == End::Peak, errors()));
            }
        }
        Ok((end == End::Peak, unknown))
    }

    /// Which coordinates are at an end of their range, and would go beyond.
    pub(super) fn at_limit(&self, i: usize) -> bool {
        let (axis, slope) = (&self.axes[i], self.slope[i]);
        (self.at[i] <= axis.low && slope < 0.0) || (self.at[i] >= axis.high && slope > 0.0)
    }

    fn inside(&self) -> Vec<usize> {
        (0..self.axes.len())
            .filter(|&i| !self.at_limit(i))
            .collect()
    }

    fn enough(&self) -> f64 {
        if self.surface.is_rough() {
            ENOUGH_ROUGH
        } else {
            // Where heights are large their roundings are too.
            ENOUGH.max(1e-13 * fabs(self.height))
        }
    }

    fn climb(&mut self, inverse: &mut Square) -> Result<End, FitError> {
        // Whether `inverse` was learned on the way.
        let mut learned = true;
        loop {
            let step = self.step(inverse);
            let promise = dot(&self.slope, &step);
            if promise <= 0.0 && learned {
                (*inverse, learned) = (self.round_peak(), false);
                continue;
            }
            if 0.5 * promise < self.enough() {
                return Ok(End::Peak);
            }
            let mut long = step.iter().zip(&self.axes);
            if promise < RIDGE && long.any(|(step, axis)| fabs(*step) > LONG * axis.far) {
                return Ok(End::Ridge);
            }
            let (slope, from) = (self.slope.clone(), self.at.clone());
            match self.line(&step, promise)? {
                Some(true) => {}
                Some(false) if learned => {
                    (*inverse, learned) = (self.round_peak(), false);
                    continue;
                }
                Some(false) => return Ok(End::Stuck),
                None => return Ok(End::Spent),
            }
            if !self.look()? {
                return Ok(End::Spent);
            }
            let moved: Vec<f64> = self.at.iter().zip(&from).map(|(a, b)| a - b).collect();
            let fell: Vec<f64> = slope.iter().zip(&self.slope).map(|(a, b)| a - b).collect();
            inverse.learn(&moved, &fell);
            learned = true;
        }
    }

    /// Where to go, and how far: no further than the longest step, and not out of the box.
    fn step(&self, inverse: &Square) -> Vec<f64> {
        let inside = self.inside();
        let mut step: Vec<f64> = self.axes.iter().map(|_| 0.0).collect();
        for &i in &inside {
            step[i] = inside
                .iter()
                .map(|&j| inverse.at(i, j) * self.slope[j])
                .sum();
        }
        let share = step.iter().zip(&self.axes);
        let share = share
            .map(|(step, axis)| fabs(*step) / axis.far)
            .fold(1.0, f64::max);
        for ((step, axis), at) in step.iter_mut().zip(&self.axes).zip(&self.at) {
            *step = (at + *step / share).clamp(axis.low, axis.high) - at;
        }
        step
    }

    /// Goes along a step as far as it is higher there. Whether it is anywhere; `None` if that was
    /// too much to ask.
    fn line(&mut self, step: &[f64], promise: f64) -> Result<Option<bool>, FitError> {
        let mut share = 1.0;
        for _ in 0..30 {
            if !self.surface.may(1) {
                return Ok(None);
            }
            let to: Vec<f64> = (self.at.iter().zip(step))
                .map(|(at, step)| at + share * step)
                .collect();
            let height = self.surface.height(&to)?;
            if height > self.height && height >= self.height + SHARE * share * promise {
                (self.at, self.height) = (to, height);
                return Ok(Some(true));
            }
            // The highest point of the parabola through what is known.
            let lack = self.height + share * promise - height;
            let peak = 0.5 * share * share * promise / lack;
            share = if peak.is_finite() {
                peak.clamp(0.1 * share, 0.5 * share)
            } else {
                0.1 * share
            };
        }
        Ok(Some(false))
    }

    /// Looks about: finds slopes and units. `false` if that was too much to ask.
    fn look(&mut self) -> Result<bool, FitError> {
        if !self.surface.may(2 * self.axes.len()) {
            return Ok(false);
        }
        let near = if self.surface.is_rough() {
            NEAR_ROUGH
        } else {
            NEAR
        };
        let mut to = self.at.clone();
        for (i, axis) in self.axes.iter().enumerate() {
            let (at, distance) = (self.at[i], near * self.units[i]);
            let (up, down) = (
                (at + distance).min(axis.high),
                (at - distance).max(axis.low),
            );
            to[i] = up;
            let above = self.surface.height(&to)?;
            to[i] = down;
            let below = self.surface.height(&to)?;
            to[i] = at;
            let (rise, fall) = (
                (above - self.height) / (up - at),
                (self.height - below) / (at - down),
            );
            let one_sided = if up > at && down < at { 0.1 } else { 1.0 };
            let smaller = one_sided * self.units[i];
            (self.slope[i], self.units[i]) = match (rise.is_finite(), fall.is_finite()) {
                (true, true) => {
                    let curvature = 2.0 * (fall - rise) / (up - down);
                    let unit = (1.0 / sqrt(fabs(curvature))).clamp(1e-7 * axis.far, axis.far);
                    ((above - below) / (up - down), unit)
                }
                (true, false) => (rise, smaller),
                (false, true) => (fall, smaller),
                (false, false) => (0.0, smaller),
            };
        }
        Ok(true)
    }

    /// What is known of the inverse of the curvature from the axes alone.
    fn round_peak(&self) -> Square {
        Square::diagonal(self.units.iter().map(|unit| unit * unit))
    }

    /// The inverse of the curvature among these coordinates. `None` if the surface is not curved
    /// downwards, or that was too much to ask.
    fn covariance(&mut self, of: &[usize]) -> Result<Option<Square>, FitError> {
        let n = of.len();
        if n == 0 || !self.surface.may(2 * n * n) {
            return Ok(None);
        }
        // Far enough for a second difference to stand out.
        let far = if self.surface.is_rough() { 1.0 } else { 0.1 };
        let steps: Vec<f64> = of.iter().map(|&i| far * self.units[i]).collect();
        let mut curvature = Square::diagonal(of.iter().map(|_| 0.0));
        for k in 0..n {
            for l in 0..=k {
                let mut to = self.at.clone();
                let mut height = |a: f64, b: f64| {
                    to.copy_from_slice(&self.at);
                    to[of[k]] += a * steps[k];
                    to[of[l]] += b * steps[l];
                    self.surface.height(&to)
                };
                let second = if k == l {
                    // Both halves of the step are the same.
                    height(0.5, 0.5)? + height(-0.5, -0.5)? - 2.0 * self.height
                } else {
                    0.25 * (height(1.0, 1.0)? - height(1.0, -1.0)? - height(-1.0, 1.0)?
                        + height(-1.0, -1.0)?)
                };
                let value = -second / (steps[k] * steps[l]);
                (*curvature.at_mut(k, l), *curvature.at_mut(l, k)) = (value, value);
            }
        }
        // Where the surface is all but flat its roughness would make anything of it: as if
        // something vague had been known of each coordinate before.
        for (k, &i) in of.iter().enumerate() {
            let vague = 4.0 * self.axes[i].far;
            *curvature.at_mut(k, k) += 1.0 / (vague * vague);
        }
        Ok(curvature::inverse(&curvature))
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
