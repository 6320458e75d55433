//! Many predictions at once: the one place that knows how the crate does it.

use mlp_core::Network;

/// Predicts `xs[i]` into `ys[i]`.
pub(crate) fn predict_batch<N: Network>(network: &N, xs: &[N::Input], ys: &mut [N::Output]) {
    for (y, &x) in ys.iter_mut().zip(xs) {
        *y = network.predict(x);
    }
}
