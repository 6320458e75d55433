// The equations of the step. The cursor stands at one of them; without a cursor the whole step shows its numbers.

const steps = { list: [], cursor: null, rows: [], asked: false, answered: false };

const cursor_equation = () => (steps.cursor === null ? null : steps.list[steps.cursor]);

function build_steps() {
    steps.list = all_equations();
    if (steps.cursor !== null) steps.cursor = Math.min(steps.cursor, steps.list.length - 1);
    steps.rows = [];
    const numbers = numbers_of_step();
    const place = by_id("equations");
    place.replaceChildren();
    for (let section = 0; section <= LESSON.sections.length; section++) {
        const list = h("ol");
        const title = h("h3", { id: `section-${section}` });
        title.textContent = section_title(section);
        if (section === LESSON.sections.length && model.now.batch > 1 && model.now.examples.length > 1) {
            list.append(h("li", { "class": "note" }, word("of_batch", { number: next_batch().length })));
        }
        steps.list.forEach((equation, number) => {
            if (equation.section === section) list.append(equation_row(equation, number, numbers));
        });
        place.append(h("section", { "aria-labelledby": title.id }, title, list));
    }
}

function equation_row(equation, number, numbers) {
    const written = written_out(equation, numbers);
    const button = h("button", { type: "button", "class": "equation", tabindex: number === (steps.cursor ?? 0) ? "0" : "-1", "data-number": number },
        ...written.nodes);
    button.addEventListener("click", () => { set_cursor(number, true); });
    button.addEventListener("pointerenter", () => show_lit([equation.name, ...equation.sources]));
    button.addEventListener("pointerleave", () => show_lit(null));
    button.addEventListener("focus", () => show_lit([equation.name, ...equation.sources]));
    button.addEventListener("keydown", move_between_equations);
    const row = h("li", {}, button);
    steps.rows.push({ equation, row, button, ...written });
    return row;
}

function move_between_equations(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const at = Number(event.currentTarget.dataset.number);
    const next = Math.max(0, Math.min(steps.rows.length - 1, at + move));
    event.currentTarget.tabIndex = -1;
    steps.rows[next].button.tabIndex = 0;
    steps.rows[next].button.focus();
}

// The nodes of an equation, and the places of its numbers in them. A sum is several formulas, so that lines can break.
function written_out(equation, of_step) {
    const slots = [];
    const symbols = (name) => name_node(name, display_of(name));
    const numbers = (name, is_first) => {
        const node = math("mn");
        slots.push({ node, name, is_first });
        return node;
    };
    const formula = of_step.formula(equation);
    const pieces = (leaf, lead) => {
        if (!Array.isArray(formula) || formula[0] !== "+") return [math("math", ...lead, formula_node(formula, leaf))];
        return formula.slice(1).map((term, number) => math("math",
            ...number ? [infix("+")] : lead,
            binds_weakly(term) && term[0] !== "-" ? braces(formula_node(term, leaf)) : formula_node(term, leaf, number === 0)));
    };
    const moves = equation.own && (equation.sources.includes(equation.name) || is_given(equation.name));
    const left = math("math", name_node(equation.name, equation.of), infix(moves ? "←" : "="));
    const result = math("mn");
    const sign = infix("=");
    // Spaces between the pieces, where lines can break.
    const spaced = (nodes) => nodes.flatMap((node) => [" ", node]);
    const value = h("span", { "class": "value" }, math("math", sign, result));
    const shown = h("span", { "class": "formula" }, ...spaced(pieces(symbols, [])));
    // The number of a single name is the value itself.
    const put_in = typeof formula === "string" ? []
        : [" ", h("span", { "class": "numbers" }, ...spaced(pieces(numbers, [infix("=", { "class": "lead" })])))];
    return { formula, nodes: [h("span", {}, left), shown, ...put_in, " ", value], slots, result, sign };
}

// The two parts of the name of an optimizer's state.
function display_of(name) {
    return update_list().find((equation) => equation.of && equation.name === name)?.of;
}

function put_numbers(written, equation, numbers) {
    const value = numbers.value(equation);
    for (const slot of written.slots) {
        const number = numbers.read(equation, slot.name);
        const text = number < 0 && !slot.is_first ? `(${format(number)})` : format(number);
        if (slot.text !== text) slot.node.textContent = slot.text = text;
    }
    const text = format(value);
    if (written.text !== text) written.result.textContent = written.text = text;
    // A single name has the value itself.
    const has_numbers = written.slots.length > 0;
    const sign = !has_numbers || is_confirmed(written.formula, (name) => numbers.read(equation, name), value) ? "=" : "≈";
    if (written.shown_sign !== sign) written.sign.textContent = written.shown_sign = sign;
}

function update_steps(numbers) {
    const cursor = steps.cursor;
    for (const [number, row] of steps.rows.entries()) {
        if (row.formula !== numbers.formula(row.equation)) {
            Object.assign(row, written_out(row.equation, numbers), { text: null, shown_sign: null, text_of_formula: null });
            row.button.replaceChildren(...row.nodes);
        }
        put_numbers(row, row.equation, numbers);
        const state = cursor === null || number < cursor ? "done" : number === cursor ? "current" : "to-come";
        label_row(row, state === "to-come" || (state === "current" && steps.asked && !steps.answered));
        if (row.state !== state) {
            row.row.className = row.state = state;
            if (state === "current") row.button.setAttribute("aria-current", "step");
            else row.button.removeAttribute("aria-current");
        }
    }
    update_card(numbers);
}

// The words with which a screen reader names an equation.
function label_row(row, hides) {
    row.text_of_formula ??= `${row.equation.name} = ${formula_text(row.formula)}`;
    const label = hides ? row.text_of_formula : `${row.text_of_formula} ${row.shown_sign} ${row.text}`;
    if (row.label_shown !== label) row.button.setAttribute("aria-label", row.label_shown = label);
}

// The line of the JavaScript that computes an equation.
function line_of(equation) {
    const program = equation.own ? FUNCTIONS.updates[model.now.optimizer] : FUNCTIONS.pass;
    const name = !equation.own ? equation.name : equation.of ? equation.of[0] : is_given(equation.name) ? "parameter" : equation.name;
    const starts = [`const ${name} = `, `let ${name} = `, `${name} = `, `${name} -= `];
    const lines = program.toString().split("\n").map((line) => line.trim());
    return lines.findLast((line) => starts.some((start) => line.startsWith(start)));
}

// The card of the equation at the cursor.
function update_card(numbers) {
    const equation = cursor_equation();
    const card = by_id("card");
    card.hidden = equation === null;
    by_id("whole").hidden = equation === null;
    if (!equation) {
        document.body.classList.remove("asking");
        return;
    }
    if (steps.card_of !== equation || steps.card_words !== words) {
        Object.assign(steps, { card_of: equation, card_words: words, card: null, answered: false });
        by_id("card-title").textContent = section_title(equation.section);
        const line = line_of(equation);
        by_id("card-line").hidden = !line;
        by_id("card-line").replaceChildren(`${word("runs_as")} `, h("code", {}, line ?? ""));
        by_id("answer").value = "";
        by_id("verdict").replaceChildren();
    }
    if (steps.card?.formula !== numbers.formula(equation)) {
        steps.card = written_out(equation, numbers);
        by_id("card-equation").replaceChildren(...steps.card.nodes);
    }
    put_numbers(steps.card, equation, numbers);
    const hides = steps.asked && !steps.answered;
    card.classList.toggle("asks", hides);
    by_id("question").hidden = !steps.asked;
    by_id("card-count").textContent = word("equation_of", { number: steps.cursor + 1, count: steps.list.length });
    document.body.classList.toggle("asking", hides);
}

// Moves the cursor and says the equation aloud. An equation that was pointed at `stays` where it is.
function set_cursor(number, stays = false) {
    const top = stays && steps.rows[number].row.getBoundingClientRect().top;
    steps.cursor = number;
    steps.answered = false;
    by_id("verdict").replaceChildren();
    by_id("answer").value = "";
    close_why();
    render();
    for (const row of steps.rows) row.button.tabIndex = row === steps.rows[number] ? 0 : -1;
    const follow = stays ? () => hold_cursor(top) : follow_cursor;
    // Sections that come into view get their true heights only then.
    requestAnimationFrame(() => {
        follow();
        requestAnimationFrame(follow);
    });
    say_cursor();
    hint("cursor");
}

// Scrolls the list, not the page, so that the equation at the cursor stands in its upper half.
function follow_cursor() {
    const row = steps.rows[steps.cursor];
    if (!row) return;
    const list = by_id("equations");
    const [outer, inner] = [list.getBoundingClientRect(), row.row.getBoundingClientRect()];
    const is_in_place = inner.top >= outer.top && inner.bottom <= outer.top + outer.height / 2;
    if (!is_in_place) list.scrollTop += inner.top - outer.top - 60;
}

// Scrolls so that the equation at the cursor stands at this height of the screen: the list as far as it goes, then the page.
function hold_cursor(top) {
    const row = steps.rows[steps.cursor]?.row;
    if (!row) return;
    const list = by_id("equations");
    const now = () => row.getBoundingClientRect().top;
    list.scrollTop += now() - top;
    list.scrollTop -= Math.max(0, list.getBoundingClientRect().top - now());
    window.scrollBy({ top: now() - top, behavior: "instant" });
}

function say_cursor() {
    const equation = cursor_equation();
    if (!equation) return;
    const numbers = numbers_of_step();
    const formula = formula_text(numbers.formula(equation));
    const hidden = steps.asked && !steps.answered;
    const value = hidden ? "?" : format(numbers.value(equation));
    say(`${equation.name} ${word("equals")} ${formula}, ${word("that_is")} ${value}`);
}

const say = (text) => { by_id("live").textContent = text; };

function next_equation() {
    if (steps.cursor === null) return set_cursor(0);
    if (steps.cursor + 1 < steps.list.length) return set_cursor(steps.cursor + 1);
    return finish_step();
}

function previous_equation() {
    set_cursor(Math.max(0, (steps.cursor ?? steps.list.length) - 1));
}

function finish_section() {
    const here = steps.list[steps.cursor ?? 0].section;
    const next = steps.list.findIndex((equation) => equation.section > here);
    if (next < 0) finish_step();
    else set_cursor(next);
}

// Makes the update and begins the next step.
function finish_step() {
    const from_start = steps.cursor !== null;
    if (one_step() && from_start) set_cursor(0);
}

function whole_step() {
    steps.cursor = null;
    render();
}
