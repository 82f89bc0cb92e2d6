//! A whole series in memory, for the batch.

use anyhow::{Result, ensure};

use super::{Layout, Rows};

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
}

impl Series {
    /// Reads to the end.
    ///
    /// # Errors
    /// See [`Rows::next_row`]; or there is no value at all.
    pub(crate) fn read(mut rows: Rows) -> Result<Self> {
        let mut series = Self {
            name: rows.name().to_owned(),
            layout: rows.layout().clone(),
            values: Vec::new(),
            features: Vec::new(),
            times: rows.layout().time.is_some().then(Vec::new),
            lines: Vec::new(),
        };
        while let Some(row) = rows.next_row()? {
            series.values.push(row.value);
            let end = series.values.len() * series.layout.features.len();
            series.features.extend(row.features);
            series.features.resize(end, f64::NAN);
            series.lines.push(row.line);
            if let Some(times) = &mut series.times {
                times.push(row.time.unwrap_or_default().into_owned());
            }
        }
        ensure!(
            series.values.iter().any(Option::is_some),
            "{} has no values",
            series.name
        );
        Ok(series)
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

    /// The values as core takes them, with NaN for what is missing.
    pub(crate) fn rows(&self) -> Vec<f64> {
        let value = |value: &Option<f64>| value.unwrap_or(f64::NAN);
        self.values.iter().map(value).collect()
    }

    /// All values, NaN for those that are missing.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        let number = |value: &Option<f64>| value.unwrap_or(f64::NAN);
        self.values.iter().map(number).collect()
    }
}
