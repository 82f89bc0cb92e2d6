//! Many series: on all cores, and written as soon as something is there.

#[cfg(feature = "parquet")]
use std::path::{Path, PathBuf};

#[cfg(feature = "parquet")]
use anyhow::Context;
use anyhow::Result;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::analysis::Analysis;
use crate::args::DetectArgs;
#[cfg(feature = "parquet")]
use crate::foreign;
use crate::input::{Member, Panel, Series};
use crate::messages::keeping;
#[cfg(feature = "parquet")]
use crate::output::ParquetFile;
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
    args.parquet.is_some() || many && args.csv && !args.rank
}

/// Rows that are written batch by batch, so that any number of series needs little memory.
pub(super) struct PassedOn {
    to: To,
    changed: bool,
}

enum To {
    /// CSV on standard output; the columns are known when there was a row.
    Csv(Standard, Option<Columns>),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetFile>, PathBuf),
}

impl PassedOn {
    /// To the file that is named, or as CSV to standard output.
    ///
    /// # Errors
    /// It cannot be written; it is closed.
    pub(super) fn new(args: &DetectArgs) -> Result<Self> {
        let to = match &args.parquet {
            None => To::Csv(Standard::open()?, None),
            #[cfg(feature = "parquet")]
            Some(path) => {
                let file = ParquetFile::create(path).with_context(|| cannot_write(path))?;
                To::Parquet(Box::new(file), path.clone())
            }
            #[cfg(not(feature = "parquet"))]
            Some(_) => anyhow::bail!(crate::exit::usage(
                "--parquet: this program was built without the feature parquet, which writes it"
            )),
        };
        Ok(Self { to, changed: false })
    }

    /// What was found of some series.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(&mut self, analyses: &[Analysis]) -> Result<()> {
        let reports: Vec<Report> = analyses.iter().map(Analysis::report).collect();
        let changes = |report: &Report| !report.changepoints.is_empty();
        self.changed |= reports.iter().any(changes);
        if reports.is_empty() {
            return Ok(());
        }
        match &mut self.to {
            To::Csv(out, known) => {
                let columns = if let Some(columns) = known {
                    columns
                } else {
                    let columns = Columns::of(&reports, true);
                    out.write(columns.header()?.as_bytes())?;
                    known.insert(columns)
                };
                out.write(columns.rows(&reports)?.as_bytes())
            }
            #[cfg(feature = "parquet")]
            To::Parquet(file, path) => file.write(&reports).with_context(|| cannot_write(path)),
        }
    }

    /// Whether there was a change.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn end(self) -> Result<bool> {
        match self.to {
            To::Csv(mut out, None) => {
                let header = Columns::of(&[], true).header()?;
                out.write(header.as_bytes())?;
            }
            To::Csv(..) => {}
            #[cfg(feature = "parquet")]
            To::Parquet(file, path) => file.end().with_context(|| cannot_write(&path))?,
        }
        Ok(self.changed)
    }
}

#[cfg(feature = "parquet")]
fn cannot_write(path: &Path) -> String {
    format!("--parquet: cannot write {}", foreign::path(path))
}
