//! Randomness for simulations that the caller writes.

/// A stream of random numbers, lent to a function that simulates.
pub struct Random(bocpd_core::random::Random);

impl Random {
    /// Lends the stream to `body`.
    pub(crate) fn lend(random: &mut bocpd_core::random::Random, body: impl FnOnce(*mut Self)) {
        let mut lent = Self(random.clone());
        body(&raw mut lent);
        *random = lent.0;
    }
}

/// The next number of the stream, uniform on [0, 1); NaN if random is NULL. Only inside
/// of a function that was given the stream, and with that pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_random_uniform(random: *mut Random) -> f64 {
    if random.is_null() {
        return f64::NAN;
    }
    // SAFETY: lent by `Random::lend` for the call that we are in.
    unsafe { (*random).0.uniform() }
}
