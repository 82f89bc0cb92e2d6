//! The distributions, against statrs and against what they must be.

use bocpd_core::distribution::{
    Beta, BetaBinomial, BetaNegativeBinomial, CompoundGamma, Distribution, Gamma, InverseGamma,
    LogStudentT, Mixture, NegativeBinomial, Normal, RootInverseGamma, StudentT, p_greater,
};
use bocpd_tests::close::{assert_close, close};
use bocpd_tests::random::Random;
use statrs::distribution as other;
use statrs::distribution::{Continuous, ContinuousCDF, Discrete, DiscreteCDF};

/// Density, both tails and quantiles of a continuous distribution.
#[track_caller]
fn continuous<D>(ours: &dyn Distribution, theirs: &D, at: &[f64])
where
    D: Continuous<f64, f64> + ContinuousCDF<f64, f64>,
{
    for &x in at {
        let what = format!("{ours:?} at {x}");
        // Theirs may underflow.
        if theirs.ln_pdf(x).is_finite() {
            assert_close(&what, ours.ln_density(x), theirs.ln_pdf(x), 1e-11);
        }
        assert_close(&what, ours.cdf(x), theirs.cdf(x), 2e-11);
        assert_close(&what, ours.survival(x), theirs.sf(x), 2e-11);
        assert_close(&what, ours.cdf(x) + ours.survival(x), 1.0, 1e-15);
    }
    quantiles(ours);
}

#[track_caller]
fn quantiles(ours: &dyn Distribution) {
    for p in [1e-12, 1e-3, 0.05, 0.5, 0.9, 0.999, 1.0 - 1e-9] {
        let q = ours.quantile(p);
        let what = format!("{ours:?}: quantile {p} = {q}");
        if ours.is_discrete() {
            assert!(ours.cdf(q) >= p - 1e-15, "{what}");
            assert!(ours.cdf(q - 1.0) < p, "{what}");
        } else if q > 1e-300 && q < ours.support().1 - 1e-6 {
            assert!((ours.cdf(q) / p - 1.0).abs() < 1e-9, "{what}");
        }
    }
    let (low, high) = ours.support();
    assert_eq!(ours.quantile(0.0), low);
    assert_eq!(ours.cdf(low - 1.0), 0.0);
    assert_eq!(ours.survival(low - 1.0), 1.0);
    assert_eq!(ours.cdf(high), 1.0);
    assert_eq!(ours.survival(high), 0.0);
    assert!(ours.quantile(1.5).is_nan() && ours.quantile(f64::NAN).is_nan());
}

#[test]
fn normal_is_the_one_of_statrs() {
    for (mean, sd) in [(0.0, 1.0), (-3.0, 0.01), (1e3, 40.0)] {
        let theirs = other::Normal::new(mean, sd).unwrap();
        let at = [-9.0, -1.5, -0.1, 0.0, 0.3, 2.0, 15.0].map(|z| mean + sd * z);
        continuous(&Normal { mean, sd }, &theirs, &at);
    }
}

/// With many degrees of freedom it is log-normal; for any, that of the logarithm.
#[test]
fn log_student_t_is_the_one_of_the_logarithm() {
    let ln = |nu| StudentT {
        nu,
        location: 0.3,
        scale: 0.8,
    };
    for nu in [0.7, 3.0, 40.0] {
        let theirs = other::StudentsT::new(0.3, 0.8, nu).unwrap();
        let ours = LogStudentT { ln: ln(nu) };
        for x in [1e-9_f64, 0.2, 1.0, 1.4, 30.0, 1e12] {
            let want = theirs.ln_pdf(x.ln()) - x.ln();
            assert_close("ln density", ours.ln_density(x), want, 1e-12);
            assert_close("cdf", ours.cdf(x), theirs.cdf(x.ln()), 1e-11);
            assert_close(
                "survival",
                ours.survival(x),
                1.0 - theirs.cdf(x.ln()),
                1e-11,
            );
            let back = ours.quantile(ours.cdf(x));
            assert!(
                ours.cdf(x) > 0.999 || (back / x - 1.0).abs() < 1e-7,
                "{back} {x}"
            );
        }
        assert_eq!([-1.0, 0.0].map(|x| ours.cdf(x)), [0.0; 2]);
        assert_eq!([-1.0, 0.0].map(|x| ours.survival(x)), [1.0; 2]);
        assert_eq!(ours.ln_density(-1.0), f64::NEG_INFINITY);
        assert_eq!(ours.mean(), f64::INFINITY);
    }
    let (ours, theirs) = (
        LogStudentT { ln: ln(1e9) },
        other::LogNormal::new(0.3, 0.8).unwrap(),
    );
    for x in [0.2, 1.0, 5.0] {
        assert_close("log-normal", ours.ln_density(x), theirs.ln_pdf(x), 1e-7);
    }
}

#[test]
fn student_t_is_the_one_of_statrs() {
    for nu in [0.4, 1.0, 2.0, 3.7, 30.0, 2e3] {
        for (location, scale) in [(0.0, 1.0), (-3.0, 0.01), (1e3, 40.0)] {
            let ours = StudentT {
                nu,
                location,
                scale,
            };
            let theirs = other::StudentsT::new(location, scale, nu).unwrap();
            let at = [-9.0, -1.5, -0.1, 0.0, 0.3, 2.0, 15.0].map(|z| location + scale * z);
            continuous(&ours, &theirs, &at);
        }
    }
}

#[test]
fn gamma_and_inverse_gamma_are_those_of_statrs() {
    for shape in [0.2, 1.0, 3.5, 40.0, 900.0] {
        for rate in [0.01, 1.0, 70.0] {
            let ours = Gamma { shape, rate };
            let theirs = other::Gamma::new(shape, rate).unwrap();
            let at = [0.02, 0.3, 0.9, 1.0, 1.1, 2.5].map(|m| m * shape / rate);
            continuous(&ours, &theirs, &at);
            let ours = InverseGamma { shape, scale: rate };
            let theirs = other::InverseGamma::new(shape, rate).unwrap();
            continuous(&ours, &theirs, &at.map(|x| 1.0 / x));
        }
    }
}

#[test]
fn beta_is_the_one_of_statrs() {
    for (a, b) in [
        (0.3, 0.4),
        (1.0, 1.0),
        (2.0, 9.0),
        (60.0, 3.0),
        (500.0, 700.0),
    ] {
        let theirs = other::Beta::new(a, b).unwrap();
        let at = [1e-4, 0.05, 0.3, 0.42, 0.6, 0.95, 0.999];
        continuous(&Beta { a, b }, &theirs, &at);
    }
}

#[test]
fn negative_binomial_is_the_one_of_statrs() {
    for (shape, rate) in [(0.4, 0.3), (1.0, 1.0), (30.0, 2.0), (400.0, 0.5)] {
        let ours = NegativeBinomial { shape, rate };
        let theirs = other::NegativeBinomial::new(shape, rate / (rate + 1.0)).unwrap();
        for x in [0u64, 1, 2, 7, 20, 100, 900] {
            let what = format!("{ours:?} at {x}");
            assert_close(&what, ours.ln_density(x as f64), theirs.ln_pmf(x), 1e-11);
            assert_close(&what, ours.cdf(x as f64 + 0.5), theirs.cdf(x), 1e-11);
            assert_close(&what, ours.survival(x as f64), theirs.sf(x), 1e-11);
        }
        quantiles(&ours);
    }
}

#[test]
fn beta_binomial_sums_its_probabilities() {
    for (trials, a, b) in [
        (1, 0.3, 2.0),
        (12, 0.4, 0.7),
        (12, 5.0, 2.0),
        (300, 40.0, 3.0),
    ] {
        let ours = BetaBinomial { trials, a, b };
        let mut sum = 0.0;
        for k in 0..=trials {
            sum += ours.ln_density(k as f64).exp();
            assert_close(&format!("{ours:?} to {k}"), ours.cdf(k as f64), sum, 1e-12);
            let rest: f64 = (k + 1..=trials)
                .map(|j| ours.ln_density(j as f64).exp())
                .sum();
            assert_close(
                &format!("{ours:?} from {k}"),
                ours.survival(k as f64),
                rest,
                1e-12,
            );
        }
        assert_close("all", sum, 1.0, 1e-12);
        let moment = |f: &dyn Fn(f64) -> f64| -> f64 {
            (0..=trials)
                .map(|k| f(k as f64) * ours.ln_density(k as f64).exp())
                .sum()
        };
        assert_close("mean", ours.mean(), moment(&|k| k), 1e-11);
        let m = ours.mean();
        assert_close(
            "variance",
            ours.variance(),
            moment(&|k| (k - m) * (k - m)),
            1e-10,
        );
        quantiles(&ours);
    }
    // The matched beta distribution continues the sum.
    let (a, b) = (30.0, 50.0);
    let summed = BetaBinomial {
        trials: 1 << 20,
        a,
        b,
    };
    let matched = BetaBinomial {
        trials: (1 << 20) + 1,
        a,
        b,
    };
    for share in [0.2, 0.3, 0.375, 0.5] {
        let k = (share * f64::from(1 << 20)).floor();
        assert!((summed.cdf(k) - matched.cdf(k)).abs() < 1e-5);
    }
}

/// Sums of its probabilities, moments that exist, and the closed form for one success.
#[test]
fn beta_negative_binomial_sums_its_probabilities() {
    for (size, a, b) in [
        (1.0, 6.0, 2.0),
        (0.3, 9.0, 4.0),
        (2.5, 12.0, 7.0),
        (40.0, 300.0, 20.0),
    ] {
        let ours = BetaNegativeBinomial { size, a, b };
        let p = |k: u32| ours.ln_density(f64::from(k)).exp();
        let mut sum = 0.0;
        for k in 0..200 {
            sum += p(k);
            assert_close(
                &format!("{ours:?} to {k}"),
                ours.cdf(f64::from(k)),
                sum,
                1e-12,
            );
            assert_close("survival", ours.survival(f64::from(k)), 1.0 - sum, 1e-12);
        }
        let moment =
            |f: &dyn Fn(f64) -> f64| -> f64 { (0..100_000).map(|k| f(f64::from(k)) * p(k)).sum() };
        assert_close("mean", ours.mean(), moment(&|k| k), 1e-9);
        let m = ours.mean();
        let variance = moment(&|k| (k - m) * (k - m));
        assert_close("variance", ours.variance(), variance, 1e-6);
        quantiles(&ours);
    }
    // P(X > k) for one success: the product of (b + i)/(a + b + i) over i up to k.
    let (a, b) = (1.5, 4.0);
    let ours = BetaNegativeBinomial { size: 1.0, a, b };
    let mut product = 1.0;
    for k in 0..20_000 {
        let i = f64::from(k);
        product *= (b + i) / (a + b + i);
        let got = ours.survival(i);
        assert!((got / product - 1.0).abs() < 1e-11, "{k}: {got} {product}");
    }
}

/// Where the sum ends, where two beta variables are compared, and where the tail is a power.
#[test]
fn beta_negative_binomial_has_one_tail() {
    for (size, a, b) in [
        (0.3, 0.7, 2.0),
        (2.5, 1.2, 900.0),
        (60.0, 3.0, 5e5),
        (3.0, 40.0, 2e6),
    ] {
        let ours = BetaNegativeBinomial { size, a, b };
        let (below, above) = (ours.cdf(16_384.0), ours.cdf(16_385.0));
        let step = ours.ln_density(16_385.0).exp();
        assert!(
            (above - below - step).abs() < 1e-11,
            "{ours:?}: {below} {above} {step}"
        );
        for k in [16_385.0, 1e5, 1e7] {
            let (up_to, more) = (ours.cdf(k), ours.survival(k));
            assert_close(&format!("{ours:?} at {k}"), up_to + more, 1.0, 1e-11);
            let (next, step) = (ours.survival(k + 1.0), ours.ln_density(k + 1.0).exp());
            let tolerance = 1e-10 * more;
            assert!(
                (more - next - step).abs() < tolerance,
                "{ours:?} {k}: {more} {next} {step}"
            );
        }
        // Further out there is nothing left of a steep one.
        if a < 5.0 {
            let far = 1e10 * (1.0 + a + b + size) * (1.0 + size);
            let ratio = ours.survival(far * 0.999) / ours.survival(far * 1.001);
            let power = ratio.ln() / (1.001f64 / 0.999).ln();
            assert!((power - a).abs() < 1e-5, "{ours:?}: {power}");
        }
    }
}

/// The distribution of a standard deviation follows from that of the variance.
#[test]
fn root_inverse_gamma_is_that_of_the_square() {
    for shape in [0.7, 1.0, 3.5, 40.0, 1e6] {
        for scale in [0.01, 1.0, 70.0] {
            let ours = RootInverseGamma { shape, scale };
            let square = InverseGamma { shape, scale };
            for z in [0.3, 0.9, 1.0, 1.1, 2.5] {
                let x = z * (scale / shape).sqrt();
                assert_close("cdf", ours.cdf(x), square.cdf(x * x), 1e-10);
                assert_close("survival", ours.survival(x), square.survival(x * x), 1e-10);
                let want = square.ln_density(x * x) + (2.0 * x).ln();
                assert_close("density", ours.ln_density(x), want, 1e-8);
            }
            quantiles(&ours);
            if shape > 1.0 {
                let mean = ours.mean();
                let second = mean * mean + ours.variance();
                assert!(
                    (second / square.mean() - 1.0).abs() < 1e-13,
                    "{ours:?}: {second}"
                );
                // 1/(4a) of the squared mean, for large a.
                let share = ours.variance() / (mean * mean) * 4.0 * shape;
                assert!(
                    shape < 1e3 || (share - 1.0).abs() < 1e-5,
                    "{ours:?}: {share}"
                );
            }
        }
    }
    // Γ(½)/Γ(1) = √π.
    let one = RootInverseGamma {
        shape: 1.0,
        scale: 4.0,
    };
    assert_close("mean", one.mean(), 2.0 * std::f64::consts::PI.sqrt(), 1e-14);
    assert!(one.variance().is_infinite());
}

/// For k = 1 the Lomax distribution; for any k the average over the rate.
#[test]
fn compound_gamma_is_the_average_over_its_rate() {
    let (shape, rate) = (2.5, 4.0);
    let lomax = CompoundGamma {
        known_shape: 1.0,
        shape,
        rate,
    };
    for x in [0.0, 0.1, 1.0, 30.0] {
        let survival = (1.0 + x / rate).powf(-shape);
        assert_close("Lomax", lomax.survival(x), survival, 1e-14);
        let density = (shape / rate * (1.0 + x / rate).powf(-shape - 1.0)).ln();
        assert_close("Lomax density", lomax.ln_density(x), density, 1e-13);
    }
    quantiles(&lomax);
    let ours = CompoundGamma {
        known_shape: 3.0,
        shape,
        rate,
    };
    let mut random = Random::new(3);
    let n = 100_000;
    let rates = Gamma { shape, rate };
    let mut below = [0u32; 3];
    for _ in 0..n {
        let lambda = rates.quantile(random.uniform());
        let x: f64 = (0..3).map(|_| random.exponential(1.0 / lambda)).sum();
        for (count, limit) in below.iter_mut().zip([2.0, 5.0, 20.0]) {
            *count += u32::from(x <= limit);
        }
    }
    for (count, limit) in below.iter().zip([2.0, 5.0, 20.0]) {
        let share = f64::from(*count) / f64::from(n);
        assert!((share - ours.cdf(limit)).abs() < 0.007, "{limit}");
    }
    quantiles(&ours);
    assert_close("mean", ours.mean(), 3.0 * rate / (shape - 1.0), 1e-15);
}

/// Densities are the slopes of distribution functions, at any scale.
#[test]
fn densities_are_slopes() {
    let all: [(&dyn Distribution, f64); 9] = [
        (
            &StudentT {
                nu: 1.7,
                location: 2.0,
                scale: 0.3,
            },
            2.4,
        ),
        (
            &StudentT {
                nu: 1e9,
                location: 2.0,
                scale: 0.3,
            },
            2.4,
        ),
        (
            &Gamma {
                shape: 1e6,
                rate: 3.0,
            },
            333_400.0,
        ),
        (
            &Gamma {
                shape: 1e8,
                rate: 1e8,
            },
            1.00005,
        ),
        (
            &InverseGamma {
                shape: 30.0,
                scale: 1e-5,
            },
            3.1e-7,
        ),
        (&Beta { a: 1e6, b: 2e6 }, 0.3334),
        (&Beta { a: 3.0, b: 1e9 }, 2.5e-9),
        (
            &CompoundGamma {
                known_shape: 0.3,
                shape: 4.0,
                rate: 2.0,
            },
            0.2,
        ),
        (
            &CompoundGamma {
                known_shape: 1e3,
                shape: 1e4,
                rate: 2.0,
            },
            0.2,
        ),
    ];
    for (distribution, x) in all {
        let sd = distribution.interval(0.68);
        let h = 1e-4 * (sd.1 - sd.0);
        let slope = (distribution.cdf(x + h) - distribution.cdf(x - h)) / (2.0 * h);
        let density = distribution.ln_density(x).exp();
        assert!(
            close(slope / density, 1.0, 2e-6),
            "{distribution:?}: {slope} {density}"
        );
    }
}

/// Where one method takes over from another nothing jumps.
#[test]
fn methods_join() {
    for z in [-6.0, -2.0, -0.3, 0.0, 0.01, 1.0, 5.0] {
        let p = |shape: f64| {
            let gamma = Gamma { shape, rate: 1.0 };
            gamma.cdf(shape + z * shape.sqrt())
        };
        let (below, above) = (p(9_999_999.9), p(10_000_000.1));
        assert!((below - above).abs() < 1e-10, "{z}: {below} {above}");
        let t = |nu: f64| {
            StudentT {
                nu,
                location: 0.0,
                scale: 1.0,
            }
            .cdf(z)
        };
        for nu in [2e12, 1e17] {
            let (below, above) = (t(nu * 0.999_999), t(nu * 1.000_001));
            assert!(
                (below / above - 1.0).abs() < 1e-8,
                "{nu} {z}: {below} {above}"
            );
        }
    }
    // Extreme parameters give probabilities.
    for v in [1e-100, 1e-10, 1e10, 1e100] {
        for w in [1e-100, 1.0, 1e100] {
            for d in [
                &Gamma { shape: v, rate: w } as &dyn Distribution,
                &Beta { a: v, b: w },
                &InverseGamma { shape: v, scale: w },
                &NegativeBinomial { shape: v, rate: w },
                &RootInverseGamma { shape: v, scale: w },
                &BetaNegativeBinomial {
                    size: 1.0,
                    a: v,
                    b: w,
                },
                &BetaNegativeBinomial {
                    size: 2.5,
                    a: v,
                    b: w,
                },
                &CompoundGamma {
                    known_shape: 1.0,
                    shape: v,
                    rate: w,
                },
                &StudentT {
                    nu: v.max(1e-3),
                    location: 0.0,
                    scale: w,
                },
            ] {
                for x in [0.0, 1e-50, 0.5, 1.0, 7.0, 1e50] {
                    let (p, q) = (d.cdf(x), d.survival(x));
                    assert!(
                        (0.0..=1.0).contains(&p) && (0.0..=1.0).contains(&q),
                        "{d:?} {x} {p} {q}"
                    );
                }
            }
        }
    }
}

#[test]
fn mixtures_are_weighted_sums() {
    let parts = [(1.0, -2.0), (3.0, 1.0)];
    let part = |location| StudentT {
        nu: 5.0,
        location,
        scale: 1.0,
    };
    let boxed = parts.map(|(w, m)| (w, Box::new(part(m)) as Box<dyn Distribution>));
    let mixture = Mixture::new(boxed).unwrap();
    let sum = |f: &dyn Fn(&StudentT) -> f64| 0.25 * f(&part(-2.0)) + 0.75 * f(&part(1.0));
    for x in [-4.0, 0.0, 1.5] {
        assert_close("cdf", mixture.cdf(x), sum(&|d| d.cdf(x)), 1e-15);
        let density = sum(&|d| d.ln_density(x).exp());
        assert_close("density", mixture.ln_density(x), density.ln(), 1e-14);
    }
    assert_close("mean", mixture.mean(), 0.25, 1e-15);
    let second = sum(&|d| d.variance() + d.location * d.location);
    assert_close("variance", mixture.variance(), second - 0.0625, 1e-14);
    quantiles(&mixture);
    assert!(Mixture::new([]).is_none());

    let counts = NegativeBinomial {
        shape: 2.0,
        rate: 0.5,
    };
    let mixture = Mixture::new([(1.0, Box::new(counts) as Box<dyn Distribution>)]).unwrap();
    let tail = mixture.tail(3.0);
    assert_close("up to", tail.up_to, counts.cdf(3.0), 1e-15);
    assert_close("below", tail.below, counts.cdf(2.0), 1e-14);
    assert_close("above", tail.above, counts.survival(3.0), 1e-15);
    assert_close(
        "pit",
        tail.pit(),
        0.5 * (counts.cdf(2.0) + counts.cdf(3.0)),
        1e-14,
    );
    assert_close(
        "p",
        mixture.tail(40.0).p_value(),
        2.0 * counts.survival(39.0),
        1e-14,
    );
}

#[test]
fn one_of_two_is_greater() {
    let normal = |location, scale| StudentT {
        nu: 1e18,
        location,
        scale,
    };
    for (m, s) in [(0.0, 1.0), (1.0, 1.0), (3.0, 0.1), (-2.0, 5.0)] {
        let z = m / (1.0f64 + s * s).sqrt();
        let want = normal(0.0, 1.0).cdf(z);
        let got = p_greater(&normal(m, s), &normal(0.0, 1.0));
        assert_close(&format!("{m} {s}"), got, want, 1e-5);
    }
    // P(λ₁ > λ₂) for gamma distributions is a beta distribution function.
    let (x, y) = (
        Gamma {
            shape: 3.0,
            rate: 2.0,
        },
        Gamma {
            shape: 8.0,
            rate: 3.0,
        },
    );
    let want = Beta { a: 8.0, b: 3.0 }.cdf(3.0 / 5.0);
    assert_close("gammas", p_greater(&x, &y), want, 1e-5);
    assert_close("reversed", p_greater(&y, &x), 1.0 - want, 1e-5);
}
