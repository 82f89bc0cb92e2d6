//! From options, a configuration file and data to a configuration of core.

mod automatic;
mod known;
mod numbers;

use std::fs;
use std::path::Path;

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use bocpd_core::alarm::AlarmPolicy;
use bocpd_core::config::{HazardConfig, ModelConfig};
use bocpd_core::error::ParameterError;
use bocpd_core::list::{HazardSpec, ModelSpec};
use bocpd_core::observation::{Beside, Rows};
use bocpd_core::outliers::Outliers;
use bocpd_core::parameter::{DefaultRule, ParameterValue};
use bocpd_core::{Config, Missing, Pruning, defaults};
use serde_json::{Map, Value, json};

use crate::args::family::{Family, Given, as_json, plain};
use crate::args::{
    FEATURES, GivenPolicy, OutliersArgs, PreferencesArgs, Said, SetupArgs, TableArgs,
};
use crate::exit::{name_of, not_usable, option_of, usage};
use crate::foreign;
use crate::input::MissingPolicy;

pub(crate) use known::Known;

/// What was said on the command line and in the configuration file.
pub(crate) struct Settings {
    file: Option<Config>,
    /// What the configuration file is called.
    file_name: String,
    model: Said<ModelSpec>,
    /// What comes along with each observation.
    beside: Option<Beside>,
    hazard: Said<HazardSpec>,
    pruning: Option<Pruning>,
    outliers: OutliersArgs,
    preferences: PreferencesArgs,
    alarm: GivenPolicy,
    missing: Option<MissingPolicy>,
}

impl Settings {
    /// Reads the configuration file, if there is one.
    ///
    /// # Errors
    /// The file cannot be read, or is no configuration.
    pub(crate) fn new(args: &SetupArgs, alarm: GivenPolicy, table: &TableArgs) -> Result<Self> {
        let mut model = args.model.clone();
        model.parameters.extend(table.beside.parameter());
        let beside = table.beside.column().map(|(beside, _)| beside);
        let file = args.config.as_deref().map(read_config).transpose()?;
        if let Some(beside) = beside {
            model.entries = with_beside(beside, &model.entries, file.as_ref())?;
        }
        if table.features() > 0 {
            model.parameters.push(Given {
                option: "--features".to_owned(),
                name: FEATURES,
                value: ParameterValue::Whole(table.features() as u64),
            });
        }
        let kinds = model.entries.len();
        ensure!(
            kinds < 2 || table.together,
            usage(format!(
                "--model names {kinds} kinds, and each series is one column; --together takes \
                 several columns as one series"
            ))
        );
        Ok(Self {
            file,
            file_name: args
                .config
                .as_deref()
                .map(foreign::path)
                .unwrap_or_default(),
            model,
            beside,
            hazard: args.hazard.clone(),
            pruning: args.pruning.given(),
            outliers: args.outliers,
            preferences: args.preferences,
            alarm,
            missing: table
                .missing
                .or(table.names_missing().then_some(MissingPolicy::Skip)),
        })
    }

    /// What to do about missing values.
    pub(crate) fn missing(&self) -> MissingPolicy {
        self.missing
            .unwrap_or(match self.file.as_ref().map(|config| config.missing) {
                Some(Missing::Skip) => MissingPolicy::Skip,
                _ => MissingPolicy::Error,
            })
    }

    /// When a change is an alarm; never, if nothing was said.
    fn alarm(&self) -> Option<AlarmPolicy> {
        let file = self.file.as_ref();
        self.alarm.over(file.and_then(|config| config.alarm))
    }

    /// Outliers, or that there are none; `None` if nothing was said.
    #[expect(
        clippy::option_option,
        reason = "there may be some, none, or nothing said"
    )]
    fn outliers(&self) -> Result<Option<Option<Outliers>>> {
        let file = self.file.as_ref();
        let outliers = self.outliers.over(file.and_then(|config| config.outliers));
        outliers.map_err(|option| usage(format!("{option} needs --outliers P")))
    }

    /// The configuration, and what had to be assumed for it. `numbers` are the names of the
    /// numbers of an observation; there are none as long as the columns are not known.
    ///
    /// # Errors
    /// Options that do not go together, parameters that nothing is known about, or values that
    /// cannot be used; the message names the option.
    pub(crate) fn resolve(
        &self,
        known: Known,
        numbers: &[String],
    ) -> Result<(Config, Vec<String>)> {
        self.check_outliers(numbers.len())?;
        if let Some(rows) = known.rows()
            && self.says_no_model()
        {
            return self.automatic(rows, numbers, known);
        }
        let mut assumed = Vec::new();
        let file = self.file.as_ref();
        let models = self.models(known, numbers, &mut assumed)?;
        let hazard = self.hazard(known, &mut assumed)?;
        if let [model] = &models[..] {
            self.check_features(model)?;
        }
        // What there are no options for stays as in the file, or as core has it.
        let mut config = Config::of_product(models, hazard)?;
        if let Some(file) = file {
            let Config {
                model,
                product,
                hazard,
                ..
            } = config;
            config = file.clone();
            (config.model, config.product, config.hazard) = (model, product, hazard);
        }
        config.pruning = self.pruning(known, &mut assumed);
        config.alarm = self.alarm();
        config.outliers = self.outliers()?.flatten();
        self.preferences.over(&mut config);
        config.missing = self.missing_in_core();
        self.check(&config)?;
        Ok((config, assumed))
    }

    /// Whether the model is left to be chosen.
    pub(crate) fn says_no_model(&self) -> bool {
        self.file.is_none() && self.model.entries.is_empty() && self.model.parameters.is_empty()
    }

    /// Whether the hazard is left to be chosen.
    pub(crate) fn says_no_hazard(&self) -> bool {
        self.file.is_none() && self.hazard.entries.is_empty() && self.hazard.parameters.is_empty()
    }

    fn hazard(&self, known: Known, assumed: &mut Vec<String>) -> Result<HazardConfig> {
        resolve(
            self.hazard.entries.first().copied(),
            &self.hazard.parameters,
            self.file.as_ref().map(|file| &file.hazard),
            known.of_numbers(&known.column(0)),
            assumed,
            |error| self.in_file(error),
        )
    }

    /// Each of several numbers has outliers from a place of its own.
    fn check_outliers(&self, numbers: usize) -> Result<()> {
        let mut options = self.outliers.options();
        match options.find(|option| *option != "--outliers") {
            Some(option) if numbers > 1 => bail!(usage(format!(
                "{option} is for observations of one number: of several each has its own"
            ))),
            _ => Ok(()),
        }
    }

    /// The configuration with a model that is chosen for a series or a stream.
    fn automatic(
        &self,
        rows: Rows,
        numbers: &[String],
        known: Known,
    ) -> Result<(Config, Vec<String>)> {
        let mut assumed = Vec::new();
        let mut given = defaults::Given::default();
        if !self.says_no_hazard() {
            given.hazard = Some(self.hazard(known, &mut assumed)?);
        }
        given.pruning = self.pruning;
        given.missing = self.missing_in_core();
        given.outliers = self.outliers()?;
        self.preferences.add_to(&mut given);
        let choose = match known {
            Known::Series { .. } => automatic::for_series,
            _ => automatic::for_stream,
        };
        let chosen = choose(rows, numbers, &given);
        let (mut config, words) = chosen.map_err(|error| {
            let usual = || not_usable(&option_of(&error), &error);
            self.not_wanted(&error).unwrap_or_else(usual)
        })?;
        config.alarm = self.alarm();
        self.check(&config)?;
        assumed.insert(0, words);
        if given.hazard.is_none() {
            let entry = HazardSpec::of(&config.hazard);
            assumed.extend(entry.and_then(|entry| in_words(entry, &config.hazard, |_| true)));
        }
        if let (None, Some(outliers)) = (given.outliers, config.outliers) {
            assumed.push(format!(
                "outliers with probability {}",
                outliers.probability
            ));
        }
        if self.pruning.is_none() {
            assumed.push(describe(&config.pruning));
        }
        Ok((config, assumed))
    }

    fn missing_in_core(&self) -> Missing {
        match self.missing() {
            MissingPolicy::Error => Missing::Error,
            MissingPolicy::Skip => Missing::Skip,
        }
    }

    /// The error of an option that says which changes are wanted.
    fn not_wanted(&self, error: &ParameterError) -> Option<Error> {
        let option = self.preferences.option_of(error.name)?;
        Some(not_usable(option, error))
    }

    /// Whether core can use all of it.
    fn check(&self, config: &Config) -> Result<()> {
        config.pruning.check().map_err(|error| match self.pruning {
            Some(_) => not_usable(&option_of(&error), &error),
            None => self.in_file(&error),
        })?;
        let alarm = config.alarm.as_ref().map_or(Ok(()), AlarmPolicy::check);
        alarm.map_err(|error| {
            if self.alarm.says(error.name) || self.file.is_none() {
                not_usable(&option_of(&error), &error)
            } else {
                self.in_file(&error)
            }
        })?;
        config.check().map_err(|error| {
            if let Some(error) = self.not_wanted(&error) {
                return error;
            }
            let option = option_of(&error);
            if self.outliers.options().any(|given| given == option) {
                not_usable(&option, &error)
            } else {
                self.in_file(&error)
            }
        })
    }

    /// A configuration file may ask for features; which they are, only columns say.
    fn check_features(&self, model: &ModelConfig) -> Result<()> {
        let parameters = model.spec().map_or(&[][..], |spec| spec.parameters);
        let values = model.values();
        let mut asked = parameters.iter().zip(&values);
        let asked = asked.find_map(|(parameter, value)| match value {
            Some(ParameterValue::Whole(n)) if parameter.name == FEATURES => Some(*n),
            _ => None,
        });
        let named = self
            .model
            .parameters
            .iter()
            .any(|given| given.name == FEATURES);
        match asked {
            Some(n) if n > 0 && !named => bail!(usage(format!(
                "--config {}: its model takes {n} features; --features names their columns",
                self.file_name
            ))),
            _ => Ok(()),
        }
    }

    /// A parameter of the configuration file that core cannot use.
    fn in_file(&self, error: &ParameterError) -> Error {
        usage(format!("--config {}: {error}", self.file_name))
    }

    /// All of it as data, to be compared with what a state was made with.
    pub(crate) fn fingerprint(&self) -> Value {
        let mut all = Map::from_iter([
            ("--config".to_owned(), json!(self.file)),
            ("--model".to_owned(), json!(names(&self.model.entries))),
            ("--hazard".to_owned(), json!(names(&self.hazard.entries))),
            ("pruning".to_owned(), json!(self.pruning)),
            (
                "--missing".to_owned(),
                json!(format!("{:?}", self.missing())),
            ),
        ]);
        if let Ok(Some(outliers)) = self.outliers() {
            all.insert("--outliers".to_owned(), json!(outliers));
        }
        for (option, value) in self.preferences.options() {
            all.insert(option.to_owned(), value);
        }
        if let Some(policy) = self.alarm() {
            all.insert("--alarm".to_owned(), json!(policy));
        }
        for given in self.model.parameters.iter().chain(&self.hazard.parameters) {
            all.insert(given.option.clone(), as_json(&given.value));
        }
        all.into()
    }

    fn pruning(&self, known: Known, assumed: &mut Vec<String>) -> Pruning {
        match (self.pruning, &self.file) {
            (Some(pruning), _) => pruning,
            (None, Some(file)) => file.pruning,
            (None, None) => {
                let pruning = known.pruning();
                assumed.push(describe(&pruning));
                pruning
            }
        }
    }
}

/// The model, or the hazard: that of the file, or one that was chosen, with the parameters that
/// were given. Says what was assumed where it is not from the file.
fn resolve<F: Family>(
    entry: Option<&'static F>,
    given: &[Given],
    file: Option<&F::Config>,
    known: Known,
    assumed: &mut Vec<String>,
    in_file: impl Fn(&ParameterError) -> Error,
) -> Result<F::Config>
where
    F::Config: Clone,
{
    let (entry, mut values, from_file) = match (file, entry) {
        (Some(config), None) => match F::of(config) {
            Some(entry) => (entry, F::values(config), true),
            None => match given.first() {
                Some(given) => bail!(stranger(&given.option, F::OPTION, "own")),
                None => return Ok(config.clone()),
            },
        },
        (_, entry) => {
            let usual = || F::named(F::USUAL).expect("an entry of the list");
            let entry = entry.unwrap_or_else(usual);
            (entry, entry.defaults(known), false)
        }
    };
    let name = entry.word();
    let parameters = entry.parameters();
    let mut untouched = vec![true; parameters.len()];
    for given in given {
        let Some(at) = parameters.iter().position(|p| p.name == given.name) else {
            bail!(stranger(&given.option, F::OPTION, &name));
        };
        values[at] = Some(given.value.clone());
        untouched[at] = false;
    }

    let xs = known.values();
    let missing = parameters.iter().zip(&values).filter(|(parameter, value)| {
        let no_default = match parameter.default {
            DefaultRule::Required => true,
            DefaultRule::FromData => xs.is_none(),
            _ => false,
        };
        no_default && value.is_none()
    });
    let (missing, rules): (Vec<_>, Vec<_>) = missing
        .map(|(parameter, _)| {
            let option = format!("--{}", F::option(parameter.name).0);
            (option, parameter.default)
        })
        .unzip();
    if !missing.is_empty() {
        let option = F::OPTION;
        let needs = format!("--{option} {name} needs {}", missing.join(", "));
        bail!(usage(match known {
            Known::Nothing(why) if rules.contains(&DefaultRule::FromData) => {
                format!("{why}: {needs}")
            }
            _ => needs,
        }));
    }

    let config = entry.with(&values, known.rows()).map_err(|error| {
        let name = name_of(&error);
        let given = |name| given.iter().find(|given| given.name == name);
        // What was not given may be the same as something that was.
        let rule = parameters
            .iter()
            .find(|p| p.name == name)
            .map(|p| p.default);
        let same = match rule {
            Some(DefaultRule::Same(other)) => given(other),
            _ => None,
        };
        match given(name).or(same) {
            Some(given) => not_usable(&given.option, &error),
            None if from_file => in_file(&error),
            None => not_usable(&format!("--{}", F::option(name).0), &error),
        }
    })?;
    if !from_file {
        assumed.extend(in_words(entry, &config, |at| untouched[at]));
    }
    Ok(config)
}

/// An entry with those of its parameters that were assumed, if there are such.
fn in_words<F: Family>(
    entry: &F,
    config: &F::Config,
    assumed: impl Fn(usize) -> bool,
) -> Option<String> {
    let values = F::values(config);
    let parameters = entry.parameters().iter().zip(&values).enumerate();
    let parameters = parameters.filter(|(at, _)| assumed(*at));
    let named: Vec<String> = parameters
        .filter_map(|(_, (p, value))| Some(format!("{} {}", p.name, plain(value.as_ref()?))))
        .collect();
    let (option, name) = (F::OPTION, entry.word());
    (!named.is_empty()).then(|| format!("{option} {name} with {}", named.join(", ")))
}

/// The models that take such a number along with each observation in place of those that were
/// named; where none was, the one that does, or that of the configuration file.
fn with_beside(
    beside: Beside,
    named: &[&'static ModelSpec],
    file: Option<&Config>,
) -> Result<Vec<&'static ModelSpec>> {
    if let (Some(file), []) = (file, named) {
        let takes = file.model.spec().and_then(|spec| spec.beside);
        ensure!(
            takes == Some(beside),
            usage(format!("--config: its model takes no --{}", beside.name()))
        );
        return Ok(Vec::new());
    }
    let takes = ModelSpec::of_beside(beside).map_or_else(String::new, Family::word);
    let option = beside.name();
    let each = named.iter().map(|spec| {
        let with = spec.with_beside(beside);
        let word = spec.word();
        with.ok_or_else(|| {
            usage(format!(
                "--model {word} takes no --{option}; --model {takes} does"
            ))
        })
    });
    let models: Vec<_> = each.collect::<Result<_>>()?;
    Ok(match models[..] {
        [] => ModelSpec::of_beside(beside).into_iter().collect(),
        _ => models,
    })
}

/// The names of entries as a state has them; `None` where there are none.
fn names<F: Family>(entries: &[&'static F]) -> Option<String> {
    let names: Vec<_> = entries.iter().map(|entry| entry.name()).collect();
    (!names.is_empty()).then(|| names.join(","))
}

fn stranger(given: &str, option: &str, name: &str) -> anyhow::Error {
    usage(format!("{given} is not a parameter of --{option} {name}"))
}

fn describe(pruning: &Pruning) -> String {
    let mut limits = Vec::new();
    if let Some(k) = pruning.max_hypotheses {
        limits.push(format!("at most {k} hypotheses"));
    }
    if let Some(weight) = pruning.min_weight {
        limits.push(format!("none under {weight:e}"));
    }
    if limits.is_empty() {
        "no pruning".to_owned()
    } else {
        format!("pruning to {}", limits.join(", "))
    }
}

fn read_config(path: &Path) -> Result<Config> {
    let name = foreign::path(path);
    let text = fs::read_to_string(path).with_context(|| format!("--config: cannot read {name}"))?;
    serde_json::from_str(&text)
        .map_err(|error| anyhow!("--config {name}: {}", foreign::said(&error)))
}
