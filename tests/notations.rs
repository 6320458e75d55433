//! Files as programs write them: other notations of numbers, other separators, what is no text; read in memory, row by
//! row, and in chunks.

use std::path::PathBuf;
use std::{env, fs, io, process};

use mlp_core::dataset::{Schema, SchemaError, Selection, TableError, Unseen};
use mlp_core::model::ModelError;
use mlp_core::{Adam, Dataset, Missing, Model, Table, TableFormat, Trainer, mlp};
use serde_json::Value;

const PENGUINS: &str = "../examples/data/penguins.csv";
const MEASUREMENTS: [&str; 4] = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];

fn format_of(options: &Value) -> TableFormat {
    let character = |name: &str| options[name].as_str().and_then(|text| text.chars().next());
    let mut format = TableFormat::new();
    if let Some(names) = options["names"].as_array() {
        format = format.names(names.iter().filter_map(Value::as_str));
    }
    if let Some(delimiter) = character("delimiter") {
        format = format.delimiter(delimiter);
    }
    if let Some(decimal) = character("decimal") {
        format = format.decimal(decimal);
    }
    if let Some(thousands) = character("thousands") {
        format = format.thousands(thousands);
    }
    if options["whitespace"] == true {
        format = format.whitespace();
    }
    if options["percent"] == true { format.percent() } else { format }
}

/// A file that is removed in the end.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = env::temp_dir().join(format!("mlp-core-{name}-{}.csv", process::id()));
        fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn read(format: &TableFormat, text: &str) -> Result<Vec<f64>, TableError> {
    let data: Dataset<f64, 1, 0> = format.from_reader(text.as_bytes())?.select().numbers(["x"]).load()?;
    Ok(data.inputs().flatten().collect())
}

/// pandas reads the same numbers, to the bit.
#[test]
fn numbers_are_those_of_pandas() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/csv_notations.json")).unwrap();
    assert!(cases.len() > 10);
    for case in cases {
        let (text, format) = (case["text"].as_str().unwrap(), format_of(&case["options"]));
        let expected: Vec<[f64; 3]> = serde_json::from_value(case["numbers"].clone()).unwrap();
        let file = Temporary::new("pandas", text);
        let columns = ["a", "b", "c"];
        let in_memory = format.read(&file.0).unwrap().select().numbers(columns).load::<f64, 3, 0>().unwrap();
        let scanned = format.scan(&file.0).numbers(columns).load::<f64, 3, 0>().unwrap();
        let chunks = format.chunks_from_reader(io::Cursor::new(text.to_owned()), 7);
        let load = |table: Result<Table, _>| table?.select().numbers(columns).load::<f64, 3, 0>();
        let chunks: Vec<_> = chunks.map(load).collect::<Result<_, TableError>>().unwrap();
        let of_chunks: Vec<_> = chunks.iter().flat_map(Dataset::inputs).collect();
        for found in [in_memory.inputs().collect(), scanned.inputs().collect(), of_chunks] {
            assert_eq!(found, expected, "{}", case["name"]);
        }
    }
}

#[test]
fn another_notation_is_refused() {
    let german = TableFormat::new().delimiter(';').decimal(',').thousands('.');
    assert_eq!(
        read(&german, "x;y\n-1.234.567,5;\n+12;\n,5;\n1e3;\n0,5e-1;\n").unwrap(),
        [-1_234_567.5, 12.0, 0.5, 1e3, 0.05]
    );
    for cell in
        ["1.5", "1.23", "1234.567", "1..234", ".234", "1.234.5", "1,5,5", "1.234e3", "1,234.5", "12a", "1,5%", "."]
    {
        let Err(TableError::NotANumber { place, cell: found, .. }) = read(&german, &format!("x;y\n1;\n{cell};\n"))
        else {
            panic!("{cell} is no number in German")
        };
        assert_eq!((place.line, &*place.column, &*found), (3, "x", cell));
    }
    assert_eq!(
        read(&german, "x;y\n1234.5;\n").unwrap_err().to_string(),
        "CSV, line 2, column `x`: `1234.5` is not a number; the numbers of the file are to be written like `1.234,5`; if \
         it stands for a missing cell, name it in `.missing_values([…])`"
    );
    let infinite = read(&german, "x;y\n1e309;\n");
    assert!(matches!(infinite, Err(TableError::NotFinite { .. })));

    // A first row of such numbers is asked about.
    for row in ["1,5;2.000,25", "1,5;Bonn", "7;NA"] {
        let asked = german.from_reader(format!("{row}\n1;2\n").as_bytes());
        assert!(matches!(asked, Err(TableError::NumbersAsNames { .. })), "{row}");
    }
    assert!(german.from_reader("1.5;Bonn\n1;2\n".as_bytes()).is_ok());

    let blanks = TableFormat::new().delimiter(';').thousands(' ');
    assert_eq!(read(&blanks, "x\n1 234\n1\u{a0}234\n1\u{202f}234.5\n").unwrap(), [1234.0, 1234.0, 1234.5]);
    assert!(read(&TableFormat::new().thousands('_'), "x\n1 234\n").is_err());

    for (decimal, thousands, character) in
        [(',', ',', ','), ('.', '.', '.'), ('5', ',', '5'), (',', '-', '-'), ('e', ' ', 'e')]
    {
        let format = TableFormat::new().delimiter(';').decimal(decimal).thousands(thousands);
        assert_eq!(
            read(&format, "x\n1\n").unwrap_err().to_string(),
            format!(
                "{character:?} cannot stand before the decimals or between thousands: choose two different characters that \
                 are no digits, letters or signs"
            )
        );
    }
}

#[test]
fn percentages_are_stated_and_not_mixed() {
    let percent = TableFormat::new().percent();
    assert_eq!(read(&percent, "x,y\n12.5%,\n-7 %,\n0.07%,\n").unwrap(), [0.125, -0.07, 0.0007]);
    assert_eq!(read(&percent, "x,y\n12.5,\n7,\n").unwrap(), [12.5, 7.0]);
    assert_eq!(
        read(&percent, "x\n1\n2%\n").unwrap_err().to_string(),
        "CSV, line 3, column `x`: `2%` has a percent sign, but the numbers above have none: write all in one way"
    );
    assert!(matches!(read(&percent, "x\n1e3%\n"), Err(TableError::NotANumber { .. })));
    assert!(matches!(read(&percent, "x\n%\n"), Err(TableError::NotANumber { .. })));
    // Columns are told apart.
    let table = percent.from_reader("x,y\n50%,2\n25%,4\n".as_bytes()).unwrap();
    let data: Dataset<f64, 1, 1> = table.select().numbers(["x"]).targets(["y"]).load().unwrap();
    assert_eq!(data.examples(), [([0.5], [2.0]), ([0.25], [4.0])]);
}

#[test]
fn the_first_line_may_state_the_delimiter() {
    let plain = TableFormat::new();
    for text in ["sep=;\nx;y\n7;1\n", "\u{feff}SEP=;\r\nx;y\r\n7;1\r\n", "sep=\t\nx\ty\n7\t1\n", "sep=,\n\nx,y\n7,1\n"]
    {
        assert_eq!(read(&plain, text).unwrap(), [7.0], "{text:?}");
    }
    assert_eq!(read(&plain.clone().delimiter(';'), "sep=;\nx;y\n7;1\n").unwrap(), [7.0]);
    assert_eq!(read(&plain.clone().names(["x", "y"]), "sep=;\n7;1\n").unwrap(), [7.0]);
    assert_eq!(
        read(&plain.clone().whitespace(), "sep=;\nx;y\n7;1\n").unwrap_err().to_string(),
        "CSV, line 1: the delimiter is stated as ';' here, but the format has another separator: leave one out"
    );
    // Only the first line says it, and it says one character.
    assert!(matches!(read(&plain, "x\nsep=;\n"), Err(TableError::NotANumber { .. })));
    assert!(matches!(read(&plain, "sep=x;y\n7\n"), Err(TableError::NoColumn { .. })));
    let error = read(&plain, "sep=;\nx;y\n7;1\n8\n").unwrap_err();
    assert_eq!(error.to_string(), "CSV, line 4: the row has 1 cell, and there are 2 columns");
}

#[test]
fn what_is_no_text_is_named() {
    let message = |bytes: &[u8]| Table::from_reader(bytes).unwrap_err().to_string();
    let gzip = "CSV is compressed by gzip: unpack it by `gunzip`, or give a decoder to `Table::from_reader`, such as \
                `flate2::read::GzDecoder`";
    assert_eq!(message(b"\x1f\x8b\x08\x08\xd2\x00\n"), gzip);
    assert!(message(b"PK\x03\x04\x14\x00\n").starts_with("CSV is a ZIP archive or an Excel workbook: "));
    assert!(message(b"\x28\xb5\x2f\xfd\x04").starts_with("CSV is compressed by Zstandard: "));
    assert!(message(b"\xfd7zXZ\x00\x00").starts_with("CSV is compressed by xz: "));
    assert!(message(b"BZh91AY&SY\xb5\x00").starts_with("CSV is compressed by bzip2: "));
    assert!(message(b"PAR1\x15\x04\x15").starts_with("CSV is a Parquet file: "));
    assert!(message(b"ARROW1\0\0\xff\xff").starts_with("CSV is an Arrow file: "));
    // These are names of columns.
    for name in ["PAR1", "ARROW1", "BZh"] {
        let table = Table::from_reader(format!("{name},x\n1,2\n").as_bytes()).unwrap();
        assert_eq!(table.columns().next(), Some(name));
    }
    let file = Temporary::new("gzip", b"\x1f\x8b\x08\x00");
    assert!(matches!(Table::scan(&file.0).numbers(["x"]).load::<f64, 1, 0>(), Err(TableError::NotText { .. })));
    assert!(matches!(Table::chunks(&file.0, 1).next(), Some(Err(TableError::NotText { .. }))));
}

#[test]
fn dates_are_refused_with_advice() {
    for date in
        ["2024-01-31", "31.01.2024", "1/31/24", "2024-01-31T12:00:00Z", "2024-01-31 12:00", "05-Jan-2024", "12:30"]
    {
        for format in [TableFormat::new(), TableFormat::new().delimiter(';').decimal(',').thousands('.')] {
            let error = read(&format, &format!("x\n{date}\n")).unwrap_err().to_string();
            let expected = "is not a number; it looks like a date: write what matters of it as numbers in columns of their \
                            own, such as the days since a start, the day of the year or the hour";
            assert_eq!(error, format!("CSV, line 2, column `x`: `{date}` {expected}"));
        }
    }
    let table = Table::from_reader("day,y\n2024-01-30,1\n2024-01-31,2\n".as_bytes()).unwrap();
    let error = table.select().category("day").targets(["y"]).load::<f64, 2, 1>().unwrap_err().to_string();
    assert!(error.starts_with("CSV: the column `day` holds dates, such as `2024-01-30`: "), "{error}");
    assert!(matches!(table.select().class("day").load::<f64, 0, 1>(), Err(TableError::Dates { .. })));
    let named = table.select().category_of("day", ["2024-01-30", "2024-01-31"]).targets(["y"]);
    assert_eq!(named.load::<f64, 2, 1>().unwrap().examples()[1], ([0.0, 1.0], [2.0]));
    let ranges = Table::from_reader("age,y\n20-29,1\n30-39,2\n".as_bytes()).unwrap();
    assert!(ranges.select().category("age").targets(["y"]).load::<f64, 2, 1>().is_ok());
}

/// Reading row by row gives the data set, the report and the messages of the table in memory.
#[test]
fn a_scan_is_a_table() {
    fn compare<const I: usize, const O: usize>(
        path: &str,
        select: impl Fn(Selection<'_>) -> Selection<'_>,
    ) -> Result<Dataset<f64, I, O>, String> {
        let table = Table::read(path).unwrap();
        let in_memory = select(table.select()).load::<f64, I, O>().map_err(|error| error.to_string());
        let scanned = select(Table::scan(path)).load::<f64, I, O>().map_err(|error| error.to_string());
        assert_eq!(scanned, in_memory);
        scanned
    }
    fn numbers(selection: Selection<'_>) -> Selection<'_> {
        selection.numbers(MEASUREMENTS).targets(["year"])
    }
    let data = compare::<4, 1>(PENGUINS, |s| numbers(s).missing(Missing::Drop)).unwrap();
    assert_eq!((data.examples().len(), data.report().dropped), (342, 2));
    let data = compare::<4, 1>(PENGUINS, |s| numbers(s).missing(Missing::Fill)).unwrap();
    assert_eq!(data.report().columns[0].filled, 2);
    compare::<4, 1>(PENGUINS, |s| numbers(s).fill_with(MEASUREMENTS.map(|name| (name, 1.0)))).unwrap();
    compare::<7, 3>(PENGUINS, |s| s.numbers(MEASUREMENTS).category("island").class("species").missing(Missing::Drop))
        .unwrap();
    compare::<3, 1>(PENGUINS, |s| s.category("island").class("sex").missing(Missing::Drop)).unwrap();
    compare::<3, 3>(PENGUINS, |s| s.category("island").class("sex").missing(Missing::Drop)).unwrap_err();
    compare::<4, 1>(PENGUINS, numbers).unwrap_err();
    compare::<3, 1>(PENGUINS, |s| numbers(s).missing(Missing::Drop)).unwrap_err();
    compare::<1, 0>(PENGUINS, |s| s.numbers(["sex"])).unwrap_err();
    compare::<1, 0>(PENGUINS, |s| s.numbers(["mass"])).unwrap_err();
    compare::<1, 0>(PENGUINS, |s| s.numbers(["year"]).missing_values(["2007", "2008", "2009"]).missing(Missing::Drop))
        .unwrap_err();

    // A selection can be loaded again, and reads the file again.
    let file = Temporary::new("scan", "x,y\n1,2\n3,4\n");
    let selection = Table::scan(&file.0).numbers(["x"]).targets(["y"]);
    assert_eq!(selection.load::<f64, 1, 1>().unwrap().examples().len(), 2);
    fs::write(&file.0, "x,y\n1,2\n3,4\n\n5,\"6\"\n").unwrap();
    assert_eq!(selection.load::<f64, 1, 1>().unwrap().examples().last(), Some(&([5.0], [6.0])));
    fs::write(&file.0, "x,y\n").unwrap();
    assert!(matches!(selection.load::<f64, 1, 1>(), Err(TableError::Empty { .. })));
    fs::write(&file.0, "x,y\n1,2\n3\n").unwrap();
    assert!(matches!(selection.load::<f64, 1, 1>(), Err(TableError::RowLength { line: 3, .. })));
    assert!(matches!(Table::scan("no/such/file.csv").load::<f64, 0, 0>(), Err(TableError::Read { .. })));

    // Rows of very different lengths.
    let rows: Vec<String> =
        (0..3000).map(|n| format!("{n},{}\n", "1".repeat(if n < 2000 { 1 } else { 200 }))).collect();
    let file = Temporary::new("lengths", format!("x,y\n{}", rows.concat()));
    let data: Dataset<f32, 1, 0> = Table::scan(&file.0).numbers(["x"]).load().unwrap();
    assert!(data.inputs().eq((0_u16..3000).map(|n| [f32::from(n)])));
}

/// A pipe is gone when it was read.
#[cfg(unix)]
#[test]
fn a_pipe_is_read_once() {
    let path = env::temp_dir().join(format!("mlp-core-pipe-{}", process::id()));
    assert!(process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let write = || {
        let path = path.clone();
        std::thread::spawn(move || fs::write(path, "x,c\n1,a\n2,b\n"))
    };
    let written = write();
    let data: Dataset<f64, 1, 1> = Table::scan(&path).numbers(["x"]).class_of("c", ["a", "b"]).load().unwrap();
    assert_eq!(data.examples(), [([1.0], [0.0]), ([2.0], [1.0])]);
    written.join().unwrap().unwrap();
    let written = write();
    let refused = Table::scan(&path).numbers(["x"]).class("c").load::<f64, 1, 1>();
    assert!(matches!(refused, Err(TableError::ReadOnce { .. })));
    let _ = written.join();
    fs::remove_file(&path).unwrap();
}

#[test]
fn constant_columns_are_left_out_on_request() {
    let file =
        Temporary::new("constant", "x,year,kind,z,y\n1,2024,a,0.3,0\n2,2024,a,0.30000000000000004,1\n3,,a,0.3,1\n");
    let table = Table::read(&file.0).unwrap();
    for selection in [table.select(), Table::scan(&file.0)] {
        let selection = selection.numbers(["x", "year", "z"]).category("kind").targets(["y"]).missing(Missing::Fill);
        assert_eq!(selection.load::<f64, 4, 1>().unwrap().report().constant, [""; 0]);
        let selection = selection.drop_constant();
        let data: Dataset<f64, 1, 1> = selection.load().unwrap();
        assert_eq!((data.input_names(), data.examples().len()), (&["x".to_owned()][..], 3));
        assert_eq!(data.report().constant, ["year", "z", "kind"]);
        let error = selection.load::<f64, 4, 1>().unwrap_err().to_string();
        let expected = "the columns give 1 input (`x`) without the constant `year`, `z`, `kind`, the network takes 4: \
                        declare it as `1 => …`, or select other columns";
        assert!(error.ends_with(expected), "{error}");
        // Another value that fills a gap makes a difference.
        let filled = selection.fill_with([("year", 2023.0)]).load::<f64, 2, 1>().unwrap();
        assert_eq!(filled.input_names(), ["x", "year"]);
    }
    let chunk = Table::chunks(&file.0, 2).next().unwrap().unwrap();
    let refused = chunk.select().numbers(["x"]).drop_constant().load::<f64, 1, 0>();
    assert!(matches!(refused, Err(TableError::ConstantInChunk { .. })));
}

mlp!(struct Weight: 3 => tanh(2) => identity(1));

/// What shall be done with values that the training did not have is said once.
#[test]
fn unseen_values_are_a_choice_that_is_saved() {
    let rows = "a,0\nb,10\nc,20\nd,30\n".repeat(10);
    let table = Table::from_reader(format!("kind,grams\n{rows}").as_bytes()).unwrap();
    let select = || table.select().category_of("kind", ["a", "b"]).targets(["grams"]);
    assert!(matches!(select().load::<f64, 2, 1>(), Err(TableError::UnknownClass { .. })));
    assert_eq!(select().unseen(Unseen::Zeros).load::<f64, 2, 1>().unwrap().examples()[2], ([0.0, 0.0], [20.0]));
    let data: Dataset<f64, 3, 1> = select().unseen(Unseen::OwnInput).load().unwrap();
    assert_eq!(data.input_names(), ["kind=a", "kind=b", "kind=(unseen)"]);
    assert_eq!(data.examples()[2], ([0.0, 0.0, 1.0], [20.0]));
    let error = select().unseen(Unseen::OwnInput).load::<f64, 2, 1>().unwrap_err().to_string();
    assert!(
        error.starts_with("CSV: the columns give 3 inputs (`kind=a`, `kind=b`, `kind=(unseen)`), the network takes 2")
    );

    let fitted = Model::<Weight>::fit(&data, Trainer::new(Adam::new(0.05)).epochs(300), 1).unwrap();
    let file = Temporary::new("unseen", "");
    fitted.model.save(&file.0).unwrap();
    let text = fs::read_to_string(&file.0).unwrap();
    assert!(text.contains("\"unseen\": \"own input\""), "{text}");
    let model = Model::<Weight>::load(&file.0).unwrap();
    assert_eq!(model, fitted.model);
    let own = model.predict([0.0, 0.0, 1.0]);
    assert!((own[0] - 25.0).abs() < 2.0, "{own:?}");
    assert_eq!(model.predict_row([("kind", "never seen")]).unwrap().outputs(), own);
    let unseen = Table::from_reader("kind\nnever seen\na\n".as_bytes()).unwrap();
    assert_eq!(model.predict_table(&unseen).unwrap()[0].outputs(), own);
    assert!(model.source().c("weigh").unwrap().contains("x[2]: kind = (unseen) (1 or 0)"));
    assert!(matches!(model.unseen(Unseen::Zeros), Err(ModelError::Schema(SchemaError::Inputs { taken: 3, .. }))));

    let edited = text.replace("own input", "own inputs");
    fs::write(&file.0, edited).unwrap();
    let error = Model::<Weight>::load_edited(&file.0).unwrap_err().to_string();
    assert!(error.ends_with("`unseen` is `own inputs`, not `zeros` or `own input`"), "{error}");

    // A schema says it for data from elsewhere.
    let schema = Schema::new().category("kind", ["a", "b"]).targets(["grams"]);
    let examples = data.examples().to_vec();
    assert!(Dataset::new(examples.clone()).with_schema(schema.clone()).is_err());
    let named = Dataset::new(examples).with_schema(schema.unseen(Unseen::OwnInput)).unwrap();
    assert_eq!(named.schema(), data.schema());
    // One-hot inputs are not scaled.
    assert_eq!(named.fit_standardization().unwrap().scale, [1.0; 3]);
}

/// What is known from the first reading must hold for the second.
#[test]
fn a_file_that_changes_between_its_readings_is_refused() {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicBool, Ordering};

    let path = std::env::temp_dir().join(format!("mlp-core-changes-{}.csv", std::process::id()));
    // One cell of ten has no number.
    let rows = [&"1.5,0\n".repeat(9)[..], ",0\n"].concat().repeat(10_000);
    std::fs::write(&path, format!("a,y\n{rows}")).unwrap();
    let selection = Table::scan(&path).numbers(["a"]).targets(["y"]).missing(Missing::Fill);
    assert_eq!(selection.load::<f64, 1, 1>().unwrap().examples().len(), 100_000);
    let has_ended = AtomicBool::new(false);
    let loaded = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
            while !has_ended.load(Ordering::Relaxed) {
                file.write_all(b"2.5,0\n").unwrap();
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        });
        let loaded = selection.load::<f64, 1, 1>();
        has_ended.store(true, Ordering::Relaxed);
        loaded
    });
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(loaded, Err(TableError::Changed { .. })), "{loaded:?}");
}
