//! Every function of every distribution answers, whatever it is asked about.

use std::time::Duration;

use bocpd_core::distribution::{
    Beta, BetaBinomial, BetaNegativeBinomial, CompoundGamma, Distribution, Gamma, InverseGamma,
    LogStudentT, Mixture, NegativeBinomial, Normal, RootInverseGamma, StudentT,
};
use bocpd_tests::watchdog::{Question, ends_within};

/// More than a slow machine needs for all questions to one distribution.
const LIMIT: Duration = Duration::from_secs(60);

const NUMBERS: [f64; 29] = [
    f64::NEG_INFINITY,
    f64::MIN,
    -1e308,
    -1e200,
    -1e100,
    -9_007_199_254_740_993.0,
    -1.0,
    -f64::MIN_POSITIVE,
    -5e-324,
    -0.0,
    0.0,
    5e-324,
    f64::MIN_POSITIVE,
    1e-300,
    1e-100,
    1e-9,
    0.5,
    1.0 - f64::EPSILON,
    1.0,
    2.0,
    1e6,
    1e7,
    1e12,
    9_007_199_254_740_992.0,
    1e100,
    1e200,
    1e308,
    f64::MAX,
    f64::INFINITY,
];

/// From the least to the largest that a model takes, with the places where one
/// method gives way to another.
const POSITIVE: [f64; 13] = [
    1e-100,
    1e-9,
    0.3,
    1.0,
    2.0,
    40.0,
    1e4,
    9_999_999.0,
    1e7,
    1e12,
    2e12,
    1e50,
    1e100,
];

fn is_probability(p: f64) -> bool {
    (0.0..=1.0).contains(&p) && p.is_sign_positive()
}

/// All that holds for any distribution.
fn ask(d: &dyn Distribution, question: &Question) {
    let _ = (d.mean(), d.variance());
    let (low, high) = d.support();
    let (mut previous, mut last) = (0.0, 1.0);
    for x in NUMBERS {
        question.is(format!("{d:?} at {x:e}"));
        let (density, p, q) = (d.ln_density(x), d.cdf(x), d.survival(x));
        let what = format!("{d:?} at {x:e}: ln density {density}, cdf {p:e}, survival {q:e}");
        assert!(is_probability(p) && is_probability(q), "{what}");
        assert!((p + q - 1.0).abs() < 1e-9, "{what}");
        // They rise and fall, but for rounding.
        assert!(p >= previous - 1e-9 && q <= last + 1e-9, "{what}");
        (previous, last) = (p, q);
        assert!(!density.is_nan(), "{what}");
        if x < low || x > high || x.is_infinite() {
            assert_eq!(density, f64::NEG_INFINITY, "{what}");
        }
        if x < low || x == f64::NEG_INFINITY {
            assert!(p == 0.0 && q == 1.0, "{what}");
        }
        if x >= high {
            assert!(p == 1.0 && q == 0.0, "{what}");
        }
    }
    question.is(format!("{d:?} at NaN"));
    for answer in [
        d.ln_density(f64::NAN),
        d.cdf(f64::NAN),
        d.survival(f64::NAN),
    ] {
        assert!(answer.is_nan(), "{d:?} at NaN: {answer}");
    }
    for p in NUMBERS.into_iter().chain([f64::NAN]) {
        question.is(format!("{d:?}: quantile {p:e}"));
        let (x, (from, to)) = (d.quantile(p), d.interval(p));
        let what = format!("{d:?}: quantile {p:e} is {x:e}, the interval {from:e}..{to:e}");
        if (0.0..=1.0).contains(&p) {
            assert!(low <= x && x <= high, "{what}");
            assert!(low <= from && from <= to && to <= high, "{what}");
        } else {
            assert!(x.is_nan() && from.is_nan() && to.is_nan(), "{what}");
        }
    }
}

fn ask_all<D: Distribution + Copy + 'static>(all: Vec<D>) {
    ends_within(LIMIT, move |question| {
        for d in all {
            ask(&d, question);
            let boxed: Box<dyn Distribution> = Box::new(d);
            tails(&Mixture::new([(1.0, boxed)]).unwrap(), question);
        }
    });
}

/// What only mixtures have.
fn tails(mixture: &Mixture, question: &Question) {
    for x in NUMBERS.into_iter().chain([f64::NAN]) {
        question.is(format!("{mixture:?}: tail of {x:e}"));
        let tail = mixture.tail(x);
        for p in [
            tail.below,
            tail.up_to,
            tail.above,
            tail.pit(),
            tail.p_value(),
        ] {
            let sound = if x.is_nan() {
                p.is_nan()
            } else {
                is_probability(p)
            };
            assert!(sound, "{mixture:?} at {x:e}: {tail:?}");
        }
    }
}

fn pairs() -> impl Iterator<Item = (f64, f64)> {
    POSITIVE.into_iter().flat_map(|a| POSITIVE.map(|b| (a, b)))
}

#[test]
fn student_t() {
    let mut all = Vec::new();
    for nu in POSITIVE.into_iter().chain([2e17, f64::INFINITY]) {
        for location in [0.0, -3.0, 1e100] {
            for scale in [1e-150, 1.0, 1e150] {
                all.push(StudentT {
                    nu,
                    location,
                    scale,
                });
            }
        }
    }
    ask_all(all);
}

#[test]
fn gamma() {
    ask_all(pairs().map(|(shape, rate)| Gamma { shape, rate }).collect());
}

#[test]
fn normal() {
    let all = pairs().map(|(mean, sd)| Normal { mean, sd });
    ask_all(all.collect());
}

#[test]
fn log_student_t() {
    let all = pairs().map(|(nu, scale)| LogStudentT {
        ln: StudentT {
            nu,
            location: 0.5,
            scale,
        },
    });
    ask_all(all.collect());
}

#[test]
fn inverse_gamma() {
    ask_all(
        pairs()
            .map(|(shape, scale)| InverseGamma { shape, scale })
            .collect(),
    );
}

#[test]
fn beta() {
    ask_all(pairs().map(|(a, b)| Beta { a, b }).collect());
}

#[test]
fn negative_binomial() {
    ask_all(
        pairs()
            .map(|(shape, rate)| NegativeBinomial { shape, rate })
            .collect(),
    );
}

#[test]
fn beta_binomial() {
    for trials in [1, 7, 1000, (1 << 20) + 1, 1 << 53] {
        ask_all(
            pairs()
                .map(|(a, b)| BetaBinomial { trials, a, b })
                .collect(),
        );
    }
    // The longest sums.
    ask_all(vec![BetaBinomial {
        trials: 1 << 20,
        a: 1.0,
        b: 1.0,
    }]);
}

#[test]
fn beta_negative_binomial() {
    let geometric = pairs().map(|(a, b)| BetaNegativeBinomial { size: 1.0, a, b });
    ask_all(geometric.collect());
    // Others are integrated, which takes its time.
    for (size, a, b) in [
        (1e-6, 1e-100, 1e-100),
        (2.5, 0.3, 40.0),
        (1e6, 40.0, 2.0),
        (0.5, 1e100, 0.3),
    ] {
        ask_all(vec![BetaNegativeBinomial { size, a, b }]);
    }
}

#[test]
fn root_inverse_gamma() {
    ask_all(
        pairs()
            .map(|(shape, scale)| RootInverseGamma { shape, scale })
            .collect(),
    );
}

#[test]
fn compound_gamma() {
    for known_shape in [1e-6, 1.0, 2.5, 1e6] {
        ask_all(
            pairs()
                .map(|(shape, rate)| CompoundGamma {
                    known_shape,
                    shape,
                    rate,
                })
                .collect(),
        );
    }
}

/// The exponential distribution as somebody may write it who has not thought of
/// what is no number.
#[derive(Debug)]
struct Careless;

impl Distribution for Careless {
    fn mean(&self) -> f64 {
        1.0
    }
    fn variance(&self) -> f64 {
        1.0
    }
    fn ln_density(&self, x: f64) -> f64 {
        if x < 0.0 {
            f64::NEG_INFINITY
        } else {
            (-x).max(-700.0)
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        (-(-x.max(0.0)).exp_m1()).min(1.0)
    }
    fn survival(&self, x: f64) -> f64 {
        (-x.max(0.0)).exp().max(0.0)
    }
}

/// Of what says nothing, nothing is said.
#[derive(Debug)]
struct Mute;
impl Distribution for Mute {
    fn mean(&self) -> f64 {
        f64::NAN
    }
    fn variance(&self) -> f64 {
        f64::NAN
    }
    fn ln_density(&self, _: f64) -> f64 {
        f64::NAN
    }
    fn cdf(&self, _: f64) -> f64 {
        f64::NAN
    }
    fn survival(&self, _: f64) -> f64 {
        f64::NAN
    }
}

#[test]
fn mixtures_with_components_of_ones_own() {
    ends_within(LIMIT, |question| {
        let own = || Box::new(Careless) as Box<dyn Distribution>;
        let wide = StudentT {
            nu: 1.0,
            location: 0.0,
            scale: 1e100,
        };
        for parts in [
            vec![(1.0, own())],
            vec![(0.3, own()), (1e-300, Box::new(wide)), (0.7, own())],
        ] {
            let mixture = Mixture::new(parts).unwrap();
            ask(&mixture, question);
            tails(&mixture, question);
        }
        let mute = Mixture::new([(1.0, Box::new(Mute) as Box<dyn Distribution>)]).unwrap();
        for x in NUMBERS {
            question.is(format!("mute at {x:e}"));
            let _ = (mute.quantile(x), mute.interval(x));
            if x.is_finite() {
                assert!(mute.ln_density(x).is_nan() && mute.cdf(x).is_nan());
                assert!(mute.tail(x).pit().is_nan() && mute.tail(x).p_value().is_nan());
            }
        }
    });
}

/// Where quotients and squares leave the range of the type, the answer does not.
/// In 500-digit arithmetic (mpmath): ln density, P(X ≤ x), P(X > x).
#[test]
fn far_out_the_values_are_right() {
    let t = |nu, scale| StudentT {
        nu,
        location: 0.0,
        scale,
    };
    let compound = |known_shape, shape, rate| CompoundGamma {
        known_shape,
        shape,
        rate,
    };
    let none = f64::NAN;
    let cases: [(&dyn Distribution, f64, [f64; 3]); 12] = [
        (&t(2e-100, 1.0), 1e308, [none, 0.5, 0.5]),
        (&t(2.0, 1e-100), 1e308, [-2_588.105_644_525_307_3, 1.0, 0.0]),
        (
            &t(0.5, 1e-100),
            1e308,
            [-1_180.753_960_924_282_9, 1.0, 3.207_009_754_142_229e-205],
        ),
        (
            &Gamma {
                shape: 1e-100,
                rate: 1e-100,
            },
            5e-324,
            [514.181_562_621_976_69, 1.0, none],
        ),
        (
            &Gamma {
                shape: 0.3,
                rate: 1e-100,
            },
            1e-250,
            [332.779_040_489_318_55, 1.114_242_508_547_301_8e-105, 1.0],
        ),
        (
            &InverseGamma {
                shape: 0.3,
                scale: 1e-100,
            },
            1e308,
            [-992.128_422_019_455_34, 1.0, 4.435_879_323_881_973_1e-123],
        ),
        (
            &compound(1e-6, 2.0, 1e100),
            5e-324,
            [
                730.623_587_664_835_27,
                0.999_026_775_308_921_88,
                9.732_246_910_781_246_6e-4,
            ],
        ),
        (
            &compound(1.0, 1e-100, 1e-100),
            1e308,
            [-939.454_717_941_570_64, none, 1.0],
        ),
        (
            &compound(1.0, 0.01, 1e-100),
            1e308,
            [
                -723.195_926_007_569_87,
                0.999_916_823_622_889_73,
                8.317_637_711_026_710_1e-5,
            ],
        ),
        (
            &NegativeBinomial {
                shape: 0.5,
                rate: 1e-100,
            },
            1e90,
            [-219.317_948_777_459_04, none, none],
        ),
        (&Beta { a: 1e-100, b: 3.0 }, 5e-324, [none, 1.0, none]),
        (
            &BetaBinomial {
                trials: 7,
                a: 1e-9,
                b: 1e-9,
            },
            1.0,
            [none, 0.499_999_999_358_333_33, 0.500_000_000_641_666_67],
        ),
    ];
    for (d, x, want) in cases {
        let got = [d.ln_density(x), d.cdf(x), d.survival(x)];
        for (got, want) in got.into_iter().zip(want).filter(|pair| !pair.1.is_nan()) {
            let error = if want == 0.0 { got } else { got / want - 1.0 };
            assert!(error.abs() < 1e-11, "{d:?} at {x:e}: {got:e}, not {want:e}");
        }
    }
}
