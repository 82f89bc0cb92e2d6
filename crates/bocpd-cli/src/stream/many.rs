//! Several streams in one input: a detector each, and lines that say whose they are.

use std::collections::HashMap;

use anyhow::Result;

use super::engine::{Engine, Observation, Options};
use super::fill::{BATCH_BYTES, BATCH_ROWS, is_of_a_row};
use super::sink::Sink;
use crate::exit::{DONE, FAILED};
use crate::feed::Feed;
use crate::input::{Layout, Rows, label, say_failed};
use crate::messages::{say, say_remarks};
use crate::progress;
use crate::settings::Settings;

/// The streams that have begun.
pub(super) struct Lanes<'a> {
    settings: &'a Settings,
    options: Options,
    /// What a stream begins with.
    feed: Feed,
    /// Of the streams that a row belongs to.
    layouts: Vec<Layout>,
    all: Vec<Lane<'a>>,
    /// Where the streams of a key begin.
    groups: HashMap<String, usize>,
}

struct Lane<'a> {
    engine: Engine<'a>,
    failed: bool,
}

impl<'a> Lanes<'a> {
    pub(super) fn new(settings: &'a Settings, options: Options, feed: Feed, rows: &Rows) -> Self {
        Self {
            settings,
            options,
            feed,
            layouts: rows.layout().series(),
            all: Vec::new(),
            groups: HashMap::new(),
        }
    }

    /// Follows all of them to the end of the input. An error of one ends that one alone.
    ///
    /// # Errors
    /// The input cannot be read, or the output not be written.
    pub(super) fn run(mut self, mut rows: Rows, length: Option<u64>, head: Vec<u8>) -> Result<u8> {
        let mut sink = Sink::open()?;
        let bar = progress::over_bytes(length);
        let mut lines = head;
        loop {
            let more = self.fill(&mut rows, &mut lines);
            say_remarks(rows.take_remarks(), self.options.quiet);
            if matches!(more, Ok(false)) {
                for lane in self.all.iter_mut().filter(|lane| !lane.failed) {
                    let ended = lane.engine.end(false, &mut lines);
                    lane.settle(ended);
                }
            }
            sink.write(&lines)?;
            lines.clear();
            bar.set_position(rows.bytes());
            if !more? {
                break;
            }
        }
        bar.finish_and_clear();
        let failed = self.all.iter().any(|lane| lane.failed);
        Ok(if failed { FAILED } else { DONE })
    }

    fn fill(&mut self, rows: &mut Rows, lines: &mut Vec<u8>) -> Result<bool> {
        for _ in 0..BATCH_ROWS {
            match rows.advance() {
                Ok(true) => self.take(rows, lines)?,
                Ok(false) => return Ok(false),
                Err(error) if self.options.forgiving && is_of_a_row(&error) => {
                    say(&format!("{error:#}: the row is left out"));
                }
                Err(error) => return Err(error),
            }
            if !rows.is_ready() || lines.len() >= BATCH_BYTES {
                break;
            }
        }
        Ok(true)
    }

    /// Takes in the record that the rows are at.
    fn take(&mut self, rows: &mut Rows, lines: &mut Vec<u8>) -> Result<()> {
        let key = rows.key()?;
        let first = match self.groups.get(&key) {
            Some(&first) => first,
            None => self.begin(key, rows.name())?,
        };
        let time = rows.time()?.map(std::borrow::Cow::into_owned);
        for column in 0..self.layouts.len() {
            let lane = &mut self.all[first + column];
            if lane.failed {
                continue;
            }
            let mut observation = Observation {
                line: rows.line(),
                time: time.clone(),
                value: None,
                further: Vec::new(),
                features: Vec::new(),
            };
            let read = rows.value(column).and_then(|value| {
                observation.further = rows.further()?;
                observation.value = value;
                if value.is_some() {
                    observation.features = rows.features()?;
                }
                Ok(())
            });
            let taken = match read {
                Err(error) if self.options.forgiving => {
                    lane.engine.pass(observation, &error, lines)
                }
                Err(error) => Err(error),
                Ok(()) => lane.engine.take(observation, lines),
            };
            lane.settle(taken);
        }
        Ok(())
    }

    /// Begins the streams of a key.
    fn begin(&mut self, key: String, name: &str) -> Result<usize> {
        let first = self.all.len();
        for layout in &self.layouts {
            let label = label(&key, layout, self.layouts.len());
            let mut engine = Engine::new(
                self.options,
                self.settings,
                name,
                self.feed.clone(),
                Some(label),
                layout.numbers(),
            );
            engine.begin()?;
            self.all.push(Lane {
                engine,
                failed: false,
            });
        }
        self.groups.insert(key, first);
        Ok(first)
    }
}

impl Lane<'_> {
    /// A stream that failed takes nothing in any more.
    fn settle(&mut self, done: Result<()>) {
        if let Err(error) = done {
            say_failed(self.engine.label(), &error);
            self.failed = true;
        }
    }
}
