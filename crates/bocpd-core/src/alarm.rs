//! Alarms: when a change is worth waking somebody for.

mod policy;

pub use policy::AlarmPolicy;
