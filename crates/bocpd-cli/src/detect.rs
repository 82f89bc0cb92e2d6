//! `bocpd detect`: whole series.

mod many;

use anyhow::{Context, Result, bail, ensure};

use crate::analysis::{Analysis, check_mass};
use crate::args::{DetectArgs, GivenPolicy};
use crate::exit::{CHANGED, DONE, FAILED, usage};
use crate::feed::Unit;
use crate::foreign::shortened;
use crate::input::{Panel, Rows, Source, say_failed};
use crate::messages::{pass_on, say};
use crate::output::{Standard, csv, json, table};
use crate::plot::{Picture, Target, chosen};
use crate::progress;
use crate::report::{Report, Reports};
use crate::settings::{Known, Settings};
use many::PassedOn;

/// Runs the command.
///
/// # Errors
/// The input or the options cannot be used, or an output cannot be written.
pub(crate) fn detect(args: &DetectArgs) -> Result<u8> {
    let settings = Settings::new(&args.setup, GivenPolicy::default(), &args.input.table)?;
    settings.resolve(Known::UNREAD_SERIES, &[])?;
    check_mass(args.mass)?;
    Unit::given(args.input.time_unit)?;
    let target = args.plot.as_deref().map(Target::of).transpose()?;
    if target.as_ref().is_some_and(Target::is_standard) && (args.json || args.csv) {
        bail!(usage(
            "--plot - writes to standard output, where --json and --csv do too"
        ));
    }
    let mut panel = read(args, &settings)?;
    let many = panel.is_many();
    if target.is_some() && many {
        bail!(usage(
            "--plot draws one series; --column says which, and --together makes one of several \
             columns"
        ));
    }
    let mut passed_on = many::passes_on(args, many)
        .then(|| PassedOn::new(args))
        .transpose()?;
    let bar = progress::over_series(if many { panel.waiting() } else { 0 });
    let mut analyses = Vec::new();
    let mut failed = Vec::new();
    loop {
        let batch = many::batch_of(&mut panel)?;
        if batch.is_empty() {
            break;
        }
        let count = batch.len() as u64;
        for (label, analysis, said) in many::analyse(args, &settings, batch) {
            bar.suspend(|| pass_on(&said));
            match analysis {
                Ok(analysis) => analyses.push(analysis),
                Err(error) if label.is_none() => return Err(error),
                Err(error) => failed.push((label, error)),
            }
        }
        bar.inc(count);
        if let Some(passed_on) = &mut passed_on {
            passed_on.write(&analyses)?;
            analyses.clear();
        }
    }
    bar.finish_and_clear();
    if let Some(passed_on) = passed_on {
        let changed = passed_on.end()?;
        return Ok(ended(args, &failed, || changed));
    }
    if args.rank {
        analyses.sort_by(|a, b| b.effect().total_cmp(&a.effect()));
    }
    let drawn = match (&target, &analyses[..]) {
        (Some(target), [analysis]) => Some((target, picture(analysis, target)?)),
        _ => None,
    };
    if target.as_ref().is_none_or(|target| !target.is_standard()) {
        write(args, many, &analyses, &failed)?;
    }
    if let Some((target, picture)) = drawn {
        target.write(&picture)?;
    }
    let changed = || {
        analyses
            .iter()
            .any(|one| !one.report().changepoints.is_empty())
    };
    Ok(ended(args, &failed, changed))
}

/// Says which series failed, and how the program ends.
fn ended(
    args: &DetectArgs,
    failed: &[(Option<String>, anyhow::Error)],
    changed: impl FnOnce() -> bool,
) -> u8 {
    for (label, error) in failed {
        say_failed(label.as_deref(), error);
    }
    if !failed.is_empty() {
        FAILED
    } else if args.exit_code && changed() {
        CHANGED
    } else {
        DONE
    }
}

fn read(args: &DetectArgs, settings: &Settings) -> Result<Panel> {
    let source = Source::open(&args.input.file)?;
    let name = source.name.clone();
    let rows = Rows::open(
        source,
        &args.input.table.request(),
        None,
        settings.missing(),
    )?;
    match rows {
        Some(rows) if args.input.table.grouped => Panel::read_grouped(rows),
        Some(rows) => Panel::read(rows),
        None => Ok(Panel::empty(name)),
    }
}

fn picture(analysis: &Analysis, target: &Target) -> Result<Vec<u8>> {
    let report = analysis.report();
    ensure!(
        report.observations > 0,
        "--plot: {} has no observations to draw",
        analysis.series.name
    );
    let numbers = chosen(&report);
    let picture = Picture {
        title: title(analysis, numbers.len(), report.changepoints.len()),
        series: &analysis.series,
        numbers,
        report: &report,
        heat: analysis.heat.as_ref().context("nothing was recorded")?,
    };
    say_omitted(picture.numbers.len(), analysis.series.dimension());
    target.draw(&picture)
}

fn write(
    args: &DetectArgs,
    many: bool,
    analyses: &[Analysis],
    failed: &[(Option<String>, anyhow::Error)],
) -> Result<()> {
    let reports: Vec<Report> = analyses.iter().map(Analysis::report).collect();
    let text = match &reports[..] {
        [report] if args.json && !many => json(report)?,
        reports if args.json => json(&Reports::new(reports, failed))?,
        reports if args.csv => csv(reports, many)?,
        reports => table(reports, many),
    };
    Standard::open()?.write(text.as_bytes())
}

/// Says which numbers are drawn, if not all of them are.
fn say_omitted(drawn: usize, all: usize) {
    if drawn < all {
        say(&format!(
            "--plot draws {drawn} of {all} columns, those that have most to do with the changes"
        ));
    }
}

fn title(analysis: &Analysis, drawn: usize, changes: usize) -> String {
    let series = &analysis.series;
    let changes = match changes {
        0 => "no change".to_owned(),
        1 => "1 change".to_owned(),
        n => format!("{n} changes"),
    };
    match &series.layout.value.name {
        _ if drawn < series.dimension() => format!(
            "{}: {drawn} of {} columns, {changes}",
            series.name,
            series.dimension()
        ),
        _ if drawn > 1 => format!("{}: {drawn} columns, {changes}", series.name),
        Some(name) => format!("{}: {}, {changes}", series.name, shortened(name)),
        None => format!("{}: {changes}", series.name),
    }
}
