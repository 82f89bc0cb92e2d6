//! How the content of a snapshot is laid out: postcard's encoding, in which nothing says
//! what comes next, and the fields of a state in their order.

/// What comes next in the bytes.
#[derive(Clone, Debug)]
pub enum Shape {
    /// An unsigned integer: seven bits to a byte, the lowest first.
    Number,
    /// A float of eight bytes.
    F64,
    /// A float of four bytes.
    F32,
    /// A byte that is 0 or 1.
    Flag,
    /// A number of items, then the items.
    List(Box<Shape>),
    /// One after the other.
    Group(Vec<(&'static str, Shape)>),
    /// A byte that says whether it is there.
    Maybe(Box<Shape>),
    /// A number that says which of these it is.
    Choice(Vec<Shape>),
}

impl Shape {
    /// A list of such items.
    #[must_use]
    pub fn list(item: Shape) -> Self {
        Self::List(Box::new(item))
    }

    fn maybe(shape: Shape) -> Self {
        Self::Maybe(Box::new(shape))
    }

    fn nothing() -> Self {
        Self::Group(Vec::new())
    }
}

/// What stands in the bytes.
#[derive(Clone, Debug)]
pub enum Node {
    /// An integer.
    Number(u64),
    /// The bits of a float, and how many bytes they are.
    Float(u64, usize),
    /// A byte.
    Flag(u8),
    /// Items, and their shape.
    List(Vec<Node>, Shape),
    /// Fields.
    Group(Vec<(&'static str, Node)>),
    /// Something or nothing, and its shape.
    Maybe(Option<Box<Node>>, Shape),
    /// Which one, what it is, and what there is to choose from.
    Choice(u64, Box<Node>, Vec<Shape>),
}

impl Node {
    /// Reads what has this shape off the front of the bytes.
    ///
    /// # Panics
    /// If the bytes do not have it.
    #[must_use]
    pub fn read(shape: &Shape, bytes: &mut &[u8]) -> Self {
        match shape {
            Shape::Number => Self::Number(number(bytes)),
            Shape::F64 => Self::Float(float(bytes, 8), 8),
            Shape::F32 => Self::Float(float(bytes, 4), 4),
            Shape::Flag => Self::Flag(byte(bytes)),
            Shape::List(item) => {
                let length = number(bytes);
                let items = (0..length).map(|_| Self::read(item, bytes)).collect();
                Self::List(items, (**item).clone())
            }
            Shape::Group(fields) => {
                let fields = fields.iter();
                Self::Group(
                    fields
                        .map(|(name, shape)| (*name, Self::read(shape, bytes)))
                        .collect(),
                )
            }
            Shape::Maybe(some) => {
                let is_there = byte(bytes) == 1;
                let node = is_there.then(|| Box::new(Self::read(some, bytes)));
                Self::Maybe(node, (**some).clone())
            }
            Shape::Choice(of) => {
                let which = number(bytes);
                let chosen = &of[usize::try_from(which).expect("fits")];
                Self::Choice(which, Box::new(Self::read(chosen, bytes)), of.clone())
            }
        }
    }

    /// The least that has this shape.
    #[must_use]
    pub fn minimal(shape: &Shape) -> Self {
        match shape {
            Shape::Number => Self::Number(0),
            Shape::F64 => Self::Float(0, 8),
            Shape::F32 => Self::Float(0, 4),
            Shape::Flag => Self::Flag(0),
            Shape::List(item) => Self::List(Vec::new(), (**item).clone()),
            Shape::Group(fields) => {
                let fields = fields.iter();
                Self::Group(
                    fields
                        .map(|(name, shape)| (*name, Self::minimal(shape)))
                        .collect(),
                )
            }
            Shape::Maybe(some) => Self::Maybe(None, (**some).clone()),
            Shape::Choice(of) => Self::Choice(0, Box::new(Self::minimal(&of[0])), of.clone()),
        }
    }

    /// Writes it behind the bytes.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Number(value) => write_number(*value, bytes),
            Self::Float(bits, length) => bytes.extend(&bits.to_le_bytes()[..*length]),
            Self::Flag(byte) => bytes.push(*byte),
            Self::List(items, _) => {
                write_number(items.len() as u64, bytes);
                for item in items {
                    item.write(bytes);
                }
            }
            Self::Group(fields) => {
                for (_, node) in fields {
                    node.write(bytes);
                }
            }
            Self::Maybe(some, _) => {
                bytes.push(u8::from(some.is_some()));
                if let Some(node) = some {
                    node.write(bytes);
                }
            }
            Self::Choice(which, node, _) => {
                write_number(*which, bytes);
                node.write(bytes);
            }
        }
    }

    /// A field of a group, or of what may be there.
    pub fn field(&mut self, name: &str) -> Option<&mut Node> {
        match self {
            Self::Group(fields) => {
                let named = fields.iter_mut().find(|(field, _)| *field == name);
                named.map(|(_, node)| node)
            }
            Self::Maybe(some, _) => some.as_mut().and_then(|node| node.field(name)),
            Self::Choice(_, chosen, _) => chosen.field(name),
            _ => None,
        }
    }

    /// A field of a field, and so on.
    pub fn at(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, name| node.field(name))
    }
}

fn byte(bytes: &mut &[u8]) -> u8 {
    let (&first, rest) = bytes.split_first().expect("more bytes");
    *bytes = rest;
    first
}

fn number(bytes: &mut &[u8]) -> u64 {
    let (mut value, mut shift) = (0, 0);
    loop {
        let next = byte(bytes);
        value |= u64::from(next & 0x7f) << shift;
        if next < 0x80 {
            return value;
        }
        shift += 7;
    }
}

fn write_number(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

fn float(bytes: &mut &[u8], length: usize) -> u64 {
    let (first, rest) = bytes.split_at(length);
    *bytes = rest;
    let mut all = [0; 8];
    all[..length].copy_from_slice(first);
    u64::from_le_bytes(all)
}

/// Reads a list of bytes.
///
/// # Panics
/// If there are fewer.
#[must_use]
pub fn blob(bytes: &mut &[u8]) -> Vec<u8> {
    let length = usize::try_from(number(bytes)).expect("fits");
    let (blob, rest) = bytes.split_at(length);
    *bytes = rest;
    blob.to_vec()
}

/// Writes a list of bytes.
pub fn write_blob(blob: &[u8], bytes: &mut Vec<u8>) {
    write_number(blob.len() as u64, bytes);
    bytes.extend(blob);
}

/// The type that statistics and weights are kept in.
#[derive(Clone, Copy, Debug)]
pub enum Scalar {
    /// Eight bytes.
    F64,
    /// Four bytes.
    F32,
}

impl Scalar {
    fn shape(self) -> Shape {
        match self {
            Self::F64 => Shape::F64,
            Self::F32 => Shape::F32,
        }
    }
}

fn numbers() -> Shape {
    Shape::list(Shape::Number)
}

/// All that changes from step to step, but for what the model has learned.
#[must_use]
pub fn state(scalar: Scalar) -> Shape {
    let sum = || Shape::Group(vec![("sum", Shape::F64), ("lost", Shape::F64)]);
    Shape::Group(vec![
        ("time", Shape::Number),
        ("clock", Shape::F64),
        ("hypotheses", hypotheses(&scalar.shape())),
        ("segmentation", segmentation()),
        ("ln_predictive", Shape::F64),
        ("ln_evidence_before", sum()),
        ("pruned_mass", sum()),
        ("limit", Shape::Number),
        ("oldest", Shape::Number),
        ("merged", Shape::Number),
        ("broken", Shape::Flag),
        ("records", records()),
    ])
}

fn hypotheses(scalar: &Shape) -> Shape {
    let column = || {
        Shape::Group(vec![
            ("values", Shape::list(scalar.clone())),
            ("padding", scalar.clone()),
        ])
    };
    Shape::Group(vec![
        ("starts", numbers()),
        (
            "leaves",
            Shape::list(Shape::Choice(vec![Shape::Number, Shape::Number])),
        ),
        ("births", Shape::list(Shape::F64)),
        ("ln_weights", column()),
        ("weights", column()),
        ("map_gains", column()),
        ("total", scalar.clone()),
        ("ln_total", scalar.clone()),
        ("map", Shape::Number),
        ("best", Shape::Number),
        ("best_joint", scalar.clone()),
    ])
}

fn segmentation() -> Shape {
    let node = Shape::Group(vec![
        ("start", Shape::Number),
        ("parent", Shape::Number),
        ("children", Shape::Number),
        ("children_sum", Shape::Number),
        ("live", Shape::Flag),
    ]);
    Shape::Group(vec![
        ("nodes", Shape::list(node)),
        ("free", numbers()),
        ("root", Shape::Number),
        ("settled", numbers()),
    ])
}

/// Nothing, what format 2 wrote, or what is written now.
fn records() -> Shape {
    let level = || {
        let moments = ["mean", "variance", "spread"];
        moments.map(|name| (name, Shape::F64)).to_vec()
    };
    let start = || vec![("start", Shape::Number)];
    let moments = [start(), level()].concat();
    let whole = [start(), level(), vec![("before", Shape::list(form()))]].concat();
    Shape::Choice(vec![
        Shape::nothing(),
        records_with(Shape::Group(moments)),
        records_with(Shape::Group(whole)),
    ])
}

fn records_with(origin: Shape) -> Shape {
    let previous = Shape::Group(vec![("start", Shape::Number), ("p", Shape::F64)]);
    let kernel = Shape::Group(vec![
        ("start", Shape::Number),
        ("previous", Shape::list(previous)),
    ]);
    let history = vec![Shape::nothing(), Shape::Number, Shape::nothing()];
    Shape::Group(vec![
        ("history", Shape::Choice(history)),
        ("kernels", Shape::list(kernel)),
        ("origins", Shape::maybe(Shape::list(origin))),
    ])
}

/// A weight, and the distribution that has it: Student-t, gamma, beta, or a table.
fn form() -> Shape {
    let floats = |names: &[&'static str]| {
        let fields = names.iter().map(|name| (*name, Shape::F64));
        Shape::Group(fields.collect())
    };
    let table = Shape::list(floats(&["x", "p"]));
    Shape::Group(vec![
        ("weight", Shape::F64),
        (
            "form",
            Shape::Choice(vec![
                floats(&["nu", "location", "scale"]),
                floats(&["shape", "rate"]),
                floats(&["a", "b"]),
                table,
            ]),
        ),
    ])
}

/// The statistics of a built-in model.
#[must_use]
pub fn bank(scalar: Scalar) -> Shape {
    let counts = Shape::Group(vec![("seen", Shape::Number), ("births", numbers())]);
    Shape::Group(vec![
        ("width", Shape::Number),
        ("statistics", Shape::list(scalar.shape())),
        ("counts", Shape::maybe(counts)),
    ])
}

/// What each hypothesis says of the last observation.
#[must_use]
pub fn p_outlier() -> Shape {
    Shape::list(Shape::F64)
}

/// The statistics of a choice among models in each segment: the bytes of each model's, and ln of
/// the probability of each model under each hypothesis.
#[must_use]
pub fn per_segment_bank() -> Shape {
    Shape::Group(vec![
        ("inner", Shape::list(Shape::list(Shape::Flag))),
        ("ln_weights", Shape::list(Shape::list(Shape::F64))),
    ])
}

/// The statistics of models of several numbers: the bytes of each model's.
#[must_use]
pub fn product_bank() -> Shape {
    Shape::Group(vec![("inner", Shape::list(Shape::list(Shape::Flag)))])
}

/// The statistics of the structured Gaussian model: such a bank, another of what is carried,
/// and the time.
#[must_use]
pub fn structured_bank(scalar: Scalar) -> Shape {
    let Shape::Group(states) = bank(scalar) else {
        unreachable!("a bank has fields")
    };
    let rest = vec![
        ("spread", bank(scalar)),
        ("elapsed", Shape::F64),
        ("due", Shape::Flag),
        ("fresh", Shape::Flag),
        ("clock", Shape::F64),
    ];
    Shape::Group([states, rest].concat())
}

/// The statistics of the regression: such a bank, and the last observations.
#[must_use]
pub fn regression_bank(scalar: Scalar) -> Shape {
    let Shape::Group(hypotheses) = bank(scalar) else {
        unreachable!("a bank has fields")
    };
    let lags = vec![("lags", Shape::list(scalar.shape()))];
    Shape::Group([hypotheses, lags].concat())
}

/// Whether these bytes are one short list of numbers.
#[must_use]
pub fn is_list(scalar: Scalar, bytes: &[u8]) -> bool {
    let size = match scalar {
        Scalar::F64 => 8,
        Scalar::F32 => 4,
    };
    bytes.len() == 1 + size * usize::from(bytes[0])
}

/// The alarms, if there is a policy.
#[must_use]
pub fn alarms() -> Shape {
    let floats = ["probability", "p_rose", "difference", "sd"];
    let shift = floats.map(|name| (name, Shape::F64)).to_vec();
    let alarm = Shape::Group(vec![
        ("began", Shape::Number),
        ("noticed_at", Shape::Number),
        ("probability", Shape::F64),
        ("shift", Shape::maybe(Shape::Group(shift))),
    ]);
    Shape::maybe(Shape::Group(vec![
        ("noticed_at", Shape::maybe(Shape::Number)),
        ("raised", Shape::Flag),
        ("latched", Shape::Flag),
        ("waiting", Shape::list(alarm)),
    ]))
}

/// The choice among models, if there are several: the state of each filter but the leader's as
/// bytes.
#[must_use]
pub fn choice() -> Shape {
    let bytes = Shape::list(Shape::Flag);
    let contestant = Shape::Group(vec![
        ("ln_probability", Shape::F64),
        ("state", Shape::maybe(bytes)),
    ]);
    Shape::maybe(Shape::Group(vec![
        ("leader", Shape::Number),
        ("next", Shape::Number),
        ("ln_predictive", Shape::F64),
        ("ln_evidence", Shape::F64),
        ("ln_evidence_lost", Shape::F64),
        ("taken", Shape::maybe(Shape::Number)),
        ("contestants", Shape::list(contestant)),
    ]))
}
