//! One observation after the other.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::{Context, Result, bail};

use super::cell::{Cell, Reader};
use super::decoration::{holds_no_record, leaves_open};
use super::document;
use super::layout::{Beginning, Column, Layout, Request};
use super::lines::Lines;
use super::number::Decimal;
use super::source::Format;
use super::split::{Splitter, unquoted};
use super::{MissingPolicy, Source};
use crate::foreign::{quoted, said, shortened};

/// A field goes on over so many lines at most.
const LONGEST_FIELD: usize = 100;

/// What a last row is called that sums up those before it.
const TOTALS: [&str; 14] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "average",
    "mean",
    "gesamt",
    "gesamtergebnis",
    "summe",
    "insgesamt",
    "mittelwert",
    "somme",
    "suma",
];

/// One observation as it was read.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// The line it stands in, from 1.
    pub(crate) line: u64,
    /// The field of the time column, unchanged.
    pub(crate) time: Option<Cow<'a, str>>,
    /// The value; `None` if missing.
    pub(crate) value: Option<f64>,
    /// The numbers after it, where an observation has several; `None` if missing.
    pub(crate) further: Vec<Option<f64>>,
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
    fields: Fields,
    /// One for each column of values, and one for each of features.
    readers: Vec<Reader>,
    missing: MissingPolicy,
    /// What comments begin with.
    comment: String,
    /// A line that was read but not yet given out.
    holding: bool,
    /// How many lines the record has beside its first.
    joined: u64,
    /// Empty lines before it that are still to be given out.
    empty: u64,
    /// Whether the record is an empty line.
    blank: bool,
    /// The line that the record stands in.
    line: u64,
    /// What the columns that must not vary have had, in each series.
    constant: HashMap<String, Vec<String>>,
    remarks: Vec<String>,
}

/// The fields of a record.
enum Fields {
    /// The line is the field.
    One,
    Separated(Box<Splitter>),
    Object(serde_json::Value),
}

impl Rows {
    /// Opens a table: the first lines decide how it is read, or `known`, where an earlier
    /// input is continued. `None` if the input is empty.
    ///
    /// # Errors
    /// See [`Layout::decide`]; or the input cannot be read.
    pub(crate) fn open(
        source: Source,
        request: &Request,
        known: Option<&Layout>,
        missing: MissingPolicy,
    ) -> Result<Option<Self>> {
        let name = source.name;
        let request = &request.of(source.format);
        let mut lines = Lines::new(source.reader);
        let is_content = |line: &str| !holds_no_record(line, &request.comment);
        loop {
            if !lines.advance().with_context(|| name.clone())? {
                return Ok(None);
            }
            if is_content(&lines.current()) {
                break;
            }
        }
        let separators = match request.separator {
            Some(separator) => vec![separator],
            None => b",;\t|".to_vec(),
        };
        let joined = match source.format {
            Format::Json => 0,
            _ => join(&mut lines, &separators).with_context(|| name.clone())?,
        };
        let first = lines.current().into_owned();
        let (layout, header) = if let Some(layout) = known {
            (layout.clone(), layout.is_header(&first))
        } else {
            let mut second = None;
            // A number alone and an object say it all; what comes after them may be long in
            // coming.
            let is_enough = source.format == Format::Json || first.trim().parse::<f64>().is_ok();
            let mut distance = 1;
            while !is_enough && second.is_none() {
                let Some(line) = lines.look(distance).with_context(|| name.clone())? else {
                    break;
                };
                second = is_content(&line).then(|| line.into_owned());
                distance += 1;
            }
            let beginning = Beginning {
                format: source.format,
                first,
                second,
            };
            Layout::decide(&beginning, request).with_context(|| name.clone())?
        };
        let decimal = request.decimal.or(layout.decimal);
        let reader = Reader::new(decimal, layout.separator == Some(b';'), &request.na);
        Ok(Some(Self {
            readers: vec![reader; layout.values().count() + layout.features.len()],
            fields: match (layout.format, layout.separator) {
                (Format::Json, _) => Fields::Object(serde_json::Value::Null),
                (_, Some(separator)) => Fields::Separated(Box::new(Splitter::new(separator))),
                (_, None) => Fields::One,
            },
            constant: HashMap::new(),
            name,
            lines,
            layout,
            missing,
            comment: request.comment.clone(),
            holding: !header,
            joined,
            empty: 0,
            blank: false,
            line: 0,
            remarks: Vec::new(),
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

    /// What was assumed of what was read so far, and what is odd about it, without what was
    /// taken before.
    pub(crate) fn take_remarks(&mut self) -> (Vec<String>, Vec<String>) {
        let (mut assumed, mut remarks) = (Vec::new(), std::mem::take(&mut self.remarks));
        for reader in &mut self.readers {
            let all = [
                (&mut assumed, &mut reader.assumed),
                (&mut remarks, &mut reader.remarks),
            ];
            for (said, new) in all {
                for remark in new.drain(..) {
                    if !said.contains(&remark) {
                        said.push(remark);
                    }
                }
            }
        }
        (assumed, remarks)
    }

    /// The next observation of the only series; `None` at the end.
    ///
    /// # Errors
    /// A field is no number, or missing where that is not allowed; the message names file,
    /// line and text.
    pub(crate) fn next_row(&mut self) -> Result<Option<Row<'_>>> {
        if !self.advance()? {
            return Ok(None);
        }
        let value = self.value(0)?;
        let further = self.further()?;
        let features = match value {
            Some(_) => self.features()?,
            None => Vec::new(),
        };
        Ok(Some(Row {
            line: self.line,
            time: self.time()?,
            value,
            further,
            features,
        }))
    }

    /// Moves to the next record; `false` at the end.
    ///
    /// # Errors
    /// It cannot be read, or has more fields than there are columns.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        loop {
            if !self.holding && !self.next_line()? {
                return Ok(false);
            }
            self.blank = self.empty > 0;
            if self.blank {
                self.line = self.lines.number() - self.empty;
                self.empty -= 1;
                return Ok(true);
            }
            self.holding = false;
            self.line = self.lines.number() - self.joined;
            self.split()?;
            if !self.is_total() {
                self.check_constant()?;
                return Ok(true);
            }
        }
    }

    /// The line of the record.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The value of the record in a column of values.
    ///
    /// # Errors
    /// As [`Self::next_row`].
    pub(crate) fn value(&mut self, index: usize) -> Result<Option<f64>> {
        let column = match index {
            0 => &self.layout.value,
            other => &self.layout.others[other - 1],
        };
        if self.blank {
            self.check_missing(column, "the line is empty")?;
            return Ok(None);
        }
        let text = self.lines.current();
        let extra = self.layout.joined.then_some(self.layout.width).flatten();
        let Some(field) = self.fields.value(&text, column, extra) else {
            bail!(self.too_short(column));
        };
        match self.readers[index].read(&field, self.line) {
            Ok(Cell::Number(value)) => Ok(Some(value)),
            Ok(Cell::Missing) => {
                let what = quoted(&field);
                drop(field);
                drop(text);
                self.check_missing(column, &what)?;
                Ok(None)
            }
            Err(complaint) => bail!("{}{}{complaint}", self.place(), self.of_column(column)),
        }
    }

    /// The numbers of the record after the first, where an observation has several.
    ///
    /// # Errors
    /// As [`Self::next_row`].
    pub(crate) fn further(&mut self) -> Result<Vec<Option<f64>>> {
        (1..self.layout.dimension())
            .map(|index| self.value(index))
            .collect()
    }

    /// The time of the record, if there are times.
    ///
    /// # Errors
    /// The row is too short.
    pub(crate) fn time(&self) -> Result<Option<Cow<'_, str>>> {
        let Some(column) = self.layout.time.as_ref().filter(|_| !self.blank) else {
            return Ok(None);
        };
        let Some(time) = self.fields.field(column) else {
            bail!(self.too_short(column));
        };
        let Some(clock) = &self.layout.clock else {
            return Ok(Some(time));
        };
        let Some(of_day) = self.fields.field(clock) else {
            bail!(self.too_short(clock));
        };
        Ok(Some(format!("{} {}", time.trim(), of_day.trim()).into()))
    }

    /// Which series the record is of, where columns say so; nothing where none does.
    ///
    /// # Errors
    /// The row is too short.
    pub(crate) fn key(&self) -> Result<String> {
        let mut key = String::new();
        for column in &self.layout.keys {
            let Some(field) = self.fields.field(column) else {
                bail!(self.too_short(column));
            };
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(field.trim());
        }
        Ok(key)
    }

    /// The features of the record, whose value is there.
    ///
    /// # Errors
    /// As [`Self::next_row`]; or one is missing.
    pub(crate) fn features(&mut self) -> Result<Vec<f64>> {
        let values = self.layout.values().count();
        let mut features = Vec::new();
        for (i, column) in self.layout.features.iter().enumerate() {
            let Some(field) = self.fields.field(column) else {
                bail!(self.too_short(column));
            };
            let label = column.label();
            match self.readers[values + i].read(&field, self.line) {
                Ok(Cell::Number(value)) => features.push(value),
                Ok(Cell::Missing) => bail!(
                    "{}the {} in column {label} is missing ({}), and the value is there",
                    self.place(),
                    self.layout.beside.unwrap_or("feature"),
                    quoted(&field)
                ),
                Err(complaint) => bail!("{}in column {label}, {complaint}", self.place()),
            }
        }
        Ok(features)
    }

    /// Moves to the next line that holds a record, and counts the empty ones before it.
    fn next_line(&mut self) -> Result<bool> {
        while self.lines.advance().with_context(|| self.name.clone())? {
            let line = self.lines.current();
            if line.trim().is_empty() {
                if matches!(self.fields, Fields::One) {
                    self.empty += 1;
                }
            } else if !holds_no_record(&line, &self.comment) {
                drop(line);
                self.holding = true;
                self.joined = match (&self.fields, self.layout.separator) {
                    (Fields::Separated(_), Some(separator)) => {
                        join(&mut self.lines, &[separator]).with_context(|| self.name.clone())?
                    }
                    _ => 0,
                };
                return Ok(true);
            }
        }
        self.empty = 0;
        Ok(false)
    }

    fn split(&mut self) -> Result<()> {
        let text = self.lines.current();
        match &mut self.fields {
            Fields::One => Ok(()),
            Fields::Object(object) => {
                *object = serde_json::Value::Null;
                *object = match serde_json::from_str(&text) {
                    Ok(read) => read,
                    Err(error) => bail!(
                        "{}, line {}: no JSON object: {}",
                        self.name,
                        self.line,
                        said(&error)
                    ),
                };
                Ok(())
            }
            Fields::Separated(splitter) => {
                splitter.split(&text);
                match self.layout.width {
                    Some(width) if splitter.len() > width => self.check_width(width),
                    _ => Ok(()),
                }
            }
        }
    }

    /// No field is cut off: what is beyond the columns must be empty, or the decimals of the
    /// last of them.
    fn check_width(&self, width: usize) -> Result<()> {
        let Fields::Separated(splitter) = &self.fields else {
            return Ok(());
        };
        let fields = splitter.fields();
        if fields[width..].iter().all(|field| field.trim().is_empty()) {
            return Ok(());
        }
        let is_last = self.layout.value.position + 1 == width;
        if self.layout.joined && is_last && fields.len() == width + 1 {
            return Ok(());
        }
        let shown: Vec<_> = fields.iter().take(8).map(|field| quoted(field)).collect();
        let more = if fields.len() > 8 { ", …" } else { "" };
        let first = match self.layout.value.name {
            Some(_) => "the header",
            None => "the first row",
        };
        let commas = match self.layout.separator {
            Some(b',') => {
                "; numbers with a comma in them need quotes, or --decimal , if it stands before \
                 decimals of the last column"
            }
            _ => "; --separator names what stands between fields",
        };
        bail!(
            "{}{} fields ({}{more}), and {first} has {width}{commas}",
            self.place(),
            fields.len(),
            shown.join(", ")
        )
    }

    /// Whether the record is no observation but sums up those before it, which is said.
    fn is_total(&mut self) -> bool {
        let Some(column) = &self.layout.time else {
            return false;
        };
        let Some(time) = self.fields.field(column) else {
            return false;
        };
        let word = time.trim().trim_end_matches(':');
        if !word.starts_with(|c: char| c.is_ascii_alphabetic())
            || !TOTALS.iter().any(|total| word.eq_ignore_ascii_case(total))
        {
            return false;
        }
        let remark = format!(
            "line {}: {} stands for the time; the row is left out",
            self.line,
            quoted(&time)
        );
        self.remarks.push(remark);
        true
    }

    /// Columns of words that vary are of several series.
    fn check_constant(&mut self) -> Result<()> {
        if self.layout.constant.is_empty() {
            return Ok(());
        }
        let columns = self.layout.constant.iter();
        let fields = columns.map(|column| self.fields.field(column).unwrap_or_default());
        let key = self.key()?;
        let Some(before) = self.constant.get(&key) else {
            let fields = fields.map(Cow::into_owned).collect();
            self.constant.insert(key, fields);
            return Ok(());
        };
        let mut both = self.layout.constant.iter().zip(fields.zip(before));
        let Some((column, (field, before))) = both.find(|(_, (field, before))| field != *before)
        else {
            return Ok(());
        };
        let keys = self.layout.keys.iter().chain([column]).map(Column::series);
        bail!(
            "{}{} in column {}, and {} before: --by {} takes each as a series of its own, --column {} \
             takes all as one",
            self.place(),
            quoted(&field),
            column.label(),
            quoted(before),
            shortened(&keys.collect::<Vec<_>>().join(",")),
            shortened(&self.layout.value.series())
        )
    }

    fn check_missing(&self, column: &Column, what: &str) -> Result<()> {
        let place = self.place();
        match self.missing {
            MissingPolicy::Skip => Ok(()),
            MissingPolicy::Error if self.layout.together => bail!(
                "{place}the value in column {} is missing ({what}); --missing skip takes the row \
                 without it",
                column.label()
            ),
            MissingPolicy::Error => bail!(
                "{place}the value is missing ({what}); --missing skip lets time pass without it"
            ),
        }
    }

    /// File and line, as messages begin.
    fn place(&self) -> String {
        format!("{}, line {}: ", self.name, self.line)
    }

    /// The column, where there is more than one.
    fn of_column(&self, column: &Column) -> String {
        match self.fields {
            Fields::One => String::new(),
            _ => format!("in column {}, ", column.label()),
        }
    }

    fn too_short(&self, column: &Column) -> String {
        let text = self.lines.current();
        format!(
            "{}{} has no column {}",
            self.place(),
            quoted(&text),
            column.label()
        )
    }
}

impl Fields {
    fn field(&self, column: &Column) -> Option<Cow<'_, str>> {
        match self {
            Self::One => None,
            Self::Separated(splitter) => splitter.field(column.position),
            Self::Object(object) => {
                let path = column.name.as_deref().unwrap_or_default();
                Some(document::at(object, path).into())
            }
        }
    }

    /// The field of a value: the line where it is one field, and two fields that a decimal
    /// comma has parted where a row has one more than there are columns.
    fn value<'a>(
        &'a self,
        line: &'a str,
        column: &Column,
        joined: Option<usize>,
    ) -> Option<Cow<'a, str>> {
        match (self, joined) {
            (Self::One, _) => Some(unquoted(line).into()),
            (Self::Separated(splitter), Some(width))
                if splitter.len() == width + 1 && column.position + 1 == width =>
            {
                let (whole, fraction) = (splitter.field(width - 1)?, splitter.field(width)?);
                Some(format!("{whole}{}{fraction}", Decimal::Comma.mark()).into())
            }
            _ => self.field(column),
        }
    }
}

/// A field in quotes may go on in the next lines; a quote that is never closed is a character
/// like others. Tells how many lines were added.
fn join(lines: &mut Lines, separators: &[u8]) -> std::io::Result<u64> {
    let line = lines.current();
    if !line.contains('"') || !leaves_open(&line, separators, false) {
        return Ok(0);
    }
    for distance in 1..=LONGEST_FIELD {
        let Some(line) = lines.look(distance)? else {
            break;
        };
        if !leaves_open(&line, separators, true) {
            lines.join(distance);
            return Ok(distance as u64);
        }
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &'static str, missing: MissingPolicy) -> Rows {
        let source = Source::of_bytes(text.into()).unwrap();
        let request = Request {
            comment: "#".to_owned(),
            ..Request::default()
        };
        let mut rows = Rows::open(source, &request, None, missing)
            .unwrap()
            .unwrap();
        rows.name = "x.csv".to_owned();
        rows
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
        let got = read("x\n1\n 2 \n\"3\"", MissingPolicy::Error).unwrap();
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
    fn comments_are_nothing_anywhere() {
        let got = read("# a\n#b\nx\n1\n # c\n2\n", MissingPolicy::Error).unwrap();
        assert_eq!(got, [(4, Some(1.0)), (6, Some(2.0))]);
    }

    #[test]
    fn a_field_in_quotes_may_have_several_lines() {
        let text = "\"a\nnote\",x\n\"one\ntwo, three\",1\n\"\",2\n5\",3\n";
        let request = Request {
            columns: vec!["x".to_owned()],
            ..Request::default()
        };
        let source = Source::of_bytes(text.into()).unwrap();
        let rows = Rows::open(source, &request, None, MissingPolicy::Error);
        let mut rows = rows.unwrap().unwrap();
        let mut all = Vec::new();
        while rows.advance().unwrap() {
            all.push((rows.line(), rows.value(0).unwrap()));
        }
        assert_eq!(all, [(3, Some(1.0)), (5, Some(2.0)), (6, Some(3.0))]);
    }

    #[test]
    fn what_is_drawn_around_a_table_is_nothing() {
        let psql = " t |  x  \n---+-----\n 1 | 5.5\n 2 |   6\n(2 rows)\n\n";
        let mysql =
            "+---+-----+\n| t | x   |\n+---+-----+\n| 1 | 5.5 |\n| 2 |   6 |\n+---+-----+\n";
        for (text, first) in [(psql, 3), (mysql, 4)] {
            let got = read(text, MissingPolicy::Error).unwrap();
            assert_eq!(got, [(first, Some(5.5)), (first + 1, Some(6.0))], "{text}");
        }
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
    fn a_row_that_sums_up_is_left_out_and_said() {
        let mut rows = open("date,x\n2024-01-01,1\nTotal,1\n", MissingPolicy::Error);
        assert!(rows.next_row().unwrap().is_some());
        assert!(rows.next_row().unwrap().is_none());
        let said = "line 3: \"Total\" stands for the time; the row is left out";
        assert_eq!(rows.take_remarks().1, [said]);
    }

    #[test]
    fn objects_in_lines_are_rows() {
        let text = "{\"t\": \"2024-01-01\", \"v\": 1}\n{\"v\": \"2.5\"}\n{\"v\": null}\n";
        let got = read(text, MissingPolicy::Skip).unwrap();
        assert_eq!(got, [(1, Some(1.0)), (2, Some(2.5)), (3, None)]);
        let error = read("{\"v\": 1}\n{\"v\"\n", MissingPolicy::Skip).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("x.csv, line 2: no JSON object")
        );
    }

    #[test]
    fn errors_name_file_line_and_text() {
        let message = |text| read(text, MissingPolicy::Error).unwrap_err().to_string();
        assert_eq!(
            message("1\nabc, or not at all\n"),
            "x.csv, line 2: \"abc, or not at all\" is not a number"
        );
        assert_eq!(
            message("t,x\n1,1\n\n2,1.2.3\n"),
            "x.csv, line 4: in column \"x\", \"1.2.3\" is not a number; if it stands for a missing \
             value, --na 1.2.3 says so"
        );
        assert_eq!(
            message("t,x\n1,1\n2\n"),
            "x.csv, line 3: \"2\" has no column \"x\""
        );
        assert_eq!(
            message("t,x\n1,1\n2,1,200\n"),
            "x.csv, line 3: 3 fields (\"2\", \"1\", \"200\"), and the header has 2; numbers with a \
             comma in them need quotes, or --decimal , if it stands before decimals of the last \
             column"
        );
    }
}
