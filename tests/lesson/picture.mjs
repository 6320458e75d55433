// Writes the README's picture of a lesson: `node picture.mjs folder picture.webp`.

import fs from "node:fs";
import path from "node:path";
import { open_browser, picture } from "./browser.mjs";

const [, , folder, file] = process.argv;
const browser = await open_browser();
await browser.go(`file://${path.resolve(folder, "2-2-2.html")}`);
await browser.run(`
    for (let epoch = 0; epoch < 40; epoch++) document.getElementById("epoch").click();
    // Until the equation that has two paths.
    for (let equation = 0; equation < 34; equation++) document.getElementById("next").click();
    document.getElementById("hint").hidden = true;
    document.activeElement.blur();
`);
fs.writeFileSync(file, await picture(browser, { width: 1440, height: 800, dark: false, full: false, format: "webp" }));
await browser.close();
