//! Files that are no text, known by their first bytes.

/// Formats that a table often comes in, with the bytes at the beginning of such a file, and what to do with it.
const FORMATS: [(&[u8], &str, &str); 8] = [
    (
        b"\x1f\x8b",
        "compressed by gzip",
        "unpack it by `gunzip`, or give a decoder to `Table::from_reader`, such as `flate2::read::GzDecoder`",
    ),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "unpack it, or save the sheet as CSV in UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV in UTF-8"),
    (
        b"\x28\xb5\x2f\xfd",
        "compressed by Zstandard",
        "unpack it by `unzstd`, or give a decoder to `Table::from_reader`",
    ),
    (b"\xfd7zXZ", "compressed by xz", "unpack it by `unxz`, or give a decoder to `Table::from_reader`"),
    (b"BZh", "compressed by bzip2", "unpack it by `bunzip2`, or give a decoder to `Table::from_reader`"),
    (b"PAR1", "a Parquet file", "read it by the crate parquet, and give the batches to `Table::from_record_batches`"),
    (
        b"ARROW1",
        "an Arrow file",
        "read it by the crate arrow-ipc, and give the batches to `Table::from_record_batches`",
    ),
];

/// What a file is that begins with these bytes, and what to do with it. `None` if it may be text.
pub(super) fn recognise(first: &[u8]) -> Option<(&'static str, &'static str)> {
    let found = FORMATS.iter().find(|(bytes, ..)| first.starts_with(bytes));
    // A text may well begin with these letters; then text follows.
    let is_binary = |byte: u8| !byte.is_ascii() || (byte.is_ascii_control() && !byte.is_ascii_whitespace());
    let is_text = |bytes: &[u8]| bytes.is_ascii() && bytes.iter().all(u8::is_ascii_alphanumeric);
    found
        .filter(|(bytes, ..)| !is_text(bytes) || first.iter().any(|&byte| is_binary(byte)))
        .map(|&(_, what, advice)| (what, advice))
}
