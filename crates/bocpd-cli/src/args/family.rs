//! The options that models and hazards have: made from the lists of core, so that a new entry
//! there is known here.

use std::borrow::Cow;

use bocpd_core::error::ParameterError;
use bocpd_core::observation::Rows;
use bocpd_core::parameter::{DefaultRule, ParameterKind, ParameterSpec, ParameterValue};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};
use serde_json::{Value, json};

use crate::output::readable;
use crate::settings::Known;

/// An entry of a list.
pub(crate) trait Family: Clone + Send + Sync + Sized + 'static {
    /// What is made from it.
    type Config;
    /// The option that chooses one, without dashes; and its letter.
    const OPTION: &'static str;
    const LETTER: Option<char>;
    /// What the option says, and what is chosen where it is absent.
    const HELP: &'static str;
    const USUAL: &'static str;
    /// Whether the option may name several, with commas between them.
    const SEVERAL: bool;

    fn all() -> &'static [Self];
    fn name(&self) -> &'static str;
    fn summary(&self) -> &'static str;
    /// What to know when choosing it.
    fn advice(&self) -> &'static str;
    fn parameters(&self) -> &'static [ParameterSpec];
    fn of(config: &Self::Config) -> Option<&'static Self>;
    fn values(config: &Self::Config) -> Vec<Option<ParameterValue>>;
    /// Values for those parameters whose default depends on what is known of the series and is
    /// not made from its values.
    fn defaults(&self, known: Known) -> Vec<Option<ParameterValue>>;
    fn with(
        &self,
        values: &[Option<ParameterValue>],
        rows: Option<Rows<'_>>,
    ) -> Result<Self::Config, ParameterError>;
    /// Whether a parameter follows from an option of another kind, and has none of its own.
    fn follows(parameter: &str) -> bool {
        let _ = parameter;
        false
    }
    /// The option of a parameter, without dashes, and its letter.
    fn option(parameter: &str) -> (Cow<'static, str>, Option<char>);

    fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|entry| entry.name() == name)
    }

    /// The name as people write it in a shell.
    fn word(&self) -> String {
        word(self.name())
    }
}

/// Underscores are for files, dashes for the command line.
pub(crate) fn word(name: &str) -> String {
    name.replace('_', "-")
}

/// What was said: which entry, or which ones, and which of their parameters.
#[derive(Clone, Debug)]
pub(crate) struct Said<F: Family> {
    pub(crate) entries: Vec<&'static F>,
    pub(crate) parameters: Vec<Given>,
}

/// A parameter that was given.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) option: String,
    pub(crate) name: &'static str,
    pub(crate) value: ParameterValue,
}

/// A value for files.
pub(crate) fn as_json(value: &ParameterValue) -> Value {
    match value {
        ParameterValue::Number(number) => json!(number),
        ParameterValue::Whole(number) => json!(number),
        ParameterValue::List(list) => json!(list),
    }
}

/// A value for people.
pub(crate) fn plain(value: &ParameterValue) -> String {
    match value {
        ParameterValue::Number(number) => readable(*number),
        ParameterValue::Whole(number) => number.to_string(),
        ParameterValue::List(list) => list
            .iter()
            .map(|x| readable(*x))
            .collect::<Vec<_>>()
            .join(","),
    }
}

/// A parameter with every entry that has it.
struct Shared<F: Family> {
    name: &'static str,
    of: Vec<(&'static F, &'static ParameterSpec)>,
}

impl<F: Family> Shared<F> {
    /// All parameters, in the order in which the list names them first.
    fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for entry in F::all() {
            let own = |parameter: &&ParameterSpec| !F::follows(parameter.name);
            for parameter in entry.parameters().iter().filter(own) {
                let use_of = (entry, parameter);
                match all.iter_mut().find(|shared| shared.name == parameter.name) {
                    Some(shared) => shared.of.push(use_of),
                    None => all.push(Self {
                        name: parameter.name,
                        of: vec![use_of],
                    }),
                }
            }
        }
        all
    }

    fn is(&self, test: impl Fn(ParameterKind) -> bool) -> bool {
        self.of.iter().any(|(_, parameter)| test(parameter.kind))
    }

    fn takes_a_list(&self) -> bool {
        self.is(is_list)
    }

    fn takes_a_number(&self) -> bool {
        self.is(|kind| !is_list(kind))
    }

    fn is_whole(&self) -> bool {
        self.is(|kind| matches!(kind, ParameterKind::Whole32 | ParameterKind::Whole64))
    }

    fn id(&self) -> String {
        F::option(self.name).0.into_owned()
    }

    fn arg(&self) -> Arg {
        let (long, letter) = F::option(self.name);
        let arg = Arg::new(self.id())
            .long(long.into_owned())
            .short(letter)
            .help(self.help())
            .allow_negative_numbers(true);
        if self.is_whole() {
            arg.value_name("N").value_parser(value_parser!(u64))
        } else {
            let arg = arg.value_name("X").value_parser(value_parser!(f64));
            if self.takes_a_list() {
                arg.value_delimiter(',')
            } else {
                arg
            }
        }
    }

    /// What the parameter means, and its default; where entries differ, for each that does.
    fn help(&self) -> String {
        let meaning = self.joined(|_, parameter| {
            let doc = parameter.doc().trim_end_matches('.');
            Some(if is_list(parameter.kind) {
                format!("{doc} (separated by commas)")
            } else {
                doc.to_owned()
            })
        });
        let default = self.joined(default);
        if default.is_empty() {
            meaning
        } else {
            format!("{meaning} [default: {default}]")
        }
    }

    fn joined(&self, say: impl Fn(&F, &ParameterSpec) -> Option<String>) -> String {
        let mut said: Vec<(String, &F)> = Vec::new();
        for &(entry, parameter) in &self.of {
            let text = say(entry, parameter);
            if let Some(text) = text.filter(|text| said.iter().all(|(other, _)| other != text)) {
                said.push((text, entry));
            }
        }
        let texts = said.into_iter().enumerate().map(|(i, (text, entry))| {
            if i == 0 {
                text
            } else {
                format!("for {}: {}", entry.word(), lower(&text))
            }
        });
        texts.collect::<Vec<_>>().join("; ")
    }

    fn given(&self, matches: &ArgMatches) -> Option<Given> {
        let id = self.id();
        let value = if self.is_whole() {
            ParameterValue::Whole(*matches.get_one::<u64>(&id)?)
        } else {
            let list: Vec<f64> = matches.get_many(&id)?.copied().collect();
            match list[..] {
                // One number is one number, unless only lists are taken.
                [one] if self.takes_a_number() => ParameterValue::Number(one),
                _ => ParameterValue::List(list),
            }
        };
        Some(Given {
            option: format!("--{id}"),
            name: self.name,
            value,
        })
    }
}

/// What is assumed where a parameter is not given, in words; `None` if nothing is, or if there is
/// nothing to say of it.
pub(crate) fn default<F: Family>(entry: &F, parameter: &ParameterSpec) -> Option<String> {
    match parameter.default {
        DefaultRule::FromData => Some("from the data".to_owned()),
        DefaultRule::Same(other) => Some(format!("that of --{}", F::option(other).0)),
        DefaultRule::Fixed => {
            let at = entry.parameters().iter().position(|p| p == parameter)?;
            let values = vec![None; entry.parameters().len()];
            let config = entry.with(&values, Some(Rows::default())).ok()?;
            F::values(&config)[at].as_ref().map(plain)
        }
        _ => None,
    }
}

fn is_list(kind: ParameterKind) -> bool {
    matches!(kind, ParameterKind::List | ParameterKind::OptionalList)
}

/// The text with a small letter first, unless it begins with a symbol or a name.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// What `--model` and `--hazard` offer: with each entry, the options that it has.
fn choice<F: Family>() -> Arg {
    let values = F::all().iter().map(|entry| {
        let parameters = entry.parameters().iter();
        let options: Vec<_> = parameters
            .map(|parameter| format!("--{}", F::option(parameter.name).0))
            .collect();
        let summary = entry.summary().trim_end_matches('.');
        PossibleValue::new(entry.word())
            .alias(entry.name())
            .help(format!("{summary}: {}", options.join(" ")))
    });
    let parser = PossibleValuesParser::new(values)
        .map(|word| F::named(&word.replace('-', "_")).expect("a possible value"));
    let arg = Arg::new(F::OPTION)
        .long(F::OPTION)
        .short(F::LETTER)
        .value_name(F::OPTION.to_uppercase())
        .value_parser(parser)
        .help(format!("{} [default: {}]", F::HELP, F::USUAL));
    if F::SEVERAL {
        arg.value_delimiter(',')
    } else {
        arg
    }
}

impl<F: Family> Args for Said<F> {
    fn augment_args(command: Command) -> Command {
        let heading = F::OPTION[..1].to_uppercase() + &F::OPTION[1..];
        let parameters = Shared::<F>::all();
        let args = std::iter::once(choice::<F>())
            .chain(parameters.iter().map(Shared::arg))
            .map(|arg| arg.help_heading(heading.clone()));
        command.args(args)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<F: Family> FromArgMatches for Said<F> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let parameters = Shared::<F>::all();
        Ok(Self {
            entries: matches
                .get_many::<&'static F>(F::OPTION)
                .map(|entries| entries.copied().collect())
                .unwrap_or_default(),
            parameters: parameters.iter().filter_map(|p| p.given(matches)).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
