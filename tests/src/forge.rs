//! Snapshots with right checksums and a wrong content.
//!
//! [`Snapshot`] takes one apart into the fields that it is made of ([`layout`]) and writes
//! them again with the checksums that belong to them; [`Forger`] changes some of the fields
//! in between. What comes of it has to be refused, or to be a detector like any other.

mod edit;
pub mod layout;

pub use edit::Forger;

use layout::{Node, Scalar, Shape};

/// The fields of a snapshot.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Version and kind.
    header: [u8; 2],
    /// The configuration as it stands there; empty where there is only a state.
    config: Vec<u8>,
    /// Version and kind of the state.
    inner: [u8; 2],
    /// The state, and the statistics of the model.
    state: Node,
    bank: Node,
    /// Of a model with outliers, what each hypothesis says of the last observation.
    p_outlier: Option<Node>,
    /// The alarms; an empty list where there is only a state.
    alarms: Node,
    /// The choice among models; an empty list where there is only a state.
    choice: Node,
}

/// What a configuration has made of its model: it says how statistics are laid out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wrapped {
    /// A model with outliers.
    pub outliers: bool,
    /// A choice among models in each segment.
    pub per_segment: bool,
    /// Models of several numbers. Outliers are theirs, and among the bytes of each.
    pub numbers: bool,
}

const MAGIC: &[u8] = b"BOCPD";

impl Snapshot {
    /// Takes apart the snapshot of a detector whose configuration stands there as `config`; what
    /// it has made of the models is `wrapped`.
    ///
    /// # Panics
    /// If it is not laid out as this module knows it.
    #[must_use]
    pub fn of_configured(bytes: &[u8], config: &[u8], wrapped: Wrapped) -> Self {
        let (header, mut rest) = opened(bytes);
        rest = rest.strip_prefix(config).expect("the configuration");
        let state = layout::blob(&mut rest);
        let alarms = Node::read(&layout::alarms(), &mut rest);
        let choice = Node::read(&layout::choice(), &mut rest);
        assert!(rest.is_empty(), "{} bytes are left", rest.len());
        let mut snapshot = Self::of_state_with(&state, Scalar::F64, wrapped);
        (snapshot.header, snapshot.config) = (header, config.to_vec());
        (snapshot.alarms, snapshot.choice) = (alarms, choice);
        snapshot
    }

    /// Takes apart the snapshot of a state alone.
    ///
    /// # Panics
    /// If it is not laid out as this module knows it.
    #[must_use]
    pub fn of_state(bytes: &[u8], scalar: Scalar) -> Self {
        Self::of_state_with(bytes, scalar, Wrapped::default())
    }

    fn of_state_with(bytes: &[u8], scalar: Scalar, wrapped: Wrapped) -> Self {
        let (inner, mut rest) = opened(bytes);
        let state = Node::read(&layout::state(scalar), &mut rest);
        let bank = layout::blob(&mut rest);
        assert!(rest.is_empty(), "{} bytes are left", rest.len());
        let mut bank_rest = &bank[..];
        let (inner_bank, p_outlier) = if wrapped.outliers && !wrapped.numbers {
            let inner = layout::blob(&mut bank_rest);
            let rho = Node::read(&layout::p_outlier(), &mut bank_rest);
            assert!(bank_rest.is_empty(), "bytes after the probabilities");
            (inner, Some(rho))
        } else {
            (bank.clone(), None)
        };
        bank_rest = &inner_bank;
        let grouped = if wrapped.per_segment {
            layout::per_segment_bank()
        } else if wrapped.numbers {
            layout::product_bank()
        } else {
            layout::bank(scalar)
        };
        let mut bank = Node::read(&grouped, &mut bank_rest);
        if !bank_rest.is_empty() {
            let shape = if layout::is_list(scalar, bank_rest) {
                layout::regression_bank(scalar)
            } else {
                layout::structured_bank(scalar)
            };
            bank_rest = &inner_bank[..];
            bank = Node::read(&shape, &mut bank_rest);
        }
        assert!(bank_rest.is_empty(), "statistics that are not grouped");
        Self {
            header: inner,
            config: Vec::new(),
            inner,
            state,
            bank,
            p_outlier,
            alarms: Node::minimal(&Shape::list(Shape::Number)),
            choice: Node::minimal(&Shape::list(Shape::Number)),
        }
    }

    /// The same with another configuration.
    #[must_use]
    pub fn with_config(mut self, config: &[u8]) -> Self {
        self.config = config.to_vec();
        self
    }

    /// The same, of a detector whose model has broken its contract: of one that has seen
    /// nothing this is what there is to know of it.
    ///
    /// # Panics
    /// If the layout is another.
    #[must_use]
    pub fn broken(mut self) -> Self {
        match self.state.at(&["broken"]) {
            Some(Node::Flag(broken)) => *broken = 1,
            other => panic!("no flag: {other:?}"),
        }
        self
    }

    /// The bytes of it, with right checksums.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut state = Vec::new();
        self.state.write(&mut state);
        let mut bank = Vec::new();
        self.bank.write(&mut bank);
        if let Some(p_outlier) = &self.p_outlier {
            let inner = std::mem::take(&mut bank);
            layout::write_blob(&inner, &mut bank);
            p_outlier.write(&mut bank);
        }
        layout::write_blob(&bank, &mut state);
        let state = sealed(self.inner, &state);
        if self.config.is_empty() {
            return state;
        }
        let mut content = self.config.clone();
        layout::write_blob(&state, &mut content);
        self.alarms.write(&mut content);
        self.choice.write(&mut content);
        sealed(self.header, &content)
    }
}

/// Version, kind and content of an envelope.
fn opened(bytes: &[u8]) -> ([u8; 2], &[u8]) {
    let (body, checksum) = bytes.split_at(bytes.len() - 4);
    assert_eq!(
        crc32(body).to_le_bytes(),
        checksum,
        "the checksum is CRC-32"
    );
    let rest = body.strip_prefix(MAGIC).expect("the magic");
    ([rest[0], rest[1]], &rest[2..])
}

/// An envelope around a content.
#[must_use]
pub fn sealed(header: [u8; 2], content: &[u8]) -> Vec<u8> {
    let mut bytes = [MAGIC, &header, content].concat();
    bytes.extend(crc32(&bytes).to_le_bytes());
    bytes
}

/// CRC-32 (IEEE), bit by bit.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}
