//! Bayesian online changepoint detection.
#![no_std]
