//! The observation model and the prior of its parameters.

use std::borrow::Cow;

use bocpd_core::config::ModelConfig;
use bocpd_core::error::ParameterError;
use bocpd_core::list::{MODELS, ModelSpec};
use bocpd_core::observation::Rows;
use bocpd_core::parameter::{ParameterSpec, ParameterValue};

use super::family::{Family, word};
use crate::settings::Known;

/// The parameter that says how many features there are.
pub(crate) const FEATURES: &str = "features";

impl Family for ModelSpec {
    type Config = ModelConfig;
    const OPTION: &'static str = "model";
    const LETTER: Option<char> = Some('m');
    const HELP: &'static str = "What the observations of a segment look like; with --together one \
                                for each column, with commas between them, or one for all";
    const USUAL: &'static str = "gaussian";
    const SEVERAL: bool = true;

    fn all() -> &'static [Self] {
        MODELS
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
    fn of(config: &ModelConfig) -> Option<&'static Self> {
        config.spec()
    }
    fn values(config: &ModelConfig) -> Vec<Option<ParameterValue>> {
        config.values()
    }
    fn defaults(&self, _: Known) -> Vec<Option<ParameterValue>> {
        vec![None; self.parameters.len()]
    }
    fn with(
        &self,
        values: &[Option<ParameterValue>],
        rows: Option<Rows<'_>>,
    ) -> Result<ModelConfig, ParameterError> {
        self.with_rows(values, rows)
    }
    /// How many features there are, the columns that are named say; trials may be a column too.
    fn follows(parameter: &str) -> bool {
        parameter == FEATURES || parameter == super::beside::TRIALS
    }
    fn option(parameter: &str) -> (Cow<'static, str>, Option<char>) {
        (word(parameter).into(), None)
    }
}
