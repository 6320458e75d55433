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

pub(super) fn read<T: Scalar, A: Array<T>>(
    section: &Section<'_>,
    names: impl Iterator<Item = Name>,
) -> Result<Scaling<A>, LoadError> {
    let mut scaling = Scaling { offset: A::zeros(), scale: A::zeros() };
    let slots = scaling.offset.as_mut().iter_mut().zip(scaling.scale.as_mut());
    let mut known = Vec::new();
    for (name, (offset, scale)) in names.zip(slots) {
        let name = name.to_string();
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
