//! Results that are plain data: one class from one list of fields.

/// A frozen class with keyword arguments, equality, a `repr` that recreates and
/// pickles, from its fields. What stands after them is documentation too, its examples.
macro_rules! record {
    (in $module:literal; $(#[$doc:meta])* $name:ident {
        $($(#[doc = $field_doc:literal])* $field:ident : $type:ty $(= $default:tt)?),* $(,)?
    } $(#[$after:meta])*) => {
        $(#[$doc])*
        ///
        /// Attributes
        /// ----------
        #[doc = concat!($(stringify!($field), "\n", $("   ", $field_doc, "\n",)*)*)]
        $(#[$after])*
        #[pyclass(module = $module, frozen, get_all, eq, from_py_object)]
        #[derive(Clone, PartialEq)]
        pub(crate) struct $name {
            $($(#[doc = $field_doc])* pub(crate) $field: $type,)*
        }

        #[pymethods]
        impl $name {
            #[classattr]
            fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, pyo3::types::PyTuple>> {
                pyo3::types::PyTuple::new(py, [$(stringify!($field)),*])
            }

            #[new]
            #[allow(clippy::too_many_arguments, reason = "they have names in Python")]
            #[pyo3(signature = (*, $($field $(= $default)?),*))]
            fn new($($field: $type),*) -> Self {
                Self { $($field),* }
            }

            fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
                crate::plain::repr(slf)
            }

            fn __getnewargs_ex__<'py>(
                slf: &Bound<'py, Self>,
            ) -> PyResult<crate::plain::NewArgs<'py>> {
                crate::plain::new_args(slf)
            }
        }
    };
}

pub(crate) use record;
