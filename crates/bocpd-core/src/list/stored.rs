//! Configurations in snapshots and other binary forms: a code, then the parameters.
//!
//! An enum's own form has the position of the variant in place of the code, so that no entry
//! of a list could ever be moved or taken away.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// What is stored so.
pub(super) trait Stored<'de>: Sized {
    fn read<A: SeqAccess<'de>>(code: u32, fields: Fields<A>) -> Result<Self, A::Error>;
}

pub(super) fn write<T: Serialize, S: Serializer>(
    code: u32,
    fields: T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    (code, fields).serialize(serializer)
}

pub(super) fn read<'de, T: Stored<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_tuple(2, Pair(PhantomData))
}

pub(super) fn unknown<E: Error>(code: u32) -> E {
    E::custom(format_args!(
        "there is nothing of code {code} in this version"
    ))
}

struct Pair<T>(PhantomData<T>);

impl<'de, T: Stored<'de>> Visitor<'de> for Pair<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code and parameters")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        let code = seq.next_element()?;
        let code = code.ok_or_else(|| Error::invalid_length(0, &self))?;
        T::read(code, Fields(seq))
    }
}

/// The parameters, whose types the code tells.
pub(super) struct Fields<A>(A);

impl<'de, A: SeqAccess<'de>> Fields<A> {
    pub(super) fn read<T: Deserialize<'de>>(mut self) -> Result<T, A::Error> {
        let fields = self.0.next_element()?;
        fields.ok_or_else(|| Error::invalid_length(1, &"a code and parameters"))
    }
}
