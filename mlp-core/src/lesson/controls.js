// Buttons, keys and choices.

const SPEEDS = [["equations", 1.5], ["steps", 1], ["steps", 10], ["steps", 60], ["fastest", Infinity]];
const player = { is_playing: false, speed: 3, due: 0, last: 0 };

// One update; says why if it is refused.
function one_step() {
    remember();
    const is_done = step_without_memory();
    // Nothing has changed.
    if (!is_done) model.past.pop();
    return is_done;
}

// An update that belongs to an action which has been remembered.
function step_without_memory() {
    model.chosen = null;
    if (train_step()) return true;
    pause();
    show_message("not_finite");
    render();
    return false;
}

function step_button() {
    show_message();
    hint("step");
    steps.cursor = null;
    one_step();
    render();
}

function epoch_button() {
    show_message();
    hint("epoch");
    steps.cursor = null;
    const { epoch } = model.now;
    if (one_step()) while (model.now.epoch === epoch && step_without_memory());
    render();
}

function play() {
    remember();
    show_message();
    Object.assign(player, { is_playing: true, due: 0, last: performance.now() });
    if (SPEEDS[player.speed][0] !== "equations") steps.cursor = null;
    update_play_button();
    requestAnimationFrame(frame);
}

function pause() {
    player.is_playing = false;
    update_play_button();
}

function toggle_play() {
    if (player.is_playing) {
        pause();
        render();
    } else {
        play();
        hint("play");
    }
}

function update_play_button() {
    by_id("play").textContent = word(player.is_playing ? "pause" : "play");
    by_id("play").setAttribute("aria-pressed", String(player.is_playing));
}

// The part of the training that falls into one frame, at most 8 ms of it.
function frame(time) {
    if (!player.is_playing) return;
    const [unit, rate] = SPEEDS[player.speed];
    const passed = Math.min(time - player.last, 250);
    player.last = Math.max(time, player.last);
    player.due = rate === Infinity ? Infinity : player.due + Math.max(passed, 0) * rate / 1000;
    const until = performance.now() + 8;
    if (unit === "equations") {
        if (player.due >= 1) {
            player.due = 0;
            next_equation();
        }
    } else {
        let is_changed = false;
        while (player.due >= 1 && player.is_playing && performance.now() < until) {
            step_without_memory();
            player.due -= 1;
            is_changed = true;
        }
        if (player.due > 1 && rate !== Infinity) player.due = 1;
        if (is_changed) render(true);
    }
    requestAnimationFrame(frame);
}

function undo_button() {
    pause();
    show_message();
    if (!undo()) return;
    forget_messages();
    rebuild();
}

function restart(start) {
    pause();
    show_message();
    say_about(by_id("start"), by_id("start-message"), null);
    remember();
    steps.cursor = null;
    begin_training(start);
    render();
}

const reset = () => restart(model.now.start);

function choose_start(text) {
    const is_right = /^\d+$/.test(text.trim()) && Number(text) < LESSON.start_count;
    say_about(by_id("start"), by_id("start-message"), is_right ? null : ["refused_start", { largest: LESSON.start_count - 1 }]);
    if (is_right) restart(Number(text));
}

const new_start = () => restart((model.now.start + 1) % LESSON.start_count);

function change_parameter(place, value) {
    if (!is_finite(value)) return ["refused_number", { name: LESSON.parameters[place] }];
    if (model.now.p[place] === round(value)) return null;
    remember(`parameter ${place}`);
    model.now.p[place] = round(value);
    model.now.is_edited = true;
    record();
    render();
    return null;
}

function choose_optimizer(number) {
    remember();
    // It brings its own learning rate.
    say_about(by_id("rate"), by_id("settings-message"), null);
    Object.assign(model.now, { optimizer: number, s: first_state(number), rate: round(LESSON.optimizers[number].learning_rate) });
    steps.cursor = null;
    build_steps();
    render();
}

function choose_rate(text) {
    const value = round(parsed(text));
    const is_right = Number.isFinite(value) && value > 0;
    say_about(by_id("rate"), by_id("settings-message"), is_right ? null : ["refused_rate"]);
    if (!is_right || model.now.rate === value) return;
    remember();
    model.now.rate = value;
    render();
}

// Another division of the epoch into updates: the epoch begins anew.
function divide_epoch(change) {
    remember();
    Object.assign(model.now, change, { position: 0 });
    model.chosen = null;
    build_steps();
    render();
}

function choose_batch(size) {
    show_message(size >= 8 ? "batch_order" : null);
    divide_epoch({ batch: size });
}

function choose_shuffled(is_shuffled) {
    show_message();
    // Without shuffling there is no seed that could be wrong.
    say_about(by_id("seed"), by_id("settings-message"), null);
    divide_epoch({ is_shuffled });
}

function choose_seed(text) {
    const is_right = /^\d{1,20}$/.test(text.trim()) && BigInt(text.trim()) <= LARGEST_SEED;
    say_about(by_id("seed"), by_id("settings-message"), is_right ? null : ["refused_seed", { largest: LARGEST_SEED }]);
    if (is_right) divide_epoch({ seed: BigInt(text.trim()) });
}

function options(select, entries, chosen) {
    by_id(select).replaceChildren(...entries.map(([value, text]) => h("option", { value, selected: String(value) === String(chosen) }, text)));
}

function rebuild_batches() {
    const { length } = model.now.examples;
    model.now.batch = Math.min(model.now.batch, length);
    const sizes = [...new Set([1, 2, 4, 8, 16, 32, model.now.batch].filter((size) => size < length)), length].filter((size, place, all) => all.indexOf(size) === place);
    sizes.sort((one, other) => one - other);
    const text = (size) => (size === 1 ? word("batch_single") : size === length ? word("batch_all") : word("batch_some", { number: size }));
    options("batch", sizes.map((size) => [size, text(size)]), model.now.batch);
    // A single example has one order, and one batch.
    by_id("order").hidden = length === 1;
}

// Writes every word of the page in the present language.
function write_words() {
    document.documentElement.lang = words.code;
    document.querySelectorAll("[data-word]").forEach((node) => { node.textContent = word(node.dataset.word); });
    document.querySelectorAll("[data-word-label]").forEach((node) => {
        node.setAttribute("aria-label", word(node.dataset.wordLabel));
        node.title = word(node.dataset.wordLabel);
    });
    by_id("toolbar").setAttribute("aria-label", word("learning"));
    by_id("declared").textContent = word("declared", { declaration: LESSON.architecture, loss: LESSON.loss });
    const languages = LESSON.languages.map(({ language_name, code }, number, all) =>
        [number, all.some((other, place) => place !== number && other.language_name === language_name) ? `${language_name} (${code})` : language_name]);
    options("language", languages, LESSON.languages.indexOf(words));
    options("show", ["both", "formulas", "numbers"].map((mode) => [mode, word(`show_${mode}`)]), document.body.dataset.show ?? "both");
    const speed = ([unit, number]) => word(number === 1 ? "speed_step" : `speed_${unit}`, { number });
    options("speed", SPEEDS.map((entry, number) => [number, speed(entry)]), player.speed);
    options("optimizer", LESSON.optimizers.map(({ name }, number) => [number, name]), model.now.optimizer);
    rebuild_batches();
    update_play_button();
}

function listen() {
    const clicks = {
        step: step_button, epoch: epoch_button, play: toggle_play, reset, "new-start": new_start, share, csv: save_csv,
        undo: undo_button,
        next: next_equation, previous: previous_equation, section: finish_section, finish: finish_step, whole: whole_step,
        "now-you": toggle_asking, "show-answer": show_answer, "close-why": close_why, "close-hint": close_hint, "add-example": add_example,
        ask: ask_at_cursor, open: () => by_id("file").click(),
    };
    for (const [id, action] of Object.entries(clicks)) by_id(id).addEventListener("click", action);
    by_id("question").addEventListener("submit", (event) => { event.preventDefault(); check_answer(); });
    const changes = {
        language: (value) => { words = LESSON.languages[value]; rebuild(); },
        show: (value) => { document.body.dataset.show = value; },
        speed: (value) => { player.speed = Number(value); player.due = 0; },
        optimizer: (value) => choose_optimizer(Number(value)),
        batch: (value) => choose_batch(Number(value)),
        rate: choose_rate,
        seed: choose_seed,
        start: choose_start,
    };
    for (const [id, change] of Object.entries(changes)) by_id(id).addEventListener("change", (event) => change(event.target.value));
    by_id("shuffle").addEventListener("change", (event) => choose_shuffled(event.target.checked));
    by_id("logarithmic").addEventListener("change", () => render());
    by_id("scrub").addEventListener("input", (event) => {
        pause();
        remember("scrub");
        // The history may have become shorter since the last drawing.
        const { optimizer } = model.now;
        show_epoch(model.history[Math.min(Number(event.target.value), model.history.length - 1)]);
        if (model.now.optimizer === optimizer) render();
        else rebuild();
    });
    by_id("file").addEventListener("change", async (event) => {
        const [file] = event.target.files;
        if (file) restore_text(await file.text());
        event.target.value = "";
    });
    window.addEventListener("hashchange", () => {
        // An address without a situation asks for nothing.
        if (location.hash.length > 1) restore_text(location.hash.slice(1));
    });
    document.addEventListener("keydown", press);
}

function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const is_typing = target.matches("input:not([type=range]):not([type=checkbox]), select, textarea");
    if (event.key === "Escape") close_why();
    if (is_typing) return;
    if (event.key === " " && (target.matches("button, input, [role=button]"))) return;
    const keys = {
        n: next_equation, s: step_button, e: epoch_button, " ": toggle_play, u: undo_button,
        w: ask_at_cursor,
    };
    const action = keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
}
