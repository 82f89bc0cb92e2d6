//! Every model in every form that the machine has: what the kernels do to memory, in
//! runs that are short enough for an interpreter.

use alloc::vec::Vec;

use super::AnyDetector;
use crate::config::Config;
use crate::detector::Detector;
use crate::hazard::Constant;
use crate::history::History;
use crate::kernel::Isa;
use crate::list::{HazardConfig, MODELS, ModelConfig, Observes};
use crate::model::Gaussian;
use crate::parameter::{DefaultRule, ParameterValue};
use crate::pruning::Pruning;
use crate::random::Random;

// Under Miri, which is a thousand times slower, some of each only.
const STEPS: usize = if cfg!(miri) { 16 } else { 300 };

/// Posteriors and changepoints, as bits.
fn trace(config: &Config, isa: Isa, xs: &[f64]) -> Vec<u64> {
    let mut detector = config.build().unwrap();
    detector.detector = detector.detector.with_isa(isa);
    for (i, x) in xs.iter().enumerate() {
        match i % 29 {
            5 => drop(detector.skip().unwrap()),
            17 => detector = AnyDetector::clone(&detector),
            _ => drop(detector.update(&[*x]).unwrap()),
        }
    }
    let mut bits = detector.changepoints();
    for (start, p) in detector.run_length_posterior() {
        bits.extend([start, p.to_bits()]);
    }
    bits
}

#[test]
fn every_model_in_every_form() {
    let mut random = Random::new(1);
    let uniform: Vec<f64> = (0..STEPS).map(|_| random.uniform()).collect();
    for (k, spec) in MODELS.iter().enumerate() {
        let needed = spec.parameters.iter().map(|parameter| {
            let is_known = parameter.default == DefaultRule::Required || parameter.name == "trials";
            is_known.then_some(ParameterValue::Whole(12))
        });
        let model: ModelConfig = spec.with(&needed.collect::<Vec<_>>(), Some(&[])).unwrap();
        let observe = |x: &f64| match spec.observes {
            Observes::Real | Observes::Positive => *x,
            Observes::Count | Observes::Successes => libm::floor(12.0 * x),
            Observes::YesNo | Observes::Category => libm::floor(1.3 * x),
        };
        let xs: Vec<f64> = uniform.iter().map(observe).collect();
        let (shape, scale, mean_run_length) = (2.0, 20.0, 20.0);
        let hazards = [
            HazardConfig::Constant { mean_run_length },
            HazardConfig::LogLogistic { shape, scale },
        ];
        let prunings = [
            Pruning::exact(),
            Pruning::top_k(9),
            Pruning::stratified(9, 1),
        ];
        // The first, and another in turn.
        for i in [0, 1 + k % 5] {
            let config = Config {
                pruning: prunings[i % 3],
                history: History::Lag(7),
                shifts: true,
                ..Config::new(model.clone(), hazards[i % 2].clone())
            };
            let expected = trace(&config, Isa::BASELINE, &xs);
            for isa in Isa::available().skip(usize::from(cfg!(miri))) {
                assert!(
                    trace(&config, isa, &xs) == expected,
                    "{} {config:?}",
                    isa.name()
                );
            }
        }
    }
}

/// The registers of the other width.
#[test]
fn single_precision_in_every_form() {
    let mut random = Random::new(2);
    let xs: Vec<f64> = (0..STEPS).map(|_| random.uniform()).collect();
    let run = |isa| {
        let model = Gaussian::<f32>::typed(0.0, 1.0, 1.0, 1.0).unwrap();
        let detector = Detector::new(model, Constant::new(20.0).unwrap());
        let detector = detector.with_pruning(Pruning::top_k(20)).unwrap();
        let mut detector = detector.with_isa(isa);
        for &x in &xs {
            #[expect(clippy::cast_possible_truncation, reason = "rounded")]
            detector.update(x as f32).unwrap();
        }
        let posterior = detector.run_length_posterior();
        posterior
            .map(|(start, p)| (start, p.to_bits()))
            .collect::<Vec<_>>()
    };
    let expected = run(Isa::BASELINE);
    for isa in Isa::available() {
        assert!(run(isa) == expected, "{}", isa.name());
    }
}
