//! From CSV files to examples: what is read, what is refused with which message, and how examples are split.

use std::error::Error;
use std::io::{self, Read};
use std::{env, fs, process};

use mlp_core::dataset::{Selection, SplitError, TableError};
use mlp_core::random::Rng;
use mlp_core::{Dataset, GradientDescent, Missing, Scaled, Scaling, StandardNormal, Table, TableFormat, Trainer, mlp};

mlp!(struct Species: 4 => 3, scalar = f32);
mlp!(struct Mass: 5 => tanh(3) => identity(1));

const MEASUREMENTS: [&str; 4] = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];

fn penguins() -> Table {
    Table::read("../examples/data/penguins.csv").unwrap()
}

fn species<T: mlp_core::Scalar>() -> Dataset<T, 4, 3> {
    penguins().select().numbers(MEASUREMENTS).class("species").missing(Missing::Drop).load().unwrap()
}

fn table(csv: &str) -> Table {
    Table::from_reader(csv.as_bytes()).unwrap()
}

/// The error message of loading for one input and one output.
fn message(csv: &str, select: impl Fn(Selection<'_>) -> Selection<'_>) -> String {
    let load = |table: Table| select(table.select()).load::<f64, 1, 1>();
    Table::from_reader(csv.as_bytes()).and_then(load).unwrap_err().to_string()
}

fn x_to_y(selection: Selection<'_>) -> Selection<'_> {
    selection.numbers(["x"]).targets(["y"])
}

fn x_to_class(selection: Selection<'_>) -> Selection<'_> {
    selection.numbers(["x"]).class("class")
}

fn count<const I: usize>(data: &Dataset<f64, I, 3>, class: usize) -> usize {
    data.targets().filter(|target| target[class] == 1.0).count()
}

#[test]
fn columns_become_examples_for_the_network() {
    let data = species();
    let mut network = Species::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let scaling = Scaling::fit_min_max(data.inputs()).unwrap();
    Trainer::new(GradientDescent::new(0.5))
        .epochs(1)
        .fit(&mut network, data.scale_inputs(&scaling).examples())
        .unwrap();

    assert_eq!(data.examples().len(), 342);
    assert_eq!(data.examples()[0], ([39.1, 18.7, 181.0, 3750.0], [1.0, 0.0, 0.0]));
    assert_eq!(data.examples()[341], ([50.2, 18.7, 198.0, 3775.0], [0.0, 1.0, 0.0]));
    assert_eq!(data.input_names(), MEASUREMENTS);
    assert_eq!(data.class_names(), Some(["Adelie", "Chinstrap", "Gentoo"]));
}

#[test]
fn inputs_are_in_the_order_in_which_they_are_named() {
    let table = table("island,mass,depth,y,z\nDream,1,2,3,7\nBiscoe,4,5,6,8\n");
    let data: Dataset<f64, 4, 2> =
        table.select().numbers(["depth"]).category("island").numbers(["mass"]).targets(["z", "y"]).load().unwrap();
    assert_eq!(data.input_names(), ["depth", "island=Biscoe", "island=Dream", "mass"]);
    assert_eq!(data.examples(), [([2.0, 0.0, 1.0, 1.0], [7.0, 3.0]), ([5.0, 1.0, 0.0, 4.0], [8.0, 6.0])]);
    assert_eq!(data.class_names::<2>(), None);
}

#[test]
fn a_single_output_takes_two_classes() {
    let table = table("x,sex\n1,male\n2,female\n");
    let select = || table.select().numbers(["x"]);
    let data: Dataset<f64, 1, 1> = select().class("sex").load().unwrap();
    assert_eq!(data.examples(), [([1.0], [1.0]), ([2.0], [0.0])]);
    assert_eq!(data.class_names::<2>(), Some(["female", "male"]));
    let data: Dataset<f64, 1, 1> = select().class_of("sex", ["male", "female"]).load().unwrap();
    assert_eq!(data.examples(), [([1.0], [0.0]), ([2.0], [1.0])]);
    let data: Dataset<f64, 1, 2> = select().class("sex").load().unwrap();
    assert_eq!(data.examples(), [([1.0], [0.0, 1.0]), ([2.0], [1.0, 0.0])]);
}

/// Given classes and categories keep their place even if no row has them. Rows for prediction need no target.
#[test]
fn a_second_file_means_the_same_as_the_first() {
    let first = species::<f64>();
    let second = table("island,species\nDream,Gentoo\n");
    let select = || second.select().category_of("island", ["Biscoe", "Dream", "Torgersen"]);
    let data: Dataset<f64, 3, 3> = select().class_of("species", first.classes()).load().unwrap();
    assert_eq!(data.examples(), [([0.0, 1.0, 0.0], [0.0, 0.0, 1.0])]);
    let data: Dataset<f64, 3, 0> = select().load().unwrap();
    assert_eq!(data.examples(), [([0.0, 1.0, 0.0], [])]);
}

#[test]
fn spaces_quotes_empty_lines_and_a_byte_order_mark_do_not_matter() {
    let data: Dataset<f32, 1, 2> = table("\u{feff}x , class\r\n\r\n 1.5,\"a, b\"\r\n+2e1 , c\r\n\n")
        .select()
        .numbers(["x"])
        .class("class")
        .load()
        .unwrap();
    assert_eq!(data.examples(), [([1.5], [1.0, 0.0]), ([20.0], [0.0, 1.0])]);
    assert_eq!(data.classes(), ["a, b", "c"]);
}

#[test]
fn cells_may_be_separated_otherwise() {
    let path = env::temp_dir().join(format!("mlp-core-dataset-{}.csv", process::id()));
    fs::write(&path, "\"fixed acidity\";quality\n7.4;5\n").unwrap();
    let table = TableFormat::new().delimiter(';').read(&path);
    fs::remove_file(&path).unwrap();
    let table = table.unwrap();
    assert_eq!(table.columns().collect::<Vec<_>>(), ["fixed acidity", "quality"]);
    let data: Dataset<f64, 1, 1> = table.select().numbers(["fixed acidity"]).targets(["quality"]).load().unwrap();
    assert_eq!(data.examples(), [([7.4], [5.0])]);
}

/// A row of three columns in the middle of a file.
fn with_rows(rows: &str) -> String {
    let others = (0..100).map(|n| format!("{n},{n},ok\n")).collect::<Vec<_>>().concat();
    format!("x,y,note\n{others}{rows}{others}")
}

/// A stray quote swallows rows up to the next one, which may be far away. None of them may vanish without a word.
#[test]
fn a_quote_swallows_no_row() {
    let remedy = "remove the stray quote, or, if the cell is meant to hold that line, read the file with \
                  `TableFormat::new().multiline_cells()`";
    let swallowed = |line: usize, swallowed: usize| {
        format!(
            "CSV, line {line}: a quoted cell begins here and goes on over line {swallowed}, which looks like a row: \
             {remedy}"
        )
    };
    let refused = |rows: &str| message(&with_rows(rows), x_to_y);
    // A single quote, in each column.
    assert_eq!(refused("1,2,\"see above\n"), swallowed(102, 103));
    assert_eq!(refused("1,\"2,note\n"), swallowed(102, 103));
    assert_eq!(refused("\"1,2,note\n"), swallowed(102, 103));
    // Two quotes, with rows between them and without.
    for between in ["", "3,4,ok\n", "3,4,ok\n5,6,\"\"\n"] {
        assert_eq!(refused(&format!("1,2,\"6 in\n{between}7,8,6 in\"\n")), swallowed(102, 103));
        assert_eq!(refused(&format!("1,\"2,note\n{between}7,8\",note\n")), swallowed(102, 103));
        assert_eq!(refused(&format!("\"1,2,note\n{between}7\",8,note\n")), swallowed(102, 103));
    }
    // The next quote opens a cell, but is taken for the end of this one.
    assert_eq!(refused("1,2,\"6 in\n3,4,\"ok\"\n"), swallowed(102, 103));
    assert_eq!(
        refused("1,2,\"a\nb\" c\n"),
        "CSV, line 103: `c` follows the closing quote of a cell that begins on line 102: remove a stray quote; a quote \
         within a quoted cell is written twice"
    );
    // The last row has no row below it.
    assert_eq!(
        message("x,y,note\n1,2,ok\r\n3,4,\"see above\r\n", x_to_y),
        "CSV, line 3: the quote that opens a cell here is never closed: remove it, or close it"
    );
    assert_eq!(message("\"x,y\n1,2\n", x_to_y), swallowed(1, 2));
    // In a table of a single column every line looks like a row.
    assert_eq!(message("x\n\"1\n2\"\n", |selection| selection.numbers(["x"])), swallowed(2, 3));
}

#[test]
fn quotes_that_fit_are_read() {
    let notes = |format: TableFormat, rows: &str| {
        let table = format.from_reader(with_rows(rows).as_bytes()).unwrap();
        let data: Dataset<f64, 1, 2> =
            table.select().numbers(["x"]).class("note").missing(Missing::Drop).load().unwrap();
        assert_eq!(data.report().rows, 201);
        data.classes().iter().find(|note| *note != "ok").unwrap().clone()
    };
    let strict = TableFormat::new;
    assert_eq!(notes(strict(), "1,2,6\" pipe\n"), "6\" pipe");
    assert_eq!(notes(strict(), "1,2,6 in\"\n"), "6 in\"");
    assert_eq!(notes(strict(), "1,2, \"a, b\" \n"), "a, b");
    assert_eq!(notes(strict(), "1,2,\"\"\"a\"\" is first\"\n"), "\"a\" is first");
    assert_eq!(notes(strict(), "\"1\",\"2\",\"a\r\nb, c\rd\n\ne\"\n"), "a\r\nb, c\rd\n\ne");
    // Only the user can tell that this is a note.
    let rows = "1,2,\"a\nb, c, d\n\"\n";
    assert_eq!(notes(strict().multiline_cells(), rows), "a\nb, c, d");
    assert!(matches!(
        Table::from_reader(with_rows(rows).as_bytes()),
        Err(TableError::SwallowedRow { line: 102, swallowed: 103, .. })
    ));
    let multiline = "\"x\",\"y\",\"long\nname\"\n\"first\nsecond\",2,3\n";
    assert_eq!(table(multiline).columns().last(), Some("long\nname"));
}

/// Whatever a cell holds can be written and is read back.
#[test]
fn quoted_cells_are_read_back() {
    const PIECES: [&str; 8] = ["a", "é", "\"", ",", "\n", "\r", "\r\n", " "];
    let mut rng = mlp_core::rng(1);
    let mut random = |below: usize| usize::try_from(rng.next_u64() % below as u64).unwrap();
    for _ in 0..5000 {
        let cells: Vec<String> =
            (0..3).map(|_| format!("a{}", (0..random(7)).map(|_| PIECES[random(8)]).collect::<String>())).collect();
        let row = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
        let table = TableFormat::new().multiline_cells().from_reader(format!("{row}\n1,2,3").as_bytes()).unwrap();
        let read: Vec<_> = table.columns().collect();
        assert_eq!(read, cells.iter().map(|cell| cell.trim()).collect::<Vec<_>>(), "{row:?}");
        // Without a word of the user's, it is read alike or refused.
        match Table::from_reader(format!("{row}\n1,2,3").as_bytes()) {
            Ok(table) => assert_eq!(table.columns().collect::<Vec<_>>(), read),
            Err(error) => assert!(matches!(error, TableError::SwallowedRow { .. }), "{error}"),
        }
    }
}

/// Line breaks are counted alike, between rows and within cells.
#[test]
fn lines_are_counted_with_every_line_break() {
    for line_break in ["\n", "\r", "\r\n"] {
        let message = |csv: &str| message(&csv.replace('\n', line_break), x_to_y);
        let short = |line: usize| format!("CSV, line {line}: the row has 1 cell, and there are 2 columns");
        assert_eq!(message("x,y\n1,2\n3\n"), short(3));
        assert_eq!(message("\n\nx,y\n\n1,2\n\n3"), short(7));
        assert_eq!(message("\"x\",y\n\"\n1\n\n\",2\n\n3\n"), short(7));
        assert!(message("x,y\n1,2\n\"\n3\n\",4\n5,six\n").starts_with("CSV, line 6, column `y`: `six` is not"));
        assert!(message("x,y\n1,2\n\n5,six").starts_with("CSV, line 4, column `y`: `six` is not"));
        let bytes = "x,y\n1,2\n\n1,?\n".replace('\n', line_break).replace('?', "\0").into_bytes();
        let bytes: Vec<_> = bytes.into_iter().map(|byte| if byte == 0 { 0xff } else { byte }).collect();
        assert!(matches!(Table::from_reader(&bytes[..]), Err(TableError::NotUtf8 { line: 4, .. })));
    }
}

#[test]
fn a_first_row_of_numbers_is_asked_about() {
    let csv = "5.1,3.5\n4.9,3.0\n";
    let asked = "CSV, line 1: the first row looks like an example (`5.1`, `3.5`): if it is one, name the columns by \
                 `TableFormat::new().names([…])`; if it names the columns, say so by `TableFormat::new().header()`";
    assert_eq!(Table::from_reader(csv.as_bytes()).unwrap_err().to_string(), asked);
    for row in ["1,", "NA,1", "1e3,-2", "5.1,Iris-setosa"] {
        let error = Table::from_reader(format!("{row}\n1,2\n").as_bytes()).unwrap_err();
        assert!(matches!(error, TableError::NumbersAsNames { .. }), "{row}: {error}");
    }
    let named = TableFormat::new().names(["x", "y"]).from_reader(csv.as_bytes()).unwrap();
    assert_eq!(x_to_y(named.select()).load::<f64, 1, 1>().unwrap().examples(), [([5.1], [3.5]), ([4.9], [3.0])]);
    let header = TableFormat::new().header().from_reader(csv.as_bytes()).unwrap();
    let data: Dataset<f64, 1, 1> = header.select().numbers(["5.1"]).targets(["3.5"]).load().unwrap();
    assert_eq!(data.examples(), [([4.9], [3.0])]);
    let too_few = TableFormat::new().names(["x"]).from_reader(csv.as_bytes()).unwrap_err();
    assert_eq!(too_few.to_string(), "CSV, line 1: the row has 2 cells, and there is 1 column");

    // Whole numbers beside words may name columns; the question comes when a name is not found.
    let error = message("39,State-gov\n50,Private\n", x_to_class);
    assert_eq!(
        error,
        "CSV: there is no column `x`, only `39`, `State-gov`: if the first row is an example, name the columns by \
         `TableFormat::new().names([…])`"
    );
}

#[test]
fn cells_may_be_separated_by_blanks() {
    let text = "mpg   cyl   disp\tname\n18.0   8   307.0\t\"chevrolet chevelle\"  \n\n  15.0 8\t \t350.0 buick\n";
    let table = TableFormat::new().whitespace().from_reader(text.as_bytes()).unwrap();
    let selection = table.select().numbers(["mpg", "cyl", "disp"]).class("name");
    let data: Dataset<f64, 3, 2> = selection.load().unwrap();
    assert_eq!(data.inputs().collect::<Vec<_>>(), [[18.0, 8.0, 307.0], [15.0, 8.0, 350.0]]);
    assert_eq!(data.classes(), ["buick", "chevrolet chevelle"]);

    let not_so = Table::from_reader("mpg   cyl\n18.0   8\n".as_bytes()).unwrap();
    let error = not_so.select().numbers(["mpg"]).load::<f64, 1, 0>().unwrap_err().to_string();
    let advice = "its cells seem to be separated by blanks: read it with `TableFormat::new().whitespace()`";
    assert_eq!(error, format!("CSV: there is no column `mpg`, only `mpg   cyl`: {advice}"));
    let error = Table::from_reader("\"fixed acidity\";\"pH\"\n7.4;3\n".as_bytes()).unwrap_err().to_string();
    assert_eq!(
        error,
        "CSV, line 1: `;\"pH\"` follows the closing quote of a cell that begins on line 1: its cells seem to be \
         separated by ';': read it with `TableFormat::new().delimiter(';')`"
    );

    let table = TableFormat::new().delimiter('§').from_reader("x§y\n1§2\n".as_bytes()).unwrap();
    assert_eq!(x_to_y(table.select()).load::<f64, 1, 1>().unwrap().examples(), [([1.0], [2.0])]);
    for delimiter in ['"', '\n', '\r'] {
        let error = TableFormat::new().delimiter(delimiter).from_reader("x\n1\n".as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), format!("{delimiter:?} cannot separate cells: choose another delimiter"));
    }
}

/// A cell that holds a number in another notation is not a word.
#[test]
fn messages_say_how_a_number_is_written() {
    let (decimal, thousands) = ("a comma for decimals or thousands", "commas between thousands");
    let (blanks, sign) = ("blanks or signs between digits", "a sign that is no part of the number");
    for (cell, unwanted, options) in [
        ("50,52", decimal, ".decimal(',')` or `.thousands(',')"),
        ("-1,5", decimal, ".decimal(',')` or `.thousands(',')"),
        ("1,234.5", thousands, ".thousands(',')"),
        ("1,234,567", thousands, ".thousands(',')"),
        ("1.234,5", "points between thousands and a decimal comma", ".decimal(',').thousands('.')"),
        ("50%", "a percent sign", ".percent()"),
        ("50 %", "a percent sign", ".percent()"),
        ("12,5 %", decimal, ".decimal(',')` or `.thousands(',')"),
        ("$5.00", sign, ""),
        ("5 €", sign, ""),
        ("1\u{a0}000", blanks, ".thousands(…)"),
        ("1_000", blanks, ".thousands(…)"),
        ("1'000.5", blanks, ".thousands(…)"),
        ("−1.5", sign, ""),
    ] {
        let mut expected =
            format!("CSV, line 2, column `x`: `{cell}` is not a number; write numbers like 1234.5, without {unwanted}");
        if !options.is_empty() {
            expected = format!("{expected}, or read the file with `TableFormat::new()` and `{options}`");
        }
        assert_eq!(message(&format!("x,y\n\"{cell}\",1\n"), x_to_y), expected);
    }
}

/// A message shows the beginning of a long text, in one line.
#[test]
fn long_texts_are_cut_in_messages() {
    let long = format!("a\tb{}", "é".repeat(1 << 16));
    let shown = format!("`a\\tb{}…`", "é".repeat(57));
    let error = message(&format!("x,y\n{long},1\n"), x_to_y);
    assert!(error.starts_with(&format!("CSV, line 2, column `x`: {shown} is not a number;")), "{error}");
    let texts = [
        message(&format!("{long},{long}\n1,2\n"), |selection| selection.numbers([&long]).targets([&long])),
        message(&format!("{long},y\n1,2\n"), x_to_y),
        message(&format!("{long},y\na,2\n"), |selection| selection.numbers([&long]).targets(["y"])),
        message(&format!("x,class\n1,{long}\n"), x_to_class),
        message(&format!("x,class\n1,{long}\n"), |selection| selection.numbers(["x"]).class_of("class", ["a", "b"])),
        message(&format!("x,class\n1,\"a\"{long}\n"), x_to_class),
        message(&format!("x,{long}\n1,a\n"), |selection| selection.numbers(["x"]).class(&long)),
        message(&format!("x,{long}\n1,\n"), |selection| selection.numbers(["x"]).class(&long)),
    ];
    for text in texts {
        assert!(text.len() < 700 && text.contains("ééé…"), "{}", text.chars().take(700).collect::<String>());
        assert!(!text.contains('\t'), "{text}");
    }
}

#[test]
fn missing_cells_are_refused_dropped_or_filled() {
    let csv = "x,class,other\n1,a,\nNA,a,\n3,b,\n,NA,\n5, ,\n8,b,\n";
    let refused = "CSV, line 3, column `x`: the cell is missing; `.missing(Missing::Drop)` leaves such rows out, \
                   `.missing(Missing::Fill)` fills in the mean";
    assert_eq!(message(csv, x_to_class), refused);
    // Only a number among the inputs can be filled in.
    let refused = "CSV, line 2, column `class`: the cell is missing; `.missing(Missing::Drop)` leaves such rows out";
    assert_eq!(message("x,class\n1,\n", x_to_class), refused);

    let table = table(csv);
    let dropped: Dataset<f64, 1, 1> = x_to_class(table.select()).missing(Missing::Drop).load().unwrap();
    assert_eq!(dropped.examples(), [([1.0], [0.0]), ([3.0], [1.0]), ([8.0], [1.0])]);
    let report = "6 rows, 3 dropped: 3 examples\n  x: 2 missing, rows dropped\n  class: 2 missing, rows dropped";
    assert_eq!(dropped.report().to_string(), report);

    // (1 + 3 + 8) / 3: the row without a class does not count.
    let filled: Dataset<f64, 1, 1> = x_to_class(table.select()).missing(Missing::Fill).load().unwrap();
    assert_eq!(filled.examples(), [([1.0], [0.0]), ([4.0], [0.0]), ([3.0], [1.0]), ([8.0], [1.0])]);
    let report = "6 rows, 2 dropped: 4 examples\n  x: 1 missing, rows dropped; 1 missing, filled with the mean 4\n  \
                  class: 2 missing, rows dropped";
    assert_eq!(filled.report().to_string(), report);
}

#[test]
fn missing_cells_are_filled_with_what_is_given() {
    let csv = "x,z,y\n1,NA,2\nNA,7,3\nNA,NA,4\n";
    let select = |table: &Table| -> Result<Dataset<f32, 2, 1>, TableError> {
        table.select().numbers(["x", "z"]).targets(["y"]).fill_with([("x", 0.5)]).missing(Missing::Drop).load()
    };
    let data = select(&table(csv)).unwrap();
    assert_eq!(data.examples(), [([0.5, 7.0], [3.0])]);
    let report = "3 rows, 2 dropped: 1 example\n  x: 1 missing, rows dropped; 1 missing, filled with 0.5\n  \
                  z: 2 missing, rows dropped";
    assert_eq!(data.report().to_string(), report);
    // A given value takes precedence over the mean.
    let table = table(csv);
    let selection = || table.select().numbers(["x", "z"]).targets(["y"]).missing(Missing::Fill);
    let data: Dataset<f64, 2, 1> = selection().fill_with([("z", -1.0_f32)]).load().unwrap();
    assert_eq!(data.inputs().collect::<Vec<_>>(), [[1.0, -1.0], [1.0, 7.0], [1.0, -1.0]]);

    for (column, value, expected) in [
        ("y", 1.0, "CSV: `y` is not a column of `.numbers`, so nothing can be filled in: leave it out of `.fill_with`"),
        ("x", f64::NAN, "CSV: the value to fill in for `x` must be finite, not NaN"),
    ] {
        let error = selection().fill_with([(column, value)]).load::<f64, 2, 1>().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

/// An empty cell is missing, whichever other texts stand for a missing cell.
#[test]
fn an_empty_cell_is_always_missing() {
    let table = table("class\na\nNA\n?\n\"\"\n");
    let classes = |missing_values: &[&str]| {
        let selection = table.select().class("class").missing_values(missing_values).missing(Missing::Drop);
        let data: Dataset<f64, 0, 2> = selection.load().unwrap();
        assert_eq!(data.report().dropped, 2);
        data.classes().to_vec()
    };
    assert_eq!(classes(&["?"]), ["NA", "a"]);
    assert_eq!(classes(&["NA"]), ["?", "a"]);
    assert_eq!(classes(&["", "?"]), ["NA", "a"]);
    let refused = table.select().class("class").missing_values(["?"]).load::<f64, 0, 2>();
    assert!(matches!(refused, Err(TableError::MissingCell { place, .. }) if place.line == 4));
    let no_markers = table.select().class("class").missing_values([""; 0]).missing(Missing::Drop);
    assert_eq!(no_markers.load::<f64, 0, 3>().unwrap().classes(), ["?", "NA", "a"]);
}

/// A missing target is never filled in.
#[test]
fn a_missing_target_drops_the_row() {
    let table = table("x,y\n1,2\n3,\n");
    let data: Dataset<f64, 1, 1> = x_to_y(table.select()).missing(Missing::Fill).load().unwrap();
    assert_eq!(data.examples(), [([1.0], [2.0])]);
    assert_eq!(data.report().to_string(), "2 rows, 1 dropped: 1 example\n  y: 1 missing, rows dropped");
}

#[test]
fn messages_say_where_and_what() {
    let header = "x,y\n";
    let rows = |rows: &str| message(&format!("{header}{rows}"), x_to_y);
    let missing = "if it stands for a missing cell, name it in `.missing_values([…])`";
    let no_number = |place: &str, column: &str, cell: &str| {
        format!(
            "CSV, {place}, column `{column}`: `{cell}` is not a number; {missing}; if the column holds words, select \
             it by `.category(\"{column}\")` as an input, by `.class(\"{column}\")` as the target"
        )
    };
    assert_eq!(rows("1,2\n\"3\n\",4\n5,six\n"), no_number("line 5", "y", "six"));
    assert_eq!(rows("1;5,2\n"), no_number("line 2", "x", "1;5"));
    for cell in ["NaN", "inf", "-Infinity", "1e309"] {
        let expected = format!("CSV, line 2, column `x`: `{cell}` is infinite, too large or not a number; {missing}");
        assert_eq!(rows(&format!("{cell},1\n")), expected);
    }
    assert_eq!(rows("1,2\n3\n"), "CSV, line 3: the row has 1 cell, and there are 2 columns");
    assert_eq!(message("x,y\r\n1,2\r\n3\r\n", x_to_y), "CSV, line 3: the row has 1 cell, and there are 2 columns");
    assert_eq!(
        message("\u{feff}\n\nx,y\r\n1,2\r\n3", x_to_y),
        "CSV, line 5: the row has 1 cell, and there are 2 columns"
    );
    assert_eq!(rows("\n1,2\n\r\n\n3\n"), "CSV, line 6: the row has 1 cell, and there are 2 columns");
    assert_eq!(rows("\n1,2\n\r\nz,2\n"), no_number("line 5", "x", "z"));
    assert_eq!(rows("1,2,3\n"), "CSV, line 2: the row has 3 cells, and there are 2 columns");
    let empty = "CSV has no rows: its first line must name the columns, and each further line must be an example";
    assert_eq!(rows(""), empty);
    assert_eq!(message("", x_to_y), empty);

    assert_eq!(message("x,x,y\n1,2,3\n", x_to_y), "CSV: 2 columns have the name `x`: rename all but one");
    let nothing = "CSV: every row (2 in all) lacks one of the selected cells, so no row is left";
    assert_eq!(message("x,y\n1,NA\nNA,1\n", |s| x_to_y(s).missing(Missing::Drop)), nothing);
    let no_mean =
        "CSV, column `x`: there is no mean to fill in: no number is left, or the sum of the numbers overflows";
    assert_eq!(message("x,y\nNA,1\n", |s| x_to_y(s).missing(Missing::Fill)), no_mean);
    assert_eq!(message("x,y\n1e308,1\n-1e308,1\n,1\n", |s| x_to_y(s).missing(Missing::Fill)), no_mean);
}

#[test]
fn a_column_is_selected_once() {
    let csv = "x,y,class\n1,2,a\n3,4,b\n";
    let twice = |column: &str| format!("CSV: the column `{column}` is selected twice: name it once");
    assert_eq!(message(csv, |selection| selection.numbers(["x", "x"]).targets(["y"])), twice("x"));
    assert_eq!(message(csv, |selection| selection.numbers(["x"]).category("x").targets(["x"])), twice("x"));
    assert_eq!(message(csv, |selection| selection.numbers(["x"]).targets(["y", "y"])), twice("y"));
    let both =
        |column: &str| format!("CSV: the column `{column}` is both an input and a target: leave it out of one of them");
    assert_eq!(message(csv, |selection| selection.numbers(["x", "y"]).targets(["y"])), both("y"));
    assert_eq!(message(csv, |selection| selection.category("class").class("class")), both("class"));
    // The last selection of targets counts.
    let data = table(csv).select().numbers(["x"]).class("class").targets(["y"]).load::<f64, 1, 1>().unwrap();
    assert_eq!(data.examples(), [([1.0], [2.0]), ([3.0], [4.0])]);
}

/// Which numbers are too large depends on the scalar.
#[test]
fn numbers_are_finite_in_the_scalar() {
    let table = table("x,y\n1e39,1\n");
    assert_eq!(x_to_y(table.select()).load::<f64, 1, 1>().unwrap().examples(), [([1e39], [1.0])]);
    let error = x_to_y(table.select()).load::<f32, 1, 1>().unwrap_err();
    assert!(
        matches!(error, TableError::NotFinite { place, cell } if place.line == 2 && place.column == "x" && cell == "1e39")
    );
}

#[test]
fn messages_name_similar_columns_and_classes() {
    let file = "../examples/data/penguins.csv";
    let columns = "`species`, `island`, `bill_length_mm`, `bill_depth_mm`, `flipper_length_mm`, `body_mass_g`, `sex`, \
                   `year`";
    let table = penguins();
    let numbers = |column: &str| table.select().numbers([column]).load::<f64, 1, 0>().unwrap_err().to_string();
    let expected = format!("{file}: there is no column `Bill_Length`, only {columns}: did you mean `bill_length_mm`?");
    assert_eq!(numbers("Bill_Length"), expected);
    assert_eq!(numbers("temperature"), format!("{file}: there is no column `temperature`, only {columns}"));

    // A name of one letter is similar only to its capital.
    assert_eq!(
        message("x,y\n1,2\n", |selection| selection.numbers(["z"])),
        "CSV: there is no column `z`, only `x`, `y`"
    );
    let error = message("X,y\n1,2\n", x_to_y);
    assert_eq!(error, "CSV: there is no column `x`, only `X`, `y`: did you mean `X`?");

    for (header, shown, delimiter) in [("x;y", "x;y", "';'"), ("x\ty", r"x\ty", r"'\t'"), ("x|y", "x|y", "'|'")] {
        let expected = format!(
            "CSV: there is no column `x`, only `{shown}`: its cells seem to be separated by {delimiter}: read it with \
             `TableFormat::new().delimiter({delimiter})`"
        );
        assert_eq!(message(&format!("{header}\n1\n"), x_to_y), expected);
    }

    let classes = table.select().class_of("species", ["Adelie", "Chinstrap"]);
    let expected =
        format!("{file}, line 154, column `species`: `Gentoo` is not one of the given values `Adelie`, `Chinstrap`");
    assert_eq!(classes.load::<f64, 0, 2>().unwrap_err().to_string(), expected);
    let classes = table.select().class_of("species", ["Adelie", "Chinstrap", "Gentu"]);
    let error = classes.load::<f64, 0, 3>().unwrap_err().to_string();
    assert!(
        error.ends_with("not one of the given values `Adelie`, `Chinstrap`, `Gentu`: did you mean `Gentu`?"),
        "{error}"
    );
}

#[test]
fn messages_compare_the_columns_with_the_network() {
    let file = "../examples/data/penguins.csv";
    let table = penguins();
    let selection = table.select().numbers(["year"]).category("island").targets(["body_mass_g"]).missing(Missing::Drop);
    let inputs = "4 inputs (`year`, `island=Biscoe`, `island=Dream`, `island=Torgersen`)";
    let expected = format!(
        "{file}: the columns give {inputs}, the network takes 3: declare it as `4 => …`, or select other columns"
    );
    assert_eq!(selection.load::<f64, 3, 1>().unwrap_err().to_string(), expected);
    let expected = format!(
        "{file}: the columns give 1 target (`body_mass_g`), the network has 2 outputs: declare it as `… => 1`, or select other columns"
    );
    assert_eq!(selection.load::<f64, 4, 2>().unwrap_err().to_string(), expected);
    let advice = "select some by `.numbers([…])` or `.category(…)`";
    let expected = format!("{file}: the columns give 0 inputs (none), the network takes 3: {advice}");
    assert_eq!(table.select().class("species").load::<f64, 3, 3>().unwrap_err().to_string(), expected);

    let expected = format!(
        "{file}: the column `species` has 3 classes (`Adelie`, `Chinstrap`, `Gentoo`), the network has 1 output: \
         declare it as `… => softmax(3)`"
    );
    assert_eq!(table.select().class("species").load::<f64, 0, 1>().unwrap_err().to_string(), expected);
    let error = table.select().numbers(["year"]).load::<f64, 1, 1>().unwrap_err().to_string();
    let advice = "select some by `.targets([…])`, or classes by `.class(…)`";
    assert_eq!(error, format!("{file}: the columns give 0 targets (none), the network has 1 output: {advice}"));
    let error = table.select().class_of("species", ["Gentoo"]).load::<f64, 0, 1>().unwrap_err();
    assert!(matches!(error, TableError::Classes { .. }));
    let fewer = "if the file lacks some of the classes, name all of them: `.class_of(\"y\", […])`";
    let error = message("x,y\n1,a\n", |selection| selection.numbers(["x"]).class("y"));
    assert_eq!(error, format!("CSV: the column `y` has 1 class (`a`), the network has 1 output: {fewer}"));
    let classes = |csv: &str| {
        let error = Table::from_reader(csv.as_bytes()).unwrap().select().class("y").load::<f64, 0, 4>().unwrap_err();
        error.to_string()
    };
    let expected = format!(
        "CSV: the column `y` has 2 classes (`a`, `b`), the network has 4 outputs: declare it as `… => 1` or \
         `… => softmax(2)`; {fewer}"
    );
    assert_eq!(classes("y\na\nb\n"), expected);
    let expected = format!(
        "CSV: the column `y` has 3 classes (`a`, `b`, `c`), the network has 4 outputs: declare it as \
         `… => softmax(3)`; {fewer}"
    );
    assert_eq!(classes("y\na\nb\nc\n"), expected);
    let error = message("x,y\n1,a\n", |selection| selection.numbers(["x"]).class_of("y", ["a", "b", "a"]));
    assert_eq!(error, "column `y`: the class `a` is given twice");
    // The message shortens a long list of classes.
    let error = table.select().class("body_mass_g").missing_values([""]).load::<f64, 0, 2>().unwrap_err().to_string();
    assert!(error.len() < 400 && error.contains("`2700`") && error.contains(", …)"), "{error}");
}

/// A file that fails while it is read.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("unplugged"))
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    let error = Table::read("no/such/file.csv").unwrap_err();
    assert_eq!(error.to_string(), "no/such/file.csv could not be read");
    let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::NotFound);

    let error = Table::from_reader(&b"x,y\n1,2\n1,\xff\n"[..]).unwrap_err();
    assert_eq!(error.to_string(), "CSV, line 3: this is not UTF-8; save the file in that encoding");

    let error = Table::from_reader(Broken).unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "unplugged");
}

/// Every text gives a table or an error, never a panic, and every row knows its line.
#[test]
fn any_text_can_be_read() {
    const PIECES: [&str; 12] = ["x", "1", "1", ",", ",", "\n", "\n", "\r\n", "\"", " ", "NA", "\u{feff}"];
    let mut rng = mlp_core::rng(1);
    let (mut loaded, mut refused) = (0, 0);
    for _ in 0..10_000 {
        let body: String = (0..6).map(|_| PIECES[usize::try_from(rng.next_u64() % 12).unwrap()]).collect();
        match Table::from_reader(format!("x,y\n{body}").as_bytes()).and_then(|table| x_to_y(table.select()).load()) {
            Ok::<Dataset<f64, 1, 1>, _>(data) => loaded += data.examples().len(),
            Err(TableError::MissingCell { place, .. } | TableError::NotANumber { place, .. }) => {
                let line = body.lines().nth(place.line - 2).unwrap();
                assert!(line.contains([',', '"']), "{place}: {body:?}");
                refused += 1;
            }
            Err(_) => {}
        }
    }
    assert!(loaded > 10 && refused > 1000, "{loaded}, {refused}");
}

/// The expected orders come from a Python implementation of xoshiro256++, Lemire's draw and Durstenfeld's shuffle.
#[test]
fn a_seed_is_a_split() {
    let order = |seed| {
        let data = Dataset::new((0_u8..10).map(|n| ([f64::from(n)], [])).collect());
        let (first, second) = data.split(0.65, seed).unwrap();
        (first.inputs().flatten().collect::<Vec<_>>(), second.inputs().flatten().collect::<Vec<_>>())
    };
    assert_eq!(order(1), (vec![4.0, 7.0, 9.0, 3.0, 2.0, 1.0, 5.0], vec![0.0, 6.0, 8.0]));
    assert_eq!(order(2024), (vec![6.0, 0.0, 7.0, 3.0, 9.0, 4.0, 8.0], vec![1.0, 2.0, 5.0]));
}

/// All orders of four are equally frequent: Pearson's χ², with 23 degrees of freedom, exceeds 49.7 in 0.1 % of cases.
#[test]
fn every_order_is_equally_likely() {
    let data = Dataset::new((0_u8..4).map(|n| ([f64::from(n)], [])).collect());
    let mut counts = std::collections::BTreeMap::new();
    for seed in 0..24_000 {
        let (first, second) = data.split(0.5, seed).unwrap();
        let order: Vec<_> = first.inputs().chain(second.inputs()).map(|[n]| n.to_bits()).collect();
        *counts.entry(order).or_insert(0.0) += 1.0;
    }
    assert_eq!(counts.len(), 24);
    let chi_squared: f64 = counts.values().map(|count: &f64| (count - 1000.0) * (count - 1000.0) / 1000.0).sum();
    assert!(chi_squared < 49.7, "{chi_squared}");
}

#[test]
fn a_stratified_split_keeps_each_classs_share() {
    let data = species::<f64>();
    let (train, test) = data.split_stratified(0.7, 1).unwrap();
    let counts = |part| [0, 1, 2].map(|class| count(part, class));
    assert_eq!(counts(&data), [151, 68, 123]);
    assert_eq!(counts(&train), [106, 48, 86]); // 105.7, 47.6, 86.1
    assert_eq!(counts(&test), [45, 20, 37]);
    // Computed by the same Python implementation.
    let masses: Vec<_> = test.inputs().take(6).map(|[_, _, _, mass]| mass).collect();
    assert_eq!(masses, [5150.0, 4700.0, 5000.0, 4850.0, 5050.0, 4350.0]);
    assert_eq!((train.classes(), train.report()), (data.classes(), data.report()));

    // Nothing is lost, and nothing doubled.
    let mut all: Vec<_> = data.examples().iter().map(|example| format!("{example:?}")).collect();
    let mut parts: Vec<_> =
        train.examples().iter().chain(test.examples()).map(|example| format!("{example:?}")).collect();
    all.sort();
    parts.sort();
    assert_eq!(all, parts);

    // Every class is in both parts, however small the share.
    let (few, most) = data.split_stratified(0.001, 1).unwrap();
    assert_eq!((counts(&few), counts(&most)), ([1, 1, 1], [150, 67, 122]));
    let (most, few) = data.split_stratified(0.999, 1).unwrap();
    assert_eq!((counts(&few), counts(&most)), ([1, 1, 1], [150, 67, 122]));
}

#[test]
fn what_cannot_be_split_says_why() {
    let data = |targets: &[[f64; 1]]| Dataset::new(targets.iter().map(|&target| ([0.0], target)).collect());
    for fraction in [0.0, 1.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
        assert!(matches!(data(&[[0.0], [1.0]]).split(fraction, 1), Err(SplitError::Fraction { .. })), "{fraction}");
        let stratified = data(&[[0.0], [0.0]]).split_stratified(fraction, 1);
        assert!(matches!(stratified, Err(SplitError::Fraction { .. })), "{fraction}");
    }
    let empty_part = |examples, fraction| Some(SplitError::EmptyPart { examples, fraction });
    assert_eq!(data(&[]).split(0.5, 1).err(), empty_part(0, 0.5));
    assert_eq!(data(&[[0.0]]).split(0.5, 1).err(), empty_part(1, 0.5));
    assert_eq!(data(&[[0.0], [1.0], [0.0]]).split(0.9, 1).err(), empty_part(3, 0.9));
    assert_eq!(data(&[[0.0], [1.0], [0.0]]).split(0.1, 1).err(), empty_part(3, 0.1));
    let message =
        "a fraction of 0.5 of 1 example leaves one part empty: choose another fraction, or find more examples";
    assert_eq!(data(&[[0.0]]).split(0.5, 1).unwrap_err().to_string(), message);
    assert!(data(&[[0.0], [1.0]]).split(0.5, 1).is_ok());
    assert_eq!(data(&[]).split_stratified(0.5, 1).err(), empty_part(0, 0.5));

    let lonely = data(&[[0.0], [1.0], [0.0]]).split_stratified(0.5, 1).unwrap_err();
    assert_eq!(lonely, SplitError::LonelyClass { class: "1".to_owned() });
    let named: Dataset<f64, 1, 2> = table("x,c\n1,a\n2,b\n3,b\n").select().numbers(["x"]).class("c").load().unwrap();
    let message = "class `a` has one example, which cannot be in both parts: find more, leave it out, or use `split`";
    assert_eq!(named.split_stratified(0.5, 1).unwrap_err().to_string(), message);
    assert_eq!(data(&[[0.0], [0.5]]).split_stratified(0.5, 1).err(), Some(SplitError::NoClass { example: 1 }));
    for no_class in [[0.0, 0.0], [1.0, 1.0], [1.0, 0.5]] {
        let data = Dataset::new(vec![([0.0], no_class)]);
        assert_eq!(data.split_stratified(0.5, 1).err(), Some(SplitError::NoClass { example: 0 }), "{no_class:?}");
    }
}

/// Subsets and folds know as much of the file as the whole.
#[test]
fn parts_keep_names_classes_and_categories() {
    let table = penguins();
    let selection = table.select().numbers(["year"]).category("island").class("species");
    let data: Dataset<f64, 4, 3> = selection.load().unwrap();
    let check = |part: &Dataset<f64, 4, 3>| {
        assert_eq!(part.input_names(), ["year", "island=Biscoe", "island=Dream", "island=Torgersen"]);
        assert_eq!((part.classes(), part.report()), (data.classes(), data.report()));
        assert_eq!(part.fit_standardization().unwrap().scale[1..], [1.0; 3]);
    };
    check(&data.subset(0..200).unwrap());
    check(&data.filter(|x, _| x[2] == 1.0));
    check(&data.cast::<f32>().unwrap().cast().unwrap());
    let (train, test) = data.split(0.5, 1).unwrap();
    [train, test].iter().for_each(check);

    let mut tested = Vec::new();
    for (train, test) in data.folds(5, 1).unwrap() {
        [&train, &test].into_iter().for_each(check);
        assert_eq!(train.examples().len() + test.examples().len(), 344);
        assert!([68, 69].contains(&test.examples().len()));
        tested.extend(test.examples().iter().map(|example| format!("{example:?}")));
        let all = train.examples().iter().chain(test.examples());
        assert!(same_in_another_order(all, data.examples()));
    }
    tested.sort();
    let mut all: Vec<_> = data.examples().iter().map(|example| format!("{example:?}")).collect();
    all.sort();
    assert_eq!(tested, all);

    assert_eq!(data.subset([3, 0, 3]).unwrap().examples(), [3, 0, 3].map(|index| data.examples()[index]));
    assert_eq!(data.filter(|x, _| x[2] == 1.0).examples().len(), 124);
    let error = data.subset(340..345).unwrap_err();
    assert_eq!(error.to_string(), "there is no example 344, only 344 examples, counted from 0");
    for folds in [0, 1, 345] {
        let error = data.folds(folds, 1).err().unwrap();
        assert_eq!(error, SplitError::Folds { folds, examples: 344 });
    }
}

fn same_in_another_order<'a, E: std::fmt::Debug + 'a>(some: impl Iterator<Item = &'a E>, others: &[E]) -> bool {
    let sorted = |mut texts: Vec<_>| {
        texts.sort();
        texts
    };
    let text = |example: &E| format!("{example:?}");
    sorted(some.map(text).collect::<Vec<_>>()) == sorted(others.iter().map(text).collect())
}

/// A file in chunks gives the examples of the whole file, again and again.
#[test]
fn a_file_is_read_in_chunks() {
    const SPECIES: [&str; 3] = ["Adelie", "Chinstrap", "Gentoo"];
    let path = "../examples/data/penguins.csv";
    let load = |table: Result<Table, TableError>| {
        let table = table?;
        let selection = table.select().numbers(MEASUREMENTS).class_of("species", SPECIES);
        selection.missing(Missing::Drop).load::<f64, 4, 3>()
    };
    for rows in [1, 100, 172, 344, 1000] {
        for _ in 0..2 {
            let chunks: Vec<_> = Table::chunks(path, rows).map(load).collect::<Result<_, _>>().unwrap();
            assert_eq!(chunks.len(), 344_usize.div_ceil(rows));
            assert!(chunks.iter().rev().skip(1).all(|chunk| chunk.report().rows == rows));
            let examples: Vec<_> = chunks.iter().flat_map(Dataset::examples).copied().collect();
            assert_eq!(examples, species().examples());
        }
    }
    // A chunk whose only row is dropped is empty.
    let empty = Table::chunks(path, 1).nth(3).map(load).unwrap().unwrap();
    assert_eq!((empty.examples().len(), empty.report().dropped), (0, 1));

    // Lines are those of the file.
    let as_number = |table: Table| table.select().numbers(["sex"]).missing(Missing::Drop).load::<f64, 1, 0>();
    let error = Table::chunks(path, 100).nth(2).unwrap().and_then(as_number).unwrap_err();
    assert!(error.to_string().starts_with(&format!("{path}, line 202, column `sex`: `")), "{error}");
}

#[test]
fn a_chunk_does_not_guess_what_the_file_holds() {
    let path = "../examples/data/penguins.csv";
    let load = |select: fn(Selection<'_>) -> Selection<'_>| {
        let table = Table::chunks(path, 10).next().unwrap().unwrap();
        select(table.select()).load::<f64, 1, 1>().unwrap_err().to_string()
    };
    let message = |column: &str, instead: &str| {
        format!(
            "{path}: a chunk does not know what the rest of the file holds in column `{column}`: say it by `{instead}(…)`"
        )
    };
    assert_eq!(load(|selection| selection.numbers(["year"]).class("sex")), message("sex", ".class_of"));
    assert_eq!(load(|selection| selection.category("sex").targets(["year"])), message("sex", ".category_of"));
    assert_eq!(
        load(|selection| selection.numbers(["body_mass_g"]).targets(["year"]).missing(Missing::Fill)),
        message("body_mass_g", ".fill_with")
    );
    let table = Table::chunks(path, 10).next().unwrap().unwrap();
    let selection = table.select().numbers(["body_mass_g"]).targets(["year"]).missing(Missing::Fill);
    let data: Dataset<f64, 1, 1> = selection.fill_with([("body_mass_g", 4000.0)]).load().unwrap();
    assert_eq!(data.examples()[3], ([4000.0], [2007.0]));

    // An error is the last item.
    let mut chunks = Table::chunks("no/such/file.csv", 10);
    assert!(matches!(chunks.next(), Some(Err(TableError::Read { .. }))));
    assert!(chunks.next().is_none());
    let mut chunks = Table::chunks(path, 0);
    assert!(matches!(chunks.next(), Some(Err(TableError::NoRowsInChunk))));
    assert!(chunks.next().is_none());

    let path = env::temp_dir().join(format!("mlp-core-chunks-{}.csv", process::id()));
    let chunks = |text: &str, rows| {
        fs::write(&path, text).unwrap();
        let chunks: Vec<_> = Table::chunks(&path, rows).collect();
        fs::remove_file(&path).unwrap();
        chunks
    };
    let [Ok(_), Err(TableError::RowLength { line: 5, .. })] = &chunks("x,y\n1,2\n\n3,4\n5\n6,7\n8,9\n", 2)[..] else {
        panic!("the third row is too short")
    };
    assert!(matches!(chunks("x,y\n", 2)[..], [Err(TableError::Empty { .. })]));
    assert!(matches!(chunks("x,y\n1,2\n3,4\n", 2)[..], [Ok(_)]));
}

/// A regression from end to end: body mass from measurements and sex, converted back to grams.
#[test]
fn a_scaled_regression_predicts_in_the_units_of_the_file() {
    let table = penguins();
    let selection = table.select().numbers(&MEASUREMENTS[..3]).category("sex").targets(["body_mass_g"]);
    let data = selection.missing(Missing::Drop).load().unwrap();
    assert_eq!((data.report().dropped, data.examples().len()), (11, 333));
    let (train, test) = data.split(0.75, 1).unwrap();
    let inputs = Scaling::fit_standardization(train.inputs()).unwrap();
    let outputs = Scaling::fit_standardization(train.targets()).unwrap();
    let scaled = train.scale_inputs(&inputs).scale_targets(&outputs);
    let mut network = Mass::random_with(&StandardNormal, &mut mlp_core::rng(1));
    Trainer::new(GradientDescent::new(0.01)).epochs(200).fit(&mut network, scaled.examples()).unwrap();

    let model = Scaled { network, inputs, outputs: Some(outputs) };
    let y_true: Vec<_> = test.targets().collect();
    let y_pred: Vec<_> = test.inputs().map(|x| model.predict(x)).collect();
    let r_squared = mlp_core::metrics::r2_score(&y_true, &y_pred).unwrap();
    assert!(r_squared > 0.8, "{r_squared}");
}
