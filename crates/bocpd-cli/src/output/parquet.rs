//! One row a changepoint in a Parquet file, a group of rows for each batch of series.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::column::writer::ColumnWriterImpl;
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;

use super::csv::changed;
use crate::report::{Changepoint, Jump, Report};

/// The columns of `--csv`, all of them.
const SCHEMA: &str = "message changepoints {
    optional binary series (STRING);
    required int64 index;
    optional binary time (STRING);
    required double probability;
    required double p_nearby;
    required double p_single;
    required int64 low;
    required int64 high;
    optional binary low_time (STRING);
    optional binary high_time (STRING);
    required int64 length;
    optional binary number (STRING);
    optional binary parameter (STRING);
    optional double before;
    optional double after;
    optional double p_rose;
    optional double difference;
    optional double sd;
    required binary changed (STRING);
}";

/// A file that is being written.
pub(crate) struct ParquetFile(SerializedFileWriter<File>);

impl ParquetFile {
    /// A new file, in the place of one that may be there.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
        let file = File::create(path)?;
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build()))?;
        Ok(Self(writer))
    }

    /// The changepoints of some series.
    ///
    /// # Errors
    /// They cannot be written.
    pub(crate) fn write(&mut self, reports: &[Report]) -> Result<()> {
        let changes: Vec<Change> = reports
            .iter()
            .flat_map(|report| {
                let series = report.series;
                let changes = report.changepoints.iter();
                changes.map(move |change| Change { series, change })
            })
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        let group = self.0.next_row_group()?;
        Columns { group, changes }.write()
    }

    /// Writes what a file ends with.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn end(self) -> Result<()> {
        self.0.close().map(|_| ())
    }
}

/// A row.
struct Change<'a> {
    series: Option<&'a str>,
    change: &'a Changepoint<'a>,
}

/// A group of rows, column by column in the order of the schema.
struct Columns<'a> {
    group: SerializedRowGroupWriter<'a, File>,
    changes: Vec<Change<'a>>,
}

impl<'a> Columns<'a> {
    fn write(mut self) -> Result<()> {
        self.text(|row| row.series.map(str::to_owned))?;
        self.whole(|change| change.index)?;
        self.text(|row| row.change.time.map(str::to_owned))?;
        self.number(|change| change.probability)?;
        self.number(|change| change.place.p_nearby)?;
        self.number(|change| change.place.p_single)?;
        self.whole(|change| change.place.low)?;
        self.whole(|change| change.place.high)?;
        self.text(|row| row.change.place.low_time.map(str::to_owned))?;
        self.text(|row| row.change.place.high_time.map(str::to_owned))?;
        self.whole(|change| change.length)?;
        self.text(|row| Some(row.change.jump.as_ref()?.number?.to_owned()))?;
        self.text(|row| Some(row.change.jump.as_ref()?.parameter.to_owned()))?;
        let numbers: [fn(&Jump) -> f64; 5] = [
            |jump| jump.before,
            |jump| jump.after,
            |jump| jump.p_rose,
            |jump| jump.difference,
            |jump| jump.sd,
        ];
        for number in numbers {
            self.optional::<DoubleType>(|row| row.change.jump.as_ref().map(number))?;
        }
        self.required::<ByteArrayType>(|change| changed(change).into_bytes().into())?;
        self.group.close().map(|_| ())
    }

    fn text(&mut self, of: impl Fn(&Change<'a>) -> Option<String>) -> Result<()> {
        self.optional::<ByteArrayType>(|row| of(row).map(|text| ByteArray::from(text.into_bytes())))
    }

    fn whole(&mut self, of: impl Fn(&Changepoint) -> usize) -> Result<()> {
        self.required::<Int64Type>(|change| i64::try_from(of(change)).unwrap_or(i64::MAX))
    }

    fn number(&mut self, of: impl Fn(&Changepoint) -> f64) -> Result<()> {
        self.required::<DoubleType>(of)
    }

    /// A column without nulls.
    fn required<T: DataType>(&mut self, of: impl Fn(&Changepoint) -> T::T) -> Result<()> {
        let values: Vec<T::T> = self.changes.iter().map(|row| of(row.change)).collect();
        self.column::<T>(|column| column.write_batch(&values, None, None))
    }

    /// A column that is null where there is nothing.
    fn optional<T: DataType>(&mut self, of: impl Fn(&Change<'a>) -> Option<T::T>) -> Result<()> {
        let cells: Vec<Option<T::T>> = self.changes.iter().map(of).collect();
        let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
        let values: Vec<T::T> = cells.into_iter().flatten().collect();
        self.column::<T>(|column| column.write_batch(&values, Some(&levels), None))
    }

    fn column<T: DataType>(
        &mut self,
        write: impl FnOnce(&mut ColumnWriterImpl<'_, T>) -> Result<usize>,
    ) -> Result<()> {
        let missing = || ParquetError::General("more columns than the schema has".to_owned());
        let mut column = self.group.next_column()?.ok_or_else(missing)?;
        write(column.typed::<T>())?;
        column.close()
    }
}
