//! Parts of a data set that the caller chooses.

use std::ops::Range;

use super::{Column, Dataset, SplitError};
use crate::Scalar;

/// The parts keep the names of inputs and classes, which inputs are one-hot, and the report on the whole file.
impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// The examples with these indices, in this order: a range, or any other iterator. An index may come several times.
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// // Years in their order: the last two are for testing.
    /// let data = Dataset::new((0_u8..10).map(|year| ([f64::from(year)], [])).collect());
    /// let (train, test) = (data.subset(0..8)?, data.subset(8..10)?);
    /// assert_eq!(test.examples(), [([8.0], []), ([9.0], [])]);
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no example with one of the indices.
    pub fn subset(&self, indices: impl IntoIterator<Item = usize>) -> Result<Self, SplitError> {
        let examples = self.examples.len();
        let example = |index| self.examples.get(index).copied().ok_or(SplitError::NoExample { index, examples });
        let chosen = indices.into_iter().map(example).collect::<Result<Vec<_>, _>>()?;
        Ok(self.with(chosen.into_iter()))
    }

    /// The examples whose inputs and targets satisfy a condition, in their order.
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// let data = Dataset::new(vec![([1.0], [0.0]), ([2.0], [1.0]), ([3.0], [0.0])]);
    /// assert_eq!(data.filter(|x, _| x[0] > 1.0).examples(), [([2.0], [1.0]), ([3.0], [0.0])]);
    /// ```
    #[must_use]
    pub fn filter(&self, mut condition: impl FnMut(&[T; I], &[T; O]) -> bool) -> Self {
        self.with(self.examples.iter().filter(|(x, y_true)| condition(x, y_true)).copied())
    }
}

/// The columns of the inputs.
impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// The columns with their inputs. A category is one column. Without names, each input is a column.
    pub(crate) fn columns(&self) -> Vec<(String, Range<usize>)> {
        let Some(schema) = &self.schema else {
            return (0..I).map(|input| (format!("input {input}"), input..input + 1)).collect();
        };
        let mut begin = 0;
        let column = |column: &Column| {
            let inputs = begin..begin + column.width(schema.unseen_values());
            begin = inputs.end;
            (column.name().to_owned(), inputs)
        };
        schema.columns().iter().map(column).collect()
    }

    /// A copy in which each example has these inputs of the example that `order` names.
    pub(crate) fn with_permuted(&self, inputs: &Range<usize>, order: &[usize]) -> Self {
        self.with(self.examples.iter().zip(order).map(|(&(mut x, y_true), &other)| {
            x[inputs.clone()].copy_from_slice(&self.examples[other].0[inputs.clone()]);
            (x, y_true)
        }))
    }
}
