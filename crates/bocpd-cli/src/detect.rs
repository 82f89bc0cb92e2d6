//! `bocpd detect`: a whole series.

use std::fs;
use std::io::{BufWriter, Write, stdout};

use anyhow::{Context, Result};
use bocpd_core::{Config, Detect, Keep};

use crate::args::DetectArgs;
use crate::certainty::{self, Certainty};
use crate::exit::{CHANGED, DONE, usage};
use crate::feed::Feed;
use crate::input::{Rows, Series, Source};
use crate::messages::say;
use crate::output::{write_csv, write_json, write_table};
use crate::plot::{HeatMap, Picture, draw};
use crate::progress;
use crate::report::{self, Report, segments};
use crate::settings::{Known, Settings};

/// Runs the command.
///
/// # Errors
/// The input or the options cannot be used, or an output cannot be written.
pub(crate) fn detect(args: &DetectArgs) -> Result<u8> {
    let settings = Settings::new(&args.setup, args.input.missing)?;
    let series = read(args, &settings)?;
    let values = series.observed();
    let known = Known::Series {
        values: &values,
        observations: series.values.len(),
    };
    let (config, mut assumptions) = settings.resolve(known)?;
    assumptions.extend(series.layout.describe());
    let mut heat = args
        .plot
        .as_ref()
        .map(|_| HeatMap::new(series.values.len()));
    let mut remembering = config.clone();
    remembering.history = certainty::history(&config, series.values.len());
    let smoothed = remembering.history == Keep::All;
    if !smoothed {
        assumptions
            .push("too long to look back: probabilities as of the end of each segment".to_owned());
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
    let detector = run.detector;
    let changepoints = detector.changepoints();
    let certainties = if smoothed {
        certainty::given_all(&*detector, &changepoints)?
    } else {
        at_the_ends(args, &config, &series, &changepoints, &*detector)?
    };
    let starts: Vec<_> = changepoints.into_iter().map(to_index).collect();
    let found = segments(&series, &starts);
    let report = Report {
        observations: series.values.len(),
        missing: series.values.len() - values.len(),
        changepoints: report::changepoints(&found, &certainties),
        segments: segments(&series, &starts),
        ln_evidence: detector.ln_evidence(),
        pruned_mass: detector.pruned_mass(),
        assumptions,
        config: &config,
    };
    write(args, &report)?;
    if let (Some(path), Some(heat)) = (&args.plot, &heat) {
        let picture = Picture {
            title: title(&series, starts.len()),
            series: &series,
            segments: &found,
            heat,
        };
        fs::write(path, draw(&picture)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let changed = args.exit_code && !starts.is_empty();
    Ok(if changed { CHANGED } else { DONE })
}

fn read(args: &DetectArgs, settings: &Settings) -> Result<Series> {
    let source = Source::open(&args.input.file)?;
    let name = source.name.clone();
    let rows = Rows::open(source, &args.input.request(), None, settings.missing())?;
    Series::read(rows.with_context(|| format!("{name} is empty"))?)
}

/// The filter on its way through the series.
struct Run<'a> {
    series: &'a Series,
    detector: Box<dyn Detect>,
    feed: Feed,
    next: usize,
}

impl<'a> Run<'a> {
    fn new(args: &DetectArgs, config: &Config, series: &'a Series) -> Result<Self> {
        Ok(Self {
            series,
            detector: config.build().map_err(|error| usage(error.to_string()))?,
            feed: Feed::new(args.input.irregular, &series.layout)?,
            next: 0,
        })
    }

    /// Takes in all observations before `end`, and shows the detector after each.
    fn to(&mut self, end: usize, mut each: impl FnMut(usize, &dyn Detect)) -> Result<()> {
        let bar = progress::over_rows(end - self.next);
        for index in self.next..end {
            let (value, time) = (self.series.values[index], self.series.time(index));
            self.feed
                .give(&mut *self.detector, value, time)
                .with_context(|| {
                    format!("{}, line {}", self.series.name, self.series.lines[index])
                })?;
            each(index, &*self.detector);
            bar.inc(1);
        }
        bar.finish_and_clear();
        self.next = end;
        Ok(())
    }
}

/// A position in the series: a changepoint is one.
fn to_index(changepoint: u64) -> usize {
    usize::try_from(changepoint).expect("the series is in memory")
}

/// How sure each change was when its segment ended. The last segment ends with the series;
/// the others need the filter once more.
fn at_the_ends(
    args: &DetectArgs,
    config: &Config,
    series: &Series,
    changepoints: &[u64],
    detector: &dyn Detect,
) -> Result<Vec<Certainty>> {
    let Some(&last) = changepoints.last() else {
        return Ok(Vec::new());
    };
    let mut again = Run::new(args, config, series)?;
    let mut certainties = Vec::with_capacity(changepoints.len());
    for pair in changepoints.windows(2) {
        again.to(to_index(pair[1]), |_, _| ())?;
        certainties.push(certainty::at_the_end_of(pair[0], &*again.detector));
    }
    certainties.push(certainty::at_the_end_of(last, detector));
    Ok(certainties)
}

fn write(args: &DetectArgs, report: &Report) -> Result<()> {
    let mut out = BufWriter::new(stdout().lock());
    if args.json {
        write_json(report, &mut out)?;
    } else if args.csv {
        write_csv(report, &mut out)?;
    } else {
        write_table(report, &mut out)?;
    }
    out.flush()?;
    Ok(())
}

fn title(series: &Series, changes: usize) -> String {
    let changes = match changes {
        0 => "no change".to_owned(),
        1 => "1 change".to_owned(),
        n => format!("{n} changes"),
    };
    match &series.layout.value.name {
        Some(name) => format!("{}: {name}, {changes}", series.name),
        None => format!("{}: {changes}", series.name),
    }
}
