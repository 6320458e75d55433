//! Places for labels: each as near as possible to what it labels, and none above another.

/// The places of labels that would like to be at `wanted`, in ascending order, at least `gap` apart and within
/// `low..=high` if they have room there.
pub(super) fn spread(wanted: &[i32], gap: i32, low: i32, high: i32) -> Vec<i32> {
    let mut groups: Vec<Group> = Vec::new();
    for &place in wanted {
        let mut last = Group { sum: i64::from(place), count: 1 };
        while let Some(before) = groups.pop() {
            if before.start(gap, low, high) + before.count * i64::from(gap) <= last.start(gap, low, high) {
                groups.push(before);
                break;
            }
            // The places of the group, each moved to where the first label of the group would be.
            last = Group {
                sum: before.sum + last.sum - last.count * before.count * i64::from(gap),
                count: before.count + last.count,
            };
        }
        groups.push(last);
    }
    let places = groups.iter().flat_map(|group| {
        let start = group.start(gap, low, high);
        (0..group.count).map(move |number| start + number * i64::from(gap))
    });
    places.map(|place| i32::try_from(place).unwrap_or(high)).collect()
}

/// Labels that touch.
struct Group {
    /// The sum of the wanted places, of each label less the gaps before it.
    sum: i64,
    count: i64,
}

impl Group {
    /// The place of the first label that brings all of them nearest to their wanted places.
    fn start(&self, gap: i32, low: i32, high: i32) -> i64 {
        let last = i64::from(high) - (self.count - 1) * i64::from(gap);
        (self.sum / self.count).min(last).max(i64::from(low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stay_where_they_are_if_they_have_room() {
        assert_eq!(spread(&[10, 40, 95], 20, 0, 100), [10, 40, 95]);
        assert_eq!(spread(&[], 20, 0, 100), [0; 0]);
    }

    #[test]
    fn labels_that_would_touch_share_the_shift() {
        assert_eq!(spread(&[50, 50], 20, 0, 100), [40, 60]);
        assert_eq!(spread(&[50, 50, 50, 90], 20, 0, 100), [30, 50, 70, 90]);
        assert_eq!(spread(&[0, 1, 2], 10, 0, 100), [0, 10, 20]);
        assert_eq!(spread(&[99, 100], 10, 0, 100), [90, 100]);
    }

    #[test]
    fn labels_are_apart_whatever_is_wanted() {
        for seed in 0..50_u64 {
            let mut rng = crate::rng(seed);
            let mut draw = || i32::try_from(rand::Rng::next_u32(&mut rng) % 1000).unwrap();
            let mut wanted: Vec<_> = (0..40).map(|_| draw()).collect();
            wanted.sort_unstable();
            let places = spread(&wanted, 25, 0, 1000);
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 25), "{places:?}");
            assert!(places[0] >= 0 && places[39] <= 1000, "{places:?}");
        }
    }
}
