//! Every model and hazard of the library's lists is judged here.

use std::collections::BTreeSet;

use bocpd_core::Config;
use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::list::{HAZARDS, MODELS};
use bocpd_tests::random::Random;
use bocpd_tests::{catalogue, corpus};

/// The model and the hazard of a configuration, by name.
fn names(config: &serde_json::Value) -> (Option<&'static str>, Option<&'static str>) {
    let config: Config = serde_json::from_value(config.clone()).expect("a configuration");
    let model = config.model.spec().map(|spec| spec.name);
    (model, config.hazard.spec().map(|spec| spec.name))
}

#[test]
fn every_model_and_hazard_is_in_the_catalogue() {
    let mut random = Random::new(1);
    let models = catalogue::MODELS.iter().map(|entry| {
        let model: ModelConfig =
            serde_json::from_value((entry.model)(&mut random)).expect("a model");
        let name = model.spec().expect("an entry of the list").name;
        assert_eq!(name, entry.name);
        name
    });
    let listed: BTreeSet<_> = MODELS.iter().map(|spec| spec.name).collect();
    assert_eq!(models.collect::<BTreeSet<_>>(), listed);

    let hazards = catalogue::hazards(50.0).into_iter().map(|hazard| {
        let hazard: HazardConfig = serde_json::from_value(hazard).expect("a hazard");
        hazard.spec().expect("an entry of the list").name
    });
    let listed: BTreeSet<_> = HAZARDS.iter().map(|spec| spec.name).collect();
    assert_eq!(hazards.collect::<BTreeSet<_>>(), listed);
}

#[test]
fn every_model_and_hazard_is_in_the_corpus() {
    let cases = corpus::load();
    let (models, hazards): (Vec<_>, Vec<_>) = cases.iter().map(|case| names(&case.config)).unzip();
    for spec in MODELS {
        assert!(models.contains(&Some(spec.name)), "{}", spec.name);
    }
    for spec in HAZARDS {
        assert!(hazards.contains(&Some(spec.name)), "{}", spec.name);
    }
}
