//! The times of a whole series: whether they are in order, and what is said of it.

use anyhow::{Result, bail};

use super::Series;
use crate::foreign::quoted;
use crate::time::{Clock, Epoch, Position};

/// What to do where times are not in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Put the rows in the order of their times
    Yes,
    /// Take the rows as they are
    No,
}

impl Series {
    /// Reads the times, and puts the rows in their order if that is asked for.
    ///
    /// # Errors
    /// The times are not in order, and nothing was said of that; or they cannot be put in
    /// order.
    pub(crate) fn order(&mut self, sort: Option<Sort>, day_first: bool) -> Result<()> {
        let Some(times) = &self.times else {
            return Ok(());
        };
        let mut clock = Clock::of_all(day_first, times.iter().map(String::as_str));
        let read: Vec<_> = times.iter().map(|time| clock.read(time)).collect();
        if let Some(time) = clock.doubtful() {
            self.remarks.push(format!(
                "dates such as {} are read with the month first; --day-first puts the day first",
                quoted(time)
            ));
        }
        let unread = read.iter().position(Option::is_none);
        let readable = read.iter().flatten().count();
        if let Some(at) = unread {
            let what = quoted(&times[at]);
            if sort == Some(Sort::Yes) {
                bail!(
                    "{}, line {}: {what} is no time to sort by",
                    self.name,
                    self.lines[at]
                );
            }
            // Names of rows are no times; one that cannot be read among those that can is odd.
            if readable > read.len() / 2 {
                self.remarks
                    .push(format!("line {}: {what} is no time", self.lines[at]));
            }
            return Ok(());
        }
        let mut positions: Vec<Position> = read.into_iter().flatten().collect();
        if let Some(at) = backwards(&positions) {
            match sort {
                Some(Sort::Yes) => positions = self.sort(&positions)?,
                Some(Sort::No) => {}
                None => self.object(&positions, at)?,
            }
        }
        self.note_duplicates(&positions);
        self.positions = Some(positions);
        Ok(())
    }

    /// Says that times are not in order: an error, if they are known to be times.
    fn object(&mut self, positions: &[Position], at: usize) -> Result<()> {
        let times = self.times.as_deref().unwrap_or_default();
        let newest_first = positions.windows(2).all(|pair| pair[1] <= pair[0]);
        let what = if newest_first {
            "the newest comes first".to_owned()
        } else {
            format!(
                "{} comes after {}",
                quoted(&times[at]),
                quoted(&times[at - 1])
            )
        };
        let line = self.lines[at];
        let sure = match positions[0] {
            Position::Date(_) => true,
            Position::Number(number) => newest_first || Epoch::of(number).is_some(),
        };
        if sure {
            bail!(
                "{}, line {line}: the times are not in order, {what}; --sort puts the rows in order, \
                 --no-sort takes them as they are",
                self.name
            );
        }
        self.remarks.push(format!(
            "line {line}: the times are not in order, {what}; the rows are taken as they are, and \
             --sort puts them in order"
        ));
        Ok(())
    }

    fn sort(&mut self, positions: &[Position]) -> Result<Vec<Position>> {
        let kind = std::mem::discriminant(&positions[0]);
        if let Some(at) = positions
            .iter()
            .position(|p| std::mem::discriminant(p) != kind)
        {
            let time = self.time(at).unwrap_or_default();
            bail!(
                "{}, line {}: the time {} is of another kind than those before",
                self.name,
                self.lines[at],
                quoted(time)
            );
        }
        let mut order: Vec<usize> = (0..positions.len()).collect();
        order.sort_by(|&a, &b| {
            let compared = positions[a].partial_cmp(&positions[b]);
            compared.unwrap_or(std::cmp::Ordering::Equal)
        });
        let width = self.layout.features.len();
        let features = std::mem::take(&mut self.features);
        self.features = order
            .iter()
            .flat_map(|&at| features[at * width..(at + 1) * width].iter().copied())
            .collect();
        for numbers in &mut self.numbers {
            *numbers = order.iter().map(|&at| numbers[at]).collect();
        }
        self.lines = order.iter().map(|&at| self.lines[at]).collect();
        if let Some(times) = &mut self.times {
            *times = order
                .iter()
                .map(|&at| std::mem::take(&mut times[at]))
                .collect();
        }
        Ok(order.into_iter().map(|at| positions[at]).collect())
    }

    fn note_duplicates(&mut self, positions: &[Position]) {
        let is_same = |at: &usize| positions[*at] == positions[*at - 1];
        let mut same = (1..positions.len()).filter(is_same);
        let Some(first) = same.next() else {
            return;
        };
        let what = quoted(self.time(first).unwrap_or_default());
        let line = self.lines[first];
        self.remarks.push(match same.count() {
            0 => format!(
                "line {line}: the time {what} is that of the row before; each row is an observation \
                 of its own"
            ),
            others => format!(
                "{} rows have the time of the row before, the first is {what} in line {line}; each \
                 row is an observation of its own, and --by COLUMN takes several series apart",
                others + 1
            ),
        });
    }
}

/// The first time that is before that of the row before.
fn backwards(positions: &[Position]) -> Option<usize> {
    (1..positions.len()).find(|&at| positions[at] < positions[at - 1])
}
