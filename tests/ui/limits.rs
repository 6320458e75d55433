//! What no declaration needs is refused before it is read; uses of the network cause no further message.

use mlp_core::mlp;

mlp!(pub struct Deep: 2 => ((((((((((((((((((((((((((((((((((3)))))))))))))))))))))))))))))))))) => 1);
mlp!(pub struct Long: 2 => tanh(99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999) => 1);

fn main() {
    println!("{:?} {:?}", Deep::from_parameters([0.5; 13]), Long::from_parameters([0.5; 13]));
}
