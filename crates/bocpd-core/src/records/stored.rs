//! Records in a snapshot.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{BackwardKernel, Origin, Records};
use crate::distribution::{Forms, Level};
use crate::history::History;

/// None, or records; up to format 2, which held moments alone of the levels before
/// segments, and since.
#[derive(Deserialize)]
enum Read {
    Nothing,
    Moments(Moments),
    Whole(Box<Records>),
}

#[derive(Serialize)]
enum Written<'a> {
    Nothing,
    #[expect(dead_code, reason = "keeps its number")]
    Moments,
    Whole(&'a Records),
}

#[derive(Deserialize)]
struct Moments {
    history: History,
    kernels: VecDeque<BackwardKernel>,
    origins: Option<Vec<(u64, Level)>>,
}

impl From<Moments> for Records {
    fn from(moments: Moments) -> Self {
        let origin = |(start, level): (u64, Level)| {
            let mut before = Forms::new();
            before.add_normal(1.0, level.mean, level.spread);
            Origin {
                start,
                level,
                before,
            }
        };
        let Moments {
            history,
            kernels,
            origins,
        } = moments;
        Self {
            history,
            kernels,
            origins: origins.map(|origins| origins.into_iter().map(origin).collect()),
            pending: None,
            block: None,
        }
    }
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
pub(crate) fn serialize<S: Serializer>(
    records: &Option<Box<Records>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let records = records.as_deref();
    records
        .map_or(Written::Nothing, Written::Whole)
        .serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<Records>>, D::Error> {
    Ok(match Read::deserialize(deserializer)? {
        Read::Nothing => None,
        Read::Moments(moments) => Some(Box::new(moments.into())),
        Read::Whole(records) => Some(records),
    })
}
