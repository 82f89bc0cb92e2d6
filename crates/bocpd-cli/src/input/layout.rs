//! Which column of a table holds the values, and which the times.

use std::fmt::Write;

use anyhow::{Result, bail, ensure};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::cell::starts_like_data;
use crate::foreign::quoted;
use crate::time;

/// Names by which a first column is recognised as time without being told.
const TIME_NAMES: [&str; 13] = [
    "time",
    "date",
    "datetime",
    "timestamp",
    "year",
    "month",
    "week",
    "day",
    "hour",
    "index",
    "ts",
    "ds",
    "t",
];

/// So many columns are named in a message.
const MANY: usize = 30;

/// Whether the first line names the columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Header {
    /// It does if it has a name in it and nothing that starts like a number
    #[default]
    Auto,
    /// The first line names the columns
    Yes,
    /// The first line is data
    No,
}

/// What was asked for on the command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) column: Option<String>,
    pub(crate) time: Option<String>,
    pub(crate) features: Vec<String>,
    pub(crate) header: Header,
    pub(crate) separator: Option<u8>,
}

/// A column: its 0-based position, and its name if the table has names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) position: usize,
    pub(crate) name: Option<String>,
}

impl Column {
    /// How messages call it.
    pub(crate) fn label(&self) -> String {
        match &self.name {
            Some(name) => quoted(name),
            None => (self.position + 1).to_string(),
        }
    }
}

/// How to read a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layout {
    /// The byte between fields; `None` for one number a line.
    pub(crate) separator: Option<u8>,
    pub(crate) value: Column,
    pub(crate) time: Option<Column>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) features: Vec<Column>,
}

impl Layout {
    /// Decides from the first line. The second part of the answer: whether that line is a
    /// header.
    ///
    /// # Errors
    /// A column that is asked for is not there, or several could be meant.
    pub(crate) fn from_first_line(line: &str, request: &Request) -> Result<(Self, bool)> {
        let separator = request.separator.or_else(|| guess_separator(line));
        let fields = split(line, separator);
        let header = match request.header {
            Header::Yes => true,
            Header::No => false,
            Header::Auto => is_header(&fields),
        };
        let table = Table { fields, header };
        let time = match &request.time {
            Some(wanted) => Some(table.find(wanted, "--time")?),
            None => table.guess_time(request),
        };
        let features = request.features.iter();
        let features = features.map(|wanted| table.find(wanted, "--features"));
        let features: Vec<Column> = features.collect::<Result<_>>()?;
        let value = match &request.column {
            Some(wanted) => table.find(wanted, "--column")?,
            None => table.only_other(time.as_ref(), &features)?,
        };
        for (i, feature) in features.iter().enumerate() {
            let is = |other: &Column| other.position == feature.position;
            let label = feature.label();
            ensure!(
                !is(&value),
                "--features and --column both name column {label}"
            );
            let is_time = time.as_ref().is_some_and(is);
            ensure!(!is_time, "--features and --time both name column {label}");
            let twice = features[..i].iter().any(is);
            ensure!(!twice, "--features names column {label} twice");
        }
        if let Some(time) = &time {
            ensure!(
                time.position != value.position,
                "--time and --column both name column {}",
                value.label()
            );
        }
        let layout = Self {
            separator,
            value,
            time,
            features,
        };
        Ok((layout, header))
    }

    /// Whether a first line that continues an earlier input is its header once more.
    pub(crate) fn is_header(&self, line: &str) -> bool {
        let fields = split(line, self.separator);
        let field = fields.get(self.value.position).map(|field| field.trim());
        field.is_some() && field == self.value.name.as_deref()
    }

    /// For people: the columns used.
    pub(crate) fn describe(&self) -> Option<String> {
        self.separator?;
        let value = self.value.label();
        let mut columns = format!("values from column {value}");
        if !self.features.is_empty() {
            let features: Vec<_> = self.features.iter().map(Column::label).collect();
            let plural = if features.len() > 1 { "s" } else { "" };
            let features = features.join(", ");
            let _ = write!(columns, ", features from column{plural} {features}");
        }
        if let Some(time) = &self.time {
            let _ = write!(columns, ", times from column {}", time.label());
        }
        Some(columns)
    }
}

struct Table {
    fields: Vec<String>,
    header: bool,
}

impl Table {
    fn column(&self, position: usize) -> Column {
        Column {
            position,
            name: self.header.then(|| self.fields[position].trim().to_owned()),
        }
    }

    /// By name first, then by position from 1.
    fn find(&self, wanted: &str, option: &str) -> Result<Column> {
        if self.header {
            let named = self.fields.iter().position(|name| name.trim() == wanted);
            if let Some(position) = named {
                return Ok(self.column(position));
            }
        }
        let count = self.fields.len();
        match wanted.parse::<usize>() {
            Ok(number) if (1..=count).contains(&number) => Ok(self.column(number - 1)),
            Ok(number) => bail!("{option} {number}: line 1 has {}", columns(count)),
            Err(_) if self.header => bail!(
                "{option}: no column {}; there are {}",
                quoted(wanted),
                self.names()
            ),
            Err(_) => bail!(
                "{option}: no column {}; line 1 is not a header (--header yes says it is)",
                quoted(wanted)
            ),
        }
    }

    fn guess_time(&self, request: &Request) -> Option<Column> {
        let first = self.fields.first()?.trim();
        let looks_like_time = if self.header {
            TIME_NAMES
                .iter()
                .any(|name| first.eq_ignore_ascii_case(name))
        } else {
            time::is_iso(first)
        };
        let column = self.column(0);
        let mut wanted = request.column.iter().chain(&request.features);
        let wanted_as_value = wanted.any(|c| c == "1" || column.name.as_ref() == Some(c));
        (self.fields.len() > 1 && looks_like_time && !wanted_as_value).then_some(column)
    }

    /// The one column that is neither the time nor a feature.
    fn only_other(&self, time: Option<&Column>, features: &[Column]) -> Result<Column> {
        let taken = |p: usize| time.into_iter().chain(features).any(|c| c.position == p);
        let mut others = (0..self.fields.len()).filter(|&p| !taken(p));
        match (others.next(), others.next()) {
            (Some(position), None) => Ok(self.column(position)),
            (None, _) if !features.is_empty() => {
                bail!("line 1 has no column besides the features and the time")
            }
            (None, _) => bail!("line 1 has no column besides the time"),
            _ if self.header => bail!("which column? --column takes one of {}", self.names()),
            _ => bail!(
                "which column? --column takes a number from 1 to {}",
                self.fields.len()
            ),
        }
    }

    /// The names of the columns, as many as are read.
    fn names(&self) -> String {
        let names = self.fields.iter().take(MANY).map(|name| quoted(name));
        let mut names: Vec<_> = names.collect();
        if self.fields.len() > MANY {
            names.push(format!("and {} more", self.fields.len() - MANY));
        }
        names.join(", ")
    }
}

fn columns(count: usize) -> String {
    if count == 1 {
        "1 column".to_owned()
    } else {
        format!("{count} columns")
    }
}

fn guess_separator(line: &str) -> Option<u8> {
    [b'\t', b';', b',']
        .into_iter()
        .find(|&separator| line.as_bytes().contains(&separator))
}

/// A header has a name in it, and nothing that starts like a number or a date.
fn is_header(fields: &[String]) -> bool {
    let is_name = |field: &String| {
        let field = field.trim();
        super::cell::Cell::read(field) == super::cell::Cell::Other && !starts_like_data(field)
    };
    fields.iter().any(is_name) && !fields.iter().any(|field| starts_like_data(field))
}

/// The fields of one line.
pub(super) fn split(line: &str, separator: Option<u8>) -> Vec<String> {
    let Some(separator) = separator else {
        return vec![line.to_owned()];
    };
    let mut splitter = Splitter::new(separator);
    splitter.split(line);
    (0..splitter.len())
        .map(|i| splitter.field(i).unwrap_or_default().into_owned())
        .collect()
}

/// Splits lines into fields, quotes understood, without allocating for each line.
pub(super) struct Splitter {
    parser: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
}

impl Splitter {
    pub(super) fn new(separator: u8) -> Self {
        Self {
            // A lone carriage return stays in its field, where it is reported, instead of
            // ending the record early.
            parser: csv_core::ReaderBuilder::new()
                .delimiter(separator)
                .terminator(csv_core::Terminator::Any(b'\n'))
                .build(),
            text: Vec::new(),
            ends: Vec::new(),
            fields: 0,
        }
    }

    /// Takes a line in; its fields are then there by number.
    pub(super) fn split(&mut self, line: &str) {
        // Unquoting only shortens, and every field but the last costs a separator.
        self.text.resize(line.len().max(1), 0);
        self.ends.resize(line.len() + 1, 0);
        self.parser.reset();
        let (mut text, mut ends) = (0, 0);
        // The empty slice says that the input ends here, which closes the record.
        for input in [line.as_bytes(), &[]] {
            let (_, _, written, fields) =
                self.parser
                    .read_record(input, &mut self.text[text..], &mut self.ends[ends..]);
            text += written;
            ends += fields;
        }
        self.fields = ends;
    }

    pub(super) fn len(&self) -> usize {
        self.fields
    }

    pub(super) fn field(&self, position: usize) -> Option<std::borrow::Cow<'_, str>> {
        let ends = &self.ends[..self.fields];
        let end = *ends.get(position)?;
        let start = if position == 0 { 0 } else { ends[position - 1] };
        Some(String::from_utf8_lossy(&self.text[start..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(line: &str, column: Option<&str>, time: Option<&str>) -> Result<(Layout, bool)> {
        let request = Request {
            column: column.map(str::to_owned),
            time: time.map(str::to_owned),
            ..Request::default()
        };
        Layout::from_first_line(line, &request)
    }

    fn positions(layout: &Layout) -> (usize, Option<usize>) {
        (
            layout.value.position,
            layout.time.as_ref().map(|t| t.position),
        )
    }

    #[test]
    fn fields_are_split_and_unquoted() {
        let fields = split(r#"a,"b ""c"", d",,e"#, Some(b','));
        assert_eq!(fields, ["a", r#"b "c", d"#, "", "e"]);
        assert_eq!(split("", Some(b',')).len(), 0);
        assert_eq!(split(",", Some(b',')), ["", ""]);
        assert_eq!(split("1,2", None), ["1,2"]);
    }

    #[test]
    fn a_time_column_is_recognised() {
        let (got, header) = layout("Year,volume", None, None).unwrap();
        assert!(header);
        assert_eq!(positions(&got), (1, Some(0)));
        let (got, header) = layout("2024-01-31\t5", None, None).unwrap();
        assert!(!header);
        assert_eq!(positions(&got), (1, Some(0)));
        let (got, _) = layout("time,a,b", Some("b"), None).unwrap();
        assert_eq!(positions(&got), (2, Some(0)));
        let (got, _) = layout("time,a", Some("time"), None).unwrap();
        assert_eq!(positions(&got), (0, None));
    }

    #[test]
    fn columns_are_found_by_name_then_by_position() {
        let (got, _) = layout("b;2;a", Some("2"), None).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(positions(&got), (1, None));
        let (got, _) = layout("b;a;c", Some("c"), Some("1")).unwrap();
        assert_eq!(positions(&got), (2, Some(0)));
    }

    #[test]
    fn unclear_requests_say_what_there_is() {
        let message = |line, column, time| layout(line, column, time).unwrap_err().to_string();
        assert_eq!(
            message("a,b", None, None),
            r#"which column? --column takes one of "a", "b""#
        );
        assert_eq!(
            message("1,2,3", None, None),
            "which column? --column takes a number from 1 to 3"
        );
        assert_eq!(
            message("a,b", Some("c"), None),
            r#"--column: no column "c"; there are "a", "b""#
        );
        assert_eq!(
            message("a,b", Some("3"), None),
            "--column 3: line 1 has 2 columns"
        );
        assert_eq!(
            message("a,b", Some("a"), Some("a")),
            r#"--time and --column both name column "a""#
        );
        assert!(message("1,2", Some("x"), None).contains("not a header"));
    }

    #[test]
    fn a_header_is_known_again() {
        let (layout, _) = layout("t,x", Some("x"), None).unwrap();
        assert!(layout.is_header("t, x"));
        assert!(!layout.is_header("t,y"));
        assert!(!layout.is_header("1,2"));
    }

    #[test]
    fn a_mistyped_number_is_no_header() {
        assert!(!layout("1O", None, None).unwrap().1);
        assert!(!layout("NA", None, None).unwrap().1);
        assert!(layout("volume", None, None).unwrap().1);
    }
}
