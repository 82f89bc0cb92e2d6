//! One series of `detect`: from its values to what is reported of it.

use anyhow::{Context, Result};
use bocpd_core::{AnyDetector, Config, History, defaults};

use crate::args::DetectArgs;
use crate::exit::question;
use crate::feed::{Feed, Unit};
use crate::found::{Change, Found};
use crate::input::{Series, about};
use crate::messages::say;
use crate::plot::HeatMap;
use crate::progress;
use crate::report::{Report, to_index};
use crate::settings::{Known, Settings};

/// All that was found out about a series.
pub(crate) struct Analysis {
    /// What the series is called, where there may be several.
    pub(crate) label: Option<String>,
    pub(crate) series: Series,
    assumptions: Vec<String>,
    config: Config,
    found: Found,
    ln_evidence: f64,
    pruned_mass: f64,
    /// What the filter believed on the way, if there is to be a picture.
    pub(crate) heat: Option<HeatMap>,
    mass: f64,
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
        let values = series.numbers();
        let known = Known::Series { values: &values };
        let (config, mut assumptions) = settings.resolve(known)?;
        assumptions.extend(series.layout.describe());
        assumptions.append(&mut series.assumed);
        let unit = given.or_else(|| own_time(args, settings, &series));
        if let Some(unit) = unit.filter(|_| given.is_none()) {
            assumptions.push(unit.describe());
        }
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
        let about = about(label.as_deref());
        for remark in &series.remarks {
            say(&format!("{about}{remark}"));
        }
        if !args.quiet {
            say(&format!("{about}assumed {}", assumptions.join("; ")));
        }
        let mut run = Run::new(args, &remembering, &series, unit)?;
        run.to(series.values.len(), |index, detector| {
            if let Some(heat) = &mut heat {
                heat.record(index, detector.run_length_posterior());
            }
        })?;
        let detector = &run.detector;
        let found = if looks_back {
            Found::given_all(detector, &series, args.mass)?
        } else {
            let changes = at_the_ends(args, &config, &series, unit, &detector.changepoints())?;
            Found::as_of_the_ends(detector, &series, args.mass, changes)?
        };
        if !args.quiet {
            for remark in &found.remarks {
                say(&format!("{about}{}", remark.in_words(&as_option)));
            }
        }
        let (ln_evidence, pruned_mass) = (detector.ln_evidence(), detector.pruned_mass());
        Ok(Self {
            label,
            series,
            assumptions,
            config,
            found,
            ln_evidence,
            pruned_mass,
            heat,
            mass: args.mass,
        })
    }

    /// What is reported.
    pub(crate) fn report(&self) -> Report<'_> {
        let mut report = Report::new(
            &self.series,
            &self.found,
            &self.assumptions,
            &self.config,
            self.mass,
        );
        report.series = self.label.as_deref();
        report.ln_evidence = self.ln_evidence;
        report.pruned_mass = self.pruned_mass;
        report
    }

    /// How much the series changed: its largest change, in standard deviations of the values
    /// within segments. 0 where nothing changed.
    pub(crate) fn effect(&self) -> f64 {
        let report = self.report();
        let mut squares = 0.0;
        let mut count = 0.0;
        let mut means = Vec::new();
        for segment in &report.segments {
            let values = || {
                self.series.values[segment.start..segment.end]
                    .iter()
                    .flatten()
            };
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

/// The filter on its way through the series.
struct Run<'a> {
    series: &'a Series,
    detector: AnyDetector,
    feed: Feed,
    next: usize,
}

impl<'a> Run<'a> {
    fn new(
        args: &DetectArgs,
        config: &Config,
        series: &'a Series,
        unit: Option<Unit>,
    ) -> Result<Self> {
        Ok(Self {
            series,
            detector: config.build().map_err(question)?,
            feed: Feed::new(args.input.irregular, false, unit, &series.layout)?,
            next: 0,
        })
    }

    /// Takes in all observations before `end`, and shows the detector after each.
    fn to(&mut self, end: usize, mut each: impl FnMut(usize, &AnyDetector)) -> Result<()> {
        let bar = progress::over_rows(end - self.next);
        for index in self.next..end {
            let value = self.series.values[index];
            let time = self.series.moment(index);
            let features = self.series.features(index);
            self.feed
                .give(&mut self.detector, value, features, time, false)
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
    unit: Option<Unit>,
    changepoints: &[u64],
) -> Result<Vec<Change>> {
    let mut following = config.clone();
    following.shifts = true;
    let mut again = Run::new(args, &following, series, unit)?;
    let ends = changepoints.iter().skip(1).map(|&end| to_index(end));
    let ends = ends.chain([series.values.len()]);
    let mut changes = Vec::with_capacity(changepoints.len());
    for (&start, end) in changepoints.iter().zip(ends) {
        again.to(end, |_, _| ())?;
        changes.push(Change::at_the_end(start, &again.detector)?);
    }
    Ok(changes)
}
