// A browser, driven over the WebDriver protocol: Debian's chromium-driver, without any package of node.

import { spawn } from "node:child_process";

export async function open_browser() {
    const port = 20000 + Math.floor(Math.random() * 20000);
    const driver = spawn("chromedriver", [`--port=${port}`, "--log-level=SEVERE"], { stdio: "ignore" });
    const address = `http://127.0.0.1:${port}`;
    const send = async (method, path, body) => {
        const response = await fetch(address + path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
        const { value } = await response.json();
        if (value?.error) throw new Error(`${value.error}: ${value.message}`);
        return value;
    };
    for (let attempt = 0; ; attempt++) {
        try {
            await send("GET", "/status");
            break;
        } catch (error) {
            if (attempt > 100) throw error;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }
    const { sessionId } = await send("POST", "/session", {
        capabilities: {
            alwaysMatch: {
                browserName: "chrome",
                timeouts: { script: 120_000 },
                "goog:loggingPrefs": { browser: "ALL", performance: "ALL" },
                "goog:chromeOptions": {
                    args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1440,1000"],
                },
            },
        },
    });
    const path = `/session/${sessionId}`;
    const browser = {
        go: (url) => send("POST", `${path}/url`, { url }),
        run: (script, ...args) => send("POST", `${path}/execute/sync`, { script, args }),
        // The script calls its last argument with the result.
        wait_for: (script, ...args) => send("POST", `${path}/execute/async`, { script, args }),
        log: (kind) => send("POST", `${path}/se/log`, { type: kind }),
        devtools: (cmd, params = {}) => send("POST", `${path}/goog/cdp/execute`, { cmd, params }),
        async element(selector) {
            const found = await send("POST", `${path}/element`, { using: "css selector", value: selector });
            return Object.values(found)[0];
        },
        async click(selector) {
            await send("POST", `${path}/element/${await browser.element(selector)}/click`, {});
        },
        async type(selector, text) {
            const element = await browser.element(selector);
            await send("POST", `${path}/element/${element}/clear`, {});
            await send("POST", `${path}/element/${element}/value`, { text });
        },
        // Presses keys one after the other.
        press: (...keys) => send("POST", `${path}/actions`, {
            actions: [{ type: "key", id: "keyboard", actions: keys.flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]) }],
        }),
        async close() {
            await send("DELETE", path);
            driver.kill();
        },
    };
    return browser;
}

export const KEY = { tab: "\uE004", enter: "\uE007", down: "\uE015", up: "\uE013", right: "\uE014" };

// What a screen of this size shows.
export const picture = async (browser, { width, height, dark, full, format }) => {
    await browser.devtools("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
    await browser.devtools("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
    await new Promise((resolve) => setTimeout(resolve, 400));
    const { data } = await browser.devtools("Page.captureScreenshot", { captureBeyondViewport: full, format, quality: 80 });
    return Buffer.from(data, "base64");
};
