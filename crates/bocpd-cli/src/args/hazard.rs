//! How long segments last.

use std::borrow::Cow;

use bocpd_core::config::HazardConfig;
use bocpd_core::error::ParameterError;
use bocpd_core::list::{HAZARDS, HazardSpec};
use bocpd_core::observation::Rows;
use bocpd_core::parameter::{ParameterSpec, ParameterValue};

use super::family::{Family, word};
use crate::settings::Known;

impl Family for HazardSpec {
    type Config = HazardConfig;
    const OPTION: &'static str = "hazard";
    const LETTER: Option<char> = None;
    const HELP: &'static str = "How long segments last";
    const USUAL: &'static str = "constant";
    const SEVERAL: bool = false;

    fn all() -> &'static [Self] {
        HAZARDS
    }
    fn name(&self) -> &'static str {
        self.name
    }
    fn summary(&self) -> &'static str {
        self.summary()
    }
    fn advice(&self) -> &'static str {
        self.advice
    }
    fn parameters(&self) -> &'static [ParameterSpec] {
        self.parameters
    }
    fn of(config: &HazardConfig) -> Option<&'static Self> {
        config.spec()
    }
    fn values(config: &HazardConfig) -> Vec<Option<ParameterValue>> {
        config.values()
    }
    /// The usual hazard has the length of the series.
    fn defaults(&self, known: Known) -> Vec<Option<ParameterValue>> {
        let usual = known.hazard();
        match usual.spec() {
            Some(spec) if spec.name == self.name => usual.values(),
            _ => vec![None; self.parameters.len()],
        }
    }
    fn with(
        &self,
        values: &[Option<ParameterValue>],
        _: Option<Rows<'_>>,
    ) -> Result<HazardConfig, ParameterError> {
        self.with(values)
    }
    /// `--hazard-shape` is the `shape` of a hazard; a few have names of their own.
    fn option(parameter: &str) -> (Cow<'static, str>, Option<char>) {
        match parameter {
            "mean_run_length" => ("mean-run-length".into(), Some('l')),
            "per_unit_time" => ("hazard-rate".into(), None),
            "mean_run_lengths" => ("mean-run-lengths".into(), None),
            "hazards" => ("hazard-table".into(), None),
            _ => (format!("hazard-{}", word(parameter)).into(), None),
        }
    }
}
