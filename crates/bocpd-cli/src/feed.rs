//! One observation into a detector, with the time since the last where that matters.

use anyhow::{Error, Result, anyhow, bail, ensure};
use bocpd_core::config::HazardConfig;
use bocpd_core::error::{ObservationError, UpdateError};
use bocpd_core::observation::{Observation, SideInformation};
use bocpd_core::{AnyDetector, Step};

use crate::exit::usage;
use crate::foreign::quoted;
use crate::input::{Column, Layout, Moment};
use crate::output::readable;
use crate::time::{Clock, Position};

/// What counts as 1 in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Unit {
    /// In what the times count in, of dates in days.
    size: f64,
    dates: bool,
}

impl Unit {
    /// As it was said, if something was.
    ///
    /// # Errors
    /// Time cannot be counted in it.
    pub(crate) fn given(size: Option<f64>) -> Result<Option<Self>> {
        let Some(size) = size else {
            return Ok(None);
        };
        ensure!(
            size > 0.0,
            usage(format!("--time-unit must be greater than 0, got {size}"))
        );
        Ok(Some(Self { size, dates: false }))
    }

    /// What usually passes between these times, which are in order: their mean distance.
    /// `None` if nothing does.
    pub(crate) fn of(positions: &[Position]) -> Option<Self> {
        let (first, last) = (positions.first()?, positions.last()?);
        let steps = positions.len() - 1;
        let size = last.since(*first)? / steps as f64;
        let dates = matches!(first, Position::Date(_));
        (size > 0.0 && size.is_finite()).then_some(Self { size, dates })
    }

    /// For people.
    pub(crate) fn describe(self) -> String {
        let Self { size, dates } = self;
        let (number, name) = match size {
            _ if !dates => (size, ""),
            size if size >= 1.0 => (size, " d"),
            size if size >= 1.0 / 24.0 => (size * 24.0, " h"),
            size if size >= 1.0 / 1440.0 => (size * 1440.0, " min"),
            size => (size * 86_400.0, " s"),
        };
        format!(
            "time in steps of {}{name} (--time-unit {size})",
            readable(number)
        )
    }
}

/// Remembers the last time.
#[derive(Clone)]
pub(crate) struct Feed {
    /// What the numbers of an observation are called, where there are several.
    numbers: Vec<String>,
    irregular: bool,
    unit: Option<f64>,
    clock: Clock,
    last: Option<Position>,
}

impl Feed {
    /// `irregular` asks for elapsed times; a hazard that is a rate per unit of time does too,
    /// if there are times.
    ///
    /// # Errors
    /// There is no time column, but elapsed times are asked for.
    pub(crate) fn new(
        irregular: bool,
        day_first: bool,
        unit: Option<Unit>,
        layout: &Layout,
    ) -> Result<Self> {
        ensure!(
            !irregular || layout.time.is_some(),
            usage("--irregular needs a time column; --time names it")
        );
        let columns = layout.values().filter(|_| layout.dimension() > 1);
        Ok(Self {
            numbers: columns.map(Column::label).collect(),
            irregular,
            unit: unit.map(|unit| unit.size),
            clock: Clock::new(day_first),
            last: None,
        })
    }

    /// What counts as 1 in time, where it is not what the times count in.
    pub(crate) fn unit(&self) -> Option<f64> {
        self.unit
    }

    /// Counts time in another unit from now on.
    pub(crate) fn count_in(&mut self, unit: Unit) {
        self.unit = Some(unit.size);
    }

    /// Goes on after an observation made earlier.
    pub(crate) fn resume(&mut self, last_time: Option<&str>, unit: Option<f64>) {
        self.unit = unit.or(self.unit);
        self.last = last_time.and_then(|time| self.clock.read(time));
    }

    /// Goes on after the observation of a moment; before the first one, where there is none.
    pub(crate) fn go_on_after(&mut self, moment: Option<Moment>) {
        self.last = moment.and_then(|moment| {
            let read = || self.clock.read(moment.time);
            moment.position.or_else(read)
        });
    }

    /// Gives one observation to the detector: a row of numbers, with NaN for those that are
    /// missing. Where it refuses them and that is forgiven, time passes without the observation;
    /// the second part of the answer is why.
    ///
    /// # Errors
    /// The detector refuses it, or its time is no number or date, or not after the one before.
    pub(crate) fn give(
        &mut self,
        detector: &mut AnyDetector,
        row: &[f64],
        features: &[f64],
        time: Option<Moment>,
        forgiving: bool,
    ) -> Result<(Step, Option<Error>)> {
        let by_rate = matches!(detector.config().hazard, HazardConfig::Rate { .. });
        let elapsed = match time {
            Some(time) if self.irregular || by_rate => Some(self.elapsed(time)?),
            _ => None,
        };
        let pass = |detector: &mut AnyDetector| match elapsed {
            None => detector.skip(),
            Some(elapsed) => detector.skip_after(elapsed),
        };
        if row.iter().all(|number| number.is_nan()) {
            return Ok((pass(detector)?, None));
        }
        let side = SideInformation::of_features(features);
        match detector.update_with(Observation::with(row, &side), elapsed) {
            Err(error) if forgiving => Ok((pass(detector)?, Some(self.explain(error)))),
            Err(error) => Err(self.explain(error)),
            Ok(step) => Ok((step, None)),
        }
    }

    /// Why an observation was refused; of several numbers with the column of the one that it is
    /// about.
    fn explain(&self, error: UpdateError) -> Error {
        let UpdateError::Observation(ObservationError::Number {
            dimension,
            value,
            must,
        }) = error
        else {
            return error.into();
        };
        match self.numbers.get(dimension) {
            Some(column) => anyhow!("in column {column}, observation must {must}, got {value}"),
            None => error.into(),
        }
    }

    fn elapsed(&mut self, moment: Moment) -> Result<f64> {
        let time = quoted(moment.time);
        let now = moment.position.or_else(|| self.clock.read(moment.time));
        let Some(now) = now else {
            bail!("the time {time} is neither a number nor a date");
        };
        let elapsed = match self.last {
            None => 1.0, // before the first observation no time passes
            Some(last) => match now.since(last) {
                Some(elapsed) if elapsed > 0.0 => elapsed,
                Some(0.0) => bail!(
                    "the time {time} is that of the row before, and time must pass between \
                     observations where it counts"
                ),
                Some(_) => bail!("the time {time} is before that of the row before"),
                None => bail!("the time {time} is of another kind than the one before"),
            },
        };
        self.last = Some(now);
        Ok(elapsed / self.unit.unwrap_or(1.0))
    }
}
