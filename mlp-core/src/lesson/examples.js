// The examples: a table of their numbers and of what the network predicts for each.

// The smallest and the largest target that a training accepts; `null` where there is no limit.
function target_limits() {
    if (LESSON.targets_are !== "any") return [0, 1];
    return LESSON.allows_unreachable ? [null, null] : LESSON.output_range;
}

// Whether the fields would take every number of an example, and its targets together.
function can_be_learnt(example) {
    const is_taken = (side) => example[side].every((value, place) => !refused_value(side, place, value));
    const sum = example[1].reduce((sum, target) => sum + target, 0);
    return is_taken(0) && is_taken(1) && (LESSON.targets_are !== "distribution" || Math.abs(sum - 1) < 1e-3);
}

// Why an example cannot have this value, as a word with what is put into it; null if it can.
function refused_value(side, place, value) {
    const name = side ? LESSON.targets[place] : LESSON.inputs[place];
    if (!is_finite(value)) return ["refused_number", { name }];
    if (!side) return null;
    const [low, high] = target_limits();
    if ((low === null || value >= low) && (high === null || value <= high)) return null;
    if (LESSON.targets_are !== "any") return ["refused_probability", { name }];
    const limit = low === null ? "refused_above" : high === null ? "refused_below" : "refused_target";
    return [limit, { name, low: low === null ? "" : format(low), high: high === null ? "" : format(high) }];
}

// Changes an input or a target. Returns what is wrong with it.
function change_target_or_input(number, side, place, value, kind = `example ${number} ${side} ${place}`) {
    const example = model.now.examples[number];
    // It has just been removed, and the page not yet drawn anew.
    if (!example) return null;
    const refused = refused_value(side, place, value);
    // Nothing to undo.
    if (refused || example[side][place] === round(value)) return refused;
    remember(kind);
    example[side][place] = round(value);
    if (side && LESSON.targets_are === "distribution") {
        // The others share what is left, so that the targets still sum to 1.
        const others = example[1].map((_, other) => other).filter((other) => other !== place);
        const sum = others.reduce((sum, other) => sum + example[1][other], 0);
        for (const other of others) {
            const share = sum > 0 ? example[1][other] / sum : 1 / others.length;
            example[1][other] = round((1 - value) * share);
        }
    }
    changed_examples();
    return null;
}

// Losses before the change were those of other examples, so the curves begin anew.
function changed_examples() {
    model.now.has_own_examples = true;
    show_examples_message();
    hint("examples");
    begin_history();
    render();
}

// Another number of examples has other orders, so the epoch begins anew.
function changed_number_of_examples() {
    model.now.position = 0;
    rebuild_batches();
    build_examples();
    changed_examples();
}

function add_example() {
    if (model.now.examples.length >= LESSON.most_examples) {
        show_examples_message(["refused_more", { number: LESSON.most_examples }]);
        return;
    }
    remember();
    const [x, y_true] = model.now.examples[shown_example()];
    model.now.examples.push([x.map((value) => round(value + 0.1)), [...y_true]]);
    changed_number_of_examples();
}

function remove_example(number) {
    if (model.now.examples.length === 1) {
        show_examples_message(["refused_last"]);
        return;
    }
    remember();
    model.now.examples.splice(number, 1);
    model.chosen = null;
    changed_number_of_examples();
}

// The two targets between which an example can be flipped.
const flip_limits = () => LESSON.output_range.map((limit, side) => limit ?? side);

// Turns a target to the opposite one, or gives an example the next class. Only what is one of them can be flipped.
function flip_target(number, place) {
    const example = model.now.examples[number];
    if (!example) return;
    const [low, high] = flip_limits();
    const are_classes = LESSON.targets_are === "distribution";
    const turned = are_classes ? example[1] : [example[1][place]];
    if (!turned.every((value) => value === low || value === high)) {
        show_examples_message(["no_flip", { low: format(low), high: format(high) }]);
    } else if (are_classes) {
        change_target_or_input(number, 1, (example[1].indexOf(high) + 1) % example[1].length, high, null);
    } else {
        change_target_or_input(number, 1, place, turned[0] === low ? high : low, null);
    }
}

function build_examples() {
    const head = h("tr", {}, h("th", {}, "#"),
        ...[...LESSON.inputs, ...LESSON.targets].map((name) => h("th", { scope: "col" }, math("math", name_node(name)))),
        ...LESSON.predictions.map((name) => h("th", { scope: "col" }, math("math", name_node(name)))),
        h("th", { scope: "col" }, math("math", math("mi", "L"))), h("th", {}, h("span", { "class": "hidden" }, word("remove_example", { number: "" }))));
    const rows = model.now.examples.map((example, number) => {
        const cell = (side) => (_, place) => {
            const name = side ? LESSON.targets[place] : LESSON.inputs[place];
            const field = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": `${name}, ${word("example")} ${number + 1}`, size: 6, "data-cell": `${number} ${side} ${place}` });
            field.addEventListener("change", () => {
                say_about(field, by_id("examples-message"), change_target_or_input(number, side, place, parsed(field.value)));
                render();
            });
            return h("td", {}, field);
        };
        const show = h("button", { type: "button", "class": "number", "aria-label": word("show_example", { number: number + 1 }) }, String(number + 1));
        show.addEventListener("click", () => { model.chosen = number; render(); });
        const remove = h("button", { type: "button", "class": "remove", "aria-label": word("remove_example", { number: number + 1 }) }, "×");
        remove.addEventListener("click", () => remove_example(number));
        return h("tr", { "data-example": number }, h("td", {}, show), ...example[0].map(cell(0)), ...example[1].map(cell(1)),
            ...LESSON.predictions.map(() => h("td", { "class": "prediction" })), h("td", { "class": "prediction" }), h("td", {}, remove));
    });
    by_id("examples").replaceChildren(h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)));
    by_id("examples").setAttribute("aria-label", word("examples"));
}

function update_examples() {
    const { examples, p } = model.now;
    const rows = document.querySelectorAll("#examples tbody tr");
    const shown = shown_example();
    rows.forEach((row, number) => {
        const [x, y_true] = examples[number];
        const values = FUNCTIONS.pass(p, x, y_true);
        row.classList.toggle("shown", number === shown);
        row.querySelectorAll("input").forEach((field) => {
            const [, side, place] = field.dataset.cell.split(" ").map(Number);
            if (document.activeElement !== field) put_in_field(field, format(examples[number][side][place]));
        });
        const cells = row.querySelectorAll(".prediction");
        const numbers = [...LESSON.predictions.map((name) => values[place_of.get(name)]), values[loss_place]];
        numbers.forEach((value, place) => { cells[place].textContent = format(value); });
    });
}
