//! What changed: which parameters of neighbouring segments differ, and how probably.

use bocpd_core::config::{Alternative, Config, HazardConfig, ModelConfig, Per};
use bocpd_core::readout::Change;
use bocpd_core::{Detection, detect};
use bocpd_tests::close::assert_close;
use bocpd_tests::random::Random;

const HAZARD: HazardConfig = HazardConfig::Constant {
    mean_run_length: 100.0,
};

fn gaussian() -> ModelConfig {
    ModelConfig::Gaussian {
        mean: 0.0,
        kappa: 0.1,
        alpha: 1.0,
        beta: 1.0,
    }
}

/// Two segments of normal observations.
fn halves(random: &mut Random, n: usize, level: f64, sd: f64) -> Vec<f64> {
    let mut xs: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    xs.extend((0..n).map(|_| level + sd * random.normal()));
    xs
}

/// P(each parameter differs), of the only change there is.
fn only(found: &Detection) -> Vec<(&'static str, f64)> {
    let [Change { parameters, .. }] = &found.changes[..] else {
        panic!("{found}");
    };
    let each = parameters.iter();
    each.map(|one| (one.parameter, one.p_changed)).collect()
}

/// Sums over grids, from the likelihood and the prior alone: of the variance, and of both.
struct Grid {
    kappa: f64,
    alpha: f64,
    beta: f64,
}

impl Grid {
    /// Σ f(σ²) p(σ²) Δσ², evenly over ln σ².
    fn over_variance(&self, f: &dyn Fn(f64) -> f64) -> f64 {
        let (step, from) = (0.02, -10.0);
        let density = |t: f64| {
            let ln = self.alpha * self.beta.ln() - libm::lgamma(self.alpha) - self.alpha * t;
            (ln - self.beta * (-t).exp()).exp()
        };
        let points = (0..1200).map(|i| from + step * f64::from(i));
        points.map(|t| step * density(t) * f(t.exp())).sum()
    }

    fn likelihood(xs: &[f64], level: f64, variance: f64) -> f64 {
        let squares: f64 = xs.iter().map(|x| (x - level) * (x - level)).sum();
        let n = xs.len() as f64;
        (-0.5 * (n * (std::f64::consts::TAU * variance).ln() + squares / variance)).exp()
    }

    /// p(level | variance), about 0.
    fn level(&self, level: f64, variance: f64) -> f64 {
        Self::likelihood(&[level], 0.0, variance / self.kappa)
    }

    /// p(xs | variance).
    fn given_variance(&self, xs: &[f64], variance: f64) -> f64 {
        let n = xs.len() as f64;
        let mean = xs.iter().sum::<f64>() / n;
        let shrunk = n * mean / (n + self.kappa);
        // Bayes' rule at one level.
        let posterior = Self::likelihood(&[0.0], 0.0, variance / (n + self.kappa));
        Self::likelihood(xs, shrunk, variance) * self.level(shrunk, variance) / posterior
    }

    /// P(the levels differ), P(the variances differ).
    fn differ(&self, a: &[f64], b: &[f64]) -> [f64; 2] {
        let evidence = |xs: &[f64]| self.over_variance(&|v| self.given_variance(xs, v));
        let apart = evidence(a) * evidence(b);
        let variance =
            self.over_variance(&|v| self.given_variance(a, v) * self.given_variance(b, v));
        let joint = |xs: &[f64], level: f64| {
            self.over_variance(&|v| self.level(level, v) * Self::likelihood(xs, level, v))
        };
        let step = 0.02;
        let levels = (-400..400).map(|i| step * f64::from(i));
        let level: f64 = levels
            .map(|at| step * joint(a, at) * joint(b, at) / joint(&[], at))
            .sum();
        [level, variance].map(|same| 1.0 / (1.0 + same / apart))
    }
}

/// Against sums over a grid of level and variance.
#[test]
fn probabilities_are_those_of_the_grid() {
    let grid = Grid {
        kappa: 0.1,
        alpha: 1.0,
        beta: 1.0,
    };
    let mut random = Random::new(11);
    for (level, sd) in [(1.5, 1.0), (0.4, 2.5), (1.0, 3.0)] {
        let xs = halves(&mut random, 25, level, sd);
        let config = Config::new(gaussian(), HAZARD);
        // One change wherever the best place for it is.
        let found = bocpd_core::detect_changes(&xs, Some(&config), 0.9, 1).unwrap();
        let at = usize::try_from(found.changes[0].location.index).expect("a position");
        let want = grid.differ(&xs[..at], &xs[at..]);
        for ((name, got), want) in only(&found).into_iter().zip(want) {
            assert_close(name, got, want, 1e-4);
        }
    }
}

/// A change of level, of variance, of both, in series of which that is known.
#[test]
fn kinds_are_told_apart() {
    let mut random = Random::new(5);
    for (level, sd, want) in [
        (3.0, 1.0, [true, false]),
        (0.0, 4.0, [false, true]),
        (6.0, 4.0, [true, true]),
    ] {
        for _ in 0..5 {
            let xs = halves(&mut random, 80, level, sd);
            let config = Config::new(gaussian(), HAZARD);
            let found = bocpd_core::detect_changes(&xs, Some(&config), 0.9, 1).unwrap();
            let told = only(&found);
            assert_eq!(told[0].0, "mean");
            assert_eq!(told[1].0, "variance");
            for ((name, p), want) in told.iter().zip(want) {
                assert_eq!(*p > 0.5, want, "{name} {p} where {level} {sd}");
            }
        }
    }
}

/// The only parameter of a model differs wherever there is a change.
#[test]
fn one_parameter_is_what_changed() {
    let xs: Vec<f64> = [3.0; 30].into_iter().chain([12.0; 30]).collect();
    let model = ModelConfig::Poisson {
        shape: 1.0,
        rate: 0.2,
    };
    let found = detect(&xs, Some(&Config::new(model, HAZARD)), 0.9).unwrap();
    let [(name, p)] = only(&found)[..] else {
        panic!("one parameter")
    };
    assert!(name == "rate" && p > 0.999, "{name} {p}");
}

/// Of several numbers those of each, and where segments have one of several models, the model.
#[test]
fn numbers_and_models_have_their_own() {
    let mut random = Random::new(3);
    let columns = [
        halves(&mut random, 60, 4.0, 1.0),
        halves(&mut random, 60, 0.0, 1.0),
    ];
    let rows: Vec<f64> = (0..120)
        .flat_map(|i| columns.each_ref().map(|column| column[i]))
        .collect();
    let config = Config::of_product([gaussian(), gaussian()], HAZARD).unwrap();
    let found = detect(
        bocpd_core::observation::Rows::of_numbers(&rows, 2),
        Some(&config),
        0.9,
    )
    .unwrap();
    let told = &found.changes[0].parameters;
    let which: Vec<_> = told.iter().map(|p| (p.dimension, p.parameter)).collect();
    assert_eq!(
        which,
        [(0, "mean"), (0, "variance"), (1, "mean"), (1, "variance")]
    );
    let changed: Vec<_> = told.iter().map(|p| p.p_changed > 0.5).collect();
    assert_eq!(changed, [true, false, false, false]);

    let known = |variance| ModelConfig::GaussianKnownVariance {
        mean: 0.0,
        kappa: 0.1,
        variance,
    };
    let mut config = Config::new(known(1.0), HAZARD);
    config.alternatives = vec![Alternative {
        model: known(25.0),
        weight: 1.0,
    }];
    config.alternatives_per = Per::Segment;
    let xs = halves(&mut random, 40, 0.0, 5.0);
    let found = detect(&xs, Some(&config), 0.9).unwrap();
    let told = only(&found);
    assert_eq!(told.last().unwrap().0, "model");
    // Two models, each as probable: the other one for sure.
    assert!(told.last().unwrap().1 > 0.99, "{told:?}");
    for (segment, k) in found.segments.iter().zip([0, 1]) {
        assert!(segment.model_probabilities[k] > 0.99);
    }
}

/// What is printed names what changed beside the level.
#[test]
fn told_in_words() {
    let mut random = Random::new(8);
    let xs = halves(&mut random, 60, 0.0, 6.0);
    let config = Config::new(gaussian(), HAZARD);
    let found = bocpd_core::detect_changes(&xs, Some(&config), 0.9, 1).unwrap();
    let text = found.changes[0].to_string();
    assert!(text.contains("; also variance ("), "{text}");
}
