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
    /// The numbers of the observations, a list for each column, with one number a row; `None`
    /// where missing.
    pub(crate) numbers: Vec<Vec<Option<f64>>>,
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
    pub(super) fn of(rows: &Rows, layout: Layout) -> Self {
        Self::without_rows(rows.name().to_owned(), layout)
    }

    /// Of an input in which there is nothing.
    pub(crate) fn empty(name: String) -> Self {
        Self::without_rows(name, Layout::default())
    }

    fn without_rows(name: String, layout: Layout) -> Self {
        Self {
            name,
            times: layout.time.is_some().then(Vec::new),
            numbers: vec![Vec::new(); layout.dimension()],
            layout,
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
        let mut series = Self::of(&rows, rows.layout().clone());
        while rows.advance()? {
            series.take(&mut rows, 0)?;
        }
        (series.assumed, series.remarks) = rows.take_remarks();
        Ok(series)
    }

    /// Takes in the record that the rows are at, by the value of a column, or by all of them
    /// where they are numbers of one observation. One that cannot be read leaves half a row.
    pub(super) fn take(&mut self, rows: &mut Rows, column: usize) -> Result<()> {
        for (index, numbers) in self.numbers.iter_mut().enumerate() {
            numbers.push(rows.value(column + index)?);
        }
        if !self.layout.features.is_empty() && self.numbers[0].last().is_some_and(Option::is_some) {
            self.features.extend(rows.features()?);
        }
        let end = self.numbers[0].len() * self.layout.features.len();
        self.features.resize(end, f64::NAN);
        self.lines.push(rows.line());
        if let Some(times) = &mut self.times {
            times.push(rows.time()?.unwrap_or_default().into_owned());
        }
        Ok(())
    }

    /// How many observations there are, missing ones included.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// How many numbers make an observation.
    pub(crate) fn dimension(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is no value at all.
    pub(crate) fn says_nothing(&self) -> bool {
        self.numbers.iter().flatten().all(Option::is_none)
    }

    /// How many observations are missing: all of their numbers.
    pub(crate) fn missing(&self) -> usize {
        let is_missing = |row: &usize| self.numbers.iter().all(|all| all[*row].is_none());
        (0..self.len()).filter(is_missing).count()
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

    /// The numbers of all rows as core takes them, one row after the other, with NaN for what is
    /// missing.
    pub(crate) fn rows(&self) -> Vec<f64> {
        let row = |row: usize| {
            let numbers = self.numbers.iter();
            numbers.map(move |all| all[row].unwrap_or(f64::NAN))
        };
        (0..self.len()).flat_map(row).collect()
    }
}
