//! serde's traits for the generated structs. All of these structs are alike: named scalars.
//!
//! A derive would write functions for every struct. The two functions here serve all structs, which saves compile time
//! in the user's crate.

use std::borrow::Cow;
use std::fmt::{self, Formatter};
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

/// Implements both traits for a generated struct. The type parameters have leading underscores, because the struct may
/// be called `S` or `D`.
#[doc(hidden)]
#[macro_export]
macro_rules! serde_by_name {
    ($name:ident { $($field:ident),* }) => {
        impl $crate::__private::by_name::serde::Serialize for $name {
            fn serialize<__Serializer: $crate::__private::by_name::serde::Serializer>(
                &self,
                serializer: __Serializer,
            ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
                let $name { $($field),* } = self;
                let fields = &[$(::core::stringify!($field)),*];
                $crate::__private::by_name::serialize(::core::stringify!($name), fields, &[$(*$field),*], serializer)
            }
        }

        impl<'de> $crate::__private::by_name::serde::Deserialize<'de> for $name {
            fn deserialize<__Deserializer: $crate::__private::by_name::serde::Deserializer<'de>>(
                deserializer: __Deserializer,
            ) -> ::core::result::Result<Self, __Deserializer::Error> {
                let fields = &[$(::core::stringify!($field)),*];
                let [$($field),*] =
                    $crate::__private::by_name::deserialize(::core::stringify!($name), fields, deserializer)?;
                ::core::result::Result::Ok($name { $($field),* })
            }
        }
    };
}

pub use serde;

/// Writes a struct with these fields.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<T: Serialize, S: Serializer>(
    name: &'static str,
    fields: &'static [&'static str],
    values: &[T],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut state = serializer.serialize_struct(name, values.len())?;
    fields.iter().zip(values).try_for_each(|(field, value)| state.serialize_field(plain(field), value))?;
    state.end()
}

/// Reads a struct with these fields.
///
/// # Errors
///
/// If a field is missing, duplicated or unknown; and those of the deserializer.
pub fn deserialize<'de, T, D, const N: usize>(
    name: &'static str,
    fields: &'static [&'static str; N],
    deserializer: D,
) -> Result<[T; N], D::Error>
where
    T: Deserialize<'de> + Copy + Default,
    D: Deserializer<'de>,
{
    deserializer.deserialize_struct(name, fields, StructVisitor { name, names: fields, scalar: PhantomData })
}

/// The name without the `r#` of `r#type`.
fn plain(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}

struct StructVisitor<T, const N: usize> {
    name: &'static str,
    names: &'static [&'static str; N],
    scalar: PhantomData<T>,
}

impl<'de, T: Deserialize<'de> + Copy + Default, const N: usize> Visitor<'de> for StructVisitor<T, N> {
    type Value = [T; N];

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.name)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<[T; N], A::Error> {
        let mut values = [T::default(); N];
        for (index, slot) in values.iter_mut().enumerate() {
            *slot = sequence.next_element()?.ok_or_else(|| A::Error::invalid_length(index, &self))?;
        }
        Ok(values)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<[T; N], A::Error> {
        let mut values = [None; N];
        let mut next = 0;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            // Fields usually come in order, so the next one is tried first.
            let is_key = |index: &usize| self.names.get(*index).is_some_and(|field| plain(field) == key);
            let index = Some(next).filter(is_key).or_else(|| (0..N).find(is_key));
            let index = index.ok_or_else(|| A::Error::unknown_field(&key, self.names))?;
            if values[index].replace(map.next_value()?).is_some() {
                return Err(A::Error::duplicate_field(plain(self.names[index])));
            }
            next = index + 1;
        }
        if let Some(missing) = values.iter().position(Option::is_none) {
            return Err(A::Error::missing_field(plain(self.names[missing])));
        }
        Ok(values.map(Option::unwrap_or_default))
    }
}
