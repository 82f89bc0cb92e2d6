//! Decisions and numbers from bytes.

/// Numbers at which formulas, comparisons and conversions go wrong.
pub const NUMBERS: [f64; 40] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    5e-324,
    -5e-324,
    f64::MIN_POSITIVE,
    f64::EPSILON,
    1.0 - f64::EPSILON / 2.0,
    1.0 + f64::EPSILON,
    1e-9,
    1e-17,
    1e-100,
    0.9e-100,
    1e-300,
    1e6,
    1e9,
    1e15,
    9_007_199_254_740_992.0,
    9_007_199_254_740_994.0,
    1e17,
    18_446_744_073_709_551_616.0,
    1e100,
    1.1e100,
    -1e100,
    -1.1e100,
    1e150,
    1e155,
    -1e155,
    1e200,
    1e300,
    1e308,
    -1e308,
    f64::MAX,
    f64::MIN,
];

/// Counts at which loops, tables and conversions go wrong.
pub const COUNTS: [u64; 32] = [
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    9,
    15,
    16,
    17,
    31,
    32,
    33,
    63,
    64,
    65,
    1000,
    1023,
    1024,
    1025,
    10_000,
    1_000_000_000_000,
    1 << 31,
    (1 << 31) + 1,
    u32::MAX as u64,
    1 << 32,
    (1 << 53) - 1,
    1 << 53,
    (1 << 53) + 1,
    i64::MAX as u64,
    u64::MAX,
];

/// Bytes that are read from the front; past their end there are zeros.
#[derive(Clone, Debug)]
pub struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    /// Reads these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether all were read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        first
    }

    /// The next `N` bytes.
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    /// One of `0..n`, for n up to 256.
    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n
    }

    /// True once in `n` times, and false where there are no more bytes.
    pub fn one_in(&mut self, n: u8) -> bool {
        self.byte() % n == n - 1
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A small number with a few binary places.
    pub fn small(&mut self) -> f64 {
        f64::from(i8::from_le_bytes(self.bytes())) / 8.0
    }

    /// A positive number, mostly within a factor of 256 from 1.
    pub fn positive(&mut self) -> f64 {
        match self.byte() {
            240.. => self.number(),
            byte => (f64::from(byte) / 15.0 - 8.0).exp2(),
        }
    }

    /// A probability, or a number that is none.
    pub fn share(&mut self) -> f64 {
        match self.byte() {
            240.. => self.number(),
            byte => f64::from(byte) / 239.0,
        }
    }

    /// Any number at all.
    pub fn number(&mut self) -> f64 {
        match self.byte() {
            0..=79 => self.small(),
            80..=159 => self.pick(&NUMBERS),
            160..=183 => f64::from(i16::from_le_bytes(self.bytes())),
            184..=207 => {
                let power = i32::from(i16::from_le_bytes(self.bytes())) % 1075;
                let sign = if self.one_in(2) { -1.0 } else { 1.0 };
                sign * f64::from(power).exp2()
            }
            _ => f64::from_bits(u64::from_le_bytes(self.bytes())),
        }
    }

    /// Any count at all, mostly one in the neighbourhood of `near`.
    pub fn count(&mut self, near: u64) -> u64 {
        match self.byte() {
            0..=79 => u64::from(self.byte()),
            80..=143 => self.pick(&COUNTS),
            144..=207 => near.wrapping_add(u64::from(self.byte())).wrapping_sub(128),
            _ => u64::from_le_bytes(self.bytes()),
        }
    }

    /// Something or, half of the time, nothing.
    pub fn option<T>(&mut self, some: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.one_in(2).then(|| some(self))
    }

    /// Up to 7 things.
    pub fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(8)).map(|_| one(self)).collect()
    }
}
