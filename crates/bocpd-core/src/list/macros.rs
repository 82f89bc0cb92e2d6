//! What is made from the entries of the lists. The lists themselves, and how an entry is
//! written, are in `models.rs` and `hazards.rs`.

/// From the list of models: `ModelConfig`, `MODELS`, `Kind`, and the one function that builds
/// models from configurations.
macro_rules! models {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident($code:literal, $tag:literal): $observes:ident $(, beside $beside:ident)?
        $(, of $several:ident)? {
            $(
                $(#[doc = $prior_doc:literal])+
                $prior:ident: $prior_type:ty as $prior_limits:path,
                $prior_rule:ident $prior_default:expr;
            )*
            $(known $(
                $(#[doc = $known_doc:literal])+
                $known:ident: $known_type:ty as $known_limits:path,
                $known_rule:ident $($known_default:expr)?;
            )+)?
            $(check $also:expr;)?
        }
        $(from_data $from_data:literal;)?
        advice $advice:literal;
        words $words:literal $(, $argument:expr)*;
    )+) => {
        configurations! {
            /// An observation model with its parameters, named as in the constructors.
            enum ModelConfig = "ModelConfig" of "model";
            /// Every model that comes with the crate, by code: what front-ends, tests and
            /// documentation are made from.
            static MODELS: ModelSpec;
            /// A model of the caller's, for observations of so many numbers: see
            /// `Config::build_with_model` (feature `serde`).
            Own(7) {
                /// How many numbers make an observation.
                dimension: usize
            }
            $(
                $(#[doc = $doc])+
                $name($code, $tag) {
                    $($(#[doc = $prior_doc])+
                    $prior: $prior_type as $prior_limits, prior, $prior_rule $prior_default;)*
                    $($($(#[doc = $known_doc])+
                    $known: $known_type as $known_limits, known, $known_rule $($known_default)?;)+)?
                }
                check [$($also)?]
                words [$words $(, $argument)*]
                spec [
                    observes: Observes::$observes,
                    beside: optional!($(Beside::$beside)?),
                    of_several: is_said!($($several)?),
                    from_data: optional!($($from_data)?),
                    advice: $advice,
                ]
            )+
        }

        impl ModelConfig {
            /// The model: the only place that makes models from configurations.
            ///
            /// # Errors
            /// Names the first parameter that cannot be used.
            pub fn build(&self) -> Result<AnyModel, ParameterError> {
                match self {
                    $(Self::$name { $($prior,)* $($($known,)+)? } => crate::model::$name::new(
                        $(Field::argument($prior),)*
                        $($(Field::argument($known),)+)?
                    ).map(AnyModel::of),)+
                    Self::Own { .. } => {
                        let must = "come with its functions: Config::build_with_model";
                        Err(ParameterError::without_value("model", must))
                    }
                }
            }
        }

        /// A kind of model, with what no data can tell of it.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Kind {
            $(
                #[doc = concat!("[`", stringify!($name), "`](crate::model::", stringify!($name), ")")]
                $name $({ $(
                    $(#[doc = $known_doc])+
                    $known: $known_type,
                )+ })?,
            )+
        }

        impl Kind {
            /// The model with a prior on the scale of a series.
            pub(crate) fn model(self, series: &Series) -> ModelConfig {
                match self {
                    $(Self::$name $({ $($known),+ })? => {
                        // One after the other: some are made from those before.
                        $(let $prior = from_series!($prior_rule, series, $prior_default);)*
                        ModelConfig::$name { $($prior,)* $($($known,)+)? }
                    })+
                }
            }
        }
    };
}

/// From the list of hazards: `HazardConfig`, `HAZARDS`, and `AnyHazard`.
macro_rules! hazards {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident($code:literal, $tag:literal): $in_time:ident {
            $(
                $(#[doc = $field_doc:literal])+
                $field:ident: $type:ty as $limits:path, $rule:ident $($default:expr)?;
            )*
            $(check $also:expr;)?
        }
        advice $advice:literal;
        words $words:literal $(, $argument:expr)*;
    )+) => {
        configurations! {
            /// A hazard with its parameters, named as in the constructors.
            enum HazardConfig = "HazardConfig" of "hazard";
            /// Every hazard that comes with the crate, by code: what front-ends, tests and
            /// documentation are made from.
            static HAZARDS: HazardSpec;
            /// A hazard of the caller's: see
            /// [`Config::build_with_hazard`](crate::config::Config::build_with_hazard).
            Own(6)
            $(
                $(#[doc = $doc])+
                $name($code, $tag) {
                    $($(#[doc = $field_doc])+
                    $field: $type as $limits, prior, $rule $($default)?;)*
                }
                check [$($also)?]
                words [$words $(, $argument)*]
                spec [
                    in_time: matches!(Time::$in_time, Time::Continuous),
                    advice: $advice,
                ]
            )+
        }

        /// One of the hazards, chosen at run time.
        #[derive(Clone)]
        #[non_exhaustive]
        #[expect(missing_docs, reason = "the variants are named as the hazards are")]
        pub enum AnyHazard {
            $($name(crate::hazard::$name),)+
            /// One of them with a least length of segments, or another sensitivity.
            Adjusted(alloc::boxed::Box<crate::hazard::Adjusted<AnyHazard>>),
            /// One that the caller brought.
            #[cfg(target_has_atomic = "ptr")]
            Own(crate::hazard::SharedHazard),
        }

        impl AnyHazard {
            /// The only place that makes hazards from configurations.
            pub(crate) fn new(config: &HazardConfig) -> Result<Self, ParameterError> {
                Ok(match config {
                    $(HazardConfig::$name { $($field),* } => {
                        Self::$name(crate::hazard::$name::new($(Field::argument($field)),*)?)
                    })+
                    HazardConfig::Own => {
                        let must = "come with its function: Config::build_with_hazard";
                        return Err(ParameterError::without_value("hazard", must));
                    }
                })
            }

            fn inner(&self) -> &dyn Hazard {
                match self {
                    $(Self::$name(hazard) => hazard,)+
                    Self::Adjusted(hazard) => &**hazard,
                    #[cfg(target_has_atomic = "ptr")]
                    Self::Own(hazard) => &**hazard,
                }
            }
        }

        impl Hazard for AnyHazard {
            fn hazard(&self, length: u64) -> f64 {
                self.inner().hazard(length)
            }

            #[inline(always)]
            fn constant(&self) -> Option<f64> {
                match self {
                    $(Self::$name(hazard) => hazard.constant(),)+
                    Self::Adjusted(hazard) => hazard.constant(),
                    #[cfg(target_has_atomic = "ptr")]
                    Self::Own(hazard) => hazard.constant(),
                }
            }

            fn fill(&self, lengths: &[u64], hazards: &mut [f64]) {
                self.inner().fill(lengths, hazards);
            }

            fn over(&self, age: f64, elapsed: f64) -> Option<f64> {
                self.inner().over(age, elapsed)
            }

            fn ln_survival(&self, length: u64, further: u64) -> Option<f64> {
                self.inner().ln_survival(length, further)
            }

            fn mean_residual(&self, length: u64) -> Option<f64> {
                self.inner().mean_residual(length)
            }

            fn ln_survival_over(&self, age: f64, elapsed: f64) -> Option<f64> {
                self.inner().ln_survival_over(age, elapsed)
            }
        }
    };
}

/// What both lists have in common: the enum of configurations with its checks, its words and
/// its forms as data, and the list of what is known of each.
macro_rules! configurations {
    (
        $(#[doc = $enum_doc:literal])+
        enum $config:ident = $remote:literal of $module:literal;
        $(#[doc = $list_doc:literal])+
        static $list:ident: $spec:ident;
        $(#[doc = $own_doc:literal])+
        Own($own_code:literal) $({
            $(#[doc = $own_field_doc:literal])+
            $own_field:ident: $own_type:ty
        })?
        $(
            $(#[doc = $doc:literal])+
            $name:ident($code:literal, $tag:literal) {
                $(
                    $(#[doc = $field_doc:literal])+
                    $field:ident: $type:ty as $limits:path,
                    $role:ident, $rule:ident $($default:expr)?;
                )*
            }
            check [$($also:expr)?]
            words [$words:literal $(, $argument:expr)*]
            spec [$($extra:tt)*]
        )+
    ) => {
        $(#[doc = $enum_doc])+
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $config {
            $(
                $(#[doc = $doc])+
                #[doc = ""]
                #[doc = concat!(
                    "[`", stringify!($name), "::new`](crate::", $module, "::", stringify!($name), "::new)."
                )]
                $name { $($(#[doc = $field_doc])+ $field: $type,)* },
            )+
            $(#[doc = $own_doc])+
            Own $({
                $(#[doc = $own_field_doc])+
                $own_field: $own_type,
            })?,
        }

        $(#[doc = $list_doc])+
        pub static $list: &[$spec] = &[$($spec {
            code: $code,
            name: $tag,
            class: stringify!($name),
            doc: concat!($($doc, "\n"),+),
            parameters: &[$(ParameterSpec {
                name: stringify!($field),
                kind: <$type as Field>::KIND,
                limits: $limits,
                default: rule!($rule $($default)?),
                known: role!($role),
                doc: concat!($($field_doc),+),
            },)*],
            fill: {
                fn fill(given: &Given) -> Result<$config, ParameterError> {
                    let _ = given; // where there are no parameters
                    $(value!(known $role, given, $field: $type, $rule $($default)?);)*
                    $(value!(prior $role, given, $field: $type, $rule $($default)?);)*
                    Ok($config::$name { $($field),* })
                }
                fill
            },
            $($extra)*
        },)+];

        // Codes stand in snapshots: none is given twice.
        const _: () = {
            let codes: &[u32] = &[$($code),+];
            let mut i = 0;
            while i < codes.len() {
                assert!(codes[i] != $own_code, "the code of what the caller brings");
                assert!(i == 0 || codes[i - 1] < codes[i], "codes do not ascend");
                i += 1;
            }
        };

        impl $config {
            /// Whether this can be built: every parameter is within its limits. Builds
            /// nothing, and so costs nothing.
            ///
            /// # Errors
            /// Names the first parameter that cannot be used.
            pub fn check(&self) -> Result<(), ParameterError> {
                match self {
                    $(Self::$name { $($field),* } => {
                        $(Field::check(
                            $field,
                            stringify!($field),
                            concat!("length of ", stringify!($field)),
                            &$limits,
                        )?;)*
                        $($also?;)?
                        Ok(())
                    })+
                    Self::Own { .. } => Ok(()),
                }
            }

            /// Whether a snapshot may name one by this code.
            #[cfg(feature = "serde")]
            pub(crate) fn knows(code: u32) -> bool {
                code == $own_code || $list.iter().any(|spec| spec.code == code)
            }

            /// What is known of this kind; `None` if it is the caller's own.
            pub fn spec(&self) -> Option<&'static $spec> {
                let code: u32 = match self {
                    $(Self::$name { .. } => $code,)+
                    Self::Own { .. } => return None,
                };
                $list.iter().find(|spec| spec.code == code)
            }

            /// The parameters in the order of the constructor; `None` for an optional one
            /// that is not there.
            pub fn values(&self) -> Vec<Option<ParameterValue>> {
                match self {
                    $(Self::$name { $($field),* } => vec![$(Field::value($field)),*],)+
                    Self::Own { .. } => Vec::new(),
                }
            }

            /// What is assumed by choosing this, in words.
            pub(crate) fn in_words(&self) -> String {
                match self {
                    $(Self::$name { $($field),* } => {
                        let _ = ($($field,)*); // not all of them need be said
                        format!($words $(, $argument)*)
                    })+
                    Self::Own $({ $own_field })? => own_in_words($(*$own_field)?),
                }
            }
        }

        /// What people read and write.
        #[cfg(feature = "serde")]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(remote = $remote, rename_all = "snake_case", deny_unknown_fields)]
        enum Readable {
            $(#[serde(rename = $tag)] $name { $($field: $type,)* },)+
            Own $({ $own_field: $own_type })?,
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $config {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    return Readable::serialize(self, serializer);
                }
                match self {
                    $(Self::$name { $($field),* } => {
                        stored::write($code, ($($field,)*), serializer)
                    })+
                    Self::Own $({ $own_field })? => {
                        stored::write($own_code, ($($own_field,)?), serializer)
                    }
                }
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $config {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    return Readable::deserialize(deserializer);
                }
                stored::read(deserializer)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> stored::Stored<'de> for $config {
            fn read<A: serde::de::SeqAccess<'de>>(
                code: u32,
                fields: stored::Fields<A>,
            ) -> Result<Self, A::Error> {
                match code {
                    $($code => {
                        let ($($field,)*) = fields.read::<($($type,)*)>()?;
                        Ok(Self::$name { $($field),* })
                    })+
                    $own_code => {
                        let ($($own_field,)?) = fields.read::<($($own_type,)?)>()?;
                        Ok(Self::Own $({ $own_field })?)
                    }
                    unknown => Err(stored::unknown(unknown)),
                }
            }
        }
    };
}

/// One parameter of a configuration that is being filled: a variable of its name. Those
/// that are known come first, since priors may be made from them.
macro_rules! value {
    (known known, $($rest:tt)*) => { value!($($rest)*) };
    (prior prior, $($rest:tt)*) => { value!($($rest)*) };
    (known prior, $($rest:tt)*) => {};
    (prior known, $($rest:tt)*) => {};
    ($given:ident, $field:ident: $type:ty, $rule:ident $($default:expr)?) => {
        let $field: $type = {
            let name = stringify!($field);
            let length = concat!("length of ", stringify!($field));
            value!($rule, $given, name, length $(, $default)?)?
        };
    };
    (required, $given:ident, $name:ident, $length:ident) => { $given.required($name, $length) };
    (from, $given:ident, $name:ident, $length:ident, $default:expr) => {
        $given.or_from($name, $length, $default)
    };
    ($rule:ident, $given:ident, $name:ident, $length:ident, $default:expr) => {
        $given.or($name, $length, || $default)
    };
}

/// A default where there is a series.
macro_rules! from_series {
    (from, $series:ident, $default:expr) => {
        $series.answer($default)
    };
    ($rule:ident, $series:ident, $default:expr) => {
        $default
    };
}

macro_rules! rule {
    (required) => {
        DefaultRule::Required
    };
    (default $default:expr) => {
        DefaultRule::Fixed
    };
    (same $other:expr) => {
        DefaultRule::Same(stringify!($other))
    };
    (from $default:expr) => {
        DefaultRule::FromData
    };
}

macro_rules! role {
    (known) => {
        true
    };
    (prior) => {
        false
    };
}

macro_rules! is_said {
    () => {
        false
    };
    ($said:ident) => {
        true
    };
}

macro_rules! optional {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}
