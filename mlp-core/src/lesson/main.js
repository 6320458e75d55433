// Draws the page, and again after every change.

const drawn = { is_due: false, last: 0, cost: 0 };

// Asks for a new drawing in the next frame. While the training runs, ten drawings a second are enough, or fewer, so that
// three quarters of the time are left for the rest.
function render(is_running = false) {
    if (is_running && performance.now() - drawn.last < Math.max(100, 4 * drawn.cost)) return;
    if (drawn.is_due) return;
    drawn.is_due = true;
    requestAnimationFrame(draw);
}

function draw() {
    drawn.is_due = false;
    const begun = performance.now();
    const numbers = numbers_of_step();
    update_graph(numbers, cursor_equation());
    update_fields();
    update_steps(numbers);
    update_charts();
    update_map();
    update_examples();
    update_status(numbers);
    if (!by_id("why").hidden && !player.is_playing) refresh_why();
    drawn.last = performance.now();
    drawn.cost = drawn.last - begun;
}

function update_status(numbers) {
    const { epoch, examples, start, rate, optimizer, batch, is_shuffled, seed, is_edited } = model.now;
    const started = start < 0 ? word("first_start") : word("start_number", { number: start });
    const several = examples.length > 1;
    // An update after all examples does not begin with the one that the step shows.
    const says_example = several && (batch < examples.length || model.chosen !== null);
    by_id("status").textContent = [
        `${word("epoch")} ${epoch}`,
        ...says_example ? [`${word("example")} ${shown_example() + 1}/${examples.length}`] : [],
        ...says_example || !several ? [`L = ${format(numbers.before.get("L"))}`] : [],
        ...several ? [`${word("mean_loss")} ${format(mean_loss(model.now.p, examples))}`] : [],
        is_edited ? word("edited", { start: started }) : started,
    ].join(" · ");
    for (const [id, text] of [["rate", format(rate)], ["seed", String(seed)], ["start", start < 0 ? "" : String(start)]]) {
        if (document.activeElement !== by_id(id)) put_in_field(by_id(id), text);
    }
    by_id("shuffle").checked = is_shuffled;
    by_id("seed").disabled = !is_shuffled;
    by_id("optimizer").value = optimizer;
    by_id("batch").value = batch;
    by_id("undo").disabled = model.past.length === 0;
}

// Builds everything anew, after another language, optimizer or situation.
function rebuild() {
    steps.card_of = null;
    steps.asked = steps.asked && steps.cursor !== null;
    write_words();
    build_graph();
    build_fields();
    build_steps();
    build_map();
    map.key = map.state = charts.state = null;
    build_examples();
    write_messages();
    show_hint();
    render();
}

function open_page() {
    document.body.dataset.show = "both";
    hints.is_over = kept("hints") === "seen";
    begin_history();
    // On a phone the choices would fill half of the screen.
    const has_room = matchMedia("(min-width: 601px)");
    by_id("settings").open = has_room.matches;
    has_room.addEventListener("change", () => { if (has_room.matches) by_id("settings").open = true; });
    listen();
    rebuild();
    if (location.hash.length > 1) restore_text(location.hash.slice(1));
    follow_room();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { map.colors = null; render(); });
}

open_page();
