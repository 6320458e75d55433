//! The words of a lesson.

macro_rules! words {
    ($($name:ident: $english:literal, $russian:literal;)*) => {
        /// The words of a lesson, each described by the English ones. `{…}` stands for what the page puts there.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct LessonWords {
            $(#[doc = $english] pub $name: &'static str,)*
        }

        impl LessonWords {
            /// English.
            pub const ENGLISH: Self = Self { $($name: $english,)* };

            /// Russian.
            pub const RUSSIAN: Self = Self { $($name: $russian,)* };

            /// Every word with its name.
            #[cfg(feature = "lesson")]
            pub(crate) fn entries(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
                [$((stringify!($name), self.$name),)*].into_iter()
            }
        }
    };
}

words! {
    language_name: "English", "Русский";
    // The parts of the page.
    network: "Network", "Сеть";
    step: "Step", "Шаг";
    learning: "Learning", "Обучение";
    parameters: "Parameters", "Параметры";
    examples: "Examples", "Примеры";
    settings: "Settings", "Настройки";
    declared: "declared in Rust as {declaration} with the loss {loss}; this page cannot change them",
        "объявлена на Rust как {declaration} с функцией потерь {loss}; эта страница не может их изменить";
    // Training.
    one_step: "One step", "Один шаг";
    one_epoch: "One epoch", "Одна эпоха";
    play: "Play", "Пуск";
    pause: "Pause", "Пауза";
    undo: "Undo", "Отменить";
    reset: "Reset", "Сначала";
    new_start: "New start", "Новый старт";
    start_number: "from start {number}", "со старта {number}";
    start_field: "Number of the start", "Номер старта";
    first_start: "from the start of the lesson", "со старта урока";
    edited: "{start}, changed by hand", "{start}, изменено вручную";
    speed: "Speed", "Скорость";
    speed_equations: "equation by equation", "по одной формуле";
    speed_step: "1 step a second", "один шаг в секунду";
    speed_steps: "{number} steps a second", "шагов в секунду: {number}";
    speed_fastest: "as fast as possible", "как можно быстрее";
    optimizer: "Optimizer", "Оптимизатор";
    learning_rate: "Learning rate η", "Скорость обучения η";
    batch: "Update after", "Обновление после";
    batch_single: "every example", "каждого примера";
    batch_some: "{number} examples", "примеров: {number}";
    batch_all: "all examples", "всех примеров";
    batch_order: "From 8 examples on Rust adds in another order, so the last digits may differ there.",
        "Начиная с 8 примеров Rust складывает в другом порядке, поэтому последние цифры могут отличаться.";
    shuffle: "Shuffled", "Перемешивать";
    seed: "Seed", "Начальное число";
    epoch: "epoch", "эпоха";
    example: "example", "пример";
    mean_loss: "mean loss", "средние потери";
    mean_loss_title: "Mean loss of all examples", "Средние потери по всем примерам";
    language: "Language", "Язык";
    show: "Show", "Показывать";
    show_both: "formulas and numbers", "формулы и числа";
    show_formulas: "formulas", "формулы";
    show_numbers: "numbers", "числа";
    share: "Share", "Поделиться";
    shared: "The address now holds this situation: copy it.", "Теперь адрес хранит эту ситуацию: скопируйте его.";
    shared_file: "This situation is too long for an address, so it was saved as a file.",
        "Эта ситуация слишком длинна для адреса, поэтому она сохранена в файл.";
    open_file: "Open a file", "Открыть файл";
    opened: "This situation was restored.", "Ситуация восстановлена.";
    not_ours: "This situation belongs to another network or another version, so nothing was changed.",
        "Эта ситуация относится к другой сети или версии, поэтому ничего не изменено.";
    csv: "Download CSV", "Скачать CSV";
    not_finite: "A number became infinite, so the training stopped before this step. A smaller learning rate may help.",
        "Число стало бесконечным, поэтому обучение остановлено перед этим шагом. Может помочь меньшая скорость обучения.";
    // The step.
    next_equation: "Next equation", "Следующая формула";
    previous_equation: "Previous equation", "Предыдущая формула";
    finish_section: "Finish section", "До конца раздела";
    finish_step: "Finish step", "До конца шага";
    whole_step: "The whole step", "Весь шаг";
    equation_of: "equation {number} of {count}", "формула {number} из {count}";
    equals: "equals", "равно";
    that_is: "that is", "то есть";
    why: "Why?", "Почему?";
    why_of: "Why {name}?", "Почему {name}?";
    close: "Close", "Закрыть";
    now_you: "Now you", "Теперь вы";
    your_answer: "Your answer", "Ваш ответ";
    check: "Check", "Проверить";
    show_answer: "Show", "Показать";
    right: "Right: {name} = {value}.", "Верно: {name} = {value}.";
    wrong: "Not yet: {answer} is not {name}. It is computed from these:",
        "Пока нет: {answer} — это не {name}. Величина вычисляется из этих:";
    no_number: "Please write a number, such as -0.25.", "Введите число, например -0.25.";
    runs_as: "Runs as", "Выполняется как";
    of_batch: "The gradients here are the means over {number} examples.",
        "Градиенты здесь — средние по примерам, их {number}.";
    // Learning.
    logarithmic: "logarithmic", "логарифмическая шкала";
    shown_epoch: "Epoch shown", "Показанная эпоха";
    surface: "What the network predicts for each point: {name}", "Что сеть предсказывает в каждой точке: {name}";
    curve: "What the network predicts for each input", "Что сеть предсказывает для каждого входа";
    drag_points: "Drag a point, or move it with the arrow keys.", "Тяните точку мышью или двигайте стрелками.";
    flips: "Enter or a double click turns its {name} from {low} to {high} and back.",
        "Enter или двойной щелчок меняет её {name} с {low} на {high} и обратно.";
    next_class: "Enter or a double click gives it the next class.", "Enter или двойной щелчок даёт ей следующий класс.";
    no_flip: "Only a target that is {low} or {high} can be flipped.", "Переключить можно только цель, равную {low} или {high}.";
    point: "example {number}: inputs {inputs}, targets {targets}", "пример {number}: входы {inputs}, цели {targets}";
    add_example: "Add an example", "Добавить пример";
    remove_example: "Remove example {number}", "Удалить пример {number}";
    show_example: "Show example {number} in the step", "Показать пример {number} в шаге";
    prediction: "prediction", "предсказание";
    gradients_shown: "Edges show the gradients during backpropagation: blue is positive, orange negative, width is size.",
        "При обратном распространении рёбра показывают градиенты: синие положительны, оранжевые отрицательны, толщина — величина.";
    weights_shown: "Edges show the weights: blue is positive, orange negative, width is size.",
        "Рёбра показывают веса: синие положительны, оранжевые отрицательны, толщина — величина.";
    // Refusals.
    refused_number: "{name} should be a finite number.", "{name} должно быть конечным числом.";
    refused_rate: "The learning rate should be above 0.", "Скорость обучения должна быть больше 0.";
    refused_seed: "The seed should be a whole number from 0 to {largest}.",
        "Начальное число должно быть целым, от 0 до {largest}.";
    refused_probability: "{name} should be from 0 to 1 for this loss.",
        "{name} должно быть от 0 до 1 для этой функции потерь.";
    refused_target: "{name} should be from {low} to {high}: the network can predict nothing else.",
        "{name} должно быть от {low} до {high}: ничего другого сеть предсказать не может.";
    refused_below: "{name} should be at least {low}: the network can predict nothing smaller.",
        "{name} должно быть не меньше {low}: меньшего сеть предсказать не может.";
    refused_above: "{name} should be at most {high}: the network can predict nothing larger.",
        "{name} должно быть не больше {high}: большего сеть предсказать не может.";
    refused_start: "The number of the start should be a whole number from 0 to {largest}.",
        "Номер старта должен быть целым, от 0 до {largest}.";
    refused_more: "A lesson has at most {number} examples.", "В уроке не больше примеров, чем {number}.";
    refused_last: "A training needs at least one example.", "Для обучения нужен хотя бы один пример.";
    // Hints.
    hint_change: "Move a slider: every number that depends on it changes at once.",
        "Двиньте ползунок: все зависящие числа изменятся сразу.";
    hint_why: "Point at an equation to see its sources, and ask “Why?”.",
        "Наведите на формулу, чтобы увидеть её источники, и спросите «Почему?».";
    hint_play: "Press Play and watch the loss fall; drag the epoch back to any moment.",
        "Нажмите «Пуск» и смотрите, как падают потери; верните эпоху к любому моменту.";
    keys: "Keys: N next equation, S step, E epoch, Space play, U undo, W why.",
        "Клавиши: N — следующая формула, S — шаг, E — эпоха, пробел — пуск, U — отмена, W — почему.";
}
