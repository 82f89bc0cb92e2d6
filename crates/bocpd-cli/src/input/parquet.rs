//! Parquet: its columns as lines of a table, one batch of rows at a time.

mod cell;

use std::io::{self, Read};

use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::DataType;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};

use cell::{Meaning, Stored};

/// So many rows are decoded at once.
const ROWS: usize = 4096;

/// The lines of a table with the columns' names in the first: fields between commas, text in
/// quotes, `NA` for a number that is null. Columns that hold lists or maps are left out.
///
/// # Errors
/// It is damaged, or written in a way that is not read; nothing of it can be a column.
pub(super) fn lines(file: impl ChunkReader + 'static) -> Result<Box<dyn Read>> {
    let reader = SerializedFileReader::new(file)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let mut columns = Vec::new();
    let mut text = Vec::new();
    for (index, column) in schema.columns().iter().enumerate() {
        if column.max_rep_level() > 0 {
            continue;
        }
        if !columns.is_empty() {
            text.push(b',');
        }
        cell::quoted(&mut text, column.path().string().as_bytes());
        columns.push(Column {
            index,
            meaning: Meaning::of(column),
            defined: column.max_def_level(),
            cells: None,
        });
    }
    if columns.is_empty() {
        let none = "there is no column of single values in it";
        return Err(ParquetError::General(none.to_owned()));
    }
    text.push(b'\n');
    Ok(Box::new(Lines {
        reader,
        columns,
        group: 0,
        left: 0,
        text,
        given: 0,
    }))
}

/// A column of single values.
struct Column {
    index: usize,
    meaning: Meaning,
    /// The definition level of a value that is there.
    defined: i16,
    /// In the group of rows that is open.
    cells: Option<Box<dyn Cells>>,
}

struct Lines<R: ChunkReader> {
    reader: SerializedFileReader<R>,
    columns: Vec<Column>,
    /// The group of rows that is opened next.
    group: usize,
    /// Rows that are left in the open one.
    left: usize,
    text: Vec<u8>,
    /// How much of the text was given out.
    given: usize,
}

impl<R: ChunkReader + 'static> Lines<R> {
    /// The text of the next rows; none at the end.
    fn decode(&mut self) -> Result<()> {
        self.text.clear();
        self.given = 0;
        while self.left == 0 {
            if self.group == self.reader.num_row_groups() {
                return Ok(());
            }
            self.open()?;
        }
        let rows = self.left.min(ROWS);
        for column in &mut self.columns {
            if let Some(cells) = &mut column.cells {
                cells.decode(rows)?;
            }
        }
        for _ in 0..rows {
            for (i, column) in self.columns.iter_mut().enumerate() {
                if i > 0 {
                    self.text.push(b',');
                }
                if let Some(cells) = &mut column.cells {
                    cells.write(&mut self.text);
                }
            }
            self.text.push(b'\n');
        }
        self.left -= rows;
        Ok(())
    }

    fn open(&mut self) -> Result<()> {
        let group = self.reader.get_row_group(self.group)?;
        self.group += 1;
        let rows = group.metadata().num_rows();
        self.left = usize::try_from(rows)
            .map_err(|_| ParquetError::General(format!("a group of {rows} rows")))?;
        for column in &mut self.columns {
            let reader = group.get_column_reader(column.index)?;
            column.cells = Some(cells(reader, column.meaning, column.defined));
        }
        Ok(())
    }
}

impl<R: ChunkReader + 'static> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.decode()
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
        }
        let mut rest = &self.text[self.given..];
        let length = rest.read(buffer)?;
        self.given += length;
        Ok(length)
    }
}

/// The cells of a column, decoded in batches and written one after the other.
trait Cells {
    fn decode(&mut self, rows: usize) -> Result<()>;
    fn write(&mut self, text: &mut Vec<u8>);
}

struct Typed<T: DataType> {
    reader: ColumnReaderImpl<T>,
    meaning: Meaning,
    /// The definition level of a value that is there.
    defined: i16,
    values: Vec<T::T>,
    levels: Vec<i16>,
    /// The next cell, and the next value that is there.
    cell: usize,
    value: usize,
}

fn cells(reader: ColumnReader, meaning: Meaning, defined: i16) -> Box<dyn Cells> {
    fn typed<T: DataType>(
        reader: ColumnReaderImpl<T>,
        meaning: Meaning,
        defined: i16,
    ) -> Box<dyn Cells>
    where
        T::T: Stored,
    {
        Box::new(Typed {
            reader,
            meaning,
            defined,
            values: Vec::new(),
            levels: Vec::new(),
            cell: 0,
            value: 0,
        })
    }
    match reader {
        ColumnReader::BoolColumnReader(reader) => typed(reader, meaning, defined),
        ColumnReader::Int32ColumnReader(reader) => typed(reader, meaning, defined),
        ColumnReader::Int64ColumnReader(reader) => typed(reader, meaning, defined),
        ColumnReader::Int96ColumnReader(reader) => typed(reader, meaning, defined),
        ColumnReader::FloatColumnReader(reader) => typed(reader, meaning, defined),
        ColumnReader::DoubleColumnReader(reader) => typed(reader, meaning, defined),
        ColumnReader::ByteArrayColumnReader(reader) => typed(reader, meaning, defined),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => typed(reader, meaning, defined),
    }
}

impl<T: DataType> Cells for Typed<T>
where
    T::T: Stored,
{
    fn decode(&mut self, rows: usize) -> Result<()> {
        self.values.clear();
        self.levels.clear();
        (self.cell, self.value) = (0, 0);
        let mut read = 0;
        while read < rows {
            let levels = (self.defined > 0).then_some(&mut self.levels);
            let (records, _, _) =
                self.reader
                    .read_records(rows - read, levels, None, &mut self.values)?;
            if records == 0 {
                let ends = "a column has fewer values than there are rows";
                return Err(ParquetError::General(ends.to_owned()));
            }
            read += records;
        }
        // What is written relies on there being a value for each level that says so.
        let defined = match self.defined {
            0 => rows,
            defined => self.levels.iter().filter(|&&l| l == defined).count(),
        };
        if self.values.len() < defined || (self.defined > 0 && self.levels.len() < rows) {
            let differ = "values of a column are missing";
            return Err(ParquetError::General(differ.to_owned()));
        }
        Ok(())
    }

    fn write(&mut self, text: &mut Vec<u8>) {
        let is_there = self.defined == 0 || self.levels[self.cell] == self.defined;
        self.cell += 1;
        if is_there {
            self.values[self.value].write(self.meaning, text);
            self.value += 1;
        } else {
            self.meaning.write_null(text);
        }
    }
}
