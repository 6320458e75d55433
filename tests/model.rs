//! Models predict by name, in the order of no file, and refuse what they do not know.

use std::{env, fs, process};

use mlp_core::dataset::{Column, Schema, SplitError, TableError, Target, Unseen};
use mlp_core::metrics::{ConfusionMatrix, r2_score};
use mlp_core::model::{Cell, Evaluation, Fitted, ModelError, Prediction, RowError};
use mlp_core::random::Rng;
use mlp_core::{
    Adam, Batch, Dataset, GradientDescent, History, Missing, Model, Scaled, Scaling, Table, TrainError, Trainer, mlp,
};

mlp!(struct Penguins: 7 => tanh(8) => softmax(3), loss = cross_entropy);
mlp!(struct Mass: 5 => tanh(4) => identity(1));
mlp!(struct Line: 1 => identity(1));
mlp!(struct SingleLine: 1 => identity(1), scalar = f32);
mlp!(struct Pair: 2 => identity(1));
mlp!(struct Sex: 2 => tanh(3) => sigmoid(1), loss = binary_cross_entropy);
mlp!(struct Scores: 1 => identity(2));
mlp!(struct Large: 3 => relu(40) => softmax(3), loss = cross_entropy, rolled);

const MEASUREMENTS: [&str; 4] = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];

fn table(csv: &str) -> Table {
    Table::from_reader(csv.as_bytes()).unwrap()
}

fn penguins() -> Table {
    Table::read("../examples/data/penguins.csv").unwrap()
}

fn species() -> Dataset<f64, 7, 3> {
    let selection = penguins();
    let selection = selection.select().numbers(MEASUREMENTS).category("island").class("species");
    selection.missing(Missing::Drop).load().unwrap()
}

fn trainer() -> Trainer<Adam> {
    Trainer::new(Adam::new(0.01)).epochs(60).batch(Batch::Mini(16)).shuffle(1).reproducible()
}

fn fitted() -> Fitted<Penguins, 7, 3> {
    Model::fit(&species(), trainer(), 1).unwrap()
}

/// A line whose numbers a test can follow: y = 2 · (x − 10) / 4 · 5 + 100.
fn line() -> Model<Line> {
    let schema = Schema::new().numbers(["x"]).targets(["y"]);
    let (inputs, outputs) = (Scaling { offset: [10.0], scale: [4.0] }, Scaling { offset: [100.0], scale: [5.0] });
    Model::new(Line { w11: 2.0, b1: 0.0 }, &schema, inputs, Some(outputs)).unwrap()
}

/// The day after training: another program, another order of columns, one more column.
#[test]
fn a_saved_model_predicts_by_name() {
    let Fitted { model, held_back, .. } = fitted();
    let matrix = ConfusionMatrix::<3>::from_model(&model, &held_back).unwrap();
    assert!(matrix.total() == 69 && matrix.accuracy() > Some(0.95), "{matrix}");
    let path = env::temp_dir().join(format!("mlp-core-model-{}.json", process::id()));
    model.save(&path).unwrap();
    let loaded = Model::<Penguins>::load(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(loaded, model);

    let x = [39.1, 18.7, 181.0, 3750.0, 0.0, 1.0, 0.0];
    let expected = model.predict(x);
    assert_eq!(expected, model.scaled().unwrap().predict(x));
    let csv = "id,island,body_mass_g,bill_length_mm,bill_depth_mm,flipper_length_mm\n7,Dream,3750,39.1,18.7,181\n";
    let new = table(csv);
    let predictions = loaded.predict_table(&new).unwrap();
    assert_eq!(predictions.len(), 1);
    assert_eq!((predictions[0].outputs(), predictions[0].class()), (expected, Some("Adelie")));
    let probabilities: Vec<_> = ["Adelie", "Chinstrap", "Gentoo"].into_iter().zip(expected).collect();
    assert_eq!(predictions[0].probabilities(), Some(probabilities));
    assert_eq!(predictions[0].get("Gentoo"), Some(expected[2]));
    assert_eq!(predictions[0].get("Emperor"), None);

    let by_text = [
        ("island", "Dream"),
        ("bill_depth_mm", " 18.7 "),
        ("bill_length_mm", "39.1"),
        ("body_mass_g", "3750"),
        ("flipper_length_mm", "181"),
    ];
    assert_eq!(loaded.predict_row(by_text).unwrap(), predictions[0]);
    let mixed = by_text.map(|(name, text)| (name, text.trim().parse().map_or(Cell::Text(text), Cell::Number)));
    assert_eq!(loaded.predict_row(mixed).unwrap(), predictions[0]);

    // An island that nobody had seen.
    let unseen = table(&csv.replace("Dream", "Anvers"));
    let Err(TableError::UnknownClass { place, cell, .. }) = loaded.predict_table(&unseen) else { panic!("refused") };
    assert_eq!((place.line, &*place.column, &*cell), (2, "island", "Anvers"));
    let row = by_text.map(|(name, text)| (name, if text == "Dream" { "Anvers" } else { text }));
    assert!(matches!(loaded.predict_row(row), Err(RowError::UnseenValue { column, .. }) if column == "island"));
    let loaded = loaded.unseen(Unseen::Zeros).unwrap();
    let zeros = loaded.predict([39.1, 18.7, 181.0, 3750.0, 0.0, 0.0, 0.0]);
    assert_eq!(loaded.predict_table(&unseen).unwrap()[0].outputs(), zeros);
    assert_eq!(loaded.predict_row(row).unwrap().outputs(), zeros);
    // Another class in the target stays an error.
    let judged = table(&format!("species,{csv}").replace("\n7", "\nEmperor,7"));
    assert!(matches!(
        loaded.select_with_target(&judged).load::<f64, 7, 3>(),
        Err(TableError::UnknownClass { is_input: false, .. })
    ));
}

#[test]
fn an_evaluation_has_the_usual_metrics() {
    let fitted = fitted();
    let matrix = ConfusionMatrix::<3>::from_model(&fitted.model, &fitted.held_back).unwrap();
    let evaluation = fitted.evaluate().unwrap();
    let Evaluation::Classes { accuracy, classes } = &evaluation else { panic!("species are classes") };
    assert_eq!(Some(*accuracy), matrix.accuracy());
    for (index, class) in classes.iter().enumerate() {
        assert_eq!(class.name, matrix.names()[index]);
        assert_eq!((class.precision, class.recall), (matrix.precision(index), matrix.recall(index)));
        assert_eq!(class.examples as u64, matrix.counts()[index].iter().sum::<u64>());
    }

    // Two outputs in their own units; an output without spread has no R².
    let schema = Schema::new().numbers(["x"]).targets(["a", "b"]);
    let examples = vec![([1.0], [1.0, 5.0]), ([2.0], [2.0, 5.0]), ([3.0], [4.0, 5.0])];
    let data = Dataset::new(examples).with_schema(schema.clone()).unwrap();
    let network = Scores::from_parameters([1.0, 1.0, 0.0, 3.0]);
    let model = Model::new(network, &schema, Scaling { offset: [0.0], scale: [1.0] }, None).unwrap();
    let printed = "3 examples\n     RMSE     MAE      R²\na  0.5774  0.3333  0.7857\nb   0.8165  0.6667  –";
    let found = model.evaluate(&data).unwrap().to_string();
    assert_eq!(found.replace(' ', ""), printed.replace(' ', ""), "{found}");
    let Evaluation::Numbers(targets) = model.evaluate(&data).unwrap() else { panic!("the targets are numbers") };
    assert_eq!(targets[1].r2, None);

    // A class that nobody predicts, and one that has no examples.
    let schema = Schema::new().numbers(["x"]).class("c", ["no", "yes"]);
    let data = Dataset::new(vec![([1.0], [0.0]), ([2.0], [0.0])]).with_schema(schema.clone()).unwrap();
    let model = Model::new(Line { w11: 0.0, b1: 0.1 }, &schema, Scaling { offset: [0.0], scale: [1.0] }, None).unwrap();
    let printed = "\
2 examples, 100.0 % right
     precision  recall  examples
no       1.000   1.000         2
yes          –       –         0";
    assert_eq!(model.evaluate(&data).unwrap().to_string(), printed);
    assert!(model.evaluate(&data.subset([]).unwrap()).is_err());
    assert!(matches!(model.evaluate(&Dataset::new(vec![([1.0], [0.0])])), Err(ModelError::NoNames)));
}

#[test]
fn a_model_knows_what_its_data_set_knows() {
    let model = fitted().model;
    let names: Vec<_> = model.columns().iter().map(Column::name).collect();
    assert_eq!(names, ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "island"]);
    assert_eq!(model.categories("island").unwrap(), ["Biscoe", "Dream", "Torgersen"]);
    assert_eq!((model.categories("body_mass_g"), model.categories("sex")), (None, None));
    assert_eq!(model.classes(), ["Adelie", "Chinstrap", "Gentoo"]);
    assert_eq!(model.class_names(), Some(["Adelie", "Chinstrap", "Gentoo"]));
    let Target::Class { column, .. } = model.target() else { panic!("species are classes") };
    assert_eq!(column, "species");
    assert_eq!(model.schema(), species().schema().unwrap());
    // The inputs of a category are not scaled.
    assert_eq!((&model.input_scaling().offset[4..], &model.input_scaling().scale[4..]), (&[0.0; 3][..], &[1.0; 3][..]));
    assert_eq!(model.output_scaling(), None);
}

/// `fit` is what one would write by hand, to the bit.
#[test]
fn the_short_way_is_the_long_way() {
    let data = species();
    let (training, held_back) = data.split_stratified(0.8, 7).unwrap();
    let inputs = training.fit_standardization().unwrap();
    let mut network = Penguins::random(&mut mlp_core::rng(7));
    let mut history = History::losses_only();
    let scaled = held_back.scale_inputs(&inputs);
    let outcome = trainer()
        .validate(scaled.examples())
        .observe(&mut history)
        .fit(&mut network, training.scale_inputs(&inputs).examples())
        .unwrap();
    let model = Model::new(network, data.schema().unwrap(), inputs, None).unwrap();

    let mut seen = History::losses_only();
    let fitted = Model::<Penguins>::fit(&data, trainer().observe(&mut seen), 7).unwrap();
    assert_eq!((&fitted.model, fitted.outcome, &fitted.held_back), (&model, outcome, &held_back));
    assert_eq!(seen.loss(), history.loss());
    assert!(outcome.validation_loss.is_some());
}

#[test]
fn numbers_are_predicted_in_their_own_unit() {
    let selection = penguins();
    let selection = selection.select().numbers(["flipper_length_mm", "bill_depth_mm"]).category("island");
    let data: Dataset<f64, 5, 1> = selection.targets(["body_mass_g"]).missing(Missing::Drop).load().unwrap();
    let Fitted { model, held_back, .. } = Model::<Mass>::fit(&data, trainer(), 3).unwrap();
    let (y_true, y_pred) = model.targets_and_predictions(&held_back).unwrap();
    assert_eq!(y_true.len(), 68);
    assert!(r2_score(&y_true, &y_pred).unwrap() > 0.7);
    let row = [("island", Cell::from("Biscoe")), ("bill_depth_mm", 15.0.into()), ("flipper_length_mm", 220.into())];
    let prediction = model.predict_row(row).unwrap();
    let mass = prediction.get("body_mass_g").unwrap();
    assert!((4500.0..6000.0).contains(&mass), "{mass}");
    assert_eq!(prediction.to_string(), format!("body_mass_g {mass}"));
    assert_eq!((prediction.class(), prediction.probabilities()), (None, None));
    assert!(matches!(
        ConfusionMatrix::<2>::from_model(&model, &held_back),
        Err(ModelError::NoClasses { classes: 2, targets }) if targets == ["body_mass_g"]
    ));

    // Many at a time: the same but for rounding.
    let inputs: Vec<_> = held_back.inputs().collect();
    let mut batch = vec![[0.0]; inputs.len()];
    model.predict_batch(&inputs, &mut batch).unwrap();
    assert!(batch.iter().zip(&y_pred).all(|([a], [b])| (a - b).abs() < 1e-9 * b.abs()));
    assert!(model.predict_batch(&inputs, &mut batch[1..]).is_err());
}

#[test]
fn a_single_output_names_two_classes() {
    let table = table("b,a,sex\n1,0,male\n0,1,female\n1,0.25,male\n0,0.75,female\n0.75,0,male\n0.25,1,female\n");
    let data: Dataset<f64, 2, 1> = table.select().numbers(["a", "b"]).class("sex").load().unwrap();
    let trainer = Trainer::new(Adam::new(0.1)).epochs(100);
    let Fitted { model, held_back, .. } = Model::<Sex>::fit(&data, trainer, 1).unwrap();
    let prediction = model.predict_row([("b", 1.0), ("a", 0.1)]).unwrap();
    let [male] = prediction.outputs();
    assert_eq!(prediction.class(), Some("male"));
    assert_eq!(prediction.probabilities(), Some(vec![("female", 1.0 - male), ("male", male)]));
    assert_eq!(ConfusionMatrix::<2>::from_model(&model, &held_back).unwrap().accuracy(), Some(1.0));
}

#[test]
fn outputs_of_identity_are_no_probabilities() {
    let schema = Schema::new().numbers(["x"]).class("c", ["low", "high"]);
    let scaling = Scaling { offset: [0.0], scale: [1.0] };
    let network = Scores { w11: -1.0, w12: 3.0, b1: 0.0, b2: 0.0 };
    let model = Model::new(network, &schema, scaling, None).unwrap();
    let prediction = model.predict_row([("x", 1)]).unwrap();
    assert_eq!((prediction.class(), prediction.probabilities(), prediction.get("high")), (Some("high"), None, None));
    assert_eq!(prediction.to_string(), "high");
    // 3e308 is infinite, and infinity less infinity is not a number.
    let network = Scores { w11: 1e300, w12: f64::NAN, b1: 0.0, b2: 0.0 };
    let model = Model::new(network, &schema, scaling, None).unwrap();
    let prediction = model.predict_row([("x", 1)]).unwrap();
    assert_eq!((prediction.class(), prediction.to_string()), (None, "no class".to_owned()));
}

#[test]
fn a_rolled_network_is_a_model_too() {
    let table = penguins();
    let selection = table.select().numbers(["bill_length_mm", "bill_depth_mm", "body_mass_g"]).class("species");
    let data: Dataset<f64, 3, 3> = selection.missing(Missing::Drop).load().unwrap();
    let fitted = Model::<Large>::fit(&data, trainer(), 1).unwrap();
    let matrix = ConfusionMatrix::<3>::from_model(&fitted.model, &fitted.held_back).unwrap();
    assert!(matrix.accuracy() > Some(0.9), "{matrix}");
}

/// 1000 times one second apart are 8 different numbers in `f32`.
#[test]
fn an_f32_network_learns_from_times_in_seconds() {
    let schema = Schema::new().numbers(["t"]).targets(["y"]);
    let examples = (0..1000).map(|n| ([1.7e9 + f64::from(n)], [1.7e9 + 2.0 * f64::from(n)])).collect();
    let data = Dataset::new(examples).with_schema(schema).unwrap();
    let trainer = Trainer::new(GradientDescent::new(0.1)).epochs(20);
    let Fitted { model, held_back, .. } = Model::<SingleLine>::fit(&data, trainer, 1).unwrap();
    let (y_true, y_pred) = model.targets_and_predictions(&held_back).unwrap();
    assert!(y_true.iter().zip(&y_pred).all(|([a], [b])| (a - b).abs() < 1e-2));
    let [y] = model.predict_row([("t", 1.7e9 + 500.0)]).unwrap().outputs();
    assert!((y - 1.7e9 - 1000.0).abs() < 1e-2, "{y}");

    let error = model.predict_row([("t", 1e300)]).unwrap_err().to_string();
    assert_eq!(error, "input `t`: 1e300 is too large for f32, even after scaling: check its unit");
    let error = model.predict_table(&table("t\n1.7e9\n\n1e300\n")).unwrap_err();
    let TableError::TooLarge { place, value, scalar } = &error else { panic!("{error}") };
    assert_eq!((place.line, *value, *scalar), (4, 1e300, "f32"));
    assert!(error.to_string().starts_with("CSV, line 4, column `t`: 1"), "{error}");
}

#[test]
fn every_way_predicts_the_same() {
    let model = line();
    let expected = 2.0 * ((13.0 - 10.0) / 4.0) * 5.0 + 100.0;
    assert_eq!(model.predict([13.0]), [expected]);
    assert_eq!(model.predict_row([("x", 13)]).unwrap().outputs(), [expected]);
    let file = table("y,x,x2\n1,13,5\n");
    assert_eq!(model.predict_table(&file).unwrap()[0].outputs(), [expected]);
    let data = model.select_with_target(&file).load().unwrap();
    assert_eq!(model.targets_and_predictions(&data).unwrap(), (vec![[1.0]], vec![[expected]]));
    let Scaled { network, inputs, outputs } = model.scaled().unwrap();
    assert_eq!((&network, &inputs, outputs.as_ref()), (model.network(), model.input_scaling(), model.output_scaling()));
}

#[test]
fn columns_must_be_there_once() {
    let model = line();
    let message = |csv| model.predict_table(&table(csv)).unwrap_err().to_string();
    assert_eq!(message("X,y\n1,2\n"), "CSV: there is no column `x`, only `X`, `y`: did you mean `X`?");
    assert_eq!(message("x,y,x\n1,2,3\n"), "CSV: 2 columns have the name `x`: rename all but one");
    let missing = "CSV, line 3, column `x`: the cell is missing, and the model needs it; predict from \
                   `model.select(&table)`: with `.missing(Missing::Drop)` it leaves such rows out, with \
                   `.fill_with([…])` it fills in numbers";
    assert_eq!(message("y,x\n1,2\n3,\n"), missing);
    assert!(message("y,x\n1,2\n3,four\n").starts_with("CSV, line 3, column `x`: `four` is not a number"));

    let schema = Schema::new().category("city", ["Bonn", "Kiel"]).targets(["price"]);
    let scaling = Scaling { offset: [0.0; 2], scale: [1.0; 2] };
    let city = Model::new(Pair { w11: 1.0, w21: 2.0, b1: 0.0 }, &schema, scaling, None).unwrap();
    let of_line = |row: &[(&str, Cell<'_>)]| model.predict_row(row.iter().copied()).unwrap_err().to_string();
    let of_city = |row: &[(&str, Cell<'_>)]| city.predict_row(row.iter().copied()).unwrap_err().to_string();
    let number = Cell::Number;
    assert_eq!(of_line(&[]), "the row has no column `x`, only none");
    assert_eq!(of_line(&[("y", number(1.0))]), "the row has no column `x`, only `y`");
    let twice = "the row has the column `x` twice: leave one out";
    assert_eq!(of_line(&[("x", number(1.0)), ("y", number(1.0)), ("x", number(1.0))]), twice);
    for missing in ["", " ", "NA"] {
        assert_eq!(of_line(&[("x", missing.into())]), "column `x`: the cell is missing; the model needs a value");
    }
    assert_eq!(of_city(&[("city", "".into())]), "column `city`: the cell is missing; the model needs a value");
    assert_eq!(of_line(&[("x", "1,5".into())]), "column `x`: `1,5` is not a number: write numbers like 1234.5");
    assert_eq!(of_line(&[("x", "inf".into())]), "column `x`: inf is not finite; the model needs a finite number");
    assert_eq!(of_line(&[("x", number(f64::NAN))]), "column `x`: NaN is not finite; the model needs a finite number");
    assert_eq!(
        of_city(&[("city", number(1.0))]),
        "column `city`: 1 is a number, but the column is a category: give its value as a text"
    );
    assert_eq!(
        of_city(&[("city", "Kil".into())]),
        "column `city`: `Kil` is not one of the values of the training `Bonn`, `Kiel`: did you mean `Kiel`? \
         `.unseen(Unseen::Zeros)` takes it as none of them"
    );
    assert_eq!(city.predict_row([("city", "Kiel")]).unwrap().outputs(), [2.0]);
}

#[test]
fn a_category_may_have_the_value_na() {
    let schema = Schema::new().category("country", ["NA", "ZA"]).targets(["y"]);
    let scaling = Scaling { offset: [0.0; 2], scale: [1.0; 2] };
    let model = Model::new(Pair { w11: 1.0, w21: 2.0, b1: 0.0 }, &schema, scaling, None).unwrap();
    assert_eq!(model.predict_row([("country", " NA ")]).unwrap().outputs(), [1.0]);
    assert!(matches!(model.predict_row([("country", "")]), Err(RowError::MissingCell { .. })));
    let model = model.unseen(Unseen::Zeros).unwrap();
    assert_eq!(model.predict_row([("country", "BW")]).unwrap().outputs(), [0.0]);
    assert!(matches!(model.predict_row([("country", "")]), Err(RowError::MissingCell { .. })));
}

/// The selection says what shall be done with missing cells.
#[test]
fn missing_cells_are_a_choice() {
    let (model, file) = (line(), table("x\n13\nNA\n17\n"));
    assert!(model.predict_table(&file).is_err());
    let dropped: Dataset<f64, 1, 0> = model.select(&file).missing(Missing::Drop).load().unwrap();
    assert_eq!(dropped.inputs().collect::<Vec<_>>(), [[13.0], [17.0]]);
    let filled: Dataset<f64, 1, 0> = model.select(&file).fill_with([("x", 10.0)]).load().unwrap();
    assert_eq!(filled.inputs().nth(1), Some([10.0]));
}

/// Every order of the columns gives the predictions of the numbers in the model's own order, to the bit.
#[test]
fn the_order_of_the_columns_does_not_matter() {
    let model = fitted().model;
    let data = species();
    let expected: Vec<_> = data.inputs().map(|x| model.predict(x)).collect();
    let file = fs::read_to_string("../examples/data/penguins.csv").unwrap();
    let rows: Vec<Vec<_>> = file.lines().map(|line| line.split(',').collect()).collect();
    let mut rng = mlp_core::rng(1);
    for _ in 0..20 {
        let mut order: Vec<_> = (0..rows[0].len()).map(|column| (rng.next_u64(), column)).collect();
        order.sort_unstable();
        let row = |row: &Vec<&str>| order.iter().map(|&(_, column)| row[column]).collect::<Vec<_>>().join(",");
        // Without the two penguins that were not measured.
        let rows: Vec<_> = rows.iter().filter(|row| row[2] != "NA").map(row).collect();
        let permuted = table(&rows.join("\n"));
        let predictions = model.predict_table(&permuted).unwrap();
        assert!(predictions.iter().map(Prediction::outputs).eq(expected.iter().copied()), "{}", rows[0]);
        let judged: Dataset<f64, 7, 3> = model.select_with_target(&permuted).load().unwrap();
        assert_eq!(judged.examples(), data.examples());
    }
}

/// Chunks of a file that does not fit into the memory, whose categories no chunk knows.
#[test]
fn chunks_are_predicted_one_by_one() {
    let model = fitted().model;
    let selection = penguins();
    let all: Dataset<f64, 7, 0> = model.select(&selection).missing(Missing::Drop).load().unwrap();
    let mut predicted = 0;
    for chunk in Table::chunks("../examples/data/penguins.csv", 100) {
        let chunk = chunk.unwrap();
        let data: Dataset<f64, 7, 0> = model.select(&chunk).missing(Missing::Drop).load().unwrap();
        predicted += data.inputs().map(|x| model.predict(x)).filter(|y| y.iter().all(|y| y.is_finite())).count();
    }
    assert_eq!(predicted, all.examples().len());
}

/// Data sets whose columns were selected otherwise would give wrong numbers.
#[test]
fn a_model_is_judged_by_its_own_columns_only() {
    let model = fitted().model;
    let file = penguins();
    let select = |columns: [&str; 4]| file.select().numbers(columns).missing(Missing::Drop);
    let judge = |data: Dataset<f64, 7, 3>| ConfusionMatrix::<3>::from_model(&model, &data).map(|m| m.total());
    assert_eq!(judge(species()), Ok(342));
    let swapped = select(["bill_depth_mm", "bill_length_mm", "flipper_length_mm", "body_mass_g"]);
    assert_eq!(
        judge(swapped.category("island").class("species").load().unwrap()).unwrap_err().to_string(),
        "input 0 (counted from 0) is `bill_depth_mm` in the data set, but `bill_length_mm` in the training: select the \
         columns in the same order, or by `model.select(…)`"
    );
    let own = || select(MEASUREMENTS);
    let islands = own().category_of("island", ["Dream", "Biscoe", "Torgersen"]).class("species");
    assert!(matches!(judge(islands.load().unwrap()), Err(ModelError::Different { what: "input", index: 4, .. })));
    let mirrored = own().category("island").class_of("species", ["Gentoo", "Chinstrap", "Adelie"]);
    assert!(matches!(judge(mirrored.load().unwrap()), Err(ModelError::Different { what: "class", index: 0, .. })));
    let numbers = own().category("island").targets(["year", "bill_depth_mm", "bill_length_mm"]);
    // A column may not be both.
    assert!(numbers.load::<f64, 7, 3>().is_err());
    let nameless = Dataset::new(species().examples().to_vec());
    assert_eq!(judge(nameless), Err(ModelError::NoNames));
}

#[test]
fn a_schema_must_fit() {
    let fit = |schema: Schema| {
        let scaling = Scaling { offset: [0.0; 2], scale: [1.0; 2] };
        Model::new(Pair { w11: 1.0, w21: 1.0, b1: 0.0 }, &schema, scaling, None).map(|_| ()).unwrap_err().to_string()
    };
    let numbers = |columns: &[&str]| Schema::new().numbers(columns.iter().copied());
    for (schema, message) in [
        (
            numbers(&["a"]).targets(["y"]),
            "the columns give 1 input (`a`), not the 2 that there are: name each input once, in order",
        ),
        (
            numbers(&["a", "b"]),
            "the columns give 0 targets (none), and there is 1 output: name each target once, in order",
        ),
        (numbers(&["a", "a"]).targets(["y"]), "the column `a` is named twice: each column is one input or target"),
        (numbers(&["a", "y"]).targets(["y"]), "the column `y` is named twice: each column is one input or target"),
        (
            numbers(&["a", "b"]).class("y", ["c"]),
            "column `y`: 1 class (`c`) do not fit 1 output: there is one output for each class, or a single one for two",
        ),
        (
            Schema::new().category("a", ["u", "u"]).targets(["y"]),
            "column `a`: `u` is given twice: name each value once",
        ),
        (
            Schema::new().category("a", [""; 0]).targets(["y"]),
            "the category `a` has no values: name them, or leave it out",
        ),
        (
            Schema::new().category("a", [" u", "u"]).targets(["y"]),
            "column `a`: a file never has \" u\", because its cells are read without blanks around them, and empty ones as \
             missing: name it otherwise",
        ),
    ] {
        assert_eq!(fit(schema), message);
    }

    for schema in [
        numbers(&["a ", "b"]).targets(["y"]),
        numbers(&["a", "b"]).targets(["\ty"]),
        numbers(&["a", "b"]).class("y", ["no", ""]),
    ] {
        assert!(fit(schema.clone()).contains("a file never has"), "{schema:?}");
    }

    let network = || Line { w11: 1.0, b1: 0.0 };
    let schema = Schema::new().numbers(["x"]).targets(["y"]);
    let good = Scaling { offset: [0.0], scale: [1.0] };
    for bad in [
        Scaling { offset: [0.0], scale: [0.0] },
        Scaling { offset: [0.0], scale: [-1.0] },
        Scaling { offset: [0.0], scale: [f64::INFINITY] },
        Scaling { offset: [f64::NAN], scale: [1.0] },
    ] {
        let error = Model::new(network(), &schema, bad, None).unwrap_err();
        assert!(matches!(&error, ModelError::Scaling { name, .. } if name == "x"), "{error}");
        let error = Model::new(network(), &schema, good, Some(bad)).unwrap_err();
        assert!(matches!(&error, ModelError::Scaling { name, .. } if name == "y"), "{error}");
    }
    let classes = Schema::new().numbers(["x"]).class("y", ["a", "b"]);
    assert_eq!(Model::new(network(), &classes, good, Some(good)).unwrap_err(), ModelError::ScaledClasses);
}

#[test]
fn what_f32_cannot_hold_is_named() {
    let schema = Schema::new().numbers(["x"]).targets(["y"]);
    let good = Scaling { offset: [0.0], scale: [1.0] };
    for (offset, scale, shown) in [(0.0, 1e-50, "0 and the scale 1e-50"), (1e39, 1.0, "1e39 and the scale 1")] {
        let scaling = Scaling { offset: [offset], scale: [scale] };
        let model = Model::new(SingleLine { w11: 1.0, b1: 0.0 }, &schema, scaling, Some(good)).unwrap();
        // The model scales in `f64`.
        assert_eq!(model.predict([offset + 3.0 * scale]), [(offset + 3.0 * scale - offset) / scale]);
        let message =
            format!("the scaling of `x` must be finite in f32, with a scale above 0: it has the offset {shown}");
        assert_eq!(model.scaled().unwrap_err().to_string(), message);
    }
    let rows: Vec<_> = (0..20).map(|n| ([f64::from(n)], [f64::from(n)])).collect();
    let training = Dataset::new(rows.clone()).with_schema(schema.clone()).unwrap();
    let held_back = Dataset::new(vec![([1e300], [0.0])]).with_schema(schema).unwrap();
    let trainer = Trainer::new(Adam::new(0.1)).epochs(1);
    let error = Model::fit_parts(SingleLine { w11: 1.0, b1: 0.0 }, &training, &held_back, trainer).unwrap_err();
    let message = "`x` is 1e300 in an example, too large for f32 even after scaling: check its unit";
    assert_eq!(error.to_string(), message);
}

#[test]
fn a_data_set_that_cannot_be_fitted_says_why() {
    let fit = |csv: &str| {
        let file = table(csv);
        let data: Dataset<f64, 1, 1> = file.select().numbers(["x"]).targets(["y"]).load().unwrap();
        Model::<Line>::fit(&data, Trainer::new(GradientDescent::new(0.1)).epochs(1), 1).unwrap_err()
    };
    assert!(matches!(fit("x,y\n1,2\n"), ModelError::Split(SplitError::EmptyPart { .. })));
    let error = fit("x,y\n5,1\n5,2\n5,3\n5,4\n5,5\n");
    assert!(error.to_string().starts_with("`x` is 5 in every example"), "{error}");
    let error = fit("x,y\n1,5\n2,5\n3,5\n4,5\n5,5\n");
    assert!(error.to_string().starts_with("`y` is 5 in every example"), "{error}");

    let lonely = table("x,c\n1,a\n2,a\n3,a\n4,b\n");
    let data: Dataset<f64, 1, 1> = lonely.select().numbers(["x"]).class("c").load().unwrap();
    let trainer = || Trainer::new(GradientDescent::new(0.1)).epochs(0);
    let error = Model::<Line>::fit(&data, trainer(), 1).unwrap_err();
    assert!(error.to_string().starts_with("class `b` has one example"), "{error}");
    let more = data.filter(|_, y_true| y_true[0] == 0.0);
    let schema = data.schema().unwrap().clone();
    let other = Dataset::new(more.examples().to_vec()).with_schema(schema.class("c", ["b", "a"])).unwrap();
    let error = Model::fit_parts(Line { w11: 0.0, b1: 0.0 }, &more, &other, trainer()).unwrap_err();
    assert!(matches!(error, ModelError::Different { what: "class", .. }), "{error}");
    let error = Model::fit_parts(Line { w11: 0.0, b1: 0.0 }, &more, &more, trainer()).unwrap_err();
    assert_eq!(error, ModelError::Train(TrainError::NoEpochs));
}

/// Parts of a data set keep the names, whoever chooses them; examples that are taken out do not.
#[test]
fn parts_keep_the_names() {
    let data = species();
    let first = data.subset(0..200).unwrap();
    assert_eq!(first.schema(), data.schema());
    assert_eq!(first.fit_standardization().unwrap().scale[4..], [1.0; 3]);
    assert_eq!(data.cast::<f32>().unwrap().schema(), data.schema());
    assert_eq!(Dataset::new(first.examples().to_vec()).schema(), None);
}
