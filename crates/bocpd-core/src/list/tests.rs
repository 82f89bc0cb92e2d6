//! What holds for every entry of the lists.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::{AnyHazard, HAZARDS, MODELS, ModelConfig};
use crate::config::Config;
use crate::defaults::{Kind, hazard_for, model_for};
use crate::hazard::Hazard;
use crate::list::{HazardSpec, ModelSpec, Observes};
use crate::parameter::{DefaultRule, ParameterKind, ParameterSpec, ParameterValue};

/// A configuration with something in every place.
fn gaussian() -> Config {
    Config::new(model_for(Kind::Gaussian, &[]), hazard_for(0))
}

/// Numbers on both sides of every limit there is.
const NUMBERS: [f64; 26] = [
    f64::NAN,
    f64::NEG_INFINITY,
    f64::INFINITY,
    -1e101,
    -1e100,
    -1.0,
    -0.0,
    0.0,
    5e-324,
    1e-101,
    1e-100,
    9e-7,
    1e-6,
    0.009,
    0.01,
    0.5,
    0.999,
    1.0,
    1.001,
    100.0,
    100.1,
    1e6,
    1.1e6,
    1e100,
    1e101,
    f64::MAX,
];

fn nasty(spec: &ParameterSpec) -> Vec<Option<ParameterValue>> {
    let numbers = NUMBERS.iter().copied();
    match spec.kind {
        ParameterKind::Number => numbers.map(|x| Some(ParameterValue::Number(x))).collect(),
        ParameterKind::Whole32 | ParameterKind::Whole64 => {
            let whole = [0, 1, 2, 10_000, 10_001, u64::from(u32::MAX)];
            let long = [1 << 53, (1 << 53) + 2, u64::MAX];
            let long = long.iter().filter(|_| spec.kind == ParameterKind::Whole64);
            let all = whole.iter().chain(long);
            all.map(|&n| Some(ParameterValue::Whole(n))).collect()
        }
        ParameterKind::List | ParameterKind::OptionalList => {
            let mut lists = vec![vec![], vec![0.0], vec![0.0, 0.0], vec![1.0, 0.0, 2.0]];
            lists.extend(numbers.clone().map(|x| vec![x]));
            lists.extend(numbers.map(|x| vec![1.0, x]));
            let mut values: Vec<_> = lists
                .into_iter()
                .map(|list| Some(ParameterValue::List(list)))
                .collect();
            if spec.kind == ParameterKind::OptionalList {
                values.push(None);
            }
            values
        }
    }
}

/// A value within the limits of a parameter that has no default.
fn some(spec: &ParameterSpec) -> Option<ParameterValue> {
    let is_good = |x: &f64| spec.limits.check::<f64>(spec.name, *x).is_ok();
    (spec.default == DefaultRule::Required).then(|| match spec.kind {
        ParameterKind::Number => {
            ParameterValue::Number(NUMBERS.into_iter().find(is_good).expect("a number"))
        }
        ParameterKind::Whole32 | ParameterKind::Whole64 => ParameterValue::Whole(2),
        ParameterKind::List | ParameterKind::OptionalList => {
            let one = [0.5, 1.5].into_iter().find(is_good).expect("a number");
            ParameterValue::List(vec![one, one])
        }
    })
}

fn models() -> impl Iterator<Item = (&'static ModelSpec, Vec<Option<ParameterValue>>)> {
    MODELS
        .iter()
        .map(|spec| (spec, spec.parameters.iter().map(some).collect()))
}

fn hazards() -> impl Iterator<Item = (&'static HazardSpec, Vec<Option<ParameterValue>>)> {
    HAZARDS
        .iter()
        .map(|spec| (spec, spec.parameters.iter().map(some).collect()))
}

fn model(spec: &ModelSpec, values: &[Option<ParameterValue>]) -> ModelConfig {
    let nothing = Some(crate::observation::Rows::default());
    spec.fill(values, nothing).expect("a configuration")
}

/// What checking says and what building says; NaN is written alike.
fn verdicts(config: &Config) -> [String; 2] {
    let built = config.build().map(drop);
    [config.check(), built].map(|verdict| format!("{verdict:?}"))
}

/// Which of the values are tried; in Miri few, since every one of them makes tables.
const EVERY: usize = if cfg!(miri) { 9 } else { 1 };

#[test]
fn checking_says_what_building_says() {
    for (spec, values) in models() {
        for (i, parameter) in spec.parameters.iter().enumerate() {
            for value in nasty(parameter).into_iter().step_by(EVERY) {
                let mut values = values.clone();
                values[i] = value;
                let config = Config {
                    model: model(spec, &values),
                    ..gaussian()
                };
                let [checked, built] = verdicts(&config);
                assert_eq!(checked, built, "{:?}", config.model);
            }
        }
    }
    for (spec, values) in hazards() {
        for (i, parameter) in spec.parameters.iter().enumerate() {
            for value in nasty(parameter).into_iter().step_by(EVERY) {
                let mut values = values.clone();
                values[i] = value;
                let config = Config {
                    hazard: spec.fill(&values).expect("a configuration"),
                    ..gaussian()
                };
                let [checked, built] = verdicts(&config);
                assert_eq!(checked, built, "{:?}", config.hazard);
            }
        }
    }
}

#[test]
fn defaults_can_be_built_and_come_back() {
    for (spec, values) in models() {
        let config = spec.with(&values, Some(&[])).expect("defaults");
        assert_eq!(config.spec().map(|spec| spec.name), Some(spec.name));
        assert_eq!(
            spec.with(&config.values(), None),
            Ok(config),
            "{}",
            spec.name
        );
    }
    for (spec, values) in hazards() {
        let config = spec.with(&values).expect("defaults");
        assert_eq!(config.spec().map(|spec| spec.name), Some(spec.name));
        assert_eq!(spec.with(&config.values()), Ok(config), "{}", spec.name);
    }
}

#[test]
fn a_prior_from_any_series_can_be_built() {
    let all: [&[f64]; 6] = [
        &[],
        &[0.0; 3],
        &[f64::NAN, -5.0],
        &[8e307, 8e307, -8e307],
        &[5e-324],
        &[1.0, 2.0, 4.0, f64::INFINITY],
    ];
    for (spec, values) in models() {
        for xs in all {
            let model = spec.with(&values, Some(xs)).expect("a prior");
            let config = Config::new(model, hazard_for(xs.len()));
            assert!(config.build().is_ok(), "{config:?}");
        }
    }
}

#[test]
fn what_is_not_given_is_named() {
    for spec in MODELS {
        let nothing = vec![None; spec.parameters.len()];
        let missing = spec.parameters.iter().filter(|parameter| {
            let rule = parameter.default;
            rule == DefaultRule::Required || rule == DefaultRule::FromData
        });
        // Those that are known are asked for first.
        let first = missing.max_by_key(|parameter| parameter.known);
        let error = spec.with(&nothing, None).err();
        if first.is_none() {
            assert_eq!(error, None);
        } else {
            let error = error.expect("something is missing").to_string();
            assert!(error.ends_with(" must be given"), "{error}");
        }
        let with_data = spec.with(&nothing, Some(&[1.0, 2.0]));
        let required = spec
            .parameters
            .iter()
            .find(|p| p.default == DefaultRule::Required);
        assert_eq!(with_data.err().map(|e| e.name), required.map(|p| p.name));
    }
}

#[test]
fn what_is_made_from_data_is_said_in_words() {
    for spec in MODELS {
        let from_data = |p: &ParameterSpec| p.default == DefaultRule::FromData;
        let any = spec.parameters.iter().any(from_data);
        assert_eq!(spec.from_data.is_some(), any, "{}", spec.name);
    }
}

#[test]
fn a_value_of_another_kind_is_refused_or_means_the_same() {
    let spec = ModelSpec::named("student_t").expect("a model");
    let nu = |value| {
        let mut values = vec![None; 5];
        values[4] = Some(value);
        spec.with(&values, Some(&[]))
            .map(|model| model.values()[4].clone())
    };
    let three = Ok(Some(ParameterValue::Number(3.0)));
    assert_eq!(nu(ParameterValue::Whole(3)), three);
    assert_eq!(nu(ParameterValue::List(vec![3.0])), three);
    let error = nu(ParameterValue::List(vec![3.0, 4.0])).expect_err("two numbers");
    assert_eq!(error.to_string(), "length of nu must be 1, got 2");

    let spec = ModelSpec::named("binomial").expect("a model");
    let trials = |value| {
        let values = [None, None, Some(value)];
        spec.with(&values, None)
            .map(|model| model.values()[2].clone())
    };
    let ten = Ok(Some(ParameterValue::Whole(10)));
    assert_eq!(trials(ParameterValue::Number(10.0)), ten);
    for bad in [
        10.5,
        -1.0,
        f64::NAN,
        f64::INFINITY,
        18_446_744_073_709_551_616.0,
    ] {
        let error = trials(ParameterValue::Number(bad)).expect_err("no whole number");
        let expected = format!("trials must be a whole number below 2^64, got {bad}");
        assert_eq!(error.to_string(), expected);
    }

    let spec = HazardSpec::named("negative_binomial").expect("a hazard");
    let values = [
        Some(ParameterValue::Whole(1 << 32)),
        Some(ParameterValue::Number(0.5)),
    ];
    let error = spec.with(&values).expect_err("too large");
    assert_eq!(
        error.to_string(),
        "k must be a whole number below 2^32, got 4294967296"
    );
}

#[test]
fn models_take_what_the_list_says() {
    for (spec, values) in models() {
        let config = Config {
            model: model(spec, &values),
            ..gaussian()
        };
        let mut detector = config.build().expect("a detector");
        for (x, kinds) in [
            (-0.5, &[Observes::Real][..]),
            (0.5, &[Observes::Real, Observes::Positive]),
            (f64::INFINITY, &[]),
            (
                0.0,
                &[
                    Observes::Real,
                    Observes::Count,
                    Observes::Successes,
                    Observes::YesNo,
                    Observes::Category,
                ],
            ),
            (1.0, &[spec.observes]),
            (1e9, &[Observes::Real, Observes::Positive, Observes::Count]),
        ] {
            if x == 0.0 && spec.observes == Observes::Positive {
                continue; // where its density is finite
            }
            let taken = detector.update(&[x]).is_ok();
            assert_eq!(
                taken,
                kinds.contains(&spec.observes),
                "{} of {x}",
                spec.name
            );
        }
    }
}

#[test]
fn hazards_know_time_where_the_list_says_so() {
    for (spec, values) in hazards() {
        let config = spec.fill(&values).expect("a configuration");
        let hazard = AnyHazard::new(&config).expect("a hazard");
        let known = [
            hazard.over(3.0, 0.5).is_some(),
            hazard.ln_survival_over(3.0, 0.5).is_some(),
        ];
        assert_eq!(known, [spec.in_time; 2], "{}", spec.name);
    }
}

/// Of no hazard of the crate does a question about the future take longer, the
/// further away it is.
#[test]
fn hazards_know_what_survives() {
    for (spec, values) in hazards() {
        let config = spec.fill(&values).expect("a configuration");
        let hazard = AnyHazard::new(&config).expect("a hazard");
        for length in [1, 3, 1000] {
            let one = hazard.ln_survival(length, 1).expect("a survival");
            let h = hazard.hazard(length);
            assert!((one.exp() - (1.0 - h)).abs() < 1e-14, "{}", spec.name);
            let residual = hazard.mean_residual(length).expect("a mean");
            assert!(residual >= 1.0, "{}", spec.name);
        }
    }
}

/// `LogLogistic` is called `log_logistic`, and all words are sentences of one line.
#[test]
fn names_and_words_have_their_form() {
    let kinds = MODELS
        .iter()
        .map(|m| (m.class, m.name, m.summary(), m.details(), m.parameters))
        .chain(
            HAZARDS
                .iter()
                .map(|h| (h.class, h.name, h.summary(), h.details(), h.parameters)),
        );
    for (class, name, summary, details, parameters) in kinds {
        let mut snake = String::new();
        for c in class.chars() {
            if c.is_uppercase() && !snake.is_empty() {
                snake.push('_');
            }
            snake.extend(c.to_lowercase());
        }
        assert_eq!(snake, name);
        let docs = parameters.iter().map(ParameterSpec::doc);
        for line in docs.chain([summary]) {
            assert!(
                line.ends_with('.') && !line.contains('\n'),
                "{name}: {line:?}"
            );
        }
        assert!(
            details.is_empty() || details.ends_with('.'),
            "{name}: {details:?}"
        );
    }
}

#[cfg(feature = "serde")]
mod stored {
    use super::*;
    use crate::list::HazardConfig;

    /// Codes and fields, as format 1 wrote positions and fields.
    #[test]
    fn bytes_are_those_of_the_first_format() {
        let bits =
            |numbers: &[f64]| -> Vec<u8> { numbers.iter().flat_map(|x| x.to_le_bytes()).collect() };
        let gaussian = ModelConfig::Gaussian {
            mean: 0.5,
            kappa: 1.0,
            alpha: 2.0,
            beta: 3.0,
        };
        let grid = ModelConfig::StudentTGrid {
            mean: 0.5,
            kappa: 1.0,
            alpha: 2.0,
            beta: 3.0,
            nu: vec![4.0, 5.0],
            nu_prior: None,
        };
        let binomial = ModelConfig::Binomial {
            a: 1.0,
            b: 2.0,
            trials: 300,
        };
        let own = ModelConfig::Own { dimension: 2 };
        for (model, expected) in [
            (gaussian, [&[0][..], &bits(&[0.5, 1.0, 2.0, 3.0])].concat()),
            (
                grid,
                [
                    &[2][..],
                    &bits(&[0.5, 1.0, 2.0, 3.0]),
                    &[2],
                    &bits(&[4.0, 5.0]),
                    &[0],
                ]
                .concat(),
            ),
            (
                binomial,
                [&[5][..], &bits(&[1.0, 2.0]), &[0xac, 2]].concat(),
            ),
            (own, vec![7, 2]),
        ] {
            assert_eq!(postcard::to_allocvec(&model).as_ref(), Ok(&expected));
            assert_eq!(postcard::from_bytes(&expected), Ok(model));
        }
        let hazard = HazardConfig::NegativeBinomial { k: 3, p: 0.25 };
        for (hazard, expected) in [
            (hazard, [&[4, 3][..], &bits(&[0.25])].concat()),
            (HazardConfig::Own, vec![6]),
        ] {
            assert_eq!(postcard::to_allocvec(&hazard).as_ref(), Ok(&expected));
            assert_eq!(postcard::from_bytes(&expected), Ok(hazard));
        }
        assert!(postcard::from_bytes::<ModelConfig>(&[0x7f]).is_err());
        assert!(postcard::from_bytes::<ModelConfig>(&[]).is_err());
        assert!(postcard::from_bytes::<ModelConfig>(&[4]).is_err());
    }

    #[test]
    fn every_code_comes_back() {
        for (spec, values) in models() {
            let model = model(spec, &values);
            let bytes = postcard::to_allocvec(&model).expect("bytes");
            assert_eq!(
                postcard::take_from_bytes(&bytes).map(|(code, _)| code),
                Ok(spec.code)
            );
            assert_eq!(postcard::from_bytes(&bytes), Ok(model));
        }
        for (spec, values) in hazards() {
            let hazard = spec.fill(&values).expect("a configuration");
            let bytes = postcard::to_allocvec(&hazard).expect("bytes");
            assert_eq!(
                postcard::take_from_bytes(&bytes).map(|(code, _)| code),
                Ok(spec.code)
            );
            assert_eq!(postcard::from_bytes(&bytes), Ok(hazard));
        }
    }
}
