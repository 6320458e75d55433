//! The checksum CRC-64/XZ.
//!
//! It finds every change that touches at most 64 consecutive bits, so it finds every change of a single number and of a
//! single letter. It finds all other changes but one in 2⁶⁴. It is no protection against intent.

/// The remainders of each half of a byte. A table of whole bytes would be twice as fast, and take 2 kB of a firmware.
const TABLE: [u64; 16] = {
    let mut table = [0; 16];
    let mut nibble = 0;
    while nibble < 16 {
        let mut remainder = nibble as u64;
        let mut bit = 0;
        while bit < 4 {
            let carry = remainder & 1;
            remainder >>= 1;
            if carry == 1 {
                remainder ^= 0xC96C_5795_D787_0F42;
            }
            bit += 1;
        }
        table[nibble] = remainder;
        nibble += 1;
    }
    table
};

/// A checksum that grows with what is added to it.
pub(crate) struct Crc64(u64);

impl Crc64 {
    pub(crate) const fn new() -> Self {
        Self(u64::MAX)
    }

    pub(crate) const fn bytes(&mut self, bytes: &[u8]) {
        let mut index = 0;
        while index < bytes.len() {
            let byte = bytes[index];
            self.nibble(byte);
            self.nibble(byte >> 4);
            index += 1;
        }
    }

    /// Adds the lower half of a byte.
    const fn nibble(&mut self, half: u8) {
        let [lowest, ..] = self.0.to_le_bytes();
        self.0 = TABLE[((lowest ^ half) & 15) as usize] ^ (self.0 >> 4);
    }

    pub(crate) const fn count(&mut self, count: usize) {
        self.bytes(&(count as u64).to_le_bytes());
    }

    /// Adds the length first, so that two lists of texts never are the same bytes.
    pub(crate) const fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes(text.as_bytes());
    }

    pub(crate) const fn value(&self) -> u64 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value that every catalogue of CRCs gives.
    #[test]
    fn is_crc_64_xz() {
        let mut crc = Crc64::new();
        crc.bytes(b"123456789");
        assert_eq!(crc.value(), 0x995D_C9BB_DF19_39FA);
    }
}
