//! One series of `detect`: from its values to what is reported of it.

use std::ops::Range;

use anyhow::{Context, Result};
use bocpd_core::defaults::hazards_in_words;
use bocpd_core::error::DetectError;
use bocpd_core::observation::Rows;
use bocpd_core::{AnyDetector, Config, Detection, History};

use crate::args::DetectArgs;
use crate::exit::question;
use crate::feed::{Feed, Unit};
use crate::input::{Series, about};
use crate::messages::say;
use crate::plot::HeatMap;
use crate::progress;
use crate::report::{Report, Segment};
use crate::settings::{Known, Settings};

/// All that was found out about a series.
pub(crate) struct Analysis {
    /// What the series is called, where there may be several.
    pub(crate) label: Option<String>,
    pub(crate) series: Series,
    /// The names of several numbers of an observation; empty where there is one.
    names: Vec<String>,
    assumptions: Vec<String>,
    config: Config,
    found: Detection,
    /// What the filter believed on the way, if there is to be a picture.
    pub(crate) heat: Option<HeatMap>,
}

impl Analysis {
    /// Runs the filter over a series, and says what was assumed.
    ///
    /// # Errors
    /// The series or the options cannot be used.
    pub(crate) fn of(
        args: &DetectArgs,
        settings: &Settings,
        label: Option<String>,
        mut series: Series,
    ) -> Result<Self> {
        let given = Unit::given(args.input.time_unit)?;
        let values = series.rows();
        let numbers = series.layout.numbers();
        let rows = match numbers.len() {
            1 => Rows::with_features(&values, &series.features),
            several => Rows::of_numbers(&values, several),
        };
        let (config, mut assumptions) = settings.resolve(Known::Series { rows }, &numbers)?;
        assumptions.extend(series.layout.describe());
        assumptions.append(&mut series.assumed);
        let unit = given.or_else(|| own_time(args, settings, &series));
        if let Some(unit) = unit.filter(|_| given.is_none()) {
            assumptions.push(unit.describe());
        }
        let mut heat = args.plot.as_ref().map(|_| HeatMap::new(series.len()));
        let about = about(label.as_deref());
        for remark in &series.remarks {
            say(&format!("{about}{remark}"));
        }
        if !args.quiet {
            say(&format!("{about}assumed {}", assumptions.join("; ")));
        }
        // Looking back needs no memory of the past.
        let mut forgetful = config.clone();
        forgetful.history = History::Nothing;
        let mut detector = forgetful.build().map_err(question)?;
        let mut run = Run::new(args, &series, rows, unit)?;
        // Of many series none has a bar of its own.
        let bar = progress::over_rows(if label.is_some() { 0 } else { series.len() });
        let mut seen = 0;
        let give = |detector: &mut AnyDetector, range: Range<usize>| {
            run.give(detector, range, |index, detector| {
                // Looking back, observations come once more.
                if index == seen {
                    if let Some(heat) = &mut heat {
                        heat.record(index, detector.run_length_posterior());
                    }
                    bar.inc(1);
                    seen += 1;
                }
            })
        };
        let found = match args.changes {
            None => Detection::over(&mut detector, rows, args.mass, give),
            Some(n) => Detection::over_changes(&mut detector, rows, args.mass, n, give),
        };
        let found = found.map_err(|error| match error.downcast::<DetectError>() {
            Ok(error) => question(error),
            Err(error) => error,
        })?;
        bar.finish_and_clear();
        if !args.quiet {
            if let Some(words) = hazards_in_words(&config.hazard, &found.hazard_probabilities) {
                say(&format!("{about}{words}"));
            }
            for remark in &found.remarks {
                say(&format!("{about}{}", remark.in_words(&as_option)));
            }
        }
        Ok(Self {
            label,
            names: if numbers.len() > 1 {
                numbers
            } else {
                Vec::new()
            },
            series,
            assumptions,
            config,
            found,
            heat,
        })
    }

    /// What is reported.
    pub(crate) fn report(&self) -> Report<'_> {
        let mut report = Report::new(
            &self.series,
            &self.found,
            &self.names,
            &self.assumptions,
            &self.config,
        );
        report.series = self.label.as_deref();
        report
    }

    /// How much the series changed: its largest change, in standard deviations of the values
    /// within segments; of several numbers, that of the one that changed most. 0 where nothing
    /// changed.
    pub(crate) fn effect(&self) -> f64 {
        let report = self.report();
        let numbers = self.series.numbers.iter();
        let each = numbers.map(|values| effect(&report.segments, values));
        each.fold(0.0, f64::max)
    }
}

/// The largest change from one segment to the next, in standard deviations within segments.
fn effect(segments: &[Segment], values: &[Option<f64>]) -> f64 {
    let mut squares = 0.0;
    let mut count = 0.0;
    let mut means = Vec::new();
    for segment in segments {
        let values = || values[segment.start..segment.end].iter().flatten();
        let n = values().count() as f64;
        let mean = values().map(|value| value / n).sum::<f64>();
        squares += values()
            .map(|value| (value - mean) * (value - mean))
            .sum::<f64>();
        count += n;
        means.push(mean);
    }
    let differences = means.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    let largest = differences.fold(0.0, f64::max);
    let degrees = f64::max(count - means.len() as f64, 1.0);
    if largest == 0.0 {
        0.0
    } else {
        largest / (squares / degrees).sqrt()
    }
}

/// Whether a mass can be that of credible sets, before there is a detector with data.
///
/// # Errors
/// It is no probability.
pub(crate) fn check_mass(mass: f64) -> Result<()> {
    let fresh = bocpd_core::defaults::config_for(&[]).build()?;
    fresh
        .segments(Rows::of_numbers(&[], 1), &[], mass)
        .map_err(question)?;
    Ok(())
}

/// A parameter of a configuration as an option.
fn as_option(name: &str) -> String {
    format!("--{}", name.replace('_', "-"))
}

/// What counts as 1 in time: what usually passes between observations, where no hazard says
/// otherwise.
fn own_time(args: &DetectArgs, settings: &Settings, series: &Series) -> Option<Unit> {
    let unasked = args.input.irregular && settings.says_no_hazard();
    Unit::of(series.positions.as_deref().filter(|_| unasked)?)
}

/// The observations of a series, as detectors take them in.
struct Run<'a> {
    series: &'a Series,
    rows: Rows<'a>,
    feed: Feed,
    next: usize,
}

impl<'a> Run<'a> {
    fn new(
        args: &DetectArgs,
        series: &'a Series,
        rows: Rows<'a>,
        unit: Option<Unit>,
    ) -> Result<Self> {
        Ok(Self {
            series,
            rows,
            feed: Feed::new(args.input.irregular, false, unit, &series.layout)?,
            next: 0,
        })
    }

    /// Lets a detector have the observations of a range, and shows it after each.
    fn give(
        &mut self,
        detector: &mut AnyDetector,
        range: Range<usize>,
        mut each: impl FnMut(usize, &AnyDetector),
    ) -> Result<()> {
        if range.start != self.next {
            let before = range.start.checked_sub(1);
            self.feed
                .go_on_after(before.and_then(|i| self.series.moment(i)));
        }
        self.next = range.end;
        for index in range {
            let dimension = self.series.dimension();
            let row = &self.rows.values[index * dimension..(index + 1) * dimension];
            let time = self.series.moment(index);
            let features = self.series.features(index);
            self.feed
                .give(detector, row, features, time, false)
                .with_context(|| {
                    format!("{}, line {}", self.series.name, self.series.lines[index])
                })?;
            each(index, detector);
        }
        Ok(())
    }
}
