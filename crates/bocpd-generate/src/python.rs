//! The wheel's classes, and all that names them.

use std::path::Path;

use bocpd_core::parameter::{ParameterKind, ParameterValue};

use crate::c::small;
use crate::kind::{Kind, Parameter};
use crate::region::Document;
use crate::text::{rustfmt, wrap};

const WIDTH: usize = 100;

pub(crate) fn documents(root: &Path) -> Vec<Document> {
    let (models, hazards) = (Kind::models(), Kind::hazards());
    let open = |path: &str| Document::open(root, &format!("bindings/python/{path}"));

    let exports = [("model", &models), ("hazard", &hazards)].map(|(module, kinds)| {
        let classes = sorted(kinds).join(", ");
        format!("    #[pymodule_export]\n    use crate::{module}::{{{classes}}};\n")
    });
    let both = sorted(models.iter().chain(&hazards));
    let literals: String = models
        .iter()
        .flat_map(|kind| spellings(kind.name))
        .map(|name| format!("    \"{name}\",\n"))
        .collect();

    let imported = |kinds: &[Kind]| -> String {
        let names = sorted(kinds).into_iter();
        names.map(|name| format!("    {name},\n")).collect()
    };
    // A public module of the package, and its types.
    let module = |file: &str, kinds: &str, of: &[Kind]| {
        open(&format!("python/bocpd/{file}.py"))
            .with(&format!("imported {kinds}"), &imported(of))
            .with(&format!("names of {kinds}"), &quoted(&sorted(of)))
    };
    let types = |file: &str, kinds: &str, of: &[Kind], stubs: &str| {
        open(&format!("python/bocpd/{file}.pyi"))
            .with(&format!("names of {kinds}"), &quoted(&sorted(of)))
            .with(kinds, stubs)
    };

    vec![
        open("src/model.rs").with("models", &classes(&models, "model")),
        open("src/hazard.rs").with("hazards", &classes(&hazards, "hazard")),
        open("src/lib.rs")
            .with("models and hazards", &exports.concat())
            .map(rustfmt),
        module("model", "models", &models),
        module("hazard", "hazards", &hazards),
        types("model", "models", &models, &stubs(&models, "Model", true)),
        types(
            "hazard",
            "hazards",
            &hazards,
            &stubs(&hazards, "Hazard", false),
        ),
        open("python/bocpd/defaults.pyi").with("kinds of models", &literals),
        open("python/bocpd/_core.pyi")
            .with("imported models", &imported(&models))
            .with("imported hazards", &imported(&hazards))
            .with("names of models and hazards", &quoted(&both)),
    ]
}

/// A name with underscores, and with hyphens if that is another one.
fn spellings(name: &str) -> Vec<String> {
    let mut both = vec![name.to_owned(), name.replace('_', "-")];
    both.dedup();
    both
}

fn sorted<'a>(kinds: impl IntoIterator<Item = &'a Kind>) -> Vec<&'static str> {
    let mut names: Vec<_> = kinds.into_iter().map(|kind| kind.class).collect();
    names.sort_unstable();
    names
}

/// An item of `__all__` for each name.
fn quoted(names: &[&str]) -> String {
    let quoted = names.iter().map(|name| format!("    \"{name}\",\n"));
    quoted.collect()
}

/// What the macro of the binding makes a class from: fields with their types and defaults. What
/// has no literal for its default is None in Python, and stands after `as`.
fn classes(kinds: &[Kind], module: &str) -> String {
    let mut text = String::new();
    for (i, kind) in kinds.iter().enumerate() {
        if i > 0 {
            text += "\n";
        }
        text += &wrap(kind.summary, "    /// ", 0, WIDTH);
        if !kind.details.is_empty() {
            text += "    ///\n";
            text += &wrap(&kind.details, "    /// ", 0, WIDTH);
        }
        text += &sections(kind, module);
        text += &format!("    {} {{\n", kind.class);
        for parameter in &kind.parameters {
            text += &wrap(&meaning(parameter), "        /// ", 0, WIDTH);
            let default = match stand_in(parameter) {
                Some(instead) => format!(" as {instead} = None"),
                None => literal(parameter).map_or_else(String::new, |value| format!(" = {value}")),
            };
            text += &format!(
                "        {}: {}{default};\n",
                parameter.name(),
                rust(parameter)
            );
        }
        text += "    }\n";
    }
    text
}

/// The rest of the documentation of a class, as NumPy has it.
fn sections(kind: &Kind, module: &str) -> String {
    let mut text = String::from("    ///\n    /// Parameters\n    /// ----------\n");
    for parameter in &kind.parameters {
        let default = match (stand_in(parameter), literal(parameter)) {
            (Some(_), _) => ", optional".to_owned(),
            (None, Some(value)) if value == "None" => ", optional".to_owned(),
            (None, Some(value)) => format!(", default {value}"),
            (None, None) => String::new(),
        };
        let taken = match taken(parameter) {
            "int" => "int",
            "float" => "float",
            _ => "array_like",
        };
        text += &format!("    /// {} : {taken}{default}\n", parameter.name());
        text += &wrap(&meaning(parameter), "    ///     ", 0, WIDTH);
    }
    text += "    ///\n    /// Raises\n    /// ------\n    /// ValueError\n";
    text += "    ///     If a parameter is not where it must be.\n";
    let (call, shown) = example(kind);
    text += "    ///\n    /// Examples\n    /// --------\n";
    text += &format!("    /// >>> bocpd.{module}.{call}\n    /// {shown}\n");
    text
}

/// A call of the class, and what Python shows of it.
fn example(kind: &Kind) -> (String, String) {
    let mut given = Vec::new();
    let mut all = Vec::new();
    for parameter in &kind.parameters {
        let name = parameter.name();
        let value = match (&parameter.plain, some_value(name)) {
            (Some(value), _) => python(value),
            (None, Some((value, shown))) => {
                given.push(format!("{name}={value}"));
                shown.to_owned()
            }
            (None, None) if parameter.is_optional() => "None".to_owned(),
            (None, None) => panic!("{name} needs a value for the example of {}", kind.class),
        };
        all.push(format!("{name}={value}"));
    }
    let call = format!("{}({})", kind.class, given.join(", "));
    let shown = format!("{}({})", kind.class, all.join(", "));
    if shown.chars().count() <= WIDTH {
        return (call, shown);
    }
    let first = kind.parameters[0].name();
    let value = all[0].trim_start_matches(first).trim_start_matches('=');
    (format!("{call}.{first}"), value.to_owned())
}

/// For parameters that have no default: a value as it is given, and as Python shows it.
fn some_value(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "trials" => ("20", "20"),
        "mean_run_length" => ("250", "250.0"),
        "per_unit_time" | "p" => ("0.02", "0.02"),
        "shape" => ("1.5", "1.5"),
        "scale" => ("100", "100.0"),
        "k" => ("2", "2"),
        "hazards" => ("[0, 0.02]", "[0.0, 0.02]"),
        "mean_run_lengths" => ("[50, 250]", "[50.0, 250.0]"),
        _ => return None,
    })
}

fn python(value: &ParameterValue) -> String {
    match value {
        ParameterValue::Number(number) => format!("{number:?}"),
        ParameterValue::Whole(number) => number.to_string(),
        ParameterValue::List(list) => format!("{list:?}"),
    }
}

fn meaning(parameter: &Parameter) -> String {
    let meaning = parameter.meaning();
    match (&parameter.plain, parameter.same_as()) {
        (_, Some(other)) => format!("{meaning}; that of {other} if None."),
        (Some(ParameterValue::List(list)), _) if !parameter.is_optional() => {
            let list: Vec<_> = list.iter().map(ToString::to_string).collect();
            format!("{meaning}; {} if None.", list.join(", "))
        }
        _ => format!("{meaning}."),
    }
}

/// What stands for None.
fn stand_in(parameter: &Parameter) -> Option<String> {
    match (&parameter.plain, parameter.same_as()) {
        (_, Some(other)) => Some(other.to_owned()),
        (Some(ParameterValue::List(list)), _) => Some(format!("{list:?}")),
        _ => None,
    }
}

fn literal(parameter: &Parameter) -> Option<String> {
    match &parameter.plain {
        Some(ParameterValue::Number(number)) => Some(format!("{number:?}")),
        Some(ParameterValue::Whole(number)) => Some(number.to_string()),
        _ => parameter.is_optional().then(|| "None".to_owned()),
    }
}

fn rust(parameter: &Parameter) -> &'static str {
    match parameter.spec.kind {
        ParameterKind::Whole32 => "u32",
        ParameterKind::Whole64 => "u64",
        ParameterKind::List => "Vec<f64>",
        ParameterKind::OptionalList => "Option<Vec<f64>>",
        _ => "f64",
    }
}

fn taken(parameter: &Parameter) -> &'static str {
    match parameter.spec.kind {
        ParameterKind::Whole32 | ParameterKind::Whole64 => "int",
        ParameterKind::List | ParameterKind::OptionalList => {
            "Sequence[float] | NDArray[np.float64]"
        }
        _ => "float",
    }
}

fn given_back(parameter: &Parameter) -> &'static str {
    match parameter.spec.kind {
        ParameterKind::Whole32 | ParameterKind::Whole64 => "int",
        ParameterKind::List => "list[float]",
        ParameterKind::OptionalList => "list[float] | None",
        _ => "float",
    }
}

/// `name: type = default`.
fn argument(parameter: &Parameter) -> String {
    let (name, type_) = (parameter.name(), taken(parameter));
    if stand_in(parameter).is_some() || parameter.is_optional() {
        return format!("{name}: {type_} | None = None");
    }
    match literal(parameter) {
        Some(value) => format!("{name}: {type_} = {value}"),
        None => format!("{name}: {type_}"),
    }
}

/// The arguments of the class as people write them, with defaults.
pub(crate) fn call(kind: &Kind, keywords_only: bool) -> String {
    let mut arguments: Vec<_> = kind
        .parameters
        .iter()
        .map(|parameter| {
            let name = parameter.name();
            if stand_in(parameter).is_some() {
                return format!("{name}=None");
            }
            literal(parameter).map_or_else(|| name.to_owned(), |value| format!("{name}={value}"))
        })
        .collect();
    if keywords_only {
        arguments.insert(0, "*".to_owned());
    }
    format!("{}({})", kind.class, arguments.join(", "))
}

fn stubs(kinds: &[Kind], base: &str, keywords_only: bool) -> String {
    let mut text = String::new();
    for kind in kinds {
        let mut arguments = vec!["cls".to_owned()];
        if keywords_only {
            arguments.push("*".to_owned());
        }
        arguments.extend(kind.parameters.iter().map(argument));
        text += &format!("@final\nclass {}({base}):\n", kind.class);
        text += &method("__new__", &arguments, "Self");
        text += "    __match_args__: ClassVar[tuple[str, ...]]\n";
        for parameter in &kind.parameters {
            let (name, type_) = (parameter.name(), given_back(parameter));
            text += &format!("    @property\n    def {name}(self) -> {type_}: ...\n");
        }
        text += "\n";
    }
    text
}

/// A method in one line, with its arguments in one line, or with a line for each.
fn method(name: &str, arguments: &[String], result: &str) -> String {
    let joined = arguments.join(", ");
    let one = format!("    def {name}({joined}) -> {result}: ...\n");
    if one.trim_end().chars().count() <= WIDTH {
        return one;
    }
    let inner = if joined.chars().count() + 8 <= WIDTH {
        format!("        {joined}\n")
    } else {
        arguments
            .iter()
            .map(|argument| format!("        {argument},\n"))
            .collect()
    };
    format!("    def {name}(\n{inner}    ) -> {result}: ...\n")
}

/// The meaning of a parameter in the middle of a sentence.
pub(crate) fn in_a_sentence(parameter: &Parameter) -> String {
    small(parameter.meaning())
}
