//! Learning-rate schedules: the factor of the learning rate, epoch by epoch.

use core::f64::consts::PI;

use crate::TrainError;
use crate::math::float;
use crate::trainer::check_setting;

/// The factor of the learning rate in each epoch. Epochs are counted from 0.
///
/// ```
/// use mlp_core::{Adam, Schedule, Trainer};
///
/// let schedule = Schedule::cosine(100).warm_up(4);
/// assert_eq!(schedule.factor(0), 0.2); // 1/5, 2/5, 3/5, 4/5, then the cosine from 1 down to 0
/// assert_eq!(schedule.factor(4), 1.0);
/// assert!((schedule.factor(54) - 0.5).abs() < 1e-12);
/// assert_eq!(schedule.factor(104), 0.0);
///
/// let trainer = Trainer::new(Adam::new(0.01)).epochs(104).schedule(schedule);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Which of the constructors made it.
    #[cfg_attr(not(feature = "alloc"), expect(dead_code, reason = "a saved training says it"))]
    kind: &'static str,
    /// Computes the factor of an epoch. A function pointer, so that a program contains only the schedules that it uses.
    rule: fn(&Self, usize) -> f64,
    /// Computes what [`scaled`](Self::scaled) returns, for the same reason.
    scale: Scale,
    warm_up: usize,
    /// The length of a step, or of the cosine.
    epochs: usize,
    /// The factor of one step.
    factor: f64,
    function: fn(usize) -> f64,
}

type Scale = fn(&Schedule, f64, usize) -> Result<(f64, bool), f64>;

impl Schedule {
    const fn new(kind: &'static str, rule: fn(&Self, usize) -> f64) -> Self {
        Self { kind, rule, scale: Self::scale, warm_up: 0, epochs: 1, factor: 1.0, function: always_one }
    }

    /// The factor is always 1.
    #[must_use]
    pub const fn constant() -> Self {
        Self::new("constant", |_, _| 1.0)
    }

    /// Multiplies the learning rate by `factor` each time `every` epochs have passed: factor^⌊epoch / every⌋. Training
    /// refuses `every` = 0, and a factor that is not greater than 0 and finite.
    ///
    /// ```
    /// use mlp_core::Schedule;
    ///
    /// let halved = Schedule::step(10, 0.5);
    /// assert_eq!([9, 10, 25].map(|epoch| halved.factor(epoch)), [1.0, 0.5, 0.25]);
    /// ```
    #[must_use]
    pub const fn step(every: usize, factor: f64) -> Self {
        let power = |schedule: &Self, epoch| {
            libm::pow(schedule.factor, float(usize::checked_div(epoch, schedule.epochs).unwrap_or(0)))
        };
        Self { epochs: every, factor, ..Self::new("step", power) }
    }

    /// Multiplies the learning rate by `factor` after every epoch: factor^epoch.
    #[must_use]
    pub const fn exponential(factor: f64) -> Self {
        Self::step(1, factor)
    }

    /// Half a cosine wave from 1 down to 0 over `epochs` epochs, ½ (1 + cos(π epoch / epochs)), and 0 from then on
    /// (Loshchilov and Hutter, 2017, without restarts).
    #[must_use]
    pub const fn cosine(epochs: usize) -> Self {
        let cosine = |schedule: &Self, epoch| match epoch {
            epoch if epoch >= schedule.epochs => 0.0,
            epoch => 0.5 * (1.0 + libm::cos(PI * float(epoch) / float(schedule.epochs))),
        };
        Self { epochs, ..Self::new("cosine", cosine) }
    }

    /// Your own function computes the factor from the epoch; it must be at least 0 and finite. `factor` is a function,
    /// or a closure that captures nothing, so that a schedule needs no heap.
    ///
    /// ```
    /// use mlp_core::Schedule;
    ///
    /// let schedule = Schedule::from_fn(|epoch| 1.0 / (1.0 + epoch as f64));
    /// assert_eq!([0, 1, 3].map(|epoch| schedule.factor(epoch)), [1.0, 0.5, 0.25]);
    /// ```
    #[must_use]
    pub const fn from_fn(factor: fn(usize) -> f64) -> Self {
        Self { function: factor, ..Self::new("own function", |schedule, epoch| (schedule.function)(epoch)) }
    }

    /// Puts a linear warm-up of n epochs before the schedule: 1/(n + 1), 2/(n + 1), …, n/(n + 1) of its first factor.
    #[must_use]
    pub const fn warm_up(mut self, epochs: usize) -> Self {
        self.warm_up = epochs;
        self
    }

    /// The factor in an epoch, counted from 0.
    #[must_use]
    pub fn factor(&self, epoch: usize) -> f64 {
        match epoch.checked_sub(self.warm_up) {
            Some(epoch) => (self.rule)(self, epoch),
            None => (float(epoch) + 1.0) / (float(self.warm_up) + 1.0) * (self.rule)(self, 0),
        }
    }

    /// The learning rate times the factor in an epoch, and whether the factor is 0; or a factor that is negative, infinite or
    /// NaN.
    pub(crate) fn scaled(&self, learning_rate: f64, epoch: usize) -> Result<(f64, bool), f64> {
        (self.scale)(self, learning_rate, epoch)
    }

    fn scale(&self, learning_rate: f64, epoch: usize) -> Result<(f64, bool), f64> {
        let factor = self.factor(epoch);
        let is_factor = factor >= 0.0 && factor.is_finite();
        if is_factor { Ok((learning_rate * factor, factor == 0.0)) } else { Err(factor) }
    }

    /// Describes the schedule in words. A function of one's own is described by its factors in some of the `trained` epochs,
    /// because it may fail on others.
    #[cfg(feature = "alloc")]
    pub(crate) fn describe(&self, trained: usize) -> alloc::string::String {
        let Self { kind, warm_up, epochs, factor, function, .. } = self;
        let probed = [0_usize, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000].into_iter();
        let probed = probed.filter(|epoch| epoch.saturating_add(*warm_up) < trained);
        let factors: alloc::vec::Vec<_> = probed.map(function).collect();
        alloc::format!(
            "{kind}, length {epochs}, factor {factor}, warm-up {warm_up}, factors of the function {factors:?}"
        )
    }

    /// Checks the settings.
    pub(crate) fn check(&self) -> Result<(), TrainError> {
        check_setting(self.epochs > 0, "length of the schedule", float(self.epochs), "at least 1 epoch")?;
        let is_factor = self.factor > 0.0 && self.factor.is_finite();
        check_setting(is_factor, "factor of the schedule", self.factor, "greater than 0 and finite")
    }
}

const fn always_one(_epoch: usize) -> f64 {
    1.0
}
