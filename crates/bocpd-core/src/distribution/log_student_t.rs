//! The distribution of a positive number whose logarithm has another one.

use libm::{exp, log};

use super::{Distribution, StudentT, impossible};

/// The distribution of e to the power of a Student-t variable: what a log-normal model
/// predicts.
///
/// ```text
/// p(x) = p_T(ln x) / x,   x > 0
/// ```
///
/// Its tails are so heavy that it has no mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogStudentT {
    /// The distribution of ln x.
    pub ln: StudentT,
}

impl Distribution for LogStudentT {
    fn mean(&self) -> f64 {
        f64::INFINITY
    }
    fn variance(&self) -> f64 {
        f64::INFINITY
    }
    fn ln_density(&self, x: f64) -> f64 {
        if x > 0.0 && x < f64::INFINITY {
            self.ln.ln_density(log(x)) - log(x)
        } else {
            impossible(x)
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { self.ln.cdf(log(x)) }
    }
    fn rough_cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else {
            self.ln.rough_cdf(log(x))
        }
    }
    fn survival(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else {
            self.ln.survival(log(x))
        }
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn quantile(&self, p: f64) -> f64 {
        exp(self.ln.quantile(p))
    }
}
