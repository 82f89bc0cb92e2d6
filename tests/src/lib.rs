//! The proof: oracles, corpus and properties.
