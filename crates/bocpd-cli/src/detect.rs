//! `bocpd detect`: a whole series.

use std::fs;

use anyhow::{Context, Result};
use bocpd_core::{AnyDetector, Config, History, defaults};

use crate::args::{DetectArgs, GivenPolicy};
use crate::exit::{CHANGED, DONE, question};
use crate::feed::Feed;
use crate::foreign::{self, shortened};
use crate::found::{self, Change, Found};
use crate::input::{Rows, Series, Source};
use crate::messages::say;
use crate::output::{Standard, csv, json, table};
use crate::plot::{HeatMap, Picture, draw};
use crate::progress;
use crate::report::{Report, to_index};
use crate::settings::{Known, Settings};

/// Runs the command.
///
/// # Errors
/// The input or the options cannot be used, or an output cannot be written.
pub(crate) fn detect(args: &DetectArgs) -> Result<u8> {
    let settings = Settings::new(&args.setup, GivenPolicy::default(), &args.input.table)?;
    settings.resolve(Known::Series { values: &[] })?;
    found::check_mass(args.mass)?;
    let series = read(args, &settings)?;
    let values = series.numbers();
    let known = Known::Series { values: &values };
    let (config, mut assumptions) = settings.resolve(known)?;
    assumptions.extend(series.layout.describe());
    let mut heat = args
        .plot
        .as_ref()
        .map(|_| HeatMap::new(series.values.len()));
    let mut remembering = config.clone();
    remembering.history = defaults::history_for(&config.pruning, series.values.len());
    let looks_back = remembering.history == History::All;
    if !looks_back {
        assumptions.push(
            "too long to look back: probabilities, directions and sizes as of the end of each \
             segment"
                .to_owned(),
        );
    }
    if !args.quiet {
        say(&format!("assumed {}", assumptions.join("; ")));
    }
    let mut run = Run::new(args, &remembering, &series)?;
    run.to(series.values.len(), |index, detector| {
        if let Some(heat) = &mut heat {
            heat.record(index, detector.run_length_posterior());
        }
    })?;
    let detector = &run.detector;
    let found = if looks_back {
        Found::given_all(detector, &series, args.mass)?
    } else {
        let changes = at_the_ends(args, &config, &series, &detector.changepoints())?;
        Found::as_of_the_ends(detector, &series, args.mass, changes)?
    };
    if !args.quiet {
        for remark in &found.remarks {
            say(&remark.in_words(&as_option));
        }
    }
    let report = Report::new(&series, detector, &found, &assumptions, &config, args.mass);
    write(args, &report)?;
    if let (Some(path), Some(heat)) = (&args.plot, &heat) {
        let picture = Picture {
            title: title(&series, report.changepoints.len()),
            series: &series,
            report: &report,
            heat,
        };
        fs::write(path, draw(&picture)?)
            .with_context(|| format!("--plot: cannot write {}", foreign::path(path)))?;
    }
    let changed = args.exit_code && !report.changepoints.is_empty();
    Ok(if changed { CHANGED } else { DONE })
}

/// A parameter of a configuration as an option.
fn as_option(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

fn read(args: &DetectArgs, settings: &Settings) -> Result<Series> {
    let source = Source::open(&args.input.file)?;
    let name = source.name.clone();
    let rows = Rows::open(
        source,
        &args.input.table.request(),
        None,
        settings.missing(),
    )?;
    Series::read(rows.with_context(|| format!("{name} is empty"))?)
}

/// The filter on its way through the series.
struct Run<'a> {
    series: &'a Series,
    detector: AnyDetector,
    feed: Feed,
    next: usize,
}

impl<'a> Run<'a> {
    fn new(args: &DetectArgs, config: &Config, series: &'a Series) -> Result<Self> {
        Ok(Self {
            series,
            detector: config.build().map_err(question)?,
            feed: Feed::new(args.input.irregular, &series.layout)?,
            next: 0,
        })
    }

    /// Takes in all observations before `end`, and shows the detector after each.
    fn to(&mut self, end: usize, mut each: impl FnMut(usize, &AnyDetector)) -> Result<()> {
        let bar = progress::over_rows(end - self.next);
        for index in self.next..end {
            let (value, time) = (self.series.values[index], self.series.time(index));
            let features = self.series.features(index);
            self.feed
                .give(&mut self.detector, value, features, time)
                .with_context(|| {
                    format!("{}, line {}", self.series.name, self.series.lines[index])
                })?;
            each(index, &self.detector);
            bar.inc(1);
        }
        bar.finish_and_clear();
        self.next = end;
        Ok(())
    }
}

/// What was known of each change when its segment ended: the filter once more.
fn at_the_ends(
    args: &DetectArgs,
    config: &Config,
    series: &Series,
    changepoints: &[u64],
) -> Result<Vec<Change>> {
    let mut following = config.clone();
    following.shifts = true;
    let mut again = Run::new(args, &following, series)?;
    let ends = changepoints.iter().skip(1).map(|&end| to_index(end));
    let ends = ends.chain([series.values.len()]);
    let mut changes = Vec::with_capacity(changepoints.len());
    for (&start, end) in changepoints.iter().zip(ends) {
        again.to(end, |_, _| ())?;
        changes.push(Change::at_the_end(start, &again.detector)?);
    }
    Ok(changes)
}

fn write(args: &DetectArgs, report: &Report) -> Result<()> {
    let text = if args.json {
        json(report)?
    } else if args.csv {
        csv(report)?
    } else {
        table(report)
    };
    Standard::open()?.write(text.as_bytes())
}

fn title(series: &Series, changes: usize) -> String {
    let changes = match changes {
        0 => "no change".to_owned(),
        1 => "1 change".to_owned(),
        n => format!("{n} changes"),
    };
    match &series.layout.value.name {
        Some(name) => format!("{}: {}, {changes}", series.name, shortened(name)),
        None => format!("{}: {changes}", series.name),
    }
}
