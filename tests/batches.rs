//! Record batches of Arrow: the same data sets as from text, and what is refused.

use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float32Array, Float64Array, Int64Array, LargeStringArray,
    RecordBatch, StringArray, StringViewArray, UInt8Array,
};
use mlp_core::dataset::{Schema, Selection, TableError};
use mlp_core::{Dataset, Missing, Model, Scaling, Table, mlp};

mlp!(struct Net: 4 => identity(1));

fn batch(columns: impl IntoIterator<Item = (&'static str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

/// Two batches, and the same table as text.
fn birds() -> (Vec<RecordBatch>, Table) {
    let islands: DictionaryArray<Int8Type> = [Some("Dream"), None, Some("Biscoe")].into_iter().collect();
    let first = batch([
        ("mass", Arc::new(Float64Array::from(vec![Some(3.5), None, Some(4.5)])) as ArrayRef),
        ("year", Arc::new(Int64Array::from(vec![2007, 2008, 2009]))),
        ("island", Arc::new(islands)),
        ("sex", Arc::new(StringArray::from(vec![Some("female"), Some("male"), Some(" male ")]))),
        ("banded", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
    ]);
    let islands: DictionaryArray<Int8Type> = [Some("Biscoe"), Some("Dream")].into_iter().collect();
    let second = batch([
        ("mass", Arc::new(Float64Array::from(vec![5.25, 1e300])) as ArrayRef),
        ("year", Arc::new(Int64Array::from(vec![2007, -1]))),
        ("island", Arc::new(islands)),
        ("sex", Arc::new(StringArray::from(vec!["female", ""]))),
        ("banded", Arc::new(BooleanArray::from(vec![true, true]))),
    ]);
    let text = "mass,year,island,sex,banded\n3.5,2007,Dream,female,1\n,2008,,male,0\n4.5,2009,Biscoe,male,\n\
                5.25,2007,Biscoe,female,1\n1e300,-1,Dream,,1\n";
    let empty = first.slice(0, 0);
    (vec![empty.clone(), first, empty, second], Table::from_reader(text.as_bytes()).unwrap())
}

#[test]
fn batches_are_the_same_table_as_text() {
    fn compare<const I: usize, const O: usize>(select: impl Fn(Selection<'_>) -> Selection<'_>) -> Dataset<f64, I, O> {
        let (batches, text) = birds();
        let table = Table::from_record_batches(batches.clone()).unwrap();
        assert!(table.columns().eq(text.columns()));
        let data = select(table.select()).load().unwrap();
        assert_eq!(data, select(text.select()).load().unwrap());
        assert_eq!(data, Dataset::from_record_batches(batches, &select).unwrap());
        data
    }
    let data = compare::<2, 1>(|s| s.numbers(["mass", "banded"]).targets(["year"]).missing(Missing::Drop));
    assert_eq!((data.examples().len(), data.report().dropped), (3, 2));
    let data = compare::<3, 1>(|s| s.numbers(["year"]).category("island").class("sex").missing(Missing::Drop));
    assert_eq!(data.examples()[1], ([2009.0, 1.0, 0.0], [1.0]));
    let data = compare::<2, 0>(|s| s.numbers(["mass", "banded"]).missing(Missing::Fill).fill_with([("mass", 4.0)]));
    assert_eq!(data.inputs().nth(2), Some([4.5, 0.75]));
    let data = compare::<4, 0>(|s| s.category("year"));
    assert_eq!(data.input_names(), ["year=-1", "year=2007", "year=2008", "year=2009"]);
}

/// Polars writes views and large texts; other programs use small numbers.
#[test]
fn every_common_type_is_read() {
    let rows = batch([
        ("a", Arc::new(Float32Array::from(vec![0.5, 1.5])) as ArrayRef),
        ("b", Arc::new(UInt8Array::from(vec![7, 8]))),
        ("c", Arc::new(StringViewArray::from(vec!["x", "a text that does not fit into a view"]))),
        ("d", Arc::new(LargeStringArray::from(vec!["no", "yes"]))),
        ("e", Arc::new(BooleanArray::from(vec![true, false]))),
    ]);
    let data: Dataset<f32, 6, 1> =
        Dataset::from_record_batches([rows], |s| s.numbers(["a", "b"]).category("c").category("e").class("d")).unwrap();
    assert_eq!(data.examples()[0], ([0.5, 7.0, 0.0, 1.0, 0.0, 1.0], [0.0]));
    assert_eq!(data.input_names()[4..], ["e=false", "e=true"]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let rows = batch([
        ("x", Arc::new(Float64Array::from(vec![1.0, f64::NAN])) as ArrayRef),
        ("y", Arc::new(Float64Array::from(vec![Some(1.0), None]))),
        ("day", Arc::new(Date32Array::from(vec![1, 2]))),
        ("word", Arc::new(StringArray::from(vec!["1", "2"]))),
    ]);
    let table = Table::from_record_batches([rows.clone()]).unwrap();
    let message = |select: fn(Selection<'_>) -> Selection<'_>| {
        select(table.select()).load::<f64, 1, 0>().unwrap_err().to_string()
    };
    assert_eq!(
        message(|s| s.numbers(["x"])),
        "record batches, row 2, column `x`: `NaN` is infinite, too large or not a number; if it stands for a missing cell, \
         name it in `.missing_values([…])`"
    );
    assert!(message(|s| s.numbers(["y"])).starts_with("record batches, row 2, column `y`: the cell is missing; "));
    assert_eq!(
        message(|s| s.numbers(["day"])),
        "record batches: the column `day` has the type Date32, which gives no numbers: write what matters of it as numbers \
         in columns of their own, such as the days since a start, the day of the year or the hour"
    );
    assert_eq!(
        message(|s| s.numbers(["word"])),
        "record batches: the column `word` has the type Utf8, which gives no numbers: cast it to numbers, or select it by \
         `.category` or `.class`"
    );
    assert!(
        message(|s| s.category("x")).contains("has the type Float64, which gives no texts: select it by `.numbers`")
    );
    assert!(message(|s| s.numbers(["z"])).starts_with("record batches: there is no column `z`"));

    let other = batch([("x", Arc::new(Float64Array::from(vec![1.0])) as ArrayRef)]);
    assert!(matches!(Table::from_record_batches([rows, other]), Err(TableError::OtherBatch { batch: 1 })));
    assert!(matches!(Table::from_record_batches([]), Err(TableError::NoBatches)));
}

#[test]
fn a_model_predicts_from_a_batch() {
    let schema = Schema::new().numbers(["mass", "banded"]).category("island", ["Biscoe", "Dream"]).targets(["y"]);
    let network = Net::from_parameters([1.0, 2.0, 3.0, 4.0, 0.5]);
    let model = Model::new(network, &schema, Scaling { offset: [0.0; 4], scale: [1.0; 4] }, None).unwrap();
    let (batches, _) = birds();
    let predictions = model.predict_record_batch(&batches[3]).unwrap();
    assert_eq!(predictions[0].outputs(), model.predict([5.25, 1.0, 1.0, 0.0]));
    assert_eq!(predictions[1].outputs(), model.predict([1e300, 1.0, 0.0, 1.0]));
    assert_eq!(model.predict_record_batch(&batches[0]).unwrap(), []);
    let error = model.predict_record_batch(&batches[1]).unwrap_err();
    assert!(matches!(error, TableError::MissingInput { place } if place.line == 2 && place.column == "mass"));
    let without = batches[3].project(&[0, 2]).unwrap();
    assert!(
        matches!(model.predict_record_batch(&without), Err(TableError::NoColumn { column, .. }) if column == "banded")
    );
}
