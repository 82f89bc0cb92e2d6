//! All series of one input: those of several columns, of a column that says which series a row
//! is of, or of both.

use std::collections::HashMap;

use anyhow::{Error, Result};

use super::{Column, Rows, Series};
use crate::exit::message;

/// One series of an input, and what it is called where there may be several.
pub(crate) struct Member {
    pub(crate) label: Option<String>,
    /// The series, or why it cannot be read.
    pub(crate) series: Result<Series>,
}

/// All series of an input, given out one at a time.
pub(crate) struct Panel {
    members: std::vec::IntoIter<Member>,
    many: bool,
}

impl Panel {
    /// Whether there may be several series.
    pub(crate) fn is_many(&self) -> bool {
        self.many
    }

    /// Reads to the end. A field that cannot be read is an error of its series alone, where
    /// there may be several.
    ///
    /// # Errors
    /// The input cannot be read, or not as the table that it was taken for; the only series
    /// cannot be read.
    pub(crate) fn read(mut rows: Rows) -> Result<Self> {
        if !rows.layout().is_many() {
            let series = Ok(Series::read(rows)?);
            let member = Member {
                label: None,
                series,
            };
            return Ok(Self {
                members: vec![member].into_iter(),
                many: false,
            });
        }
        let columns: Vec<Column> = rows.layout().values().cloned().collect();
        let mut all: Vec<(String, Result<Series, Error>)> = Vec::new();
        let mut groups: HashMap<String, usize> = HashMap::new();
        while rows.advance()? {
            let key = rows.key()?;
            let known = groups.get(key.as_str()).copied();
            let at = known.unwrap_or_else(|| {
                let at = all.len();
                all.extend(columns.iter().map(|column| {
                    let mut series = Series::of(&rows);
                    series.layout.value = column.clone();
                    series.layout.others.clear();
                    (label(&key, column, columns.len()), Ok(series))
                }));
                groups.insert(key, at);
                at
            });
            for (column, (_, series)) in all[at..at + columns.len()].iter_mut().enumerate() {
                let Ok(good) = series else {
                    continue;
                };
                if let Err(error) = good.take(&mut rows, column) {
                    *series = Err(error);
                }
            }
        }
        let (assumed, remarks) = rows.take_remarks();
        let mut members: Vec<_> = all
            .into_iter()
            .map(|(name, series)| Member {
                label: Some(name),
                series: series.and_then(Series::checked),
            })
            .collect();
        // They are of the whole input, and said once.
        let mut good = members
            .iter_mut()
            .filter_map(|member| member.series.as_mut().ok());
        if let Some(first) = good.next() {
            (first.assumed, first.remarks) = (assumed, remarks);
        }
        Ok(Self {
            members: members.into_iter(),
            many: true,
        })
    }
}

impl Iterator for Panel {
    type Item = Member;

    fn next(&mut self) -> Option<Member> {
        self.members.next()
    }
}

/// What a series is called.
pub(crate) fn label(key: &str, column: &Column, columns: usize) -> String {
    match (key, columns) {
        ("", _) => column.series(),
        (key, 1) => key.to_owned(),
        (key, _) => format!("{key} {}", column.series()),
    }
}

/// How messages about one series among several begin.
pub(crate) fn about(label: Option<&str>) -> String {
    match label {
        Some(label) => format!("series {}: ", crate::foreign::quoted(label)),
        None => String::new(),
    }
}

/// Says that one series of several cannot be used.
pub(crate) fn say_failed(label: Option<&str>, error: &Error) {
    crate::messages::say(&format!("error: {}{}", about(label), message(error)));
}
