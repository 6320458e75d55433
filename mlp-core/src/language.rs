//! The words in which traces, figures, worksheets and lessons speak: English, Russian, or your own.
//!
//! ```
//! use mlp_core::Language;
//! use mlp_core::language::LessonWords;
//!
//! // A lesson offers its languages by `language_name`.
//! let lesson = LessonWords { language_name: "Deutsch", ..LessonWords::ENGLISH };
//! let german = Language { code: "de", weights: "Gewichte", biases: "Schwellen", lesson, ..Language::ENGLISH };
//! assert_eq!((german.weights, german.loss), ("Gewichte", "Loss"));
//! assert_eq!(Language::RUSSIAN.epochs, "эпохи");
//! ```

mod lesson;

pub use lesson::LessonWords;

/// The words of a language. A new one fills the fields that it has words for, and takes the others from
/// [`ENGLISH`](Self::ENGLISH).
///
/// A name in braces stands for what is put there: `{optimizer}` for the name of an optimizer. `{layer}` is empty if there
/// is one hidden layer, and otherwise the words of [`of_hidden_layer`](Self::of_hidden_layer).
///
/// Later versions add fields, so `..Language::ENGLISH` keeps a language of your own compiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// The code of the language, for HTML and SVG: `en`.
    pub code: &'static str,
    /// The title of a panel: `Weights`.
    pub weights: &'static str,
    /// The title of a panel: `Biases`.
    pub biases: &'static str,
    /// The title of a panel: `Loss`.
    pub loss: &'static str,
    /// The label of an axis: `epochs`.
    pub epochs: &'static str,
    /// The label of an axis: `value`.
    pub value: &'static str,

    // The titles of a step.
    /// `Hidden layer`
    pub hidden_layer: &'static str,
    /// `Hidden layer {number}`
    pub numbered_hidden_layer: &'static str,
    /// `Output layer`
    pub output_layer: &'static str,
    /// `, hidden layer {number}`
    pub of_hidden_layer: &'static str,
    /// `Loss: {loss}.`
    pub loss_title: &'static str,
    /// `Step 1: derivatives of the loss with respect to the predictions.`
    pub step_1: &'static str,
    /// `Step 2: derivatives of the predictions with respect to their pre-activations.`
    pub step_2: &'static str,
    /// `Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.`
    pub step_3: &'static str,
    /// Steps 2 and 3 as one.
    pub steps_2_and_3: &'static str,
    /// Steps 1 to 3 as one, where all else in `{loss}` and `{activation}` cancels.
    pub steps_1_to_3: &'static str,
    /// `Step 4: gradients of the output layer.`
    pub step_4: &'static str,
    /// `Step 5{layer}: derivatives of the next pre-activations with respect to the hidden activations.`
    pub step_5: &'static str,
    /// `Step 6{layer}: derivatives of the hidden activations with respect to their pre-activations.`
    pub step_6: &'static str,
    /// `Step 7{layer}: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.`
    pub step_7: &'static str,
    /// `Step 8: gradients of the hidden layer.`
    pub step_8: &'static str,
    /// `Step 8{layer}: gradients of this layer.`
    pub step_8_of_several: &'static str,
    /// `Step 9: derivatives of the loss with respect to the inputs, by the chain rule.`
    pub step_9: &'static str,
    /// `Update: every parameter moves against its gradient.`
    pub update: &'static str,
    /// `Update: every parameter moves against its gradient, by {optimizer}.`
    pub update_by: &'static str,

    // Explanations.
    /// `{source} feeds {targets}: one term for each path.`
    pub paths: &'static str,
    /// The last word of an enumeration: ` and `.
    pub and: &'static str,
    /// Before inputs with their values: `inputs`.
    pub inputs: &'static str,
    /// Before targets with their values: `targets`.
    pub targets: &'static str,
    /// Before parameters with their values: `parameters`.
    pub parameters: &'static str,
    /// Before settings, such as the learning rate, with their values: `settings`.
    pub settings: &'static str,
    /// Before what an optimizer remembers, with its values: `before this update`.
    pub before_this_update: &'static str,
    /// Before names that are explained further above: `see above`.
    pub see_above: &'static str,
    /// Before names that an explanation leaves out because it would become too long: `ask for`.
    pub ask_for: &'static str,
    /// The length of an array: `{count} elements`.
    pub elements: &'static str,

    // Worksheets.
    /// The title: `Worksheet`.
    pub worksheet: &'static str,
    /// The title: `Solutions`.
    pub solutions: &'static str,
    /// The heading above inputs, targets and parameters: `Given`.
    pub given: &'static str,

    // Comparisons.
    /// `{right} of {all} values are right`
    pub right_of_all: &'static str,
    /// `ok, {mine}`
    pub right: &'static str,
    /// `wrong, {mine} instead of {expected}`
    pub wrong: &'static str,
    /// `All wrong values depend on {names}. Look at {title}`
    pub common_cause: &'static str,
    /// `Each wrong value depends on one of {names}. Look at {title}`
    pub common_causes: &'static str,
    /// `Or the mistake is before, in {names}. Compare your values of these by name to find which.`
    pub or_before: &'static str,
    /// `Each wrong value is {factor} times the right one.`
    pub common_factor: &'static str,

    // Figures
    /// The label of a curve: the loss of the training examples.
    pub training: &'static str,
    /// The label of a curve: the loss of the validation examples.
    pub validation: &'static str,
    /// The label of an axis: `training examples`.
    pub training_examples: &'static str,
    /// The label of curves that stand for a layer: `layer {number}`.
    pub layer: &'static str,
    /// A note on such curves: `median, quartiles and range of each layer`.
    pub quantiles: &'static str,
    /// The label of edges that show gradients: `gradients`.
    pub gradients: &'static str,
    /// The label of a colour: `positive`.
    pub positive: &'static str,
    /// The label of a colour: `negative`.
    pub negative: &'static str,
    /// The label of the rows of cells: `source`.
    pub source: &'static str,
    /// The label of the columns of cells: `neuron`.
    pub neuron: &'static str,
    /// A note on cells: `a cell is the mean of several values`.
    pub cell_is_mean: &'static str,
    /// The title of a confusion matrix, and of a plot of predictions: `predicted`.
    pub predicted: &'static str,
    /// The title of the rows of a confusion matrix: `true`.
    pub actual: &'static str,
    /// A note on squares: `squares of {percent} % or less are left out`.
    pub small_left_out: &'static str,
    /// The label of points: `examples`.
    pub examples: &'static str,
    /// The title of ROC curves: `ROC curve`.
    pub roc_curve: &'static str,
    /// The label of an axis: `false positive rate`.
    pub false_positive_rate: &'static str,
    /// The label of an axis: `true positive rate`.
    pub true_positive_rate: &'static str,
    /// Before the area under a ROC curve: `AUC`.
    pub area_under_curve: &'static str,
    /// The title of precision-recall curves: `precision and recall`.
    pub precision_recall_curve: &'static str,
    /// The label of an axis: `precision`.
    pub precision: &'static str,
    /// The label of an axis: `recall`.
    pub recall: &'static str,
    /// Before the average precision of a curve: `AP`.
    pub average_precision: &'static str,
    /// The title of calibration curves: `calibration`.
    pub calibration_curve: &'static str,
    /// The label of an axis: `predicted probability`.
    pub predicted_probability: &'static str,
    /// The label of an axis: `actual share`.
    pub actual_share: &'static str,
    /// The label of an axis: `score`.
    pub score: &'static str,
    /// A note on scores without a place in the figure: `{count} not drawn`.
    pub not_drawn: &'static str,

    /// The words of a `Lesson`: `LessonWords { play: "Los", ..LessonWords::ENGLISH }` changes one.
    pub lesson: LessonWords,
}

impl Language {
    /// English.
    pub const ENGLISH: Self = Self {
        code: "en",
        weights: "Weights",
        biases: "Biases",
        loss: "Loss",
        epochs: "epochs",
        value: "value",

        hidden_layer: "Hidden layer",
        numbered_hidden_layer: "Hidden layer {number}",
        output_layer: "Output layer",
        of_hidden_layer: ", hidden layer {number}",
        loss_title: "Loss: {loss}.",
        step_1: "Step 1: derivatives of the loss with respect to the predictions.",
        step_2: "Step 2: derivatives of the predictions with respect to their pre-activations.",
        step_3: "Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.",
        steps_2_and_3: "Steps 2 and 3: derivatives of the loss with respect to the pre-activations, by the chain rule.",
        steps_1_to_3: "Steps 1 to 3: derivatives of the loss with respect to the pre-activations; all else in {loss} \
                       and {activation} cancels.",
        step_4: "Step 4: gradients of the output layer.",
        step_5: "Step 5{layer}: derivatives of the next pre-activations with respect to the hidden activations.",
        step_6: "Step 6{layer}: derivatives of the hidden activations with respect to their pre-activations.",
        step_7: "Step 7{layer}: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.",
        step_8: "Step 8: gradients of the hidden layer.",
        step_8_of_several: "Step 8{layer}: gradients of this layer.",
        step_9: "Step 9: derivatives of the loss with respect to the inputs, by the chain rule.",
        update: "Update: every parameter moves against its gradient.",
        update_by: "Update: every parameter moves against its gradient, by {optimizer}.",

        paths: "{source} feeds {targets}: one term for each path.",
        and: " and ",
        inputs: "inputs",
        targets: "targets",
        parameters: "parameters",
        settings: "settings",
        before_this_update: "before this update",
        see_above: "see above",
        ask_for: "ask for",
        elements: "{count} elements",

        worksheet: "Worksheet",
        solutions: "Solutions",
        given: "Given",

        right_of_all: "{right} of {all} values are right",
        right: "ok, {mine}",
        wrong: "wrong, {mine} instead of {expected}",
        common_cause: "All wrong values depend on {names}. Look at {title}",
        common_causes: "Each wrong value depends on one of {names}. Look at {title}",
        or_before: "Or the mistake is before, in {names}. Compare your values of these by name to find which.",
        common_factor: "Each wrong value is {factor} times the right one.",

        training: "training",
        validation: "validation",
        training_examples: "training examples",
        layer: "layer {number}",
        quantiles: "median, quartiles and range of each layer",
        gradients: "Gradients",
        positive: "positive",
        negative: "negative",
        source: "source",
        neuron: "neuron",
        cell_is_mean: "a cell is the mean of several values",
        predicted: "predicted",
        actual: "true",
        small_left_out: "squares of {percent} % or less are left out",
        examples: "examples",
        roc_curve: "ROC curve",
        false_positive_rate: "false positive rate",
        true_positive_rate: "true positive rate",
        area_under_curve: "AUC",
        precision_recall_curve: "precision and recall",
        precision: "precision",
        recall: "recall",
        average_precision: "AP",
        calibration_curve: "calibration",
        predicted_probability: "predicted probability",
        actual_share: "actual share",
        score: "score",
        not_drawn: "{count} not drawn",

        lesson: LessonWords::ENGLISH,
    };

    /// Russian, the language of the lecture that the names follow.
    pub const RUSSIAN: Self = Self {
        code: "ru",
        weights: "Веса",
        biases: "Смещения",
        loss: "Функция потерь",
        epochs: "эпохи",
        value: "значение",

        hidden_layer: "Скрытый слой",
        numbered_hidden_layer: "Скрытый слой {number}",
        output_layer: "Выходной слой",
        of_hidden_layer: ", скрытый слой {number}",
        loss_title: "Функция потерь: {loss}.",
        step_1: "Шаг 1: производные функции потерь по предсказаниям.",
        step_2: "Шаг 2: производные предсказаний по их преактивациям.",
        step_3: "Шаг 3: производные функции потерь по этим преактивациям, по цепному правилу.",
        steps_2_and_3: "Шаги 2 и 3: производные функции потерь по преактивациям, по цепному правилу.",
        steps_1_to_3: "Шаги 1–3: производные функции потерь по преактивациям; всё остальное в {loss} и {activation} \
                       сокращается.",
        step_4: "Шаг 4: градиенты выходного слоя.",
        step_5: "Шаг 5{layer}: производные следующих преактиваций по активациям скрытого слоя.",
        step_6: "Шаг 6{layer}: производные активаций скрытого слоя по их преактивациям.",
        step_7: "Шаг 7{layer}: производные функции потерь по преактивациям скрытого слоя, по цепному правилу.",
        step_8: "Шаг 8: градиенты скрытого слоя.",
        step_8_of_several: "Шаг 8{layer}: градиенты этого слоя.",
        step_9: "Шаг 9: производные функции потерь по входам, по цепному правилу.",
        update: "Обновление: каждый параметр сдвигается против своего градиента.",
        update_by: "Обновление: каждый параметр сдвигается против своего градиента, {optimizer}.",

        paths: "{source} входит в {targets}: по слагаемому на каждый путь.",
        and: " и ",
        inputs: "входы",
        targets: "целевые значения",
        parameters: "параметры",
        settings: "настройки",
        before_this_update: "до этого обновления",
        see_above: "см. выше",
        ask_for: "спросите про",
        elements: "элементов: {count}",

        worksheet: "Рабочий лист",
        solutions: "Ответы",
        given: "Дано",

        right_of_all: "верных значений: {right} из {all}",
        right: "верно, {mine}",
        wrong: "неверно, {mine} вместо {expected}",
        common_cause: "Все неверные значения зависят от {names}. Посмотрите сюда: {title}",
        common_causes: "Каждое неверное значение зависит от одного из {names}. Посмотрите сюда: {title}",
        or_before: "Или ошибка раньше, в {names}. Сравните ваши значения этих величин по имени, чтобы узнать, в какой.",
        common_factor: "Каждое неверное значение — верное, умноженное на {factor}.",

        training: "обучение",
        validation: "проверка",
        training_examples: "обучающие примеры",
        layer: "слой {number}",
        quantiles: "медиана, квартили и размах каждого слоя",
        gradients: "Градиенты",
        positive: "положительные",
        negative: "отрицательные",
        source: "источник",
        neuron: "нейрон",
        cell_is_mean: "клетка — среднее нескольких значений",
        predicted: "предсказано",
        actual: "на самом деле",
        small_left_out: "квадраты от {percent} % и меньше не показаны",
        examples: "примеры",
        roc_curve: "ROC-кривая",
        false_positive_rate: "доля ложноположительных",
        true_positive_rate: "доля истинноположительных",
        area_under_curve: "AUC",
        precision_recall_curve: "точность и полнота",
        precision: "точность",
        recall: "полнота",
        average_precision: "AP",
        calibration_curve: "калибровка",
        predicted_probability: "предсказанная вероятность",
        actual_share: "доля на самом деле",
        score: "оценка",
        not_drawn: "не показано: {count}",

        lesson: LessonWords::RUSSIAN,
    };
}

impl Default for Language {
    fn default() -> Self {
        Self::ENGLISH
    }
}

/// Puts texts in the places of a template: `{number}`.
pub(crate) fn fill(template: &str, texts: &[(&str, &str)]) -> String {
    texts.iter().fold(template.to_owned(), |filled, (place, text)| filled.replace(&format!("{{{place}}}"), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each field with the places in its text, such as `{layer}`, sorted.
    fn places(language: &Language) -> Vec<(String, Vec<String>)> {
        let text = format!("{language:#?}");
        let fields = text.lines().filter_map(|line| line.trim().split_once(": "));
        let places = |text: &str| {
            let mut places: Vec<_> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}'))
                .map(|(place, _)| place.into())
                .collect();
            places.sort();
            places
        };
        fields.map(|(field, text)| (field.to_owned(), places(text))).collect()
    }

    /// A text without a place would lose a name or a number.
    #[test]
    fn languages_have_the_same_places() {
        let english = places(&Language::ENGLISH);
        assert!(english.iter().filter(|(_, places)| !places.is_empty()).count() > 10);
        assert_eq!(english, places(&Language::RUSSIAN));
        assert_eq!(fill("{a} and {b}", &[("a", "1"), ("b", "2")]), "1 and 2");
    }
}
