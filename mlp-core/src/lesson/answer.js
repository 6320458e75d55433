// "Why?", and "Now you", which hides the number at the cursor and asks for it.

// The first equation that computes a name. Those of the pass come before those of the update.
const equation_named = (name) => steps.list.find((other) => other.name === name);

function ask_why(name) {
    const equation = equation_named(name);
    if (!equation) return;
    by_id("why-title").replaceChildren(word("why_of", { name: equation.name }));
    by_id("why-list").replaceChildren(...why_nodes(equation));
    by_id("why").hidden = false;
    by_id("why-title").scrollIntoView({ block: "nearest" });
    hint("why");
}

function ask_at_cursor() {
    const equation = cursor_equation();
    if (equation) ask_why(equation.name);
}

function close_why() {
    by_id("why").hidden = true;
}

// An equation and its sources, each once, indented. `hides` leaves the value of the first out.
function why_nodes(asked, hides = false) {
    const numbers = numbers_of_step();
    const [nodes, lines] = [[], why(asked)];
    for (const { equation, depth } of lines) {
        const written = written_out(equation);
        put_numbers(written, equation, numbers);
        if (hides && depth === 0) written.result.textContent = "?";
        nodes.push(h("li", { style: `--depth: ${Math.min(depth, 8)}`, "data-name": equation.name }, ...written.nodes));
        const is_sum = Array.isArray(equation.formula) && equation.formula[0] === "+" && equation.name.startsWith("dL_d");
        if (is_sum && depth === 0) nodes.push(h("li", { "class": "note" }, word("why_paths", { name: equation.name })));
    }
    const given = [...new Set(lines.flatMap(({ equation }) => equation.sources))].filter(is_given);
    if (given.length) {
        const texts = given.map((name) => `${name} = ${format(numbers.before.get(name))}`);
        nodes.push(h("li", { "class": "given" }, `${word("given")}: ${texts.join(", ")}`));
    }
    return nodes;
}

// "Now you": asks for the number at the cursor.
function toggle_asking() {
    steps.asked = !steps.asked;
    steps.answered = false;
    steps.card_of = null;
    by_id("now-you").setAttribute("aria-pressed", String(steps.asked));
    if (steps.cursor === null) set_cursor(0);
    else render();
    if (steps.asked) by_id("answer").focus();
}

// Whether an answer agrees with a number to its printed digits. Someone who computes with printed numbers may be one off
// in the last digit.
function agrees(answer, value) {
    const printed = parsed(format(value));
    if (answer === printed || answer === value) return true;
    const size = Math.abs(value) || 1;
    const unit = 10 ** (Math.floor(Math.log10(size)) - DIGITS + 1);
    return Math.abs(answer - value) <= 1.0001 * unit;
}

function check_answer() {
    const equation = cursor_equation();
    if (!equation) return;
    const text = by_id("answer").value;
    const answer = parsed(text);
    const verdict = by_id("verdict");
    if (!Number.isFinite(answer)) {
        verdict.replaceChildren(h("p", { "class": "refused" }, word("no_number")));
        return;
    }
    const value = numbers_of_step().value(equation);
    const name = equation.name;
    if (agrees(answer, value)) {
        steps.answered = true;
        verdict.replaceChildren(h("p", { "class": "right" }, word("right", { name, value: format(value) })));
        render();
    } else {
        verdict.replaceChildren(h("p", { "class": "refused" }, word("wrong", { answer: text.trim(), name })),
            h("ul", { "class": "why-list" }, ...why_nodes(equation, true)));
    }
}

function show_answer() {
    steps.answered = true;
    by_id("verdict").replaceChildren();
    render();
    say_cursor();
}
