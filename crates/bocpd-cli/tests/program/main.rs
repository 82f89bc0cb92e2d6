//! The program `bocpd`, run as people run it: a file a subject.

mod alarms;
mod calibrate;
mod closed_pipe;
mod common;
mod corpus;
mod defaults;
mod detect;
mod files;
mod fit;
mod hazards;
mod hostile;
mod input;
mod library;
mod lines;
mod many;
mod nonsense;
mod options;
mod outliers;
mod output;
#[cfg(feature = "parquet")]
mod parquet_files;
mod picture;
mod preferences;
mod remarks;
mod resume;
mod stream;
mod times;
mod together;
