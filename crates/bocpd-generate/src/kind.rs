//! Models and hazards alike.

use bocpd_core::config::ModelConfig;
use bocpd_core::list::{HAZARDS, MODELS, ModelSpec};
use bocpd_core::parameter::{DefaultRule, ParameterKind, ParameterSpec, ParameterValue};
use bocpd_core::{Config, defaults};

/// What the generated text has to know of a model or of a hazard.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) class: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) details: String,
    pub(crate) parameters: Vec<Parameter>,
    /// Whether it is a model of observations of several numbers.
    pub(crate) of_several: bool,
}

pub(crate) struct Parameter {
    pub(crate) spec: &'static ParameterSpec,
    /// What is taken where nothing is said and there is no series; `None` if it has to be given
    /// or is optional.
    pub(crate) plain: Option<ParameterValue>,
}

impl Kind {
    pub(crate) fn models() -> Vec<Self> {
        let kind = |spec: &'static ModelSpec| Self {
            name: spec.name,
            class: spec.class,
            summary: spec.summary(),
            details: spec.details(),
            parameters: parameters(spec.parameters, &plain(spec).values()),
            of_several: spec.of_several,
        };
        MODELS.iter().map(kind).collect()
    }

    pub(crate) fn hazards() -> Vec<Self> {
        let kinds = HAZARDS.iter().map(|spec| {
            let fixed = |p: &ParameterSpec| p.default == DefaultRule::Fixed;
            let fixed = spec.parameters.iter().filter(|p| fixed(p)).count();
            assert_eq!(
                fixed, 0,
                "{}: defaults of hazards are not written yet",
                spec.name
            );
            Self {
                name: spec.name,
                class: spec.class,
                summary: spec.summary(),
                details: spec.details(),
                parameters: parameters(spec.parameters, &[]),
                of_several: false,
            }
        });
        kinds.collect()
    }

    /// Summary and details in one line.
    pub(crate) fn words(&self) -> String {
        format!("{} {}", self.summary, self.details)
            .trim()
            .to_owned()
    }

    /// The parameters that are lists.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|p| p.is_list())
    }
}

impl Parameter {
    pub(crate) fn name(&self) -> &'static str {
        self.spec.name
    }

    /// What it means, without the full stop.
    pub(crate) fn meaning(&self) -> &'static str {
        self.spec.doc().trim_end_matches('.')
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(
            self.spec.kind,
            ParameterKind::List | ParameterKind::OptionalList
        )
    }

    pub(crate) fn is_optional(&self) -> bool {
        self.spec.kind == ParameterKind::OptionalList
    }

    /// The parameter whose value it has where nothing is said.
    pub(crate) fn same_as(&self) -> Option<&'static str> {
        match self.spec.default {
            DefaultRule::Same(other) => Some(other),
            _ => None,
        }
    }
}

fn parameters(specs: &'static [ParameterSpec], plain: &[Option<ParameterValue>]) -> Vec<Parameter> {
    let parameters = specs.iter().enumerate().map(|(i, spec)| Parameter {
        spec,
        plain: plain
            .get(i)
            .cloned()
            .flatten()
            .filter(|_| spec.default != DefaultRule::Required),
    });
    parameters.collect()
}

/// The model with its defaults, and anything where there is none.
pub(crate) fn plain(spec: &ModelSpec) -> ModelConfig {
    let values = spec.parameters.iter().map(|parameter| {
        let required = parameter.default == DefaultRule::Required;
        required.then_some(match parameter.kind {
            ParameterKind::Whole32 | ParameterKind::Whole64 => ParameterValue::Whole(2),
            _ => ParameterValue::Number(2.0),
        })
    });
    let values: Vec<_> = values.collect();
    spec.with(&values, Some(&[])).expect("defaults")
}

/// What the first parameter of a model's segments is called, the one whose changes are told.
pub(crate) fn level(spec: &ModelSpec) -> &'static str {
    let config = Config::new(plain(spec), defaults::hazard_for(0));
    let mut detector = config.build().expect("a detector");
    detector
        .update(&[1.0])
        .expect("an observation of any model");
    let parameters = detector.parameters().expect("parameters");
    parameters.first().map_or("–", |level| level.name)
}
