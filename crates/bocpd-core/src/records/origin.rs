//! What is known of the level before a segment.

use crate::distribution::{Forms, Level};

/// The level of the segment before the one that starts at `start`, with what was
/// known when the new one was born: the mixture over all segments that may have
/// been that one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Origin {
    pub(crate) start: u64,
    /// Mean and variance of the mixture.
    pub(crate) level: Level,
    /// The mixture itself, segments that hardly differ taken together.
    pub(crate) before: Forms,
}

/// A segment that may have been the one before: its position, its probability, and
/// what is known of its level.
pub(super) type Previous = (usize, f64, Level);

impl Origin {
    /// The mixture over `previous`, ascending starts; `describe` adds the posterior of
    /// one of them, by its position. `None` if there is none.
    pub(super) fn new(
        start: u64,
        previous: &[Previous],
        describe: impl Fn(usize, &mut Forms),
    ) -> Option<Self> {
        let levels = previous.iter().map(|&(_, p, level)| (p, Some(level)));
        let level = Level::mixture(levels)?;
        let total: f64 = previous.iter().map(|&(_, p, _)| p).sum();
        let considered = previous.iter().filter(|one| one.1 > NEGLIGIBLE * total);
        let mut before = Forms::new();
        let mut open: Option<Group> = None;
        let mut closed = 0;
        for &one in considered {
            if let Some(group) = &mut open {
                let joined = group.with(one);
                if closed == GROUPS - 1 || joined.is_alike(TOLERANCE * total) {
                    *group = joined;
                    continue;
                }
                group.describe(&mut before, &describe);
                closed += 1;
            }
            open = Some(Group::of(one));
        }
        open?.describe(&mut before, &describe);
        before.join_tables();
        Some(Self {
            start,
            level,
            before,
        })
    }
}

/// Less than this share of the mixture is not looked at.
const NEGLIGIBLE: f64 = 1e-9;

/// By so much at most the distribution function changes where a group takes the
/// place of its segments.
const TOLERANCE: f64 = 1e-3;

/// There are at most so many groups.
const GROUPS: usize = 64;

/// Neighbouring segments that are taken together: the heaviest stands for them,
/// moved and widened to the mean and variance of all.
struct Group {
    heaviest: Previous,
    /// Σ p.
    weight: f64,
    /// Σ p (m − m₁) and Σ p (m − m₁)², where m₁ is the mean of the first.
    first: f64,
    deviation: f64,
    square: f64,
    /// Σ p V.
    variance: f64,
    /// The smallest and the largest V.
    narrowest: f64,
    widest: f64,
}

impl Group {
    fn of(one: Previous) -> Self {
        let (_, p, level) = one;
        Self {
            heaviest: one,
            weight: p,
            first: level.mean,
            deviation: 0.0,
            square: 0.0,
            variance: p * level.spread,
            narrowest: level.spread,
            widest: level.spread,
        }
    }

    /// With one more segment.
    fn with(&self, one: Previous) -> Self {
        let (_, p, level) = one;
        let delta = level.mean - self.first;
        Self {
            heaviest: if p > self.heaviest.1 {
                one
            } else {
                self.heaviest
            },
            weight: self.weight + p,
            first: self.first,
            deviation: self.deviation + p * delta,
            square: self.square + p * delta * delta,
            variance: self.variance + p * level.spread,
            narrowest: self.narrowest.min(level.spread),
            widest: self.widest.max(level.spread),
        }
    }

    /// Whether the distribution function of the mixture changes by no more than this,
    /// if the group takes the place of its segments.
    ///
    /// ```text
    /// p (r/10 + u²/14),   r = variance of the means / variance of all,
    ///                     u = (V_max − V_min)/(V_max + V_min)
    /// ```
    ///
    /// about bounds it, as the next terms of the Edgeworth series tell.
    fn is_alike(&self, tolerance: f64) -> bool {
        // Whatever they are.
        if 0.2 * self.weight <= tolerance {
            return true;
        }
        let square = self.deviation * self.deviation;
        let between = self.square * self.weight - square;
        let all = between + self.variance * self.weight;
        let unlike = (self.widest - self.narrowest) / (self.widest + self.narrowest);
        let room = tolerance - self.weight * unlike * unlike / 14.0;
        0.1 * self.weight * between <= room * all
    }

    /// Adds what it knows.
    fn describe(&self, before: &mut Forms, describe: impl Fn(usize, &mut Forms)) {
        let (position, most, own) = self.heaviest;
        let mean = self.first + self.deviation / self.weight;
        let delta = self.deviation / self.weight;
        let variance = (self.variance + self.square) / self.weight - delta * delta;
        let stretch = libm::sqrt(variance / own.spread);
        let shift = mean - stretch * own.mean;
        let moves = self.weight > most && stretch > 0.0 && (shift + stretch).is_finite();
        let moved = moves.then_some((shift, stretch));
        if !before.add(self.weight, moved, |forms| describe(position, forms)) {
            before.add_normal(self.weight, mean, variance);
        }
    }
}
