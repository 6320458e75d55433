//! The rules of built-in optimizers as data, for populations.

/// A built-in rule as data. A population gives each of its networks the factors of its own rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BuiltInRule {
    /// parameter ← parameter − η g
    Descent,
    /// See [`Momentum`](super::Momentum).
    #[allow(missing_docs)]
    Momentum { momentum: f64, weight_decay: f64, nesterov: bool },
    /// See [`RmsProp`](super::RmsProp) and [`Adagrad`](super::Adagrad): v ← old · v + new · g².
    #[allow(missing_docs)]
    Adaptive { old: f64, new: f64, epsilon: f64 },
    /// See [`AdamW`](super::AdamW); the weight decay of [`Adam`](super::Adam) is 0.
    #[allow(missing_docs)]
    Adam { betas: [f64; 2], epsilon: f64, weight_decay: f64 },
}
