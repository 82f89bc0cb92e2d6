//! One observation after the other.

use std::borrow::Cow;

use anyhow::{Context, Result, bail};

use super::cell::Cell;
use super::layout::{Layout, Request, Splitter};
use super::lines::Lines;
use super::{MissingPolicy, Source};
use crate::foreign::quoted;

/// One observation as it was read.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// The line it stands in, from 1.
    pub(crate) line: u64,
    /// The field of the time column, unchanged.
    pub(crate) time: Option<Cow<'a, str>>,
    /// The value; `None` if missing.
    pub(crate) value: Option<f64>,
    /// The features, as many as there are columns of them; none if the value is missing.
    pub(crate) features: Vec<f64>,
}

/// Reads observations in constant memory.
///
/// An empty line is a missing value where there is one number a line, since leaving it out
/// would shift all that follows; it is nothing in a table of several columns, and at the
/// end.
pub(crate) struct Rows {
    name: String,
    lines: Lines,
    layout: Layout,
    splitter: Option<Splitter>,
    missing: MissingPolicy,
    /// A line that was read but not yet given out.
    holding: bool,
    /// Empty lines before it that are still to be given out.
    empty: u64,
}

impl Rows {
    /// Opens a table: the first line decides how it is read, or `known`, where an earlier
    /// input is continued. `None` if the input is empty.
    ///
    /// # Errors
    /// See [`Layout::from_first_line`]; or the input cannot be read.
    pub(crate) fn open(
        source: Source,
        request: &Request,
        known: Option<&Layout>,
        missing: MissingPolicy,
    ) -> Result<Option<Self>> {
        let name = source.name;
        let mut lines = Lines::new(source.reader);
        loop {
            if !lines.advance().with_context(|| name.clone())? {
                return Ok(None);
            }
            if !lines.current().trim().is_empty() {
                break;
            }
        }
        let first = lines.current();
        let (layout, header) = match known {
            Some(layout) => (layout.clone(), layout.is_header(&first)),
            None => Layout::from_first_line(&first, request).with_context(|| name.clone())?,
        };
        drop(first);
        Ok(Some(Self {
            splitter: layout.separator.map(Splitter::new),
            name,
            lines,
            layout,
            missing,
            holding: !header,
            empty: 0,
        }))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Bytes read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.lines.bytes()
    }

    /// Whether the next row is here already, so that [`Self::next_row`] will not wait.
    pub(crate) fn is_ready(&self) -> bool {
        self.holding || self.empty > 0 || self.lines.is_ready()
    }

    /// The next observation; `None` at the end.
    ///
    /// # Errors
    /// A field is no number, or missing where that is not allowed; the message names file,
    /// line and text.
    pub(crate) fn next_row(&mut self) -> Result<Option<Row<'_>>> {
        if !self.holding && !self.advance()? {
            return Ok(None);
        }
        if self.empty > 0 {
            let line = self.lines.number() - self.empty;
            self.empty -= 1;
            self.check_missing(line, "the line is empty")?;
            return Ok(Some(Row {
                line,
                time: None,
                value: None,
                features: Vec::new(),
            }));
        }
        self.holding = false;
        self.parse().map(Some)
    }

    /// Moves to the next line that is not empty and counts the empty ones before it.
    fn advance(&mut self) -> Result<bool> {
        while self.lines.advance().with_context(|| self.name.clone())? {
            if !self.lines.current().trim().is_empty() {
                self.holding = true;
                return Ok(true);
            }
            if self.splitter.is_none() {
                self.empty += 1;
            }
        }
        self.empty = 0;
        Ok(false)
    }

    fn parse(&mut self) -> Result<Row<'_>> {
        let line = self.lines.number();
        let text = self.lines.current();
        let Some(splitter) = &mut self.splitter else {
            let value = self.value(&text, line)?;
            return Ok(Row {
                line,
                time: None,
                value,
                features: Vec::new(),
            });
        };
        splitter.split(&text);
        drop(text);
        let splitter = self.splitter.as_ref().expect("checked above");
        let value = match splitter.field(self.layout.value.position) {
            Some(field) => self.value(&field, line)?,
            None => bail!(self.too_short(&self.layout.value.label(), line)),
        };
        let time = match &self.layout.time {
            None => None,
            Some(column) => match splitter.field(column.position) {
                Some(field) => Some(field),
                None => bail!(self.too_short(&column.label(), line)),
            },
        };
        let mut features = Vec::new();
        for column in self.layout.features.iter().filter(|_| value.is_some()) {
            match splitter.field(column.position) {
                Some(field) => features.push(self.feature(&field, &column.label(), line)?),
                None => bail!(self.too_short(&column.label(), line)),
            }
        }
        Ok(Row {
            line,
            time,
            value,
            features,
        })
    }

    fn feature(&self, field: &str, column: &str, line: u64) -> Result<f64> {
        let name = &self.name;
        match Cell::read(field) {
            Cell::Number(value) => Ok(value),
            Cell::Missing => bail!(
                "{name}, line {line}: the feature in column {column} is missing ({}), and the value is there",
                quoted(field)
            ),
            Cell::Other => bail!(
                "{name}, line {line}: {} in column {column} is not a number",
                quoted(field)
            ),
        }
    }

    fn value(&self, field: &str, line: u64) -> Result<Option<f64>> {
        match Cell::read(field) {
            Cell::Number(value) => Ok(Some(value)),
            Cell::Missing => {
                self.check_missing(line, &quoted(field))?;
                Ok(None)
            }
            Cell::Other => {
                let column = match self.splitter {
                    Some(_) => format!(" in column {}", self.layout.value.label()),
                    None => String::new(),
                };
                bail!(
                    "{}, line {line}: {}{column} is not a number",
                    self.name,
                    quoted(field)
                )
            }
        }
    }

    fn check_missing(&self, line: u64, what: &str) -> Result<()> {
        match self.missing {
            MissingPolicy::Skip => Ok(()),
            MissingPolicy::Error => bail!(
                "{}, line {line}: the value is missing ({what}); --missing skip lets time pass without it",
                self.name
            ),
        }
    }

    fn too_short(&self, column: &str, line: u64) -> String {
        let text = self.lines.current();
        format!(
            "{}, line {line}: {} has no column {column}",
            self.name,
            quoted(&text)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &'static str, missing: MissingPolicy) -> Rows {
        let source = Source {
            name: "x.csv".to_owned(),
            is_file: true,
            length: None,
            reader: Box::new(text.as_bytes()),
        };
        Rows::open(source, &Request::default(), None, missing)
            .unwrap()
            .unwrap()
    }

    fn read(text: &'static str, missing: MissingPolicy) -> Result<Vec<(u64, Option<f64>)>> {
        let mut rows = open(text, missing);
        let mut all = Vec::new();
        while let Some(row) = rows.next_row()? {
            all.push((row.line, row.value));
        }
        Ok(all)
    }

    #[test]
    fn one_number_a_line() {
        let got = read("x\n1\n 2 \n3", MissingPolicy::Error).unwrap();
        assert_eq!(got, [(2, Some(1.0)), (3, Some(2.0)), (4, Some(3.0))]);
    }

    #[test]
    fn an_empty_line_between_numbers_is_a_missing_value() {
        let got = read("\n1\n\n\n2\n\n", MissingPolicy::Skip).unwrap();
        assert_eq!(got, [(2, Some(1.0)), (3, None), (4, None), (5, Some(2.0))]);
        let error = read("1\n\n2", MissingPolicy::Error).unwrap_err();
        assert_eq!(
            error.to_string(),
            "x.csv, line 2: the value is missing (the line is empty); --missing skip lets time pass without it"
        );
    }

    #[test]
    fn an_empty_line_in_a_table_is_nothing() {
        let got = read("t,x\n1,1\n\n2,NA\n\n", MissingPolicy::Skip).unwrap();
        assert_eq!(got, [(2, Some(1.0)), (4, None)]);
    }

    #[test]
    fn times_are_carried_through_unchanged() {
        let mut rows = open("date,x\n 2024-01-01 ,1\n01.50,2\n", MissingPolicy::Error);
        assert_eq!(
            rows.next_row().unwrap().unwrap().time.unwrap(),
            " 2024-01-01 "
        );
        assert_eq!(rows.next_row().unwrap().unwrap().time.unwrap(), "01.50");
    }

    #[test]
    fn errors_name_file_line_and_text() {
        let message = |text| read(text, MissingPolicy::Error).unwrap_err().to_string();
        assert_eq!(
            message("1\nabc\n"),
            "x.csv, line 2: \"abc\" is not a number"
        );
        assert_eq!(
            message("t,x\n1,1\n\n2,1.2.3\n"),
            "x.csv, line 4: \"1.2.3\" in column \"x\" is not a number"
        );
        assert_eq!(
            message("t,x\n1,1\n2\n"),
            "x.csv, line 3: \"2\" has no column \"x\""
        );
    }
}
