//! Many series: on all cores, and written as soon as something is there.

use anyhow::Result;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::analysis::Analysis;
use crate::args::DetectArgs;
use crate::input::{Member, Panel, Series};
use crate::messages::keeping;
use crate::output::{Columns, Standard};
use crate::report::Report;
use crate::settings::Settings;

/// So many series are worked on at a time, and so many values.
const SERIES: usize = 4096;
const VALUES: usize = 1 << 20;

/// The next series; none at the end.
///
/// # Errors
/// The input cannot be read.
pub(super) fn batch_of(panel: &mut Panel) -> Result<Vec<Member>> {
    let (mut batch, mut values) = (Vec::new(), 0);
    while batch.len() < SERIES && values < VALUES {
        let Some(member) = panel.next().transpose()? else {
            break;
        };
        values += member.series.as_ref().map_or(0, Series::len);
        batch.push(member);
    }
    Ok(batch)
}

/// What becomes of a series, and what is to be said of it.
pub(super) type Analysed = (Option<String>, Result<Analysis>, String);

/// Works on some series on all cores.
pub(super) fn analyse(args: &DetectArgs, settings: &Settings, batch: Vec<Member>) -> Vec<Analysed> {
    let one = |Member { label, series }: Member| {
        let analysis = series.and_then(|mut series| {
            series.order(args.input.table.sort(), args.input.table.day_first)?;
            if series.says_nothing() {
                let remark = format!("{} has no values", series.name);
                series.remarks.push(remark);
            }
            Analysis::of(args, settings, label.clone(), series)
        });
        (label, analysis)
    };
    if batch.len() == 1 {
        // Of one series messages come at once.
        let alone = batch.into_iter().map(one);
        return alone
            .map(|(label, analysis)| (label, analysis, String::new()))
            .collect();
    }
    let each = |member| {
        let ((label, analysis), said) = keeping(|| one(member));
        (label, analysis, said)
    };
    batch.into_par_iter().map(each).collect()
}

/// Whether what was found of a series can be written as soon as it is there.
pub(super) fn passes_on(args: &DetectArgs, many: bool) -> bool {
    many && args.csv && !args.rank
}

/// Rows of CSV that are written batch by batch, so that any number of series needs little memory.
pub(super) struct PassedOn {
    out: Standard,
    columns: Option<Columns>,
    changed: bool,
}

impl PassedOn {
    /// To standard output.
    ///
    /// # Errors
    /// It is closed.
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            out: Standard::open()?,
            columns: None,
            changed: false,
        })
    }

    /// What was found of some series.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(&mut self, analyses: &[Analysis]) -> Result<()> {
        let reports: Vec<Report> = analyses.iter().map(Analysis::report).collect();
        if reports.is_empty() {
            return Ok(());
        }
        let changes = |report: &Report| !report.changepoints.is_empty();
        self.changed |= reports.iter().any(changes);
        if self.columns.is_none() {
            let columns = Columns::of(&reports, true);
            self.out.write(columns.header()?.as_bytes())?;
            self.columns = Some(columns);
        }
        let rows = self.columns.as_ref().map(|columns| columns.rows(&reports));
        self.out
            .write(rows.transpose()?.unwrap_or_default().as_bytes())
    }

    /// Whether there was a change.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn end(mut self) -> Result<bool> {
        if self.columns.is_none() {
            let header = Columns::of(&[], true).header()?;
            self.out.write(header.as_bytes())?;
        }
        Ok(self.changed)
    }
}
