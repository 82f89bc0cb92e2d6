//! What a detection cannot vouch for: observations that say too little, or that are not as the
//! model says.

mod fit;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::any_detector::AnyDetector;
use crate::config::{Config, ModelConfig};
use crate::error::DetectError;
use crate::list::Observes;
use crate::observation::Rows;

/// Of so many observations nothing can be said.
const FEW: usize = 3;

/// Something that a user should know of a detection, with the number that it is about.
///
/// As text it is one line that names the option which helps, by the name that it has in a
/// configuration and in every front-end.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Remark {
    /// What it is about.
    pub kind: RemarkKind,
    /// How many, how large a share, or how large a correlation: as the kind says.
    pub value: f64,
    /// What the configuration knows of already, and so need not be told.
    knows: Knows,
}

/// What a configuration knows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
struct Knows {
    /// Noise that depends on its past: it is one of the models that are chosen where nothing is
    /// said, or a regression.
    memory: bool,
    outliers: bool,
}

impl Knows {
    fn of(config: &Config) -> Self {
        let memory = matches!(
            config.model,
            ModelConfig::StructuredGaussian { .. }
                | ModelConfig::StructuredLogNormal { .. }
                | ModelConfig::VolatileGaussian { .. }
                | ModelConfig::Regression { .. }
        );
        Self {
            memory,
            outliers: config.outliers.is_some(),
        }
    }
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum RemarkKind {
    /// There are `value` observations, three or less: nothing can be said of changes.
    TooFew,
    /// All observations are `value`: there is no noise that a change could be measured by.
    AllEqual,
    /// A share `value` of the observations, half of them or more, is one and the same number,
    /// and the model is one of real numbers.
    MostlyEqual,
    /// Neighbouring residuals have the rank correlation `value`: observations depend on those
    /// before them in a way that the model does not know.
    Dependent,
    /// A share `value` of the observations lies outside of intervals that should hold nine
    /// tenths of them, much more than a tenth.
    TooSpread,
    /// A share `value` of the observations lies outside of such intervals, much less than a tenth,
    /// and the model is none of those that are chosen where nothing is said.
    TooNarrow,
    /// `value` segments between two others have one or two observations, and the model knows no
    /// outliers.
    Spikes,
}

impl RemarkKind {
    /// Its name in configurations, tables and other languages.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooFew => "too_few",
            Self::AllEqual => "all_equal",
            Self::MostlyEqual => "mostly_equal",
            Self::Dependent => "dependent",
            Self::TooSpread => "too_spread",
            Self::TooNarrow => "too_narrow",
            Self::Spikes => "spikes",
        }
    }
}

impl Remark {
    /// What there is to remark of a series whose segments start at 0 and at `changepoints`.
    /// `rows` is all that the detector has seen; of observations with several numbers there
    /// are remarks on their number alone.
    ///
    /// Residuals are where observations lie in the predictive of their segment, given the
    /// observations of the segment before them. Of a series of more than 4096 observations
    /// eight stretches of 512 are looked at. Observations are taken to be 1 apart, as in
    /// [`Detector::segments`](crate::Detector::segments).
    ///
    /// # Errors
    /// The first observation that cannot be scored; if it is
    /// [interrupted](crate::interrupt).
    pub fn all<'a>(
        detector: &AnyDetector,
        rows: impl Into<Rows<'a>>,
        changepoints: &[u64],
    ) -> Result<Vec<Self>, DetectError> {
        let rows = rows.into();
        let dimension = detector.dimension();
        let n = rows.values.len() / dimension;
        let whole = rows.values.chunks(dimension);
        let observed = whole.filter(|row| row.iter().any(|x| !x.is_nan())).count();
        let mut remarks = Vec::new();
        let knows = Knows::of(detector.config());
        let mut remark = |kind, value| remarks.push(Self { kind, value, knows });
        if observed <= FEW {
            remark(RemarkKind::TooFew, observed as f64);
            return Ok(remarks);
        }
        if dimension > 1 {
            return Ok(remarks);
        }
        let spec = detector.config().model.spec();
        let is_real =
            spec.is_none_or(|spec| matches!(spec.observes, Observes::Real | Observes::Positive));
        let (value, share) = majority(rows.values);
        if share == 1.0 {
            remark(RemarkKind::AllEqual, value);
            return Ok(remarks);
        }
        if share >= 0.5 && is_real && observed >= 10 {
            remark(RemarkKind::MostlyEqual, share);
        }
        let spikes = spikes(n as u64, changepoints);
        if spikes > 0 && detector.config().outliers.is_none() && is_real {
            remark(RemarkKind::Spikes, spikes as f64);
        }
        let residuals = detector.residuals(rows, changepoints)?;
        for (kind, value) in fit::remarks(&residuals, is_real) {
            // With a structure that leaves next to nothing there is nothing to choose better.
            if kind != RemarkKind::TooNarrow || !knows.memory {
                remark(kind, value);
            }
        }
        Ok(remarks)
    }

    /// In one line; `option` is how an option of this name is written.
    pub fn in_words(&self, option: &dyn Fn(&str) -> String) -> String {
        let value = self.value;
        let (model, outliers) = (option("model"), option("outliers"));
        let chosen = format!("leave the {model} to be chosen");
        let resolution = format!("lower the {}", option("resolution"));
        match self.kind {
            RemarkKind::TooFew => {
                format!("{value} observations are too few to say anything about changes")
            }
            RemarkKind::AllEqual => format!(
                "all observations are {value}: there is no noise that a change could be measured by"
            ),
            RemarkKind::MostlyEqual => format!(
                "{} of the observations are one and the same number, so little is known of the \
                 noise: if the others are rare events, a {model} of counts, or of yes or no, fits better",
                percent(value)
            ),
            RemarkKind::Dependent => format!(
                "neighbouring residuals are correlated ({value:.2}), so some changes may be noise: {}",
                if self.knows.memory {
                    resolution
                } else {
                    format!("{chosen}, or {resolution}")
                }
            ),
            RemarkKind::TooSpread => format!(
                "{} of the observations lie outside of intervals that should hold 90 %: they are \
                 more spread than the model says, so some changes may be noise: {}",
                percent(value),
                match (self.knows.memory, self.knows.outliers) {
                    (true, true) => resolution,
                    (true, false) => format!("allow for {outliers}"),
                    (false, true) => chosen,
                    (false, false) => format!("{chosen}, or allow for {outliers}"),
                }
            ),
            RemarkKind::TooNarrow => format!(
                "only {} of the observations lie outside of intervals that should hold 90 %: the \
                 model takes the noise to be larger than it is, and may miss changes: {chosen}",
                percent(value)
            ),
            RemarkKind::Spikes => format!(
                "{value} segments have one or two observations: if they are wild values and no \
                 changes, allow for {outliers}"
            ),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_words(&|option| option.into()))
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// The number that half of the others or more are equal to, and its share of all; some number
/// and its share where there is none such. NaN does not count.
///
/// Of a number that is more than half of all, something is left when pairs of different numbers
/// are crossed out (Boyer & Moore 1991). One that is just half of them is the last, or more
/// than half of the others.
fn majority(values: &[f64]) -> (f64, f64) {
    let known = || values.iter().copied().filter(|x| !x.is_nan());
    let Some(last) = known().next_back() else {
        return (f64::NAN, 0.0);
    };
    let n = known().count();
    let (mut left, mut count) = (last, 0);
    for x in known().take(n - 1) {
        if count == 0 {
            (left, count) = (x, 1);
        } else if x == left {
            count += 1;
        } else {
            count -= 1;
        }
    }
    let share = |value: f64| known().filter(|&x| x == value).count() as f64 / n as f64;
    let (of_left, of_last) = (share(left), share(last));
    if of_left > of_last {
        (left, of_left)
    } else {
        (last, of_last)
    }
}

/// How many segments between two others have one or two observations.
fn spikes(n: u64, changepoints: &[u64]) -> usize {
    let inside = changepoints.iter().filter(|&&start| start > 0 && start < n);
    let inside: Vec<u64> = inside.copied().collect();
    inside
        .windows(2)
        .filter(|pair| pair[1] - pair[0] <= 2)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_that_half_of_them_are() {
        let xs = [1.0, 0.0, f64::NAN, -0.0, 2.0];
        let (value, share) = majority(&xs);
        assert!(value == 0.0 && share == 0.5);
        assert_eq!(majority(&[]).1, 0.0);
        // Wherever it stands.
        let order = [3.0, 7.0, 3.0, 5.0, 3.0, 6.0];
        for turned in 0..order.len() {
            let mut xs = order;
            xs.rotate_left(turned);
            assert_eq!(majority(&xs), (3.0, 0.5), "{xs:?}");
        }
        assert!(majority(&[1.0, 2.0, 3.0, 4.0, 5.0]).1 < 0.5);
    }

    #[test]
    fn short_segments_between_others() {
        assert_eq!(spikes(100, &[0, 1, 50, 52, 53]), 2);
        assert_eq!(spikes(100, &[99]), 0);
    }

    #[test]
    fn options_are_written_as_asked() {
        let remark = Remark {
            kind: RemarkKind::TooSpread,
            value: 0.314,
            knows: Knows {
                memory: false,
                outliers: false,
            },
        };
        let words = remark.in_words(&|option| format!("--{option}"));
        assert!(
            words.starts_with("31 % of") && words.contains("leave the --model to"),
            "{words}"
        );
        assert!(alloc::string::ToString::to_string(&remark).contains("allow for outliers"));
    }
}
