//! Steps and detections as text for people.

use core::fmt;

use crate::detect::{Change, Detection};
use crate::detector::Step;

/// A number in about six significant digits, without an exponent where it reads well without.
struct Digits(f64);

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value) = *self;
        let magnitude = value.abs();
        if value != 0.0 && !(1e-4..1e9).contains(&magnitude) {
            return write!(f, "{value:.4e}");
        }
        let decimals = match magnitude {
            m if m >= 1e5 => 0,
            m if m >= 1e4 => 1,
            m if m >= 1e3 => 2,
            m if m >= 1e2 => 3,
            m if m >= 1e1 => 4,
            _ => 5,
        };
        write!(f, "{value:.decimals$}")
    }
}

/// The index, P(a segment begins with this observation), the most probable run length with its
/// probability, and how expected the observation was; that it is an outlier where it may be.
///
/// ```
/// use bocpd_core::{Constant, Detector, Gaussian};
///
/// let mut detector = Detector::new(Gaussian::new(0.0, 1.0, 1.0, 1.0)?, Constant::new(100.0)?);
/// let step = detector.update(0.5)?;
/// assert_eq!(step.to_string(), "0: change now 1.000, run length 0 (1.000), ln predictive -1.47723");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: change now {:.3}, run length {} ({:.3}), ln predictive {}",
            self.index,
            self.p_change_now,
            self.map_run_length,
            self.map_probability,
            Digits(self.ln_predictive),
        )?;
        if self.p_outlier > 0.0 {
            write!(f, ", outlier {:.3}", self.p_outlier)?;
        }
        Ok(())
    }
}

/// Where it is and may be, how sure that is, by how much the level changed, and which other
/// parameters differ more probably than not.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = &self.location;
        write!(
            f,
            "at {} ({}..={}), probability {:.3}, nearby {:.3}",
            at.index, at.low, at.high, at.probability, at.p_nearby
        )?;
        if let Some(jump) = &self.jump {
            let (by, sd) = (Digits(jump.difference), Digits(jump.sd));
            write!(f, ": {} by {by}, sd {sd}", jump.parameter)?;
        }
        let others = self.parameters.iter().filter(|other| {
            let told = self
                .jump
                .as_ref()
                .map(|jump| (jump.parameter, jump.dimension));
            other.p_changed > 0.5 && told != Some((other.parameter, other.dimension))
        });
        for (i, other) in others.enumerate() {
            let before = if i == 0 { "; also " } else { ", " };
            write!(f, "{before}{} ({:.3})", other.parameter, other.p_changed)?;
        }
        Ok(())
    }
}

/// A line for each change under one for the series, then what was assumed, and remarks.
///
/// ```
/// let xs = [0.1, -0.4, 0.3, 0.2, -0.1, 5.2, 4.8, 5.1, 4.9, 5.3];
/// let text = bocpd_core::detect(&xs, None, 0.9)?.to_string();
/// assert!(text.starts_with("10 observations, 1 change\nat 5 (5..=5), probability "));
/// # Ok::<(), bocpd_core::error::DetectError>(())
/// ```
impl fmt::Display for Detection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.changes.len();
        write!(f, "{} observations, ", self.observations)?;
        match n {
            0 => write!(f, "no change")?,
            1 => write!(f, "1 change")?,
            n => write!(f, "{n} changes")?,
        }
        for change in &self.changes {
            write!(f, "\n{change}")?;
        }
        write!(f, "\nassumed {}", self.assumptions)?;
        for remark in &self.remarks {
            write!(f, "\nremark: {remark}")?;
        }
        Ok(())
    }
}
