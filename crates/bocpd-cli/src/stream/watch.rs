//! The times of a stream, looked at as they come: what is odd about them is said once.

use crate::foreign::quoted;
use crate::input::Sort;
use crate::time::{Clock, Position};

/// What has been seen of the times.
pub(super) struct Watch {
    clock: Clock,
    last: Option<Position>,
    /// Whether the order does not matter to who asked.
    unordered: bool,
    backwards: u64,
    same: u64,
    said_doubtful: bool,
}

impl Watch {
    pub(super) fn new(sort: Option<Sort>, day_first: bool) -> Self {
        Self {
            clock: Clock::new(day_first),
            last: None,
            unordered: sort == Some(Sort::No),
            backwards: 0,
            same: 0,
            said_doubtful: false,
        }
    }

    /// What a time is, and what is to be said of it.
    pub(super) fn see(&mut self, time: &str, line: u64) -> (Option<Position>, Option<String>) {
        let now = self.clock.read(time);
        let elapsed = now.zip(self.last).and_then(|(now, last)| now.since(last));
        self.last = now.or(self.last);
        let what = || quoted(time);
        let remark = match elapsed {
            Some(elapsed) if elapsed < 0.0 && !self.unordered => {
                self.backwards += 1;
                (self.backwards == 1).then(|| {
                    format!(
                        "line {line}: the time {} is before that of the row before; a stream takes \
                         rows as they come",
                        what()
                    )
                })
            }
            Some(0.0) => {
                self.same += 1;
                (self.same == 1).then(|| {
                    format!(
                        "line {line}: the time {} is that of the row before; each row is an \
                         observation of its own",
                        what()
                    )
                })
            }
            _ => None,
        };
        let doubtful = self.clock.doubtful().is_some() && !self.said_doubtful;
        let remark = remark.or_else(|| {
            self.said_doubtful |= doubtful;
            doubtful.then(|| {
                format!(
                    "dates such as {} are read with the month first; --day-first puts the day first",
                    what()
                )
            })
        });
        (now, remark)
    }

    /// What a time of an earlier run is; nothing is said of it.
    pub(super) fn resume(&mut self, time: Option<&str>) {
        self.last = time.and_then(|time| self.clock.read(time));
    }

    /// How often what was said happened, where it was more than once.
    pub(super) fn sum(&self) -> Vec<String> {
        let mut all = Vec::new();
        if self.backwards > 1 {
            all.push(format!(
                "{} times were before that of the row before",
                self.backwards
            ));
        }
        if self.same > 1 {
            all.push(format!(
                "{} times were that of the row before; --by COLUMN takes several series apart",
                self.same
            ));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_odd_is_said_once_and_counted() {
        let mut watch = Watch::new(None, false);
        let times = ["5", "4", "4", "3", "6", "6", "x"];
        let said: Vec<_> = (1..)
            .zip(times)
            .filter_map(|(line, time)| watch.see(time, line).1)
            .collect();
        assert_eq!(said.len(), 2);
        assert!(said[0].starts_with("line 2: the time \"4\" is before"));
        assert!(said[1].starts_with("line 3: the time \"4\" is that"));
        assert_eq!(watch.sum().len(), 2);
        let mut watch = Watch::new(Some(Sort::No), false);
        assert!(times[..2].iter().all(|time| watch.see(time, 1).1.is_none()));
    }
}
