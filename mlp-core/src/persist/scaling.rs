//! A scaling in a file: an offset and a scale for each column.

use super::node::Node;
use super::section::Section;
use super::{LoadError, SaveError};
use crate::{Array, Name, Scalar, Scaling};

const OFFSET: &str = "offset";
const SCALE: &str = "scale";

pub(super) fn describe<T: Scalar, A: Array<T>>(
    names: impl Iterator<Item = Name>,
    scaling: &Scaling<A>,
) -> Result<Node, SaveError> {
    let pairs = scaling.offset.as_ref().iter().zip(scaling.scale.as_ref());
    let column = |(name, (&offset, &scale)): (Name, (&T, &T))| {
        let numbers = vec![
            (OFFSET.into(), Node::number(OFFSET.into(), offset)?),
            (SCALE.into(), Node::number(SCALE.into(), scale)?),
        ];
        if scale > T::ZERO {
            Ok((name.to_string().into(), Node::Object(numbers)))
        } else {
            Err(SaveError::Scale { name, scale: scale.to_f64() })
        }
    };
    Ok(Node::Object(names.zip(pairs).map(column).collect::<Result<_, _>>()?))
}

/// Reads the scaling of each column. A column has the name that the network gives it or, if the network may be
/// `renamed`, the one that it would have if it were rolled or unrolled: `x[0]` for `x1`.
pub(super) fn read<T: Scalar, A: Array<T>>(
    section: &Section<'_>,
    names: impl Iterator<Item = Name>,
    renamed: bool,
) -> Result<Scaling<A>, LoadError> {
    let mut scaling = Scaling { offset: A::zeros(), scale: A::zeros() };
    let slots = scaling.offset.as_mut().iter_mut().zip(scaling.scale.as_mut());
    let mut known = Vec::new();
    for ((index, name), (offset, scale)) in names.enumerate().zip(slots) {
        let mut name = name.to_string();
        if renamed {
            let word = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || "[]".contains(letter));
            let others = [format!("{word}[{index}]"), format!("{word}{}", index + 1), word.to_owned()];
            name = others.into_iter().find(|other| section.has(other)).unwrap_or(name);
        }
        let column = section.section(&name)?;
        *offset = column.scalar(OFFSET)?;
        *scale = column.scalar(SCALE)?;
        column.only(|key| key == OFFSET || key == SCALE)?;
        if *scale <= T::ZERO {
            return Err(column.problem(format!("the scale of `{}{name}` is {scale}, not above 0", section.prefix)));
        }
        known.push(name);
    }
    section.only(|key| known.iter().any(|name| name == key))?;
    Ok(scaling)
}
