// The extension in VS Code as its users have it: installed from the .vsix, driven by the keyboard.
//
// Run by `cargo xtask clients vscode`. MONTUNO_EXTENSION names the .vsix, MONTUNO_WORKSPACE the folder that is opened,
// MONTUNO_HOME an empty home, MONTUNO_SCREENSHOTS where pictures are kept; MONTUNO_DATA_DIR has a model that says GHOST.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { PATIENCE, start, until } from "./editor.mjs";

const GHOST = "product = width * height";
let editor;

/** One thing that a user does, with a picture of how it looks. */
function step(name, picture, run) {
  test(name, async () => {
    try {
      await run();
    } finally {
      await editor.screenshot(picture);
    }
  });
}

before(async () => {
  editor = await start({
    home: process.env.MONTUNO_HOME,
    extension: process.env.MONTUNO_EXTENSION,
    folder: process.env.MONTUNO_WORKSPACE,
    screenshots: process.env.MONTUNO_SCREENSHOTS,
    environment: {},
    settings: {
      "files.autoSave": "off",
      "workbench.startupEditor": "none",
      "security.workspace.trust.enabled": false,
      "window.commandCenter": false,
      "chat.disableAIFeatures": true,
      "editor.accessibilitySupport": "off",
      "montuno.answers": { typescript: "montuno" },
    },
  });
});

after(() => editor?.stop());

step("the status item shows Montuno", "status", async () => {
  await editor.open("main.py");
  await until("the status", async () => (await editor.status()).includes("Montuno"), () => editor.status());
});

step("hover", "hover", async () => {
  await editor.open("use.py", 3, 10);
  await editor.run("Show or Focus Hover");
  await editor.says(".monaco-hover", "def area(width, height)");
  await editor.press("Escape");
});

step("definition, and back", "definition", async () => {
  await editor.open("use.py", 3, 10);
  await editor.press("F12");
  await editor.page.locator('.tab.active[data-resource-name="main.py"]').waitFor({ timeout: PATIENCE });
});

step("findings come and go", "problems", async () => {
  await editor.open("use.py", 4, 1);
  await editor.type("print(name_that_is_not_there)");
  await editor.run("View: Focus Problems");
  await editor.says(".markers-panel", "name_that_is_not_there");
  await editor.screenshot("problems-shown");
  await editor.open("use.py", 4, 30);
  for (let count = 0; count < 29; count++) {
    await editor.press("Backspace");
  }
  await editor.saysNot(".markers-panel", "name_that_is_not_there");
  await editor.press("Control+J");
});

step("completion", "completion", async () => {
  await editor.open("use.py", 4, 1);
  await editor.type("import main\nmain.ar");
  await editor.press("Control+Space");
  await editor.says(".suggest-widget", "area");
  await editor.press("Escape");
  await editor.run("File: Revert File");
});

step("rename", "rename", async () => {
  await editor.open("use.py", 3, 2);
  await editor.press("F2");
  await editor.page.locator(".rename-box input:focus").waitFor({ timeout: PATIENCE });
  await editor.press("Control+A");
  await editor.type("surface");
  await editor.press("Enter");
  await until("the new name", async () => (await editor.text()).includes("surface = "), () => editor.text());
  await editor.run("File: Revert File");
});

step("ghost text is taken by word and whole", "ghost-text", async () => {
  await editor.open("main.py", 2, 5);
  await editor.type(" ");
  await editor.press("Backspace");
  await until("ghost text", async () => (await editor.ghost()).includes("product"), () => editor.ghost());
  await editor.screenshot("ghost-text-shown");
  await editor.press("Control+ArrowRight");
  await until("a word", async () => (await editor.status()).includes("Ln 2, Col 12"), () => editor.status());
  await until("the rest", async () => (await editor.ghost()).includes("width * height"), () => editor.ghost());
  await editor.press("Tab");
  await until("all of it", async () => (await editor.text()).includes(GHOST), () => editor.text());
  await until("its end", async () => (await editor.ghost()) === "", () => editor.ghost());
});

step("a program that is killed is started again, and no text is lost", "restarted", async () => {
  const programs = () => {
    const all = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
    const ours = all.filter((line) => line.includes(`${process.env.MONTUNO_HOME}/extensions/`) && line.includes("montuno lsp"));
    return ours.map((line) => Number.parseInt(line, 10));
  };
  const [old] = programs();
  assert.ok(old, "it runs");
  process.kill(old, "SIGKILL");
  await until("another one", () => programs().some((now) => now !== old));
  await until("the message", async () => (await editor.status()).includes("nothing is lost"), () => editor.status());
  assert.ok((await editor.text()).includes(GHOST));
  assert.equal(await editor.page.locator(".notification-toast").count(), 0, "nothing else is said");
  await editor.run("File: Revert File");
});

step("F5 with no launch.json stops at a breakpoint and shows variables", "debugger", async () => {
  await editor.open("square.py", 3, 1);
  await editor.run("Debug: Toggle Breakpoint");
  await editor.page.locator(".codicon-debug-breakpoint").first().waitFor({ timeout: PATIENCE });
  await editor.press("F5");
  await editor.page.locator(".debug-toolbar").waitFor({ timeout: PATIENCE });
  await editor.press("Control+Shift+D");
  await editor.says(".debug-call-stack", "perimeter");
  await editor.says(".debug-variables", "Locals");
  await editor.screenshot("debugger-stopped");
  await editor.press("Shift+F5");
  await editor.page.locator(".debug-toolbar").waitFor({ state: "hidden", timeout: PATIENCE });
  await editor.press("Control+Shift+E");
});

step("the walkthrough has four steps", "walkthrough", async () => {
  await editor.run("Montuno: Get Started");
  await editor.says(".gettingStartedContainer", "Open code");
  for (const title of ["Choose a model", "Press F5", "Settle in"]) {
    await editor.says(".gettingStartedContainer", title);
  }
});

step("settings say what they do", "settings", async () => {
  await editor.run("Preferences: Open Settings (UI)");
  await editor.page.locator(".settings-editor .suggest-input-container").click();
  await editor.type("@ext:montuno.montuno ai.");
  await editor.says(".settings-editor", "Whether a model completes what is being written.");
  await editor.screenshot("settings-shown");
  await editor.press("Escape");
});

step("a report of a problem has no text of a file in it", "report", async () => {
  await editor.run("Montuno: Report a Problem");
  await until("the report", async () => (await editor.text()).includes("# A problem with Montuno"), () => editor.text());
  const report = await editor.text();
  assert.ok(report.includes("montuno 0."), report);
  assert.ok(!report.includes("def area"), report);
});
