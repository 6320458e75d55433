//! The functions of large unrolled networks, compiled for the vectors of the processor.
//!
//! Up to 64 parameters, everything that [`mlp!`](crate::mlp) writes is inlined where it is used and compiled like the
//! code around it. Above 64, the steps of the forward pass stand in an impl of [`Forward`]. From 257 on, those of
//! backpropagation and of the update stand in [`Backprop`] and [`Update`] too. On x86-64 with `std` these steps are
//! compiled twice: for every processor, and for those with AVX2, whose vectors hold four neurons in `f64`. Each call
//! checks the processor. Both versions do the same operations and fuse none, so their bits are the same.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use crate::Network;
use crate::math::MultiplyAdd;
use crate::simd::{self, Task};

/// A network with `I` inputs whose forward pass is compiled here. [`forward()`] has an example.
pub trait Forward<const I: usize>: Network {
    /// The steps of [`Network::forward`], to be inlined into functions that are compiled for different processors.
    #[must_use]
    fn forward(&self, x: [Spaced<Self::Scalar>; I]) -> <Self as Network>::Forward;
}

/// A network whose backpropagation is compiled here. [`backprop()`] has an example.
pub trait Backprop: Network {
    /// The steps of [`Network::backprop`], to be inlined like those of [`Forward`].
    #[must_use]
    fn backprop(&self, x: Self::Input, y_true: Self::Output, pass: &Self::Forward) -> Self::Gradients;
}

/// A network whose update is compiled here. [`backprop()`] has an example.
pub trait Update: Network {
    /// The steps of [`Network::update`], to be inlined like those of [`Forward`].
    fn update(&mut self, gradients: &Self::Gradients, learning_rate: Self::Scalar);
}

/// A number in 16 bytes of its own, to avoid store-forwarding stalls. [`forward()`] has an example.
///
/// The compiler loads two or four numbers of an array at a time. Such a load stalls if one of them has just been
/// written, as the inputs of a prediction often have been. 4-8-8-3 takes 84 ns with such loads, and 73 ns with spaced
/// numbers.
#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
pub struct Spaced<T>(pub T);

/// Computes the prediction and keeps every value on the way.
///
/// ```
/// use mlp_core::__private::vectorized::{self, Spaced};
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 2 => tanh(20) => 1);
/// let net = Net::random(&mut mlp_core::rng(1));
/// assert_eq!(vectorized::forward(&net, [Spaced(0.5), Spaced(0.8)]), net.forward([0.5, 0.8]));
/// ```
#[inline(always)]
#[must_use]
pub fn forward<N: Forward<I>, const I: usize>(network: &N, x: [Spaced<N::Scalar>; I]) -> <N as Network>::Forward {
    simd::run(ForwardTask { network, x })
}

/// Differentiates the loss of one example with respect to every parameter.
///
/// ```
/// use mlp_core::__private::vectorized;
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 14 => 14 => 6);
/// let mut net = Net::random(&mut mlp_core::rng(1));
/// let (x, y_true) = ([0.5; 14], [1.0; 6]);
/// let pass = net.forward(x);
/// let gradients = vectorized::backprop(&net, x, y_true, &pass);
/// assert_eq!(gradients, net.backprop(x, y_true, &pass));
///
/// let mut updated = net.clone();
/// net.update(&gradients, 0.1);
/// vectorized::update(&mut updated, &gradients, 0.1);
/// assert_eq!(updated, net);
/// ```
#[inline(always)]
#[must_use]
pub fn backprop<N: Backprop>(network: &N, x: N::Input, y_true: N::Output, pass: &N::Forward) -> N::Gradients {
    simd::run(BackpropTask { network, x, y_true, pass })
}

/// Moves every parameter against its gradient. [`backprop()`] has an example.
#[inline(always)]
pub fn update<N: Update>(network: &mut N, gradients: &N::Gradients, learning_rate: N::Scalar) {
    simd::run(UpdateTask { network, gradients, learning_rate });
}

struct ForwardTask<'a, N: Network, const I: usize> {
    network: &'a N,
    x: [Spaced<N::Scalar>; I],
}

impl<N: Forward<I>, const I: usize> Task for ForwardTask<'_, N, I> {
    type Output = <N as Network>::Forward;

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) -> Self::Output {
        Forward::forward(self.network, self.x)
    }
}

struct BackpropTask<'a, N: Network> {
    network: &'a N,
    x: N::Input,
    y_true: N::Output,
    pass: &'a N::Forward,
}

impl<N: Backprop> Task for BackpropTask<'_, N> {
    type Output = N::Gradients;

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) -> N::Gradients {
        Backprop::backprop(self.network, self.x, self.y_true, self.pass)
    }
}

struct UpdateTask<'a, N: Network> {
    network: &'a mut N,
    gradients: &'a N::Gradients,
    learning_rate: N::Scalar,
}

impl<N: Update> Task for UpdateTask<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        Update::update(self.network, self.gradients, self.learning_rate);
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use crate::math::Separate;
    use crate::network::Array as _;
    use crate::random::Rng as _;
    use crate::simd::run_portable;
    use crate::{Scalar as _, StandardNormal, mlp, rng};

    /// Code for this processor and portable code agree, for each declaration in both scalars: in the forward pass
    /// alone, or in the whole step.
    macro_rules! same_bits {
        ($($name:ident $test:ident: $first:literal $(=> $activation:tt($width:literal))*;)*) => { $(
            #[test]
            fn $name() {
                mlp!(struct Double: $first $(=> $activation($width))*, crate = crate);
                mlp!(struct Single: $first $(=> $activation($width))*, scalar = f32, crate = crate);
                for seed in 0..100 {
                    $test::<Double, $first>(seed);
                    $test::<Single, $first>(seed);
                }
            }
        )* };
    }

    same_bits! {
        sigmoid forward_pass: 4 => sigmoid(8) => sigmoid(8) => sigmoid(3);
        tanh forward_pass: 3 => tanh(9) => tanh(7) => identity(2);
        relu forward_pass: 7 => relu(11) => leaky_relu(5) => silu(3);
        elu forward_pass: 5 => elu(10) => hard_sigmoid(6) => softplus(1);
        softsign forward_pass: 5 => softsign(9) => hard_tanh(7) => softsign(2);
        gelu forward_pass: 6 => gelu(8) => softmax(4);
        wide step: 19 => sigmoid(19) => sigmoid(11);
        deep step: 5 => tanh(9) => relu(11) => silu(9) => identity(4);
        classes step: 12 => elu(15) => softmax(5);
    }

    fn forward_pass<N: Forward<I>, const I: usize>(seed: u64)
    where
        <N as Network>::Forward: PartialEq,
    {
        let mut rng = rng(seed);
        let network = &N::random_with(&StandardNormal, &mut rng);
        let x = [(); I].map(|()| Spaced(N::Scalar::from_f64(f64::from(rng.next_u32()) / f64::from(1 << 30) - 2.0)));
        let pass = forward(network, x);
        assert!(pass == run_portable::<Separate, _>(ForwardTask { network, x }));
        assert!(N::prediction(&pass).as_ref() != N::Output::zeros().as_ref(), "zeros show nothing");
    }

    fn step<N: Forward<I> + Backprop + Update + PartialEq, const I: usize>(seed: u64)
    where
        <N as Network>::Forward: PartialEq,
        N::Gradients: PartialEq,
    {
        forward_pass::<N, I>(seed);
        let network = &N::random(&mut rng(seed));
        let (mut x, y_true) = (N::Input::zeros(), N::Output::zeros());
        x.as_mut().fill(N::Scalar::from_f64(0.7));
        let pass = &Network::forward(network, x);
        let gradients = &backprop(network, x, y_true, pass);
        assert!(*gradients == run_portable::<Separate, _>(BackpropTask { network, x, y_true, pass }));
        let [mut moved, mut again] = [network.clone(), network.clone()];
        let learning_rate = N::Scalar::from_f64(0.3);
        update(&mut moved, gradients, learning_rate);
        run_portable::<Separate, _>(UpdateTask { network: &mut again, gradients, learning_rate });
        assert!(moved == again);
        assert!(moved != *network, "the update has moved nothing");
    }
}
