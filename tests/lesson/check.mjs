// Opens the written lessons in a browser and checks what a learner relies on: `node check.mjs folder axe.min.js`.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { KEY, open_browser } from "./browser.mjs";

const [, , folder, axe_path] = process.argv;
// Beside each page is what Rust says about it.
const pages = fs.readdirSync(folder).filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -5));
const expected = (page) => JSON.parse(fs.readFileSync(path.join(folder, `${page}.json`), "utf8"));
const address = (page, hash = "") => `file://${path.resolve(folder, `${page}.html`)}${hash}`;

// The pages whose networks have more than two layers of neurons.
const DEEP = ["4-8-8-3", "large", "functions"];

const browser = await open_browser();

// Functions for the scripts below.
const TOOLS = `
    const bits = (number) => {
        const view = new DataView(new ArrayBuffer(8));
        view.setFloat64(0, number);
        return view.getBigUint64(0).toString(16).padStart(16, "0");
    };
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const values = () => {
        const numbers = numbers_of_step();
        return all_equations().map((equation) => [equation.own ? "after " + equation.name : equation.name, bits(numbers.value(equation))]);
    };
    const press = (id, times = 1) => {
        for (let time = 0; time < times; time++) document.getElementById(id).click();
    };
    // What somebody has chosen or typed; a slider says that it is moved by "input".
    const put = (node, value, event = "change") => {
        node.value = value;
        node.dispatchEvent(new Event(event));
    };
    const choose = (id, value) => put(document.getElementById(id), value);
    const text_of = (id) => document.getElementById(id).textContent;
`;
const run = (script, ...args) => browser.run(TOOLS + script, ...args);
// The script may await; what it returns is the result.
const later = async (script, ...args) => {
    const result = await browser.wait_for(`${TOOLS} const done = arguments[arguments.length - 1];
        (async () => { ${script} })().then((value) => done({ value: value ?? null }), (error) => done({ error: String(error.stack) }));`, ...args);
    if (result.error) throw new Error(result.error);
    return result.value;
};

async function open(page, hash) {
    await browser.go("about:blank");
    // The requests of pages before are not this one's.
    await browser.log("performance");
    await browser.go(address(page, hash));
    await later("await drawn();");
}

async function check_log(page) {
    const messages = (await browser.log("browser")).map(({ message }) => message);
    assert.deepEqual(messages, [], `${page}: the console is silent`);
    const events = (await browser.log("performance")).map(({ message }) => JSON.parse(message).message);
    const requests = events.filter(({ method }) => method === "Network.requestWillBeSent").map(({ params }) => params.request.url);
    const others = requests.filter((url) => url.split("#")[0] !== address(page) && !/^(data|blob|about):/.test(url));
    assert.deepEqual(others, [], `${page}: nothing is requested`);
}

const tests = {
    async "pages are small"() {
        for (const page of pages) {
            const { size } = fs.statSync(path.join(folder, `${page}.html`));
            assert.ok(size < 400_000, `${page} has ${size} bytes`);
        }
    },

    async "a page asks for nothing, its numbers are the trace's, and steps by the button have the bits of fit"() {
        for (const page of pages) {
            await open(page);
            const { values, start_7, steps, parameters } = expected(page);
            // The trace is that of the first example, which is not the first of a shuffled epoch.
            const shown = new Map(await run("model.chosen = 0; return values();"));
            const printed = new Map(await run(`
                const numbers = numbers_of_step();
                return all_equations().map((equation) => [equation.name, format(numbers.value(equation))]);
            `));
            for (const [name, bits, text] of values) {
                if (!shown.has(name)) continue;
                assert.equal(shown.get(name), bits, `${page}: ${name}`);
                assert.equal(printed.get(name).replaceAll("−", "-"), text, `${page}: ${name}`);
            }
            assert.ok(shown.size > values.length / 2);
            assert.deepEqual(await run("return random_start(7).map(bits);"), start_7, page);
            const found = await run(`
                press("step", arguments[0]);
                return Array.from(model.now.p, bits);
            `, steps);
            assert.deepEqual(found, parameters, page);
            await later("await drawn();");
            await check_log(page);
        }
    },

    async "a slider changes the numbers that depend on it, and no other"() {
        for (const page of ["1-2-1", "2-2-2", "classes", "single"]) {
            await open(page);
            const sources = new Map(expected(page).sources);
            const reaches = (name, from, seen = new Set()) => {
                if (seen.has(name)) return false;
                seen.add(name);
                return (sources.get(name) ?? []).some((source) => source === from || reaches(source, from, seen));
            };
            const results = await later(`
                const results = [];
                for (const slider of document.querySelectorAll("#fields .slider")) {
                    // Targets that must sum to 1 move together.
                    if (LESSON.targets_are === "distribution" && LESSON.targets.includes(slider.dataset.name)) continue;
                    const before = new Map(values());
                    put(slider, Number(slider.value) + 0.125, "input");
                    await drawn();
                    const changed = values().filter(([name, value]) => before.get(name) !== value).map(([name]) => name);
                    const numbers = numbers_of_step();
                    const wrong = steps.rows.filter((row) => row.result.textContent !== format(numbers.value(row.equation)));
                    results.push([slider.dataset.name, changed, wrong.map((row) => row.equation.name)]);
                    undo();
                }
                return results;
            `);
            assert.ok(results.length > 3);
            for (const [name, changed, wrong] of results) {
                assert.deepEqual(wrong, [], `${page}: all is shown anew after ${name}`);
                assert.ok(changed.length > 0, `${page}: ${name} changes something`);
                const of_pass = changed.filter((other) => !other.startsWith("after "));
                for (const other of of_pass) assert.ok(reaches(other, name), `${page}: ${name} should not change ${other}`);
            }
        }
    },

    async "why says of every number what Rust says"() {
        for (const page of ["1-1-1", "1-2-1", "2-2-1", "2-2-2", "xor", "3-4-2", "3-4-2-softmax", "classes", "entropy", "single", "functions", "clash"]) {
            await open(page);
            const { why_epoch, whys } = expected(page);
            const found = await later(`
                press("epoch", arguments[0]);
                await drawn();
                const plain = (text) => text.replaceAll("−", "-");
                return arguments[1].map((name) => {
                    ask_why(name);
                    return Array.from(document.querySelectorAll("#why-list li"), (line) => {
                        const depth = Number(line.style.getPropertyValue("--depth"));
                        const value = line.querySelector(".value");
                        return [depth, ...value ? [line.dataset.name, ...Array.from(value.querySelectorAll("mo, mn"), (part) => plain(part.textContent))]
                            : [plain(line.textContent)]];
                    });
                });
            `, why_epoch, whys.map(([name]) => name));
            // An equation is compared by its name, its sign and its value, a remark by its words.
            whys.forEach(([name, lines], place) => {
                const wanted = lines.map((line) => {
                    const depth = /^ */.exec(line)[0].length / 2;
                    const equation = /^ *(\w+) = (?:.* )?([=≈]) (\S+)$|^ *(\w+) = (\S+)$/.exec(line);
                    if (!equation) return [depth, line.trim()];
                    return equation[1] ? [depth, equation[1], equation[2], equation[3]] : [depth, equation[4], "=", equation[5]];
                });
                assert.deepEqual(found[place], wanted, `${page}: ${name}`);
            });
        }
    },

    async "a number is printed as Rust prints it, also if it ends with a half"() {
        await open("2-2-2");
        const printed = await run("return [12345, 1.0625, -1.0625, 0.015625, 2.34375, 3.0625].map((number) => format(number));");
        assert.deepEqual(printed, ["1.234e4", "1.062", "−1.062", "0.01562", "2.344", "3.062"]);
    },

    async "the language changes every word"() {
        await open("2-2-2");
        const text = () => run("return Array.from(document.querySelectorAll('[data-word], #equations h3'), (node) => node.textContent);");
        const english = await text();
        await later("choose('language', 1); await drawn();");
        const russian = await text();
        assert.equal(await run("return document.documentElement.lang;"), "ru");
        assert.equal(english.length, russian.length);
        english.forEach((word, place) => assert.notEqual(word, russian[place]));
        await open("2-2-1");
        assert.equal(await run("return document.documentElement.lang;"), "ru", "the lesson's own language");
    },

    async "the keyboard reaches everything"() {
        await open("xor");
        await browser.press("n");
        await run("document.body.focus();");
        const wanted = await later(`
            await drawn();
            const all = document.querySelectorAll("button, select, input, circle[tabindex]");
            const reachable = Array.from(all).filter((node) => node.getClientRects().length && !node.disabled && !node.matches(".equation"));
            reachable.forEach((node, number) => { node.dataset.wanted = number; });
            window.reached = new Set();
            document.addEventListener("focusin", (event) => window.reached.add(event.target.dataset.wanted));
            return reachable.length;
        `);
        for (let presses = 0; presses < wanted + 30; presses += 10) {
            await browser.press(...new Array(10).fill(KEY.tab));
        }
        const missing = await run(`
            return Array.from(document.querySelectorAll("[data-wanted]")).filter((node) => !window.reached.has(node.dataset.wanted))
                .map((node) => node.outerHTML.slice(0, 120));
        `);
        assert.deepEqual(missing, []);
        // One equation is reached by Tab, the others from it by arrows.
        await run("steps.rows[0].button.focus();");
        await browser.press(KEY.down, KEY.down);
        assert.equal(await run("return document.activeElement.dataset.number;"), "2");
        await browser.press(KEY.enter);
        assert.equal(await run("return steps.cursor;"), 2);
    },

    async "the cursor goes through the step and makes the update"() {
        await open("2-2-2");
        const count = await run("return steps.list.length;");
        await browser.press("n", "n", "n");
        await run(`for (let press = 3; press < arguments[0]; press++) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
        }`, count);
        assert.deepEqual(await run("return [steps.cursor, model.now.epoch];"), [count - 1, 0]);
        assert.match(await run("return text_of('live');"), /^b4 equals b4 − learning_rate·dL_db4, that is /);
        await browser.press("n");
        assert.deepEqual(await run("return [steps.cursor, model.now.epoch];"), [0, 1]);
        await browser.press("u");
        assert.deepEqual(await run("return model.now.epoch;"), 0);
    },

    async "now you accepts what is right and refuses what is wrong"() {
        await open("2-2-2");
        await browser.click("#now-you");
        assert.equal(await run("return cursor_equation().name;"), "z1");
        assert.equal(await run("return getComputedStyle(document.querySelector('#card-equation .value')).display;"), "none");
        const verdict = () => later("await drawn(); return text_of('verdict');");
        await browser.type("#answer", `3.9${KEY.enter}`);
        assert.match(await verdict(), /^Not yet: 3\.9 is not z1/);
        await browser.type("#answer", `three${KEY.enter}`);
        assert.match(await verdict(), /^Please write a number/);
        await browser.type("#answer", `3.533${KEY.enter}`);
        assert.match(await verdict(), /^Right: z1 = 3\.533/);
        const answers = await run("return [[0.12345, 0.1234], [0.12345, 0.1236], [-2, -2], [1e-9, 1.001e-9], [0, 0], [0, 0.5]].map(([value, answer]) => agrees(answer, value));");
        assert.deepEqual(answers, [true, false, true, true, true, false]);
        const texts = ["0.5", "-3", "−1,5", ".5", "2.", "1e-3", "0x10", "0b11", "1e", "", " ", "1.5.2", "NaN", "∞"];
        const numbers = await run("return arguments[0].map((text) => String(parsed(text)));", texts);
        const none = Array.from({ length: 8 }, () => "NaN");
        assert.deepEqual(numbers, ["0.5", "-3", "-1.5", "0.5", "2", "0.001", ...none]);
    },

    async "the address restores the situation"() {
        await open("xor");
        await later(`
            press("step", 7);
            put(document.querySelector("#fields .slider"), 0.3, "input");
            press("share");
            await drawn();
        `);
        const state = "return [Array.from(model.now.p, bits), Array.from(model.now.s, bits), model.now.epoch, model.now.position, model.now.examples, model.now.optimizer];";
        const before = await run(state);
        const hash = await run("return location.hash;");
        assert.ok(hash.length > 100 && hash.length < 8000);
        await open("xor", hash);
        assert.deepEqual(await run(state), before);
        // Its training began at the start of the address.
        await open("xor");
        await run("press('new-start', 3); press('step', 2); press('share');");
        const third = await run("return Array.from(random_start(2), bits);");
        await open("xor", await run("return location.hash;"));
        assert.deepEqual(await run("press('reset'); return Array.from(model.now.p, bits);"), third);
        await open("2-2-2", hash);
        assert.match(await run("return text_of('message');"), /belongs to another network/);
        assert.deepEqual(await run("return model.now.epoch;"), 0);
    },

    async "a damaged address changes nothing"() {
        await open("xor");
        await run("press('step', 5); press('share');");
        const changed = await later(`
            const text = location.hash.slice(1);
            const state = () => [Array.from(model.now.p, bits), model.now.epoch, model.now.batch, String(model.now.seed), model.now.start].join();
            const before = state();
            const changed = [];
            const attempt = (damaged) => {
                const is_restored = restore_bytes(from_text(damaged));
                const is_sound = is_restored || state() === before;
                // Also what happens to be an address should be a situation that one can train from.
                press("step");
                press("reset");
                numbers_of_step();
                if (!is_sound || !model.now.p.every(Number.isFinite)) changed.push(damaged);
                restore_bytes(from_text(text));
            };
            for (const broken of ["", "x", "%", "💥", text.slice(1), text.slice(0, -1), text + "A", text.slice(0, 40)]) attempt(broken);
            const bytes = from_text(text);
            for (let place = 0; place < bytes.length; place += place < 60 ? 1 : 7) {
                for (const value of [0, 127, 255]) {
                    const other = bytes.slice();
                    other[place] = value;
                    attempt(to_text(other));
                }
            }
            await drawn();
            return changed;
        `);
        assert.deepEqual(changed, []);
    },

    async "the address restores the place in a shuffled epoch, and the training ends as fit does"() {
        for (const page of ["shuffled", "shuffled-batch"]) {
            await open(page);
            const { steps, parameters } = expected(page);
            const press = (times) => run(`press("step", arguments[0]);`, times);
            const place = "return [model.now.epoch, model.now.position, next_batch(), String(model.now.seed)];";
            await press(501);
            const before = await run(place);
            assert.notEqual(before[1], 0, "inside of an epoch");
            await run("press('share');");
            await open(page, await run("return location.hash;"));
            assert.deepEqual(await run(place), before);
            await press(steps - 501);
            assert.deepEqual(await run("return Array.from(model.now.p, bits);"), parameters, page);
        }
    },

    async "the switch and the seed shuffle as Rust does"() {
        await open("3-4-2");
        assert.equal(await run("return document.getElementById('seed').disabled;"), true, "no seed without shuffling");
        await browser.click("#shuffle");
        await later("await drawn();");
        await browser.type("#seed", `-1${KEY.enter}`);
        assert.match(await run("return text_of('settings-message');"), /^The seed should be a whole number from 0 to 18446744073709551615/);
        await browser.type("#seed", `12345678901234567890${KEY.enter}`);
        const { steps, parameters } = expected("shuffled");
        const found = await run(`
            press("step", arguments[0]);
            return Array.from(model.now.p, bits);
        `, steps);
        assert.deepEqual(found, parameters);
    },

    async "what cannot be is refused in words"() {
        await open("classes");
        const first = await run("return Array.from(model.now.p, bits);");
        const refused = await later(`
            const field = document.querySelector("[data-field=w11]");
            put(field, "much");
            choose("rate", "-1");
            put(document.querySelector("[data-cell='0 1 0']"), "1.5");
            await drawn();
            return [field.closest(".field").querySelector(".refused").textContent, text_of("settings-message"),
                text_of("examples-message")];
        `);
        assert.match(refused[0], /^w11 should be a finite number/);
        assert.match(refused[1], /^The learning rate should be above 0/);
        assert.match(refused[2], /from 0 to 1/);
        assert.deepEqual(await run("return Array.from(model.now.p, bits);"), first);
    },

    async "targets that Rust refuses are refused, and others are not"() {
        await open("2-2-2");
        const refused = await later(`
            const cell = document.querySelector("[data-cell='0 1 0']");
            put(cell, "7");
            const field = document.querySelector("[data-field=y_true1]");
            put(field, "-0.5");
            await drawn();
            const slider = document.querySelector("[data-name=y_true1]");
            return [text_of("examples-message"), field.closest(".field").querySelector(".refused").textContent, slider.min, slider.max,
                model.now.examples[0][1][0], model.past.length];
        `);
        const words = "y_true1 should be from 0 to 1: the network can predict nothing else.";
        assert.deepEqual(refused, [words, words, "0", "1", 0.9, 0]);
        await open("functions");
        assert.deepEqual(await run("return [-1.5, 1, 1.5].map((value) => Boolean(refused_value(1, 0, value)));"), [true, false, true]);
        await open("own");
        assert.deepEqual(await run("return [model.now.examples[0][1][0], refused_value(1, 0, 9)];"), [7, null]);
    },

    async "a flip is its own inverse, and what changes nothing is no step to undo"() {
        const flip = (page, ...targets) => run(`
            model.now.examples[0][1] = arguments[0];
            const found = [0, 1].map(() => {
                flip_target(0, 0);
                return [...model.now.examples[0][1]];
            });
            return [...found, model.past.length, text_of("examples-message")];
        `, targets);
        await open("2-2-2");
        assert.deepEqual(await flip("2-2-2", 0, 1), [[1, 1], [0, 1], 2, ""]);
        await open("2-2-2");
        const not = "Only a target that is 0 or 1 can be flipped.";
        assert.deepEqual(await flip("2-2-2", 0.9, 0.2), [[0.9, 0.2], [0.9, 0.2], 0, not]);
        assert.match(await run("return text_of('flips');"), /turns its y_true1 from 0 to 1 and back/);
        await open("classes");
        assert.deepEqual(await flip("classes", 0, 0, 1), [[1, 0, 0], [0, 1, 0], 2, ""]);
        assert.match(await run("return text_of('flips');"), /the next class/);
        await open("xor");
        const steps = await run(`
            change_parameter(0, model.now.p[0]);
            choose_rate(String(model.now.rate));
            change_target_or_input(0, 0, 0, model.now.examples[0][0][0]);
            return model.past.length;
        `);
        assert.equal(steps, 0);
    },

    async "a message is true as long as it stands, in the language of the page"() {
        await open("xor");
        const found = await later(`
            for (let row = 0; row < 4; row++) document.querySelector("#examples .remove").click();
            await drawn();
            for (let row = 0; row < 4; row++) {
                document.querySelector("#examples .remove").click();
                await drawn();
            }
            const last = text_of("examples-message");
            press("add-example");
            await drawn();
            const added = text_of("examples-message");
            restore_text(to_text(situation_bytes()));
            choose("language", 1);
            await drawn();
            const restored = text_of("message");
            choose("language", 0);
            choose("rate", "abc");
            press("step");
            await drawn();
            const rate = document.getElementById("rate");
            const wrong = [rate.value, rate.getAttribute("aria-invalid"), text_of("settings-message")];
            choose("rate", "0.25");
            await drawn();
            const right = [rate.value, rate.getAttribute("aria-invalid"), text_of("settings-message")];
            // Two wrong cells: one of them becomes right.
            const [one, other] = document.querySelectorAll("#examples td input");
            put(one, "x");
            put(other, "y");
            put(other, "0.5");
            await drawn();
            return [last, added, restored, wrong, right, text_of("examples-message"), one.value];
        `);
        assert.deepEqual(found, ["A training needs at least one example.", "", "Ситуация восстановлена.",
            ["abc", "true", "The learning rate should be above 0."], ["0.25", "false", ""], "x1 should be a finite number.", "x"]);
        await open("own");
        await run("press('add-example');");
        assert.match(await run("return text_of('examples-message');"), /^A lesson has at most 200 examples/);
    },

    async "the losses have names of their own, and the start says whether it was changed"() {
        await open("xor");
        const status = (script) => later(`${script}; await drawn(); return text_of("status");`);
        assert.match(await status(""), /^epoch 0 · example 1\/4 · L = \S+ · mean loss \S+ · from the start of the lesson$/);
        assert.equal(await run("return text_of('loss-title');"), "Mean loss of all examples");
        assert.match(await status("change_parameter(0, 0.5)"), /· from the start of the lesson, changed by hand$/);
        assert.match(await status("press('undo')"), /· from the start of the lesson$/);
        assert.match(await status("change_parameter(0, 0.5); press('share'); press('reset')"), /· from the start of the lesson$/);
        await open("xor", await run("return location.hash;"));
        assert.match(await status(""), /changed by hand$/);
        assert.match(await status("choose('start', '7')"), /· from start 7$/);
        assert.deepEqual(await run("return Array.from(model.now.p, bits);"), expected("xor").start_7);
        assert.match(await status("choose('start', '1e3')"), /· from start 7$/);
        // The largest that the message names.
        assert.match(await status("choose('start', '2147483647')"), /· from start 2147483647$/);
        assert.match(await status("choose('start', '2147483648')"), /· from start 2147483647$/);
        assert.match(await run("return text_of('start-message');"), /a whole number from 0 to \d+/);
        await open("xor-batch");
        assert.match(await status(""), /^epoch 0 · mean loss \S+ · from the start of the lesson$/);
        await open("2-2-2");
        assert.match(await status(""), /^epoch 0 · L = \S+ · from the start of the lesson$/);
    },

    async "hints follow the first three actions, whichever they are"() {
        await open("xor");
        await run("try { localStorage.clear(); } catch {}");
        await open("xor");
        const shown = () => run("return document.getElementById('hint').hidden ? '' : text_of('hint-text').slice(0, 5);");
        assert.equal(await shown(), "Move ");
        await browser.click("#step");
        await browser.click("#step");
        assert.equal(await shown(), "Point");
        await browser.click("#next");
        assert.equal(await shown(), "Press");
        await browser.click("#close-hint");
        assert.equal(await shown(), "");
    },

    async "languages, speeds and optimizers are named as people name them"() {
        await open("own");
        const names = (id) => run("return Array.from(document.getElementById(arguments[0]).options, (option) => option.textContent);", id);
        assert.deepEqual(await names("language"), ["English (en)", "Русский", "English (de)"]);
        assert.ok((await names("speed")).includes("1 step a second"));
        for (const page of ["xor", "xor-batch"]) {
            await open(page);
            const raw = await run(`
                const { settings, numbers, each } = LESSON.optimizers[0];
                const names = [settings, numbers.map(([equation]) => equation), each.map(([, equation]) => equation)].flat().map(([name]) => name);
                return Array.from(document.querySelectorAll("#equations mi"), (node) => node.textContent).filter((text) => names.includes(text));
            `);
            assert.deepEqual(raw, [], page);
        }
    },

    async "nothing is out of reach, cut or jumps at any width"() {
        const size = (width) => browser.devtools("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 900 });
        await size(390);
        await open("2-2-2");
        const is_shown = (id) => later("await drawn(); return document.getElementById(arguments[0]).checkVisibility();", id);
        assert.equal(await is_shown("rate"), false);
        for (const width of [844, 1440]) {
            await size(width);
            assert.equal(await is_shown("rate"), true, `the settings at ${width} px`);
            await size(390);
        }
        for (const width of [390, 600, 844, 1000, 1440]) {
            for (const page of ["2-2-2", "xor"]) {
                await size(width);
                await open(page);
                const faults = await later(`
                    const faults = [];
                    document.getElementById("settings").open = true;
                    const outside = (node, room) => {
                        const [inner, outer] = [node, room].map((part) => part.getBoundingClientRect());
                        return inner.left < outer.left - 1 || inner.right > outer.right + 1;
                    };
                    for (const button of document.querySelectorAll("#toolbar button, #toolbar input")) {
                        if (outside(button, document.getElementById("toolbar"))) faults.push(button.id);
                    }
                    const table = document.getElementById("examples");
                    if (outside(document.querySelector("#examples .remove"), table)) faults.push("remove");
                    if (innerWidth >= 1440 && table.scrollWidth > table.clientWidth) faults.push("table");
                    // A click on the switch moves nothing.
                    const height = document.querySelector("header").offsetHeight;
                    if (LESSON.examples.length > 1) press("shuffle");
                    await drawn();
                    if (document.querySelector("header").offsetHeight !== height) faults.push("header");
                    // The widest printed number.
                    model.now.p = model.now.p.map(() => -1.235e-123);
                    model.now.examples[0] = model.now.examples[0].map((side, which) => side.map(() => (which ? 1.235e-123 : -1.235e-123)));
                    model.now.rate = 1.235e-123;
                    model.now.seed = LARGEST_SEED;
                    render();
                    await drawn();
                    for (const field of document.querySelectorAll("#fields input[type=text], #rate, #seed, #examples td input")) {
                        if (field.checkVisibility() && field.scrollWidth > field.clientWidth) faults.push([field.id || field.ariaLabel, field.value, field.scrollWidth, field.clientWidth]);
                    }
                    return faults;
                `);
                assert.deepEqual(faults, [], `${page} at ${width} px`);
            }
        }
        await browser.devtools("Emulation.clearDeviceMetricsOverride");
        await open("own");
        const covered = await run("return document.querySelectorAll('#map circle').length * 4 * Number(document.querySelector('#map circle').getAttribute('r')) ** 2 / map.size ** 2;");
        assert.ok(covered < 0.2, `points cover ${covered} of the map`);
    },

    async "an equation that is clicked stays under the pointer"() {
        for (const page of ["2-2-2", "xor"]) {
            await open(page);
            for (const place of [0, 3, 9, 4]) {
                const moved = await later(`
                    const row = steps.rows[arguments[0]].button;
                    row.scrollIntoView({ block: "center" });
                    await drawn();
                    const before = row.getBoundingClientRect();
                    row.click();
                    for (let frame = 0; frame < 4; frame++) await drawn();
                    const after = row.getBoundingClientRect();
                    return [after.top - before.top, after.left - before.left];
                `, place);
                assert.ok(Math.hypot(...moved) < 2, `${page}: equation ${place} moves by ${moved}`);
            }
        }
    },

    async "undo, reset, starts and epochs"() {
        await open("xor");
        const result = await later(`
            const p = () => Array.from(model.now.p, bits).join();
            const first = p();
            press("epoch");
            press("epoch");
            const second = p();
            await drawn();
            press("undo");
            press("epoch");
            const again = p();
            press("reset");
            const reset = p();
            press("new-start");
            const start = random_start(0);
            const is_start = start.every((value, place) => value === model.now.p[place]);
            press("epoch");
            press("reset");
            const is_reset = start.every((value, place) => value === model.now.p[place]);
            press("epoch", 5);
            const scrub = document.getElementById("scrub");
            await drawn();
            put(scrub, 2, "input");
            const record = model.history[2];
            const honest = model.history.every(({ p, loss }) => loss === mean_loss(p, model.now.examples));
            return [second === again, reset === first, is_start, is_reset, model.now.epoch, p() === Array.from(record.p, bits).join(), honest];
        `);
        assert.deepEqual(result, [true, true, true, true, 2, true, true]);
    },

    async "a refused step keeps what undo returns to"() {
        await open("2-2-1");
        const result = await later(`
            const p = () => Array.from(model.now.p, bits).join();
            press("step", 2);
            const trained = p();
            // The second example of the epoch makes the loss infinite.
            press("add-example");
            // No field would take it.
            model.now.examples[1][1][0] = 1e200;
            changed_examples();
            await drawn();
            const begun = p();
            press("epoch");
            const stopped = p();
            press("undo");
            const undone = p();
            choose("rate", "0.25");
            press("step");
            press("step");
            const rate = model.now.rate;
            press("undo");
            return [begun === trained, stopped !== begun, undone === begun, rate, model.now.rate, p() === begun];
        `);
        assert.deepEqual(result, [true, true, true, 0.25, 0.25, true]);
    },

    async "an earlier epoch has its own optimizer"() {
        await open("2-2-2");
        const result = await later(`
            press("epoch", 3);
            const { length } = model.now.s;
            choose("optimizer", "1");
            press("epoch", 2);
            const other = model.now.s.length;
            await drawn();
            put(document.getElementById("scrub"), 1, "input");
            await drawn();
            const back = [model.now.optimizer, model.now.s.length === length, document.getElementById("optimizer").value];
            press("step");
            return [...back, model.now.epoch, other !== length, model.now.p.every(Number.isFinite)];
        `);
        assert.deepEqual(result, [0, true, "0", 2, true, true]);
    },

    async "points can be moved and flipped, and examples added and removed"() {
        await open("xor");
        const result = await later(`
            const point = document.querySelectorAll("#map circle")[1];
            const key = (key) => point.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            key("ArrowRight");
            key("ArrowUp");
            key("Enter");
            const [moved, flipped] = model.now.examples[1].map((side) => [...side]);
            press("add-example");
            await drawn();
            const added = document.querySelectorAll("#examples tbody tr").length;
            for (let row = 0; row < 5; row++) {
                document.querySelector("#examples .remove").click();
                await drawn();
            }
            const left = model.now.examples.length;
            const message = text_of("examples-message");
            press("epoch");
            return [moved, flipped, added, left, message, model.now.epoch];
        `);
        assert.deepEqual(result, [[0.05, 1.05], [0], 5, 1, "A training needs at least one example.", 1]);
    },

    async "the table of the history can be computed from itself"() {
        await open("single");
        const rows = await later(`
            press("epoch", 3);
            let content;
            const made = URL.createObjectURL;
            URL.createObjectURL = (blob) => { content = blob.text(); return made.call(URL, blob); };
            HTMLAnchorElement.prototype.click = () => {};
            press("csv");
            const [head, ...rows] = (await content).trim().split("\\n").map((line) => line.split(","));
            return rows.map(([epoch, loss, ...p]) => [head.length === p.length + 2, Number(epoch),
                mean_loss(Float64Array.from(p, Number), model.now.examples) === Number(loss)]);
        `);
        assert.deepEqual(rows, [0, 1, 2, 3].map((epoch) => [true, epoch, true]));
    },

    async "what is too long for an address is a file"() {
        await open("large");
        const result = await later(`
            let content;
            const made = URL.createObjectURL;
            URL.createObjectURL = (blob) => { content = blob.text(); return made.call(URL, blob); };
            HTMLAnchorElement.prototype.click = () => {};
            choose("optimizer", 2);
            press("step", 3);
            change_target_or_input(0, 0, 0, 0.25);
            while (model.now.examples.length < 200) model.now.examples.push(...copied_examples(model.now.examples.slice(0, 1)));
            const before = values().join();
            press("share");
            const text = await content;
            const message = text_of("message");
            press("reset");
            restore_text(text);
            return [location.hash, text.length > 8000, message, values().join() === before, model.now.examples.length];
        `);
        assert.deepEqual(result, ["", true, "This situation is too long for an address, so it was saved as a file.", true, 200]);
    },

    async "playing leaves the page responsive"() {
        await open("thirty");
        const [steps, longest] = await later(`
            choose("speed", 3);
            press("play");
            const begun = performance.now();
            let [last, longest] = [begun, 0];
            await new Promise((done) => {
                const frame = () => {
                    const now = performance.now();
                    longest = Math.max(longest, now - last);
                    last = now;
                    if (now - begun < 2000) requestAnimationFrame(frame);
                    else done();
                };
                requestAnimationFrame(frame);
            });
            const made = model.now.epoch * model.now.examples.length + model.now.position;
            press("play");
            return [made, longest];
        `);
        // At 60 steps a second these are 120 and 17 ms; a busy machine does less.
        console.log(`      ${steps} steps in two seconds; the longest frame took ${Math.round(longest)} ms`);
        assert.ok(steps > 30, `${steps} steps in two seconds`);
        assert.ok(longest < 500, `a frame took ${longest} ms`);
    },

    async "nothing of the graph overlaps or is cut"() {
        // Each at the narrowest room of its columns, on a phone, and where the page has two columns or three.
        for (const width of [390, 1000, 1300, 1440]) {
            await browser.devtools("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
            for (const page of ["1-1-1", "2-2-2", "xor", "3-4-2", "4-8-8-3", "names", "large", "functions"]) {
                await open(page);
                const [faults, is_cut] = await later(`
                    const faults = [];
                    const NEAR = 4;
                    const check = (when) => {
                        const view = document.querySelector("#graph svg");
                        const { width, height } = view.viewBox.baseVal;
                        // The letters are lower than their boxes.
                        const box = (node) => {
                            const { x, y, width, height } = node.getBBox();
                            return { text: node.textContent, left: x, right: x + width, top: y + 2, bottom: y + height - 2 };
                        };
                        const texts = Array.from(view.querySelectorAll("text"), box).filter(({ text }) => text);
                        const overlap = (one, other) => one.left < other.right - 0.5 && other.left < one.right - 0.5 && one.top < other.bottom && other.top < one.bottom;
                        texts.forEach((one, place) => {
                            if (one.left < 0 || one.right > width || one.top < 0 || one.bottom > height) faults.push([when, "leaves the graph", one.text]);
                            for (const other of texts.slice(place + 1)) if (overlap(one, other)) faults.push([when, one.text, other.text]);
                        });
                        for (const { name, label } of graph.edges.filter(({ label }) => label)) {
                            const { left, right } = box(label);
                            const [x, y] = [(left + right) / 2, Number(label.getAttribute("y")) - 4];
                            const distances = graph.edges.map(({ name: other, line }) => {
                                const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((end) => Number(line.getAttribute(end)));
                                return [other, distance_to({ x1, y1, x2, y2 }, x, y)];
                            });
                            const own = distances.find(([other]) => other === name)[1];
                            for (const [other, distance] of distances) if (other !== name && distance < own + NEAR) faults.push([when, name, "could be that of", other, distance]);
                        }
                        for (const label of Array.from(view.querySelectorAll(".edge-label"), box)) {
                            for (const end of view.querySelectorAll(".input, .target")) {
                                if (overlap(label, box(end))) faults.push([when, label.text, "an input or a target"]);
                            }
                            for (const { cx, cy, r } of view.querySelectorAll("circle")) {
                                const [x, y] = [cx.baseVal.value, cy.baseVal.value];
                                const [across, up] = [Math.max(label.left - x, x - label.right, 0), Math.max(label.top - y, y - label.bottom, 0)];
                                if (Math.hypot(across, up) < r.baseVal.value) faults.push([when, label.text, "a neuron"]);
                            }
                        }
                    };
                    check("weights");
                    set_cursor(steps.list.length - 1);
                    await drawn();
                    check("gradients");
                    whole_step();
                    model.now.p = model.now.p.map((value, place) => [-123456, 0.000012345, -0.0123][place % 3]);
                    render();
                    await drawn();
                    check("long numbers");
                    const room = document.getElementById("graph");
                    return [faults, room.scrollWidth > room.clientWidth];
                `);
                assert.deepEqual(faults, [], `${page} at ${width} px`);
                // Three columns fit on a phone; what does not fit can be scrolled.
                if (page !== "functions" && width > 600 || !DEEP.includes(page)) assert.equal(is_cut, false, `${page} fits into ${width} px`);
            }
        }
        await browser.devtools("Emulation.clearDeviceMetricsOverride");
    },

    async "extreme numbers leave the page silent"() {
        for (const page of ["2-2-2", "single", "functions", "1-2-1", "xor"]) {
            await open(page);
            const broken = await later(`
                const broken = () => Array.from(document.querySelectorAll("svg *"), (node) => Array.from(node.attributes, ({ value }) => value))
                    .flat().filter((value) => /NaN|Infinity/.test(value));
                const found = [];
                const largest = LESSON.is_single ? 3e38 : 1e308;
                for (const value of [largest, -largest]) {
                    model.now.examples[0][0] = model.now.examples[0][0].map((_, place) => (place ? -value : value));
                    changed_examples();
                    await drawn();
                    found.push(...broken());
                    for (const other of [-value, value]) {
                        model.now.p = model.now.p.map((_, place) => (place % 2 ? value : other));
                        begin_history();
                        render();
                        await drawn();
                        found.push(...broken());
                    }
                    press("logarithmic");
                    set_cursor(steps.list.length - 1);
                    await drawn();
                    found.push(...broken());
                }
                return found;
            `);
            assert.deepEqual(broken, [], page);
            await check_log(page);
        }
    },

    async "a hostile student breaks nothing"() {
        for (const page of ["xor", "single"]) {
            await open(page);
            const broken = await later(`
                const errors = [];
                window.addEventListener("error", (event) => errors.push(event.message));
                const next = generator(7n);
                const one_of = (list) => list[Number(next() % BigInt(list.length))];
                const texts = ["", "x", "1e308", "-1e308", "1e400", "−0,5", "0", "-0", "NaN", "Infinity", "1e-320", "0x10", "999999", "💥", "0.5"];
                const actions = [
                    () => one_of(Array.from(document.querySelectorAll("button:not(:disabled):not(#share):not(#csv):not(#open)"))).click(),
                    () => put(one_of(Array.from(document.querySelectorAll("input[type=text]"))), one_of(texts)),
                    () => put(one_of(Array.from(document.querySelectorAll("#fields .slider"))), one_of([-3, 0, 2.5]), "input"),
                    () => { const choice = one_of(Array.from(document.querySelectorAll("select"))); put(choice, one_of(Array.from(choice.options)).value); },
                    () => { const box = one_of(Array.from(document.querySelectorAll("input[type=checkbox]"))); box.click(); },
                    () => put(document.getElementById("scrub"), one_of([0, 1, 5]), "input"),
                    () => restore_text(one_of(["x", to_text(situation_bytes())])),
                    () => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: one_of(["n", "s", "e", " ", "u", "w", "Escape"]), bubbles: true })),
                    () => undo_button(),
                ];
                for (let action = 0; action < 120; action++) {
                    one_of(actions)();
                    if (action % 5 === 0) await drawn();
                    const { p, s, position, examples, batch, rate } = model.now;
                    const is_sound = p.every(Number.isFinite) && position < examples.length && batch >= 1 && rate > 0
                        && examples.every((example) => example.flat().every(Number.isFinite));
                    if (!is_sound) errors.push("unsound after " + action);
                    if (errors.length) break;
                }
                pause();
                while (undo());
                rebuild();
                await drawn();
                const strange = Array.from(document.querySelectorAll("svg *"), (node) => Array.from(node.attributes, ({ value }) => value)).flat().filter((value) => /NaN|Infinity/.test(value));
                return [...errors, ...strange];
            `);
            assert.deepEqual(broken, [], page);
            await check_log(page);
        }
    },

    async "axe finds no serious fault"() {
        const axe = fs.readFileSync(axe_path, "utf8");
        for (const [page, width, scheme] of [["xor", 1440, "dark"], ["classes", 390, "light"]]) {
            await browser.devtools("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
            await browser.devtools("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
            await open(page);
            await browser.press("n", "n");
            await run("press('now-you');");
            await browser.run(axe);
            const serious = await later(`
                ask_why("L");
                await drawn();
                // The later sections are built as the first ones are, and axe takes long for formulas.
                document.querySelectorAll("#equations section:nth-of-type(n + 4):not(:last-of-type)").forEach((section) => section.remove());
                const { violations } = await axe.run(document, { resultTypes: ["violations"] });
                return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
                    .map(({ id, nodes }) => [id, nodes.slice(0, 4).map(({ html, failureSummary }) => html.slice(0, 160) + " | " + failureSummary)]);
            `);
            assert.deepEqual(serious, [], `${page}, ${width} px, ${scheme}`);
            const wide = await run("return document.documentElement.scrollWidth - document.documentElement.clientWidth;");
            assert.ok(wide <= 0, `${page}: ${wide} px too wide at ${width} px`);
        }
        await browser.devtools("Emulation.clearDeviceMetricsOverride");
        await browser.devtools("Emulation.setEmulatedMedia", { features: [] });
    },
};

let failures = 0;
const only = process.env.LESSON_TEST;
try {
    for (const [name, test] of Object.entries(tests)) {
        if (only && !name.includes(only)) continue;
        const begun = Date.now();
        try {
            await test();
            console.log(`ok    ${name} (${Date.now() - begun} ms)`);
        } catch (error) {
            failures += 1;
            console.log(`WRONG ${name}\n${error.stack}`);
        }
    }
} finally {
    await browser.close();
}
process.exit(failures ? 1 : 0);
