//! Configurations as JSON: what `from_json` of the wheel and `--config` of the command
//! line read.

use bocpd_core::Config;

use crate::source::Source;
use crate::{note_call, operations, recipe};

/// Words of the language.
pub const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "0.5",
    "2",
    "1e308",
    "-1e308",
    "1e-320",
    "1e400",
    "9007199254740993",
    "18446744073709551615",
    "-0.0",
    "NaN",
    "\"model\"",
    "\"hazard\"",
    "\"pruning\"",
    "\"missing\"",
    "\"history\"",
    "\"shifts\"",
    "\"alarm\"",
    "\"gaussian\"",
    "\"student_t\"",
    "\"student_t_grid\"",
    "\"poisson\"",
    "\"bernoulli\"",
    "\"binomial\"",
    "\"gamma\"",
    "\"own\"",
    "\"constant\"",
    "\"rate\"",
    "\"weibull\"",
    "\"log_logistic\"",
    "\"negative_binomial\"",
    "\"table\"",
    "\"mean\"",
    "\"kappa\"",
    "\"alpha\"",
    "\"beta\"",
    "\"nu\"",
    "\"nu_prior\"",
    "\"shape\"",
    "\"a\"",
    "\"b\"",
    "\"trials\"",
    "\"known_shape\"",
    "\"mean_run_length\"",
    "\"per_unit_time\"",
    "\"scale\"",
    "\"k\"",
    "\"p\"",
    "\"hazards\"",
    "\"max_hypotheses\"",
    "\"min_weight\"",
    "\"max_run_length\"",
    "\"resample\"",
    "\"error\"",
    "\"skip\"",
    "\"nothing\"",
    "\"lag\"",
    "\"all\"",
    "\"dimension\"",
    "\"threshold\"",
    "\"window\"",
    "\"min_segment\"",
    "\"clear\"",
    "\"cool_down\"",
    "\"latched\"",
    "\"product\"",
];

/// Configurations that can be used.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let detectors = recipe::ordinary();
    let written = detectors.iter().map(|it| serde_json::to_vec(it.config()));
    written.map(|it| it.expect("a configuration")).collect()
}

/// The target: what is a configuration survives being written and read, and what can be
/// built works.
///
/// # Panics
/// Where something does not hold.
pub fn run(bytes: &[u8]) {
    note_call();
    let config: Config = match serde_json::from_slice(bytes) {
        Ok(config) => config,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let text = serde_json::to_string(&config).expect("a configuration");
    let again: Config = serde_json::from_str(&text).expect("what was written");
    assert_eq!(again, config, "{text}");
    note_call();
    match config.build() {
        Ok(mut detector) => {
            assert_eq!(detector.config(), &config);
            operations::exercise(&mut detector, &mut Source::new(bytes));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
