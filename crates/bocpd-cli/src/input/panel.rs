//! All series of one input: those of several columns, of a column that says which series a row
//! is of, or of both.

use std::collections::{HashMap, HashSet, VecDeque};

use anyhow::{Error, Result, ensure};

use super::{Layout, Rows, Series};
use crate::exit::message;
use crate::foreign::quoted;

/// One series of an input, and what it is called where there may be several.
pub(crate) struct Member {
    pub(crate) label: Option<String>,
    /// The series, or why it cannot be read.
    pub(crate) series: Result<Series>,
}

/// All series of an input, given out one at a time.
///
/// Series of which the rows stand together are read one after the other; else all are read
/// before the first is given out.
pub(crate) struct Panel {
    waiting: VecDeque<Member>,
    grouped: Option<Grouped>,
    many: bool,
}

impl Panel {
    /// Whether there may be several series.
    pub(crate) fn is_many(&self) -> bool {
        self.many
    }

    /// How many series were read and not yet given out.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Of an input in which there is nothing: one series without observations.
    pub(crate) fn empty(name: String) -> Self {
        Self::of_one(Series::empty(name))
    }

    fn of_one(series: Series) -> Self {
        let member = Member {
            label: None,
            series: Ok(series),
        };
        Self {
            waiting: [member].into(),
            grouped: None,
            many: false,
        }
    }

    /// Series of which the rows stand together, if there are several.
    ///
    /// # Errors
    /// The only series cannot be read.
    pub(crate) fn read_grouped(rows: Rows) -> Result<Self> {
        if !rows.layout().is_many() {
            return Self::read(rows);
        }
        Ok(Self {
            waiting: VecDeque::new(),
            grouped: Some(Grouped {
                layouts: rows.layout().series(),
                rows,
                open: None,
                seen: HashSet::new(),
            }),
            many: true,
        })
    }

    /// Reads to the end. A field that cannot be read is an error of its series alone, where
    /// there may be several.
    ///
    /// # Errors
    /// The input cannot be read, or not as the table that it was taken for; the only series
    /// cannot be read.
    pub(crate) fn read(mut rows: Rows) -> Result<Self> {
        if !rows.layout().is_many() {
            return Ok(Self::of_one(Series::read(rows)?));
        }
        let layouts = rows.layout().series();
        let mut all: Vec<Group> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        while rows.advance()? {
            let key = rows.key()?;
            let at = known.get(key.as_str()).copied();
            let at = at.unwrap_or_else(|| {
                all.push(Group::new(&key, &layouts, &rows));
                known.insert(key, all.len() - 1);
                all.len() - 1
            });
            all[at].take(&mut rows);
        }
        let mut waiting: VecDeque<_> = all.into_iter().flat_map(|group| group.members).collect();
        say_once(&mut waiting, &mut rows);
        Ok(Self {
            waiting,
            grouped: None,
            many: true,
        })
    }
}

impl Iterator for Panel {
    type Item = Result<Member>;

    fn next(&mut self) -> Option<Result<Member>> {
        if let Some(grouped) = &mut self.grouped
            && self.waiting.is_empty()
        {
            match grouped.next() {
                Ok(members) => self.waiting = members,
                Err(error) => {
                    self.grouped = None;
                    return Some(Err(error));
                }
            }
        }
        self.waiting.pop_front().map(Ok)
    }
}

/// The series of one key, one for each column, or one of all columns.
struct Group {
    members: Vec<Member>,
}

impl Group {
    fn new(key: &str, layouts: &[Layout], rows: &Rows) -> Self {
        let member = |layout: &Layout| Member {
            label: Some(label(key, layout, layouts.len())),
            series: Ok(Series::of(rows, layout.clone())),
        };
        Self {
            members: layouts.iter().map(member).collect(),
        }
    }

    /// Takes the record that the rows are at. One that cannot be read ends its series.
    fn take(&mut self, rows: &mut Rows) {
        for (column, member) in self.members.iter_mut().enumerate() {
            if let Ok(series) = &mut member.series
                && let Err(error) = series.take(rows, column)
            {
                member.series = Err(error);
            }
        }
    }
}

/// Series that are read one after the other.
struct Grouped {
    rows: Rows,
    layouts: Vec<Layout>,
    /// The series that the record belongs to which the rows are at.
    open: Option<(String, Group)>,
    /// The keys that have been, which do not come again.
    seen: HashSet<String>,
}

impl Grouped {
    /// The series of the next key; none at the end.
    fn next(&mut self) -> Result<VecDeque<Member>> {
        while self.rows.advance()? {
            let key = self.rows.key()?;
            if let Some((open, group)) = &mut self.open
                && *open == key
            {
                group.take(&mut self.rows);
                continue;
            }
            ensure!(
                self.seen.insert(key.clone()),
                "{}, line {}: series {} again, after others; without --grouped its rows may stand \
                 anywhere",
                self.rows.name(),
                self.rows.line(),
                quoted(&key)
            );
            let mut group = Group::new(&key, &self.layouts, &self.rows);
            group.take(&mut self.rows);
            if let Some((_, done)) = self.open.replace((key, group)) {
                return Ok(self.finished(done));
            }
        }
        let last = self.open.take();
        Ok(last.map_or_else(VecDeque::new, |(_, done)| self.finished(done)))
    }

    fn finished(&mut self, group: Group) -> VecDeque<Member> {
        let mut members = group.members.into();
        say_once(&mut members, &mut self.rows);
        members
    }
}

/// What was assumed of the whole input is said with one of its series.
fn say_once(members: &mut VecDeque<Member>, rows: &mut Rows) {
    let mut good = members
        .iter_mut()
        .filter_map(|member| member.series.as_mut().ok());
    if let Some(first) = good.next() {
        (first.assumed, first.remarks) = rows.take_remarks();
    }
}

/// What a series is called, of which a row has so many.
pub(crate) fn label(key: &str, layout: &Layout, series: usize) -> String {
    let columns = || layout.numbers().join(",");
    match (key, series) {
        ("", _) => columns(),
        (key, 1) => key.to_owned(),
        (key, _) => format!("{key} {}", columns()),
    }
}

/// How messages about one series among several begin.
pub(crate) fn about(label: Option<&str>) -> String {
    match label {
        Some(label) => format!("series {}: ", quoted(label)),
        None => String::new(),
    }
}

/// Says that one series of several cannot be used.
pub(crate) fn say_failed(label: Option<&str>, error: &Error) {
    crate::messages::say(&format!("error: {}{}", about(label), message(error)));
}
