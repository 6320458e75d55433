// "Now you": hides the number at the cursor and asks for it.

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
    // 0 has no last digit.
    if (value === 0) return false;
    return Math.abs(answer - value) <= 1.0001 * last_digit(value);
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
