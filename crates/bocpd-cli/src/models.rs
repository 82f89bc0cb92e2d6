//! `bocpd models`: the models and hazards there are, from the lists of core.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use bocpd_core::list::{HazardSpec, ModelSpec};
use bocpd_core::parameter::{DefaultRule, ParameterKind, ParameterSpec};

use crate::args::ModelsArgs;
use crate::args::family::{self, Family};
use crate::exit::{DONE, usage};
use crate::output::Standard;

/// Runs the command.
///
/// # Errors
/// There is no such model or hazard, or the output cannot be written.
pub(crate) fn models(args: &ModelsArgs) -> Result<u8> {
    let mut text = match &args.name {
        Some(name) => one::<ModelSpec>(name) + &one::<HazardSpec>(name),
        None => all::<ModelSpec>("Models") + "\n" + &all::<HazardSpec>("Hazards"),
    };
    if let (Some(name), true) = (&args.name, text.is_empty()) {
        bail!(usage(format!(
            "no model or hazard {name}; bocpd models lists them"
        )));
    }
    if args.name.is_none() {
        text += "\nbocpd models NAME has the parameters and an example.\n";
    }
    Standard::open()?.write(text.as_bytes())?;
    Ok(DONE)
}

/// A line for each entry.
fn all<F: Family>(heading: &str) -> String {
    let mut text = format!("{heading} (--{}):\n", F::OPTION);
    for entry in F::all() {
        let summary = entry.summary().trim_end_matches('.');
        let _ = writeln!(text, "  {:24} {summary}", entry.word()); // writing to memory
    }
    text
}

/// All about the entry of this name; nothing if there is none.
fn one<F: Family>(name: &str) -> String {
    let Some(entry) = F::named(&name.replace('-', "_")) else {
        return String::new();
    };
    let mut text = format!("--{} {}\n", F::OPTION, entry.word());
    let _ = writeln!(text, "  {}", entry.summary()); // writing to memory
    let _ = writeln!(text, "  When: {}", entry.advice());
    for parameter in entry.parameters() {
        let (option, _) = F::option(parameter.name);
        let default = if F::follows(parameter.name) {
            "by the columns that are named".to_owned()
        } else if parameter.default == DefaultRule::Required {
            "required".to_owned()
        } else {
            let default = family::default(entry, parameter);
            default.map_or_else(
                || "not needed".to_owned(),
                |value| format!("default: {value}"),
            )
        };
        let doc = parameter.doc().trim_end_matches('.');
        let _ = writeln!(text, "  --{option:22} {doc} ({default})");
    }
    let _ = writeln!(text, "  Example: {}", example(entry));
    text
}

/// A command line with everything that has to be said.
fn example<F: Family>(entry: &F) -> String {
    let mut line = format!("bocpd detect data.csv --{} {}", F::OPTION, entry.word());
    for parameter in entry.parameters() {
        if parameter.default == DefaultRule::Required {
            let option = F::option(parameter.name).0;
            let _ = write!(line, " --{option} {}", value(parameter)); // writing to memory
        }
    }
    line
}

/// A value that a parameter can have.
fn value(parameter: &ParameterSpec) -> &'static str {
    match (parameter.kind, parameter.name) {
        (_, "mean_run_lengths") => "30,100,300",
        (ParameterKind::List | ParameterKind::OptionalList, _) => "0.1,0.2",
        (ParameterKind::Whole32 | ParameterKind::Whole64, _) => "2",
        (_, "mean_run_length" | "mean" | "scale") => "100",
        // A probability.
        (_, "p") => "0.1",
        _ => "2",
    }
}
