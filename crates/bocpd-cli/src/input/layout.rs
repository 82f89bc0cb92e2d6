//! Which columns of a table hold the values, the times and all else that is asked for.

use std::fmt::Write;

use anyhow::{Result, bail, ensure};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::cell::Kind;
use super::number::Decimal;
use super::separator;
use super::source::Format;
use super::split::split;
use crate::foreign::quoted;
use crate::time::{self, Epoch};

/// Names by which a column is recognised as time though its content could be something else.
const TIME_NAMES: [&str; 15] = [
    "time",
    "date",
    "datetime",
    "timestamp",
    "year",
    "month",
    "quarter",
    "week",
    "day",
    "hour",
    "index",
    "ts",
    "ds",
    "t",
    "epoch",
];

/// So many columns are named in a message.
const MANY: usize = 30;

/// Whether the first line names the columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Header {
    /// It does if it has a name in it and nothing that starts like a number, or a name or
    /// nothing above a date
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
    /// The columns of the values.
    pub(crate) columns: Vec<String>,
    /// Every column of numbers.
    pub(crate) all: bool,
    /// Whether several columns are one series.
    pub(crate) together: bool,
    /// The columns that say which series a row is of.
    pub(crate) by: Option<String>,
    pub(crate) time: Option<String>,
    pub(crate) features: Vec<String>,
    /// What the only feature is, where it is no feature.
    pub(crate) beside: Option<&'static str>,
    pub(crate) header: Header,
    pub(crate) separator: Option<u8>,
    pub(crate) decimal: Option<Decimal>,
    /// Marks for missing values beside the usual ones.
    pub(crate) na: Vec<String>,
    /// What comments begin with.
    pub(crate) comment: String,
}

impl Request {
    /// The same for what is written in this format: how lines that were made here are to be
    /// read is known.
    pub(super) fn of(&self, format: Format) -> Self {
        let mut request = self.clone();
        if format == Format::Columns {
            request.header = Header::Yes;
            request.separator = Some(b',');
            request.decimal = Some(Decimal::Point);
            request.comment.clear();
        }
        request
    }
}

/// A column: its 0-based position, and its name if the table has names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    /// What it is called where series are told apart.
    pub(crate) fn series(&self) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None => (self.position + 1).to_string(),
        }
    }
}

/// How to read a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layout {
    /// The byte between fields; `None` for one number a line, and for JSON.
    pub(crate) separator: Option<u8>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) format: Format,
    pub(crate) value: Column,
    pub(crate) time: Option<Column>,
    /// The time of day, where it has a column of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clock: Option<Column>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) features: Vec<Column>,
    /// What the only feature is, where it is no feature.
    #[serde(skip)]
    pub(crate) beside: Option<&'static str>,
    /// More columns of values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) others: Vec<Column>,
    /// Whether all columns of values are one series: a row is an observation of several numbers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) together: bool,
    /// The columns that say which series a row is of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<Column>,
    /// Columns of words that were passed over to find the values: they must not vary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) constant: Vec<Column>,
    /// How many fields the first line has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) width: Option<usize>,
    /// Whether a decimal comma is the separator too, so that a value may be two fields.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) joined: bool,
    /// The decimal mark, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) decimal: Option<Decimal>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What is known of a table before it is decided how to read it.
pub(super) struct Beginning {
    pub(super) format: Format,
    /// The first record as text, or the first object's names and fields.
    pub(super) first: String,
    /// The record after it.
    pub(super) second: Option<String>,
}

impl Layout {
    /// Decides from the first two lines. The second part of the answer: whether the first is a
    /// header.
    ///
    /// # Errors
    /// A column that is asked for is not there, or several could be meant.
    pub(super) fn decide(beginning: &Beginning, request: &Request) -> Result<(Self, bool)> {
        let (first, second) = (&beginning.first, beginning.second.as_deref());
        if beginning.format == Format::Json {
            let table = Table::of_object(first)?;
            let layout = table.layout(request, None, Format::Json)?;
            return Ok((layout, false));
        }
        let separator = match request.separator {
            Some(separator) => Some(separator),
            None => separator::guess(first, second, request.decimal),
        };
        let fields = split(first, separator);
        let below = second.map(|line| split(line, separator));
        let header = match request.header {
            Header::Yes => true,
            Header::No => false,
            Header::Auto => is_header(&fields, below.as_deref()),
        };
        let table = Table {
            data: if header {
                below.unwrap_or_default()
            } else {
                fields.clone()
            },
            fields,
            header,
            format: Format::Table,
        };
        let mut layout = table.layout(request, separator, Format::Table)?;
        layout.joined = separator == Some(b',')
            && request.decimal == Some(Decimal::Comma)
            && request.separator.is_none();
        if layout.joined && !header {
            layout.width = None;
        }
        Ok((layout, header))
    }

    /// Whether a first line that continues an earlier input is its header once more.
    pub(crate) fn is_header(&self, line: &str) -> bool {
        let fields = split(line, self.separator);
        let field = fields.get(self.value.position).map(|field| field.trim());
        self.format == Format::Table && field.is_some() && field == self.value.name.as_deref()
    }

    /// The columns of values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Column> {
        std::iter::once(&self.value).chain(&self.others)
    }

    /// Whether there may be more than one series.
    pub(crate) fn is_many(&self) -> bool {
        self.series().len() > 1 || !self.keys.is_empty()
    }

    /// The layout of each series that a row belongs to: one for each column of values, or one
    /// of all of them.
    pub(crate) fn series(&self) -> Vec<Self> {
        if self.together {
            return vec![self.clone()];
        }
        let one = |column: &Column| Self {
            value: column.clone(),
            others: Vec::new(),
            ..self.clone()
        };
        self.values().map(one).collect()
    }

    /// How many numbers make an observation.
    pub(crate) fn dimension(&self) -> usize {
        if self.together {
            self.values().count()
        } else {
            1
        }
    }

    /// What the numbers of an observation are called: one name, where there is one number.
    pub(crate) fn numbers(&self) -> Vec<String> {
        let columns = self.values().take(self.dimension());
        columns.map(Column::series).collect()
    }

    /// For people: the columns used.
    pub(crate) fn describe(&self) -> Option<String> {
        if self.separator.is_none() && self.format == Format::Table {
            return None;
        }
        let value = self.value.label();
        let mut columns = match self.others.len() {
            0 => format!("values from column {value}"),
            _ if self.together => {
                let columns: Vec<_> = self.values().take(MANY).map(Column::label).collect();
                let more = match self.dimension() - columns.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                format!("numbers from columns {}{more}", columns.join(", "))
            }
            others => format!("values from {} columns", others + 1),
        };
        if !self.features.is_empty() {
            let features: Vec<_> = self.features.iter().map(Column::label).collect();
            let plural = if features.len() > 1 { "s" } else { "" };
            let (what, features) = (self.beside.unwrap_or("features"), features.join(", "));
            let _ = write!(columns, ", {what} from column{plural} {features}");
        }
        if !self.keys.is_empty() {
            let keys: Vec<_> = self.keys.iter().map(Column::label).collect();
            let _ = write!(columns, ", series by {}", keys.join(", "));
        }
        match (&self.time, &self.clock) {
            (Some(date), Some(clock)) => {
                let (date, clock) = (date.label(), clock.label());
                let _ = write!(columns, ", times from columns {date} and {clock}");
            }
            (Some(time), None) => {
                let _ = write!(columns, ", times from column {}", time.label());
            }
            _ => {}
        }
        Some(columns)
    }
}

struct Table {
    /// The names of the columns where there are names, else the first row.
    fields: Vec<String>,
    header: bool,
    /// The first row of data; empty if there is none.
    data: Vec<String>,
    format: Format,
}

impl Table {
    fn of_object(line: &str) -> Result<Self> {
        let object: serde_json::Value =
            serde_json::from_str(line).map_err(|error| anyhow::anyhow!("line 1: {error}"))?;
        let fields = super::document::names(&object);
        Ok(Self {
            data: fields
                .iter()
                .map(|path| super::document::at(&object, path))
                .collect(),
            fields,
            header: true,
            format: Format::Json,
        })
    }

    fn layout(&self, request: &Request, separator: Option<u8>, format: Format) -> Result<Layout> {
        let features = request.features.iter();
        let option = match request.beside {
            Some(name) => format!("--{name}"),
            None => "--features".to_owned(),
        };
        let features = features.map(|wanted| self.find(wanted, &option));
        let features: Vec<Column> = features.collect::<Result<_>>()?;
        let keys = request
            .by
            .iter()
            .map(|wanted| self.find_all(wanted, "--by"));
        let keys = keys.collect::<Result<Vec<_>>>()?.concat();
        let mut values = Vec::new();
        for wanted in &request.columns {
            values.extend(self.find_all(wanted, "--column")?);
        }
        let taken: Vec<_> = values.iter().chain(&features).chain(&keys).collect();
        let (time, clock) = match &request.time {
            Some(wanted) => self.find_time(wanted)?,
            None => self.guess_time(&taken),
        };
        let mut constant = Vec::new();
        if values.is_empty() {
            let taken = || features.iter().chain(&keys).chain(&time).chain(&clock);
            (values, constant) = if request.all {
                (
                    self.numbers(&|p| taken().any(|c| c.position == p))?,
                    Vec::new(),
                )
            } else {
                let is_taken = |p| taken().any(|c| c.position == p);
                let (value, constant) = self.only_other(&is_taken, &features, request.together)?;
                (vec![value], constant)
            };
        }
        let labelled = [
            ("--column", &values),
            ("--time", &time.iter().chain(&clock).cloned().collect()),
            (&option, &features),
            ("--by", &keys),
        ];
        check_distinct(&labelled)?;
        let together = request.together && values.len() > 1;
        let mut values = values.into_iter();
        let value = values.next().expect("checked above");
        Ok(Layout {
            together,
            separator,
            format,
            value,
            time,
            clock,
            features,
            beside: request.beside,
            others: values.collect(),
            keys,
            constant,
            width: separator.map(|_| self.fields.len()),
            joined: false,
            decimal: request.decimal,
        })
    }

    fn column(&self, position: usize) -> Column {
        Column {
            position,
            name: self.header.then(|| self.fields[position].trim().to_owned()),
        }
    }

    fn kind(&self, position: usize) -> Kind {
        self.data
            .get(position)
            .map_or(Kind::Missing, |field| Kind::of(field))
    }

    /// One column or, where no column has this name, several with commas between them.
    fn find_all(&self, wanted: &str, option: &str) -> Result<Vec<Column>> {
        match self.find(wanted, option) {
            Err(_) if wanted.contains(',') => {
                let each = wanted.split(',').map(|one| self.find(one.trim(), option));
                each.collect()
            }
            found => found.map(|column| vec![column]),
        }
    }

    /// By name first, then by position from 1.
    fn find(&self, wanted: &str, option: &str) -> Result<Column> {
        if self.header {
            let path = wanted
                .strip_prefix('.')
                .filter(|_| self.format == Format::Json);
            let is = |name: &String| name.trim() == wanted || Some(name.trim()) == path;
            if let Some(position) = self.fields.iter().position(is) {
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

    /// One column, or date and time of day with a comma between them.
    fn find_time(&self, wanted: &str) -> Result<(Option<Column>, Option<Column>)> {
        let columns = self.find_all(wanted, "--time")?;
        ensure!(
            columns.len() <= 2,
            "--time takes one column, or a column of dates and one of times of the day"
        );
        let mut columns = columns.into_iter();
        Ok((columns.next(), columns.next()))
    }

    /// The time column, by what is in it, and the column of the time of day if that is another.
    fn guess_time(&self, taken: &[&Column]) -> (Option<Column>, Option<Column>) {
        if self.fields.len() < 2 {
            return (None, None);
        }
        let free = |p: &usize| taken.iter().all(|column| column.position != *p);
        let all = || (0..self.fields.len()).filter(free);
        if let Some(date) = all().find(|&p| self.kind(p) == Kind::Date) {
            let is_clock = |p: &usize| self.data.get(*p).is_some_and(|f| time::is_time_of_day(f));
            let only_date = self
                .data
                .get(date)
                .is_some_and(|field| !field.contains(':'));
            let clock = all().find(is_clock).filter(|_| only_date);
            return (Some(self.column(date)), clock.map(|p| self.column(p)));
        }
        let is_named = |p: usize| {
            let name = self.fields[p].trim();
            self.header
                && TIME_NAMES
                    .iter()
                    .any(|time| name.eq_ignore_ascii_case(time))
        };
        let counts_since_1970 = |p: usize| {
            let number = self.data.get(p).and_then(|field| field.trim().parse().ok());
            number.is_some_and(|number| Epoch::of(number).is_some())
        };
        let first = all().next().filter(|&p| p == 0);
        let by_name = first.filter(|&p| is_named(p));
        let by_both = || all().find(|&p| is_named(p) && counts_since_1970(p));
        let by_size = || first.filter(|&p| counts_since_1970(p));
        let time = by_name.or_else(by_both).or_else(by_size);
        (time.map(|p| self.column(p)), None)
    }

    /// All columns of numbers that are not taken.
    fn numbers(&self, taken: &dyn Fn(usize) -> bool) -> Result<Vec<Column>> {
        let is_words = |p: usize| self.kind(p) == Kind::Word || self.kind(p) == Kind::Date;
        let free = (0..self.fields.len()).filter(|&p| !taken(p) && !is_words(p));
        let columns: Vec<_> = free.map(|p| self.column(p)).collect();
        ensure!(!columns.is_empty(), "--all: there is no column of numbers");
        Ok(columns)
    }

    /// The one column that is neither the time nor a feature; then columns that were passed
    /// over because there are words in them.
    fn only_other(
        &self,
        taken: &dyn Fn(usize) -> bool,
        features: &[Column],
        together: bool,
    ) -> Result<(Column, Vec<Column>)> {
        let others: Vec<_> = (0..self.fields.len()).filter(|&p| !taken(p)).collect();
        if let [position] = others[..] {
            return Ok((self.column(position), Vec::new()));
        }
        let is_words = |p: &usize| self.kind(*p) == Kind::Word;
        // A column without a name is the index that libraries write in front.
        let is_index = |p: &usize| self.header && *p == 0 && self.fields[0].trim().is_empty();
        let (words, numbers): (Vec<_>, Vec<_>) = others.iter().copied().partition(is_words);
        let numbers: Vec<_> = numbers.into_iter().filter(|p| !is_index(p)).collect();
        if let [position] = numbers[..] {
            let words = words.into_iter().map(|p| self.column(p)).collect();
            return Ok((self.column(position), words));
        }
        if others.is_empty() {
            if !features.is_empty() {
                bail!("line 1 has no column besides the features and the time");
            }
            bail!("line 1 has no column besides the time");
        }
        if together {
            let columns = if self.header {
                self.names()
            } else {
                format!("the numbers from 1 to {}", self.fields.len())
            };
            bail!(
                "which columns together? --column takes several of {columns} with commas between \
                 them, --all takes every column of numbers"
            )
        }
        let hint = self.commas().unwrap_or_default();
        if self.header {
            bail!("which column? --column takes one of {}{hint}", self.names())
        }
        bail!(
            "which column? --column takes a number from 1 to {}{hint}",
            self.fields.len()
        )
    }

    /// A hint at decimal commas, where a row could be numbers with such.
    fn commas(&self) -> Option<String> {
        let is_digits =
            |field: &String| !field.is_empty() && field.bytes().all(|b| b.is_ascii_digit());
        let [whole, fraction] = &self.data[..] else {
            return None;
        };
        let whole = whole.trim();
        let whole = whole.strip_prefix('-').unwrap_or(whole).to_owned();
        (!self.header && is_digits(&whole) && is_digits(fraction)).then(|| {
            format!(
                "; --decimal , reads \"{},{fraction}\" as one number",
                self.data[0].trim()
            )
        })
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

/// No column is two things.
fn check_distinct(labelled: &[(&str, &Vec<Column>)]) -> Result<()> {
    let mut seen: Vec<(&str, &Column)> = Vec::new();
    for (option, columns) in labelled {
        for column in *columns {
            let label = column.label();
            if let Some((other, _)) = seen.iter().find(|(_, c)| c.position == column.position) {
                ensure!(other != option, "{option} names column {label} twice");
                bail!("{option} and {other} both name column {label}");
            }
            seen.push((option, column));
        }
    }
    Ok(())
}

fn columns(count: usize) -> String {
    if count == 1 {
        "1 column".to_owned()
    } else {
        format!("{count} columns")
    }
}

/// A header has a name in it, and nothing that starts like a number or a date; or a name, or
/// nothing, above a date.
fn is_header(fields: &[String], below: Option<&[String]>) -> bool {
    let kinds: Vec<_> = fields.iter().map(|field| Kind::of(field)).collect();
    let has_name = kinds.contains(&Kind::Word);
    if has_name && !kinds.iter().any(|kind| kind.is_data()) {
        // Words in both lines, and the same kinds of fields otherwise: two rows.
        let same = |below: &[String]| {
            kinds.len() > 1
                && below
                    .iter()
                    .map(|field| Kind::of(field))
                    .eq(kinds.iter().copied())
        };
        return !below.is_some_and(|below| same(below) && kinds.contains(&Kind::Missing));
    }
    let no_data = |p: usize| kinds.get(p).is_some_and(|kind| !kind.is_data());
    let is_time_name = |field: &String| {
        TIME_NAMES
            .iter()
            .any(|name| field.trim().eq_ignore_ascii_case(name))
    };
    let above_time = |(p, field): (usize, &String)| {
        let kind = Kind::of(field);
        no_data(p) && (kind == Kind::Date || kind == Kind::Number && is_time_name(&fields[p]))
    };
    fields.len() > 1 && below.is_some_and(|below| below.iter().enumerate().any(above_time))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(column: Option<&str>, time: Option<&str>) -> Request {
        Request {
            columns: column.map(str::to_owned).into_iter().collect(),
            time: time.map(str::to_owned),
            ..Request::default()
        }
    }

    fn decide(text: &str, request: &Request) -> Result<(Layout, bool)> {
        let mut lines = text.lines();
        let beginning = Beginning {
            format: if text.starts_with('{') {
                Format::Json
            } else {
                Format::Table
            },
            first: lines.next().unwrap().to_owned(),
            second: lines.next().map(str::to_owned),
        };
        Layout::decide(&beginning, request)
    }

    fn layout(text: &str, column: Option<&str>, time: Option<&str>) -> Result<(Layout, bool)> {
        decide(text, &request(column, time))
    }

    fn positions(layout: &Layout) -> (usize, Option<usize>) {
        (
            layout.value.position,
            layout.time.as_ref().map(|t| t.position),
        )
    }

    #[test]
    fn a_time_column_is_recognised_by_its_name() {
        let (got, header) = layout("Year,volume\n1871,5", None, None).unwrap();
        assert!(header);
        assert_eq!(positions(&got), (1, Some(0)));
        let (got, _) = layout("time,a,b", Some("b"), None).unwrap();
        assert_eq!(positions(&got), (2, Some(0)));
        let (got, _) = layout("time,a", Some("time"), None).unwrap();
        assert_eq!(positions(&got), (0, None));
    }

    #[test]
    fn a_time_column_is_recognised_by_its_content() {
        for text in [
            "2024-01-31\t5",
            "created_at,v\n2024-03-01 00:00:00+00,5",
            "Datum;Umsatz\n01.03.2024 00:00;98,72",
            "Quartal,x\n2024-Q1,5",
            "when,x\n1709251200,5",
            "1709251200000,5",
        ] {
            assert_eq!(
                positions(&layout(text, None, None).unwrap().0),
                (1, Some(0)),
                "{text}"
            );
        }
        let (got, _) = layout("v,at\n5,2024-03-01", None, None).unwrap();
        assert_eq!(positions(&got), (0, Some(1)));
        // But not if it is asked for as something else.
        let (got, _) = layout("when,x\n1709251200,5", Some("when"), None).unwrap();
        assert_eq!(positions(&got), (0, None));
    }

    #[test]
    fn date_and_time_of_day_may_be_two_columns() {
        let (got, _) = layout("Date,Time,x\n2024-03-01,00:05,5", None, None).unwrap();
        assert_eq!(positions(&got), (2, Some(0)));
        assert_eq!(got.clock.unwrap().position, 1);
        let (got, _) = layout("a,b,x\n2024-03-01,00:05,5", None, Some("a,b")).unwrap();
        assert_eq!(got.clock.unwrap().position, 1);
    }

    #[test]
    fn columns_are_found_by_name_then_by_position() {
        let (got, _) = layout("b;2;a", Some("2"), None).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(positions(&got), (1, None));
        let (got, _) = layout("b;a;c", Some("c"), Some("1")).unwrap();
        assert_eq!(positions(&got), (2, Some(0)));
        let (got, _) = layout("{\"a\": {\"b\": 5}, \"c\": 1}", Some(".a.b"), None).unwrap();
        assert_eq!(got.value.name.as_deref(), Some("a.b"));
    }

    #[test]
    fn several_columns_are_found() {
        let (got, _) = layout("t,a,b,\"c,d\"", Some("a,3"), None).unwrap();
        let got: Vec<_> = got.values().map(|column| column.position).collect();
        assert_eq!(got, [1, 2]);
        let (got, _) = layout("t,a,b,\"c,d\"", Some("c,d"), None).unwrap();
        assert_eq!(got.value.position, 3);
    }

    #[test]
    fn words_are_no_values() {
        let (got, _) = layout("time,host,v\n2024-03-01,web0,5", None, None).unwrap();
        assert_eq!(positions(&got), (2, Some(0)));
        assert_eq!(got.constant.len(), 1);
        let (got, _) = layout(",date,v\n0,2024-03-01,5", None, None).unwrap();
        assert_eq!(positions(&got), (2, Some(1)));
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
            message("98,72", None, None),
            "which column? --column takes a number from 1 to 2; --decimal , reads \"98,72\" as one number"
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
    fn headers_may_hold_numbers_above_dates() {
        let header = |text| layout(text, None, None).unwrap().1;
        assert!(header(",0\n2024-03-01,5"));
        assert!(header("date,2019\n2024-03-01,5"));
        assert!(header("year,2019\n1871,5"));
        assert!(header(
            "\"Date Time\", \"5xx, total\"\n2024-03-01 00:00:00, 3"
        ));
        assert!(!header("2024-03-01,5\n2024-03-02,6"));
    }

    #[test]
    fn a_mistyped_number_is_no_header() {
        assert!(!layout("1O", None, None).unwrap().1);
        assert!(!layout("NA", None, None).unwrap().1);
        assert!(layout("volume", None, None).unwrap().1);
    }
}
