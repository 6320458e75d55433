// Reads the inputs of all networks, and writes their predictions and, of trained ones, their new parameters.

use std::io::{BufReader, BufWriter, Read, Stdin, Stdout, Write};

struct Numbers {
    rows: usize,
    input: BufReader<Stdin>,
    output: BufWriter<Stdout>,
}

impl Numbers {
    fn new() -> Self {
        let rows = std::env::args().nth(1).unwrap().parse().unwrap();
        Self { rows, input: BufReader::new(std::io::stdin()), output: BufWriter::new(std::io::stdout()) }
    }

    fn read<const N: usize>(&mut self) -> [f64; N] {
        let mut bytes = [0; 8];
        std::array::from_fn(|_| {
            self.input.read_exact(&mut bytes).unwrap();
            f64::from_le_bytes(bytes)
        })
    }

    fn write(&mut self, numbers: &[f64]) {
        for number in numbers {
            self.output.write_all(&number.to_le_bytes()).unwrap();
        }
    }

    fn predict<const I: usize, const O: usize>(&mut self, classify: impl Fn([f64; I]) -> [f64; O]) {
        for _ in 0..self.rows {
            let x = self.read();
            self.write(&classify(x));
        }
    }

    fn train<const I: usize, const O: usize>(&mut self, steps: usize, mut step: impl FnMut([f64; I], [f64; O])) {
        for _ in 0..steps {
            step(self.read(), self.read());
        }
    }
}
