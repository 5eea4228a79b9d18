import assert from "node:assert/strict";
import { test } from "node:test";
import { assignments, chosen, without, type Inspected } from "../src/settings";

const source = (values: Record<string, Inspected>) => ({
  inspect: (name: string) => values[name],
  get: (name: string) => values[name]?.workspaceFolderValue ?? values[name]?.workspaceValue ?? values[name]?.globalValue,
});

test("only what was set is sent: a default would count more than montuno.toml", () => {
  const values = { "ai.lines": { defaultValue: 8, globalValue: 1 }, "ai.pause": { defaultValue: 25 }, exclude: { workspaceValue: ["out"] } };
  assert.deepEqual(chosen(["ai.lines", "ai.pause", "exclude"], source(values)), { ai: { lines: 1 }, exclude: ["out"] });
});

test("a value of false or null is a value", () => {
  const values = { "ai.enabled": { globalValue: false }, "ai.model": { globalValue: null } };
  assert.deepEqual(chosen(["ai.enabled", "ai.model"], source(values)), { ai: { enabled: false, model: null } });
});

test("settings of the extension are not the program's", () => {
  assert.deepEqual(chosen(["server.path", "answers"], source({ "server.path": { globalValue: "/x" }, answers: { globalValue: {} } })), {});
});

test("languages that others answer for are added to those that are left out", () => {
  assert.deepEqual(without({ "disabled-languages": ["go"] }, ["python", "go"]), { "disabled-languages": ["go", "python"] });
  const settings = { ai: { lines: 1 } };
  assert.equal(without(settings, []), settings);
});

test("a group becomes options of the command line", () => {
  const debug = { native: "gdb", patience: 3, backends: { "js-debug": ["node", "/a b"] }, nothing: null };
  assert.deepEqual(assignments({ debug }, "debug"), [
    "--set", 'debug.native="gdb"', "--set", "debug.patience=3", "--set", 'debug.backends.js-debug=["node","/a b"]',
  ]);
  assert.deepEqual(assignments({}, "debug"), []);
});
