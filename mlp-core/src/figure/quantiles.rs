//! The parameters of a layer as a few curves: their quantiles, where there are too many for a curve each.

use crate::Scalar;

/// The smallest value, the lower quartile, the median, the upper quartile and the largest value.
pub(super) const QUANTILES: usize = 5;

/// Divides the records into at most `stretches`, and computes the quantiles of all values of each. Every result begins with
/// the record at which it is drawn.
pub(super) fn quantiles<T: Scalar>(columns: &[&[T]], stretches: usize) -> Vec<(usize, [f64; QUANTILES])> {
    let records = columns.iter().map(|column| column.len()).min().unwrap_or(0);
    let width = records.div_ceil(stretches).max(1);
    let stretch = |start: usize| {
        let end = (start + width).min(records);
        let values = columns.iter().flat_map(|column| &column[start..end]);
        let mut values: Vec<_> = values.map(|value| value.to_f64()).collect();
        let quantiles = std::array::from_fn(|quarter| {
            let rank = (values.len() - 1) * quarter / (QUANTILES - 1);
            *values.select_nth_unstable_by(rank, f64::total_cmp).1
        });
        // The last stretch is drawn at the last record, so that curves end there.
        (if end == records { end - 1 } else { start }, quantiles)
    };
    (0..records).step_by(width).map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_has_its_quantiles() {
        let columns: [&[f32]; 5] = [&[5.0, 1.0], &[1.0, 1.0], &[4.0, 1.0], &[2.0, 1.0], &[3.0, 9.0]];
        assert_eq!(quantiles(&columns, 640), [(0, [1.0, 2.0, 3.0, 4.0, 5.0]), (1, [1.0, 1.0, 1.0, 1.0, 9.0])]);
        assert_eq!(quantiles::<f64>(&[], 640), []);
        assert_eq!(quantiles::<f64>(&[&[], &[]], 640), []);
    }

    #[test]
    fn long_columns_keep_their_extremes_and_end_at_the_last_record() {
        let mut values = vec![0.5; 100_001];
        (values[54_321], values[777]) = (9.0, -9.0);
        let drawn = quantiles(&[&values, &vec![0.5; 100_001]], 640);
        assert!(drawn.len() <= 640 && drawn.last().unwrap().0 == 100_000);
        assert!(drawn.iter().any(|(_, quantiles)| quantiles[0] == -9.0));
        assert!(drawn.iter().any(|(_, quantiles)| quantiles[4] == 9.0));
        assert!(drawn.iter().all(|(_, quantiles)| quantiles[2] == 0.5));
    }
}
