//! One row a changepoint, for other programs.

use std::io::{self, Write};

use crate::report::Report;

/// Writes a header and one row a changepoint; numbers in full precision. The column `time`
/// is there if the input has one.
///
/// # Errors
/// Writing fails.
pub(crate) fn write_csv(report: &Report, out: impl Write) -> io::Result<()> {
    let with_time = report.segments.iter().any(|segment| segment.time.is_some());
    let mut table = csv::Writer::from_writer(out);
    let mut row = |index: &str, time: &str, rest: [&str; 5]| {
        let mut fields = vec![index];
        if with_time {
            fields.push(time);
        }
        fields.extend(rest);
        table.write_record(fields)
    };
    row(
        "index",
        "time",
        ["probability", "p_nearby", "length", "before", "after"],
    )?;
    for change in &report.changepoints {
        let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
        row(
            &change.index.to_string(),
            change.time.unwrap_or_default(),
            [
                &change.certainty.probability.to_string(),
                &number(change.certainty.around.map(|around| around.p_nearby)),
                &change.length.to_string(),
                &number(change.before),
                &number(change.after),
            ],
        )?;
    }
    table.flush()
}
