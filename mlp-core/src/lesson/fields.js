// A slider and a field for every input, target and parameter.

const fields = [];

function build_fields() {
    const place = by_id("fields");
    place.replaceChildren();
    fields.length = 0;
    // Groups of many parameters are closed at first.
    const group = (title, names, get, set, is_open = true) => {
        const rows = names.map((name, number) => field_row(name, () => get(number), (value) => set(number, value)));
        place.append(h("details", { open: is_open }, h("summary", {}, title), h("div", { "class": "rows" }, ...rows)));
    };
    const example = () => model.now.examples[shown_example()];
    const change_example = (side) => (number, value) => change_target_or_input(shown_example(), side, number, value);
    group(word("inputs"), LESSON.inputs, (number) => example()[0][number], change_example(0));
    group(word("targets"), LESSON.targets, (number) => example()[1][number], change_example(1));
    const parameter = (names) => names.map((name) => LESSON.parameters.indexOf(name));
    LESSON.layers.forEach((layer, number) => {
        const own = parameter([...layer.weights, ...layer.biases]);
        group(`${word("parameters")}: ${section_title(number).replace(/:.*/, "")}`, own.map((place) => LESSON.parameters[place]),
            (row) => model.now.p[own[row]], (row, value) => change_parameter(own[row], value), count <= 40);
    });
}

function field_row(name, get, set) {
    const label = h("span", { "class": "name" });
    label.append(math("math", name_node(name)));
    const slider = h("input", { type: "range", step: "any", "aria-label": name, "data-name": name, "class": "slider" });
    const field = h("input", { type: "text", inputmode: "decimal", "aria-label": name, "data-field": name, autocomplete: "off" });
    const message = h("p", { "class": "refused", role: "alert" });
    const change = (value) => {
        const refused = is_finite(value) ? set(value) : ["refused_number", { name }];
        say_about(field, message, refused);
        render();
    };
    slider.addEventListener("input", () => { change(Number(slider.value)); hint("change"); });
    field.addEventListener("change", () => change(parsed(field.value)));
    const row = h("div", { "class": "field" }, label, slider, field, message);
    for (const part of [slider, field]) part.addEventListener("focus", () => show_lit([name]));
    for (const part of [slider, field]) part.addEventListener("blur", () => show_lit(null));
    const [low, high] = LESSON.targets.includes(name) ? target_limits() : [null, null];
    fields.push({ name, get, slider, field, low, high, limit: 0 });
    return row;
}

function update_fields() {
    for (const row of fields) {
        const value = row.get();
        const limit = Math.min(Math.max(row.limit, 3, Math.ceil(Math.abs(value) * 1.25)), GREATEST);
        if (limit !== row.limit) {
            [row.slider.min, row.slider.max, row.limit] = [row.low ?? -limit, row.high ?? limit, limit];
        }
        row.slider.value = value;
        row.field.title = String(value);
        row.slider.setAttribute("aria-valuetext", format(value));
        put_in_field(row.field, format(value));
    }
}

// Shows the slider of a name.
function open_parameter(name) {
    const row = fields.find((field) => field.name === name);
    if (!row) return;
    const block = row.slider.closest("details");
    if (block) block.open = true;
    row.slider.focus();
    row.slider.scrollIntoView({ block: "nearest" });
    ask_why(`dL_d${name}`);
}
