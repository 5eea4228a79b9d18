// VS Code in a browser: code-server with the extension installed, driven by the keyboard as its users do.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** How long a thing that has to come may take. */
export const PATIENCE = Number(process.env.MONTUNO_TEST_PATIENCE ?? 60_000);

const CODE_SERVER = join(import.meta.dirname, "node_modules/code-server/out/node/entry.js");

/** A port of this machine that is free. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Installs the extension into a home of its own and starts the editor on a folder. */
export async function start({ home, extension, folder, settings, environment, screenshots }) {
  const user = join(home, "user");
  mkdirSync(join(user, "User"), { recursive: true });
  mkdirSync(screenshots, { recursive: true });
  writeFileSync(join(user, "User/settings.json"), JSON.stringify(settings));
  const places = ["--user-data-dir", user, "--extensions-dir", join(home, "extensions"), "--config", join(home, "config.yaml")];
  const env = { ...process.env, ...environment, HOME: home };
  const installed = spawnSync(process.execPath, [CODE_SERVER, ...places, "--install-extension", extension], { env, encoding: "utf8" });
  if (installed.status !== 0) {
    throw new Error(`the extension cannot be installed: ${installed.stdout}${installed.stderr}`);
  }
  const port = await freePort();
  const options = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
  // A group of its own: what it starts ends with it.
  const server = spawn(process.execPath, [CODE_SERVER, ...places, ...options, folder], { env, detached: true });
  let said = "";
  server.stdout.on("data", (data) => (said += data));
  server.stderr.on("data", (data) => (said += data));
  const address = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`;
  const ends = () => {
    try {
      process.kill(-server.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  };
  try {
    await until("the server", async () => (await fetch(address).catch(() => undefined))?.ok, () => said);
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    await context.route(/.*/, (route) => {
      const { hostname } = new URL(route.request().url());
      return hostname === "127.0.0.1" || hostname === "" ? route.continue() : route.abort();
    });
    const page = await context.newPage();
    await page.goto(address);
    await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: PATIENCE });
    return new Editor(page, browser, ends, screenshots, user);
  } catch (error) {
    ends();
    throw error;
  }
}

/** Waits until something holds; a failure says what did not. */
export async function until(what, holds, shown = () => "") {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await holds();
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`waited in vain for ${what}: ${await shown()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

class Editor {
  constructor(page, browser, ends, screenshots, user) {
    Object.assign(this, { page, browser, ends, screenshots, user });
  }

  /** Runs a command of the palette. */
  async run(command) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input.input").first();
    await input.waitFor({ timeout: PATIENCE });
    await input.fill(`>${command}`);
    await this.choose(command.split(": ").pop());
  }

  /** Takes the chosen entry of the list, once it is the one with this text. */
  async choose(text) {
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: text }).waitFor({ timeout: PATIENCE });
    await this.page.keyboard.press("Enter");
  }

  /** Opens a file and puts the cursor at a place, both from 1. */
  async open(file, line = 1, column = 1) {
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input.input").first();
    await input.waitFor({ timeout: PATIENCE });
    await input.fill(`${file}:${line}:${column}`);
    await this.choose(file);
    await this.page.locator(`.tab.active[data-resource-name="${file}"]`).first().waitFor({ timeout: PATIENCE });
    await until("the cursor", async () => (await this.status()).includes(`Ln ${line}, Col ${column}`), () => this.status());
  }

  async type(text) {
    await this.page.keyboard.type(text, { delay: 20 });
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  /** What the status bar says. */
  async status() {
    return plain(await this.page.locator(".part.statusbar").innerText());
  }

  /** What stands in the editor, as far as it can be seen. */
  async text() {
    const lines = await this.page.locator(".editor-instance .view-lines .view-line").evaluateAll((found) => {
      const top = (line) => Number.parseFloat(line.style.top);
      return found.sort((a, b) => top(a) - top(b)).map((line) => line.textContent);
    });
    return lines.map(plain).join("\n");
  }

  /** Ghost text, if there is any. */
  async ghost() {
    const parts = await this.page.locator(".ghost-text-decoration, .ghost-text-decoration-preview, .suggest-preview-text").allInnerTexts();
    return plain(parts.join(""));
  }

  /** Waits until a part of the window says something. */
  async says(selector, text) {
    const shown = async () => plain((await this.page.locator(selector).allInnerTexts()).join("\n"));
    await until(`${selector} to say ${JSON.stringify(text)}`, async () => (await shown()).includes(text), shown);
  }

  /** Waits until a part of the window does not say something any more. */
  async saysNot(selector, text) {
    const shown = async () => plain((await this.page.locator(selector).allInnerTexts()).join("\n"));
    await until(`${selector} not to say ${JSON.stringify(text)}`, async () => !(await shown()).includes(text), shown);
  }

  async screenshot(name) {
    await this.page.screenshot({ path: join(this.screenshots, `${name}.png`) });
  }

  async stop() {
    await this.browser.close().catch(() => undefined);
    this.ends();
  }
}

/** Text without the spaces that do not break. */
function plain(text) {
  return text.replaceAll("\u00a0", " ").replaceAll("\u200b", "").replaceAll("\u200c", "");
}
