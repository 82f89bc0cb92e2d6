//! The list of hazards.
//!
//! ```text
//! /// What it says of the length of segments, in one line.
//! Type(code, "name"): Continuous {              or Discrete: without a meaning in time
//!     /// What the parameter means, in one line.
//!     parameter: type as LIMITS, required;      or: default 1.0;
//! }
//! advice "when to choose it";
//! words "what is assumed: {parameter}";
//! ```
//!
//! The order of parameters is that of the type's `new`. Codes stand in snapshots: a new hazard
//! takes the next one that is free, and no code is ever given to another hazard. (0 to 5 are
//! the positions that format 1 wrote; 6 is a hazard of the caller's.)

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::spec::{Given, HazardSpec};
#[cfg(feature = "serde")]
use super::stored;
use crate::error::ParameterError;
use crate::hazard::{Hazard, constant, constant_grid, negative_binomial, weibull};
use crate::parameter::{
    DefaultRule, Field, POSITIVE_FINITE, PROBABILITY, ParameterSpec, ParameterValue,
};

/// What a hazard knows of.
enum Time {
    /// Time, and so also observations at irregular times.
    Continuous,
    /// The number of observations only.
    Discrete,
}

hazards! {
    /// A change is equally likely at any length.
    ///
    /// h(l) = 1 / mean_run_length.
    Constant(0, "constant"): Continuous {
        /// Mean length of a segment, in observations.
        mean_run_length: f64 as constant::MEAN_RUN_LENGTH, required;
    }
    advice "nothing is known but a typical length";
    words "segments last {mean_run_length} observations on average, at any age";

    /// A change is equally likely at any time, for observations at irregular times.
    Rate(1, "rate"): Continuous {
        /// Changes expected in a unit of time.
        per_unit_time: f64 as POSITIVE_FINITE, required;
    }
    advice "changes come at a rate in time, observations at irregular times";
    words "{per_unit_time} changes per unit of time, at any age";

    /// Weibull lengths: with a shape above 1 old segments end sooner, below 1 later.
    Weibull(2, "weibull"): Continuous {
        /// Shape of the distribution of lengths.
        shape: f64 as weibull::SHAPE, required;
        /// Scale of the distribution of lengths, in observations.
        scale: f64 as POSITIVE_FINITE, required;
    }
    advice "segments wear out (or, with a shape below 1, settle in)";
    words "segment lengths are Weibull of shape {shape} and scale {scale}";

    /// Log-logistic lengths: with a shape above 1 the hazard rises, then falls.
    ///
    /// The scale is the median length, less one.
    LogLogistic(3, "log_logistic"): Continuous {
        /// Shape of the distribution of lengths.
        shape: f64 as weibull::SHAPE, required;
        /// Scale of the distribution of lengths, in observations.
        scale: f64 as POSITIVE_FINITE, required;
    }
    advice "most segments end at some middle age, old ones stay";
    words "segment lengths are log-logistic of shape {shape} and scale {scale}";

    /// Negative binomial lengths: the sum of k geometric ones.
    NegativeBinomial(4, "negative_binomial"): Discrete {
        /// Segments last until so many successes.
        k: u32 as negative_binomial::EVENTS, required;
        /// The probability of each success.
        p: f64 as negative_binomial::SUCCESS, required;
    }
    advice "a segment has at least k observations, k/p on average";
    words "segments last until event number {k} of probability {p} each";

    /// Its values, length by length.
    Table(5, "table"): Discrete {
        /// P(a segment ends after 1, 2, ... observations | it reached them); the last repeats.
        hazards: Vec<f64> as PROBABILITY, required;
    }
    advice "anything else; 0 where no segment may end";
    words "hazards by length from a table of {} entries", hazards.len();

    /// A constant hazard whose mean length is one of several; the observations say which.
    ///
    /// All are equally probable at first.
    ConstantGrid(7, "constant_grid"): Continuous {
        /// The mean lengths of a segment to choose from, in observations.
        mean_run_lengths: Vec<f64> as constant::MEAN_RUN_LENGTH, required;
        check constant_grid::check_length(mean_run_lengths.len());
    }
    advice "how often changes come is not known, and the stream is long enough to tell";
    words "segments last a number of observations on average that is the same for the whole series, \
        one of {mean_run_lengths:?}";
}

fn own_in_words() -> String {
    String::from("a hazard of the caller's own")
}
