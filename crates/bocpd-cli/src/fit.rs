//! `bocpd fit`: the parameters that a history makes most probable.

mod options;
mod report;

use std::path::Path;

use anyhow::{Context, Result, bail};
use bocpd_core::Config;
use bocpd_core::config::HazardConfig;
use bocpd_core::fit::{Fit, FitError, Fitted, Options, Outcome};
use bocpd_core::observation::Rows as Observations;

use crate::args::{FitArgs, GivenPolicy};
use crate::exit::{DONE, not_usable, option_of, usage};
use crate::input::{Rows, Series, Source};
use crate::messages::say;
use crate::output::Standard;
use crate::settings::{Known, Settings};

/// Runs the command.
///
/// # Errors
/// The history or the options cannot be used, or the output cannot be written.
pub(crate) fn fit(args: &FitArgs) -> Result<u8> {
    let settings = Settings::new(&args.setup, GivenPolicy::default(), &args.table)?;
    let (empty, _) = settings.resolve(Known::UNREAD_SERIES, &[])?;
    if args.table.together || empty.dimension() > 1 {
        bail!(usage(
            "fit takes observations of one number: what each column has to say of its model and of \
             the hazard, it says by itself"
        ));
    }
    let how = Options {
        evaluations: args.evaluations,
        ..Options::default()
    };
    how.check()
        .map_err(|error| not_usable(&option_of(&error), &error))?;
    if !settings.says_no_model() {
        options::names(&args.fixed, &empty)?;
        options::names(&args.free, &empty)?;
    }
    let all: Vec<Series> = (args.files.iter())
        .map(|path| read(path, args, &settings))
        .collect::<Result<_>>()?;
    let values: Vec<Vec<f64>> = all.iter().map(Series::rows).collect();
    let together = values.concat();
    let rows = Observations::from(&together);
    let numbers = all[0].layout.numbers();
    let (config, mut assumptions) = settings.resolve(Known::Series { rows }, &numbers)?;
    check_times(&config, &all)?;
    assumptions.extend(all[0].layout.describe());
    if !args.quiet {
        say(&format!("begins with {}", assumptions.join("; ")));
    }
    let series: Vec<Observations<'_>> = (values.iter().zip(&all))
        .map(|(values, series)| Observations::with_features(values, &series.features))
        .collect();
    let (fixed, free) = (
        options::names(&args.fixed, &config)?,
        options::names(&args.free, &config)?,
    );
    let (fixed, free) = (borrowed(&fixed), borrowed(&free));
    let how = Options {
        fixed: &fixed,
        free: &free,
        ..how
    };
    let found =
        bocpd_core::fit::fit(&series, &config, how).map_err(|error| refused(error, &all))?;
    if !args.quiet {
        remark(&found);
    }
    let text = if args.options {
        options::line(&found.config) + "\n"
    } else if args.json {
        report::json(&found)?
    } else if args.csv {
        report::csv(&found)?
    } else {
        report::table(&found)
    };
    Standard::open()?.write(text.as_bytes())?;
    Ok(DONE)
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

fn read(path: &Path, args: &FitArgs, settings: &Settings) -> Result<Series> {
    let source = Source::open(path)?;
    let name = source.name.clone();
    let rows = Rows::open(source, &args.table.request(), None, settings.missing())?;
    let rows = rows.with_context(|| format!("{name} is empty"))?;
    if rows.layout().is_many() {
        bail!(usage(
            "fit takes one column of each file; --column says which"
        ));
    }
    let mut series = Series::read(rows)?;
    series.check()?;
    series.order(args.table.sort(), args.table.day_first)?;
    for remark in &series.remarks {
        say(remark);
    }
    Ok(series)
}

/// A rate is about time, and here time is counted in observations.
fn check_times(config: &Config, all: &[Series]) -> Result<()> {
    let by_rate = matches!(config.hazard, HazardConfig::Rate { .. });
    match all.iter().find(|series| series.times.is_some()) {
        Some(series) if by_rate => bail!(usage(format!(
            "--hazard rate: {} has times, but fit counts observations; --hazard constant does too",
            series.name
        ))),
        _ => Ok(()),
    }
}

/// What core cannot fit, by the options and the lines that it is about.
fn refused(error: FitError, all: &[Series]) -> anyhow::Error {
    match error {
        FitError::Parameter(error) => not_usable(&option_of(&error), &error),
        FitError::Name { .. } => usage(format!("--fixed or --free: {error}")),
        FitError::Data { series, error } => {
            let Series { name, lines, .. } = &all[series];
            let place = match lines.get(error.index) {
                Some(line) => format!("{name}, line {line}"),
                None => name.clone(),
            };
            anyhow::Error::new(error.error).context(place)
        }
        error => error.into(),
    }
}

/// Says what should be known of a result.
fn remark(found: &Fit) {
    if !found.converged {
        say(
            "the search did not end at a peak; --evaluations allows more, and --config goes on from a result of --json",
        );
    }
    let named = |outcome| {
        let those = found.parameters.iter().filter(|one| one.outcome == outcome);
        let names: Vec<_> = those.map(options::option).collect();
        names.join(", ")
    };
    let undetermined = named(Outcome::Undetermined);
    if !undetermined.is_empty() {
        say(&format!(
            "the history says next to nothing of {undetermined}: the evidence is nearly the same \
             over a factor of ten (--fixed keeps what you know)"
        ));
    }
    let limit = named(Outcome::Limit);
    if !limit.is_empty() {
        say(&format!(
            "{limit}: as far as a fit goes; the evidence would be larger beyond"
        ));
    }
}

/// The parameters that moved.
fn moved(found: &Fit) -> impl Iterator<Item = &Fitted> {
    let all = found.parameters.iter();
    all.filter(|one| one.outcome != Outcome::Fixed)
}
