//! Synthetic streams, the same for every bench and every peer. A seed gives the
//! same stream for ever.

/// The seed of benches that need one stream only.
pub const SEED: u64 = 42;

/// A small generator with a fixed stream (xorshift64*, Vigna 2016).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Uniform on [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11;
        bits as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box & Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Poisson, by inversion.
    pub fn poisson(&mut self, rate: f64) -> u64 {
        let mut left = self.uniform();
        let mut mass = (-rate).exp();
        let mut k = 0;
        while left > mass && k < 10_000 {
            left -= mass;
            k += 1;
            mass *= rate / k as f64;
        }
        k
    }

    /// Student-t with `nu` degrees of freedom (Bailey 1994).
    pub fn student_t(&mut self, nu: f64) -> f64 {
        loop {
            let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let w = u * u + v * v;
            if w > 0.0 && w <= 1.0 {
                return u * (nu * (w.powf(-2.0 / nu) - 1.0) / w).sqrt();
            }
        }
    }
}

/// Observations of no change at all.
pub fn quiet(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..n).map(|_| random.normal()).collect()
}

/// Segments of 150, the level of each in `levels` order, drawn by `draw` with
/// the level and a noise scale from U(0.5, 2.5).
fn segments<T>(
    seed: u64,
    n: usize,
    levels: impl IntoIterator<Item = f64>,
    mut draw: impl FnMut(&mut Random, f64, f64) -> T,
) -> Vec<T> {
    let mut random = Random::new(seed);
    let mut levels = levels.into_iter();
    let (mut level, mut scale) = (0.0, 1.0);
    (0..n)
        .map(|i| {
            if i % 150 == 0 {
                level = levels.next().unwrap_or(level);
                scale = 0.5 + 2.0 * random.uniform();
            }
            draw(&mut random, level, scale)
        })
        .collect()
}

/// Levels `first + step, first + 2 step, …` up to beyond `top`, then `first`
/// again: the benchmark series of Fast-BOCPD 1.0.
fn staircase(first: f64, step: f64, top: f64) -> impl Iterator<Item = f64> {
    let next = move |level: &f64| Some(if *level <= top { level + step } else { first });
    std::iter::successors(Some(first + step), next)
}

/// Gaussian segments: levels 5, 10, …, 45, 0, ….
pub fn gaussian(seed: u64, n: usize) -> Vec<f64> {
    segments(seed, n, staircase(0.0, 5.0, 40.0), |r, level, scale| {
        level + scale * r.normal()
    })
}

/// Segments with Student-t noise of 5 degrees of freedom.
pub fn student_t(seed: u64, n: usize) -> Vec<f64> {
    segments(seed, n, staircase(0.0, 5.0, 40.0), |r, level, scale| {
        level + scale * r.student_t(5.0)
    })
}

/// Poisson segments: rates 6, 10, 14, 2, ….
pub fn poisson(seed: u64, n: usize) -> Vec<u64> {
    segments(seed, n, staircase(2.0, 4.0, 12.0), |r, level, _| {
        r.poisson(level)
    })
}

/// Bernoulli segments: probabilities 0.5, 0.9, 0.1, ….
pub fn bernoulli(seed: u64, n: usize) -> Vec<bool> {
    segments(seed, n, staircase(0.1, 0.4, 0.5), |r, level, _| {
        r.uniform() < level
    })
}

/// Binomial segments of 10 trials.
pub fn binomial(seed: u64, n: usize) -> Vec<u64> {
    let trials = |r: &mut Random, p: f64| (0..10).filter(|_| r.uniform() < p).count() as u64;
    segments(seed, n, staircase(0.1, 0.4, 0.5), |r, level, _| {
        trials(r, level)
    })
}

/// Poisson segments of large rates: `rate` times 0.8, 1.1, 1.4, 0.5, …, each
/// count the nearest integer to a normal draw of the same mean and variance.
pub fn large_counts(seed: u64, n: usize, rate: f64) -> Vec<u64> {
    segments(seed, n, staircase(0.5, 0.3, 1.1), |r, level, _| {
        nearest_count(r, level * rate, level * rate)
    })
}

/// Binomial segments of many `trials`: probabilities 0.5, 0.9, 0.1, …, drawn
/// like [`large_counts`].
pub fn many_trials(seed: u64, n: usize, trials: u64) -> Vec<u64> {
    let trials_as_float = trials as f64;
    segments(seed, n, staircase(0.1, 0.4, 0.5), |r, level, _| {
        let mean = level * trials_as_float;
        nearest_count(r, mean, mean * (1.0 - level)).min(trials)
    })
}

/// The nearest integer to a normal draw; 0 for a negative one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a negative number is 0"
)]
fn nearest_count(random: &mut Random, mean: f64, variance: f64) -> u64 {
    (mean + variance.sqrt() * random.normal()).round() as u64
}

/// Exponential segments: scales 4, 7, …, 16, 1, ….
pub fn gamma(seed: u64, n: usize) -> Vec<f64> {
    segments(seed, n, staircase(1.0, 3.0, 13.0), |r, level, _| {
        -level * (1.0 - r.uniform()).ln()
    })
}

/// A level that drifts like a random walk.
pub fn drifting(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    let mut level = 0.0;
    (0..n)
        .map(|_| {
            level += 0.03 * random.normal();
            level + random.normal()
        })
        .collect()
}

/// No change, Student-t noise of 3 degrees of freedom.
pub fn heavy_tailed(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..n).map(|_| random.student_t(3.0)).collect()
}

/// Segments as the Gaussian model with mean 0 and κ = α = β = 1 expects them:
/// geometric lengths of 150 on average, σ² ~ InvGamma(1, 1), level ~ N(0, σ²).
pub fn from_the_prior(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    let (mut level, mut scale) = (0.0, 1.0);
    (0..n)
        .map(|i| {
            if i == 0 || random.uniform() < 1.0 / 150.0 {
                // 1/σ² is exponential.
                scale = (-(1.0 - random.uniform()).ln()).powf(-0.5);
                level = scale * random.normal();
            }
            level + scale * random.normal()
        })
        .collect()
}

/// Level 0 throughout, noise of 1 and 2 in turns of 200.
pub fn changing_noise(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    let scale = |i: usize| {
        if (i / 200).is_multiple_of(2) {
            1.0
        } else {
            2.0
        }
    };
    (0..n).map(|i| scale(i) * random.normal()).collect()
}

/// A level that rises by 3 in 300 observations and falls as slowly, again and
/// again.
pub fn ramps(seed: u64, n: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    let level = |i: usize| 0.01 * (i % 600).min(600 - i % 600) as f64;
    (0..n).map(|i| level(i) + random.normal()).collect()
}

/// Counts of rate 5 throughout.
pub fn quiet_counts(seed: u64, n: usize) -> Vec<u64> {
    let mut random = Random::new(seed);
    (0..n).map(|_| random.poisson(5.0)).collect()
}
