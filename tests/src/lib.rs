//! The proof: what every front-end of bocpd is held to.
//!
//! * [`forge`]: snapshots with right checksums and a wrong content.
//! * [`oracle`]: the definitions, written plainly and slowly, that share no
//!   code with `bocpd-core`: textbook models, a textbook filter, and the sum
//!   over all segmentations.
//! * [`reference`](mod@reference): exact vectors published for another
//!   implementation, mapped to this project's conventions.
//! * [`corpus`]: cases as JSON files, for every front-end.
//! * [`absurd`]: what is valid and nobody would write.
//! * [`catalogue`]: models, hazards and data for tests over all of them.
//! * [`close`] and [`random`]: comparing floats, and seeded data.
//! * [`watchdog`]: calls that must come to an end.
//!
//! The tests proper are the integration tests of this crate.

pub mod absurd;
pub mod catalogue;
pub mod close;
pub mod corpus;
#[cfg(doctest)]
pub mod docs;
pub mod forge;
pub mod oracle;
pub mod random;
pub mod reference;
pub mod watchdog;
