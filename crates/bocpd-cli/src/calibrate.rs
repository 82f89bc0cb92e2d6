//! `bocpd calibrate`: the alarm threshold that keeps a promise.

use std::path::Path;

use anyhow::{Context, Result, bail};
use bocpd_core::Config;
use bocpd_core::calibrate::{Calibration, Effort, Quantity, Quiet, Target};
use bocpd_core::observation::Rows as Observations;
use serde::Serialize;

use crate::args::CalibrateArgs;
use crate::exit::{DONE, FAILED, question, usage};
use crate::foreign::{shortened, visible};
use crate::input::{Member, Panel, Rows, Series, Source, about, say_failed};
use crate::messages::say;
use crate::output::{Standard, json, readable};
use crate::settings::{Known, Settings};

/// What is known without a file.
const NO_HISTORY: Known = Known::Nothing(
    "streams cannot be simulated from a prior that is not given (a FILE of quiet history sets it)",
);

/// What is printed as JSON.
#[derive(Serialize)]
struct Report {
    /// What the series is called, where there may be several.
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<String>,
    #[serde(flatten)]
    calibration: Calibration,
    seed: u64,
    /// What the threshold is for, with it in place.
    config: Config,
}

/// Runs the command.
///
/// # Errors
/// The history or the options cannot be used, or the output cannot be written.
pub(crate) fn calibrate(args: &CalibrateArgs) -> Result<u8> {
    let settings = Settings::new(&args.setup, args.policy.given(), &args.table)?;
    let request = args.table.request();
    if !request.features.is_empty() {
        let (option, columns) = (
            request.beside.unwrap_or("features"),
            request.features.join(","),
        );
        let why = "what will come along with the observations of a quiet stream is not known";
        bail!(usage(format!("--{option} {}: {why}", shortened(&columns))));
    }
    let known = match args.history {
        Some(_) => Known::UNREAD_STREAM,
        None => NO_HISTORY,
    };
    settings.resolve(known, &[])?;
    let Some(path) = &args.history else {
        let found = one(args, &settings, None, None)?;
        return write(args, false, &[found]).map(|()| DONE);
    };
    let panel = read(path, args, &settings)?;
    let many = panel.is_many();
    let (mut all, mut failed) = (Vec::new(), Vec::new());
    for member in panel {
        let Member { label, series } = member?;
        let found = series.and_then(|mut series| {
            series.check()?;
            series.order(args.table.sort(), args.table.day_first)?;
            let about = about(label.as_deref());
            for remark in &series.remarks {
                say(&format!("{about}{remark}"));
            }
            if !args.quiet && !series.assumed.is_empty() {
                say(&format!("{about}assumed {}", series.assumed.join("; ")));
            }
            one(args, &settings, label.as_deref(), Some(&series))
        });
        match found {
            Ok(found) => all.push(found),
            Err(error) if label.is_none() => return Err(error),
            Err(error) => failed.push((label, error)),
        }
    }
    write(args, many, &all)?;
    for (label, error) in &failed {
        say_failed(label.as_deref(), error);
    }
    Ok(if failed.is_empty() { DONE } else { FAILED })
}

/// The threshold for one history, or for streams that are simulated.
fn one(
    args: &CalibrateArgs,
    settings: &Settings,
    label: Option<&str>,
    history: Option<&Series>,
) -> Result<Report> {
    let numbers = history.map_or_else(Vec::new, |series| series.layout.numbers());
    let values = history.map_or_else(Vec::new, Series::rows);
    let known = match history {
        Some(_) => Known::WarmUp {
            rows: Observations::of_numbers(&values, numbers.len()),
        },
        None => NO_HISTORY,
    };
    let (mut config, assumptions) = settings.resolve(known, &numbers)?;
    if !args.quiet && !assumptions.is_empty() {
        say(&format!(
            "{}assumed {}",
            about(label),
            assumptions.join("; ")
        ));
    }
    let quiet = match history {
        Some(_) => Quiet::History {
            values: &values,
            block: args.block,
        },
        None => Quiet::Model,
    };
    let effort = Effort {
        streams: args.streams,
        longest: args.longest,
        seed: args.seed,
    };
    let found =
        bocpd_core::calibrate::calibrate(&config, quiet, target(args), effort).map_err(question)?;
    if !args.quiet {
        remark(&found, history.map(Series::len));
    }
    if let Some(policy) = &mut config.alarm {
        policy.threshold = found.threshold;
        policy.clear = policy.clear.min(found.threshold);
    }
    Ok(Report {
        series: label.map(str::to_owned),
        calibration: found,
        seed: args.seed,
        config,
    })
}

/// Says what should be known of a result.
fn remark(found: &Calibration, history: Option<usize>) {
    if found.threshold >= 1.0 {
        say("no threshold under 1 does what is asked; the numbers are those of 1");
    }
    if let Some(values) = history
        && values < found.horizon
    {
        say(&format!(
            "streams are up to {} observations long and drawn from {values}: what is rarer is not in them",
            found.horizon
        ));
    }
}

fn read(path: &Path, args: &CalibrateArgs, settings: &Settings) -> Result<Panel> {
    let source = Source::open(path)?;
    let name = source.name.clone();
    let rows = Rows::open(source, &args.table.request(), None, settings.missing())?;
    let rows = rows.with_context(|| format!("{name} is empty"))?;
    if args.table.grouped {
        Panel::read_grouped(rows)
    } else {
        Panel::read(rows)
    }
}

fn target(args: &CalibrateArgs) -> Target {
    match (args.average_run_length, args.false_alarm) {
        (None, Some(probability)) => Target::FalseAlarm {
            probability,
            horizon: args.horizon.unwrap_or(0),
        },
        (length, _) => Target::AverageRunLength(length.unwrap_or(0.0)),
    }
}

fn write(args: &CalibrateArgs, many: bool, all: &[Report]) -> Result<()> {
    let text = match all {
        [report] if args.json && !many => json(report)?,
        all if args.json => json(&serde_json::json!({ "series": all }))?,
        all if args.csv => table(all, many)?,
        all => all.iter().map(describe).collect(),
    };
    Standard::open()?.write(text.as_bytes())
}

/// What was found, as CSV.
fn table(all: &[Report], many: bool) -> Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let names = [
        "series",
        "threshold",
        "quantity",
        "target",
        "achieved",
        "error",
        "low",
        "high",
        "censored",
        "horizon",
        "streams",
        "seed",
    ];
    let from = usize::from(!many);
    table.write_record(&names[from..])?;
    for report in all {
        let found = &report.calibration;
        let fields = [
            visible(report.series.as_deref().unwrap_or_default()).into_owned(),
            found.threshold.to_string(),
            found.quantity.name().to_owned(),
            found.target.to_string(),
            found.achieved.to_string(),
            found.error.to_string(),
            found.low.to_string(),
            found.high.to_string(),
            found.censored.to_string(),
            found.horizon.to_string(),
            found.streams.to_string(),
            report.seed.to_string(),
        ];
        table.write_record(&fields[from..])?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// What was found, for people.
fn describe(report: &Report) -> String {
    let name = report.series.as_deref();
    let name = name.map(|name| format!("series              {}\n", shortened(name)));
    let Calibration {
        threshold,
        quantity,
        target,
        achieved,
        error,
        low,
        high,
        censored,
        horizon,
        streams,
        ..
    } = report.calibration;
    let what = match quantity {
        Quantity::AverageRunLength => "average run length",
        _ => "false alarms",
    };
    let to = if high < f64::INFINITY {
        format!("to {}", readable(high))
    } else {
        "or more".to_owned()
    };
    format!(
        "{}threshold           {threshold}\n\
         {what:18}  {} ± {}, 95 %: {} {to}; asked for: {target}\n\
         streams             {streams} of up to {horizon} observations, without an alarm: {} %\n",
        name.unwrap_or_default(),
        readable(achieved),
        readable(error),
        readable(low),
        readable(100.0 * censored)
    )
}
