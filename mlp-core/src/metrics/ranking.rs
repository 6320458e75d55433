//! Examples of one class and of all others, ranked by their score for the class.

use alloc::vec::Vec;

use super::{MetricsError, check_lengths, class_of_target, output_of};
use crate::Scalar;

/// An example: its score for a class, and whether it belongs to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranked {
    pub(super) score: f64,
    pub(super) is_positive: bool,
}

/// The examples, with their scores for a class, in their order. The score is the output of the class.
pub(super) fn scored<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
    class: usize,
) -> Result<Vec<Ranked>, MetricsError> {
    check_lengths(y_true.len(), y_pred.len())?;
    let classes = O.max(2);
    if class >= classes {
        return Err(MetricsError::Class { class, classes });
    }
    let ranked = |(example, (y_true, y_pred)): (usize, (&[T; O], &[T; O]))| {
        let its_class = class_of_target(example, y_true)?;
        let score = output_of(class, y_pred);
        if score.is_nan() {
            Err(MetricsError::Prediction { example })
        } else {
            Ok(Ranked { score, is_positive: its_class == class })
        }
    };
    y_true.iter().zip(y_pred).enumerate().map(ranked).collect()
}

/// How many positive and negative examples have this score or a higher one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Above {
    pub(super) threshold: f64,
    pub(super) positive: usize,
    pub(super) negative: usize,
}

/// The examples ranked by their scores for a class.
#[derive(Clone, Debug)]
pub(super) struct Ranking {
    /// For each different score, from the highest to the lowest. Examples of the same score count together.
    pub(super) above: Vec<Above>,
    /// How many examples belong to the class, at least one, and how many do not.
    pub(super) positive: usize,
    pub(super) negative: usize,
}

impl Ranking {
    pub(super) fn new<T: Scalar, const O: usize>(
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
        class: usize,
    ) -> Result<Self, MetricsError> {
        let mut examples = scored(y_true, y_pred, class)?;
        examples.sort_by(|a, b| b.score.total_cmp(&a.score));
        let (mut positive, mut negative) = (0, 0);
        let group = |group: &[Ranked]| {
            let own = group.iter().filter(|example| example.is_positive).count();
            positive += own;
            negative += group.len() - own;
            Above { threshold: group[0].score, positive, negative }
        };
        let above = examples.chunk_by(|a, b| a.score == b.score).map(group).collect();
        if positive == 0 { Err(MetricsError::NoneOfClass { class }) } else { Ok(Self { above, positive, negative }) }
    }
}
