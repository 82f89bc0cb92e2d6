//! Parts of files that are written by hand otherwise.
//!
//! A part stands between two lines with markers in a comment of the file's language:
//!
//! ```text
//! // generated: NAME (cargo run -p bocpd-generate)
//! …
//! // end of generated: NAME
//! ```

use std::path::Path;

use crate::COMMAND;

/// A file of which parts are generated.
pub(crate) struct Document {
    path: String,
    text: String,
}

impl Document {
    pub(crate) fn open(root: &Path, path: &str) -> Self {
        let whole = root.join(path);
        let text = std::fs::read_to_string(&whole)
            .unwrap_or_else(|error| panic!("{}: {error}", whole.display()));
        Self {
            path: path.to_owned(),
            text,
        }
    }

    /// Puts `content` between the markers of the region `name`.
    pub(crate) fn with(mut self, name: &str, content: &str) -> Self {
        let (first, last) = (
            format!("generated: {name} ({COMMAND})"),
            format!("end of generated: {name}"),
        );
        let line_after = |at: usize| self.text[at..].find('\n').map(|end| at + end + 1);
        let begin = self.text.find(&first).and_then(line_after);
        let begin = begin.unwrap_or_else(|| panic!("{}: no marker '{first}'", self.path));
        let end = self.text[begin..].find(&last).map(|at| begin + at);
        let end = end.unwrap_or_else(|| panic!("{}: no marker '{last}'", self.path));
        let end = self.text[..end].rfind('\n').map_or(begin, |at| at + 1);
        self.text.replace_range(begin..end, content);
        self
    }

    /// Changes the whole text.
    pub(crate) fn map(self, change: impl FnOnce(&str) -> String) -> Self {
        let text = change(&self.text);
        Self { text, ..self }
    }

    pub(crate) fn finish(self) -> (String, String) {
        (self.path, self.text)
    }
}
