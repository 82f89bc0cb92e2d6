//! Elementary functions over lanes, and the few special functions that tables
//! are built from.
//!
//! [`double`] and [`single`] hold `exp`, `ln`, `ln_1p` and `ln_gamma` as
//! straight-line code without branches, tables or fused multiply-add: a loop
//! over them becomes vector code on every instruction set, and the same input
//! gives the same bits on all of them. Their coefficients come from
//! `tests/tools/minimax.py`.

pub(crate) mod beta_binomial;
pub(crate) mod beta_less;
pub(crate) mod double;
pub(crate) mod incomplete;
mod ln_gamma;
pub(crate) mod single;
pub(crate) mod special;
mod sum;

pub(crate) use sum::{CompensatedSum, ln_1m_exp, ln_sum_exp, sum};
