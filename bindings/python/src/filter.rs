//! The filter inside a detector: one configured by plain data, or one with a
//! model written in Python.

use bocpd_core::Detect;

pub(crate) type Filter = Box<dyn Detect>;
