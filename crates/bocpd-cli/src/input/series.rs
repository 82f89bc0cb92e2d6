//! A whole series in memory, for the batch.

use anyhow::{Result, ensure};

use super::{Layout, Rows};
use crate::time::Position;

/// A time as it stands in a row, and what it is, where that is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) time: &'a str,
    pub(crate) position: Option<Position>,
}

/// The observations of one input.
pub(crate) struct Series {
    /// The input's name, for messages.
    pub(crate) name: String,
    pub(crate) layout: Layout,
    /// One a row; `None` where missing.
    pub(crate) values: Vec<Option<f64>>,
    /// The features of each row, one row after the other; NaN where the value is missing.
    pub(crate) features: Vec<f64>,
    /// The field of the time column of each row, if there is such a column.
    pub(crate) times: Option<Vec<String>>,
    /// The line of each row.
    pub(crate) lines: Vec<u64>,
    /// What the times are, where they all are such.
    pub(crate) positions: Option<Vec<Position>>,
    /// What was assumed of how it is written.
    pub(crate) assumed: Vec<String>,
    /// What is odd about it.
    pub(crate) remarks: Vec<String>,
}

impl Series {
    /// One without rows, of an input that is about to be read.
    pub(super) fn of(rows: &Rows) -> Self {
        Self::without_rows(rows.name().to_owned(), rows.layout().clone())
    }

    /// Of an input in which there is nothing.
    pub(crate) fn empty(name: String) -> Self {
        Self::without_rows(name, Layout::default())
    }

    fn without_rows(name: String, layout: Layout) -> Self {
        Self {
            name,
            times: layout.time.is_some().then(Vec::new),
            layout,
            values: Vec::new(),
            features: Vec::new(),
            lines: Vec::new(),
            positions: None,
            assumed: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Reads to the end.
    ///
    /// # Errors
    /// See [`Rows::advance`] and [`Rows::value`].
    pub(crate) fn read(mut rows: Rows) -> Result<Self> {
        let mut series = Self::of(&rows);
        while rows.advance()? {
            series.take(&mut rows, 0)?;
        }
        (series.assumed, series.remarks) = rows.take_remarks();
        Ok(series)
    }

    /// Takes in the record that the rows are at, by the value of a column.
    pub(super) fn take(&mut self, rows: &mut Rows, column: usize) -> Result<()> {
        let value = rows.value(column)?;
        self.values.push(value);
        if value.is_some() && !self.layout.features.is_empty() {
            self.features.extend(rows.features()?);
        }
        let end = self.values.len() * self.layout.features.len();
        self.features.resize(end, f64::NAN);
        self.lines.push(rows.line());
        if let Some(times) = &mut self.times {
            times.push(rows.time()?.unwrap_or_default().into_owned());
        }
        Ok(())
    }

    /// Whether there is no value at all.
    pub(crate) fn says_nothing(&self) -> bool {
        self.values.iter().all(Option::is_none)
    }

    /// For what cannot do without a value.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn check(&self) -> Result<()> {
        ensure!(!self.says_nothing(), "{} has no values", self.name);
        Ok(())
    }

    /// The features of a row.
    pub(crate) fn features(&self, index: usize) -> &[f64] {
        let width = self.layout.features.len();
        &self.features[index * width..(index + 1) * width]
    }

    /// The time of a row, if there is a time column.
    pub(crate) fn time(&self, index: usize) -> Option<&str> {
        self.times.as_ref().map(|times| times[index].as_str())
    }

    /// The time of a row as it stands there, and what it is.
    pub(crate) fn moment(&self, index: usize) -> Option<Moment<'_>> {
        let time = self.time(index)?;
        let position = self.positions.as_ref().map(|positions| positions[index]);
        Some(Moment { time, position })
    }

    /// The values as core takes them, with NaN for what is missing.
    pub(crate) fn rows(&self) -> Vec<f64> {
        let value = |value: &Option<f64>| value.unwrap_or(f64::NAN);
        self.values.iter().map(value).collect()
    }
}
