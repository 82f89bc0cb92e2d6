//! `bocpd calibrate`: the alarm threshold that keeps a promise.

use std::path::Path;

use anyhow::{Context, Result, bail};
use bocpd_core::Config;
use bocpd_core::calibrate::{Calibration, Effort, Quantity, Quiet, Target};
use serde::Serialize;

use crate::args::CalibrateArgs;
use crate::exit::{DONE, question, usage};
use crate::input::{Rows, Series, Source};
use crate::messages::say;
use crate::output::{Standard, json, readable};
use crate::settings::{Known, Settings};

/// What is known without a file.
const NO_HISTORY: Known = Known::Nothing(
    "streams cannot be simulated from a prior that is not given (a FILE of quiet history sets it)",
);

/// What is printed as JSON.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    calibration: Calibration,
    seed: u64,
    /// What the threshold is for, with it in place.
    config: &'a Config,
}

/// Runs the command.
///
/// # Errors
/// The history or the options cannot be used, or the output cannot be written.
pub(crate) fn calibrate(args: &CalibrateArgs) -> Result<u8> {
    let settings = Settings::new(&args.setup, args.policy.given(), &args.table)?;
    if args.table.features() > 0 {
        let why = "what will come along with the observations of a quiet stream is not known";
        bail!(usage(format!("--features: {why}")));
    }
    settings.resolve(match args.history {
        Some(_) => Known::WarmUp { values: &[] },
        None => NO_HISTORY,
    })?;
    let history = match &args.history {
        Some(path) => Some(read(path, args, &settings)?),
        None => None,
    };
    let known = match &history {
        Some(values) => Known::WarmUp { values },
        None => NO_HISTORY,
    };
    let (mut config, assumptions) = settings.resolve(known)?;
    if !args.quiet && !assumptions.is_empty() {
        say(&format!("assumed {}", assumptions.join("; ")));
    }
    let quiet = match &history {
        Some(values) => Quiet::History {
            values,
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
        remark(&found, history.as_ref().map(Vec::len));
    }
    if let Some(policy) = &mut config.alarm {
        policy.threshold = found.threshold;
        policy.clear = policy.clear.min(found.threshold);
    }
    write(args, found, &config)?;
    Ok(DONE)
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

/// The history as core takes it, with NaN for what is missing.
fn read(path: &Path, args: &CalibrateArgs, settings: &Settings) -> Result<Vec<f64>> {
    let source = Source::open(path)?;
    let name = source.name.clone();
    let rows = Rows::open(source, &args.table.request(), None, settings.missing())?;
    let series = Series::read(rows.with_context(|| format!("{name} is empty"))?)?;
    Ok(series.rows())
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

fn write(args: &CalibrateArgs, calibration: Calibration, config: &Config) -> Result<()> {
    let text = if args.json {
        json(&Report {
            calibration,
            seed: args.seed,
            config,
        })?
    } else if args.csv {
        table(&calibration, args.seed)
    } else {
        describe(&calibration)
    };
    Standard::open()?.write(text.as_bytes())
}

/// What was found, as CSV.
fn table(calibration: &Calibration, seed: u64) -> String {
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
    } = *calibration;
    let quantity = quantity.name();
    format!(
        "threshold,quantity,target,achieved,error,low,high,censored,horizon,streams,seed\n\
         {threshold},{quantity},{target},{achieved},{error},{low},{high},{censored},{horizon},\
         {streams},{seed}\n"
    )
}

/// What was found, for people.
fn describe(calibration: &Calibration) -> String {
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
    } = *calibration;
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
        "threshold           {threshold}\n\
         {what:18}  {} ± {}, 95 %: {} {to}; asked for: {target}\n\
         streams             {streams} of up to {horizon} observations, without an alarm: {} %\n",
        readable(achieved),
        readable(error),
        readable(low),
        readable(100.0 * censored)
    )
}
