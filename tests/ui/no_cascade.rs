//! One mistake gives one message, whatever is done with the network and from where.

#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

/// A module of networks.
pub mod networks {
    mlp_core::mlp! {
        /// Its uses below cause no further message.
        pub struct Net: 2 => 0 => 1;
    }
}

/// Everything by a glob.
pub mod glob {
    use super::networks::*;

    /// A field, a method and the companions.
    pub fn weight(net: &mut Net, gradients: &NetGradients) -> f64 {
        let NetForward { y_pred, .. } = net.forward([0.5, 0.8]);
        net.update(gradients, 0.1);
        net.w11 + y_pred
    }
}

use mlp_core::{GradientDescent, Network, Trainer};
use networks::Net;

impl Net {
    fn sum(&self) -> f64 {
        self.parameters().into_iter().sum()
    }
}

fn main() {
    mlp_core::mlp!(2 => 1, scaler = f32);
    let mut local = Mlp::from_parameters([0.5, 0.25, 0.125]);
    let outcome = Trainer::new(GradientDescent::new(0.5)).epochs(20).fit(&mut local, &[([0.5, 0.8], [0.9])]);
    let net = Net { w11: 0.5 };
    let [y_pred] = <Net as Network>::predict(&net, [0.5, 0.8]);
    println!("{y_pred} {} {local:?} {outcome:?} {}", net.sum(), Net::ARCHITECTURE);
}
