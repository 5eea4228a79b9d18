import assert from "node:assert/strict";
import { test } from "node:test";
import { misfit } from "../src/compatibility";
import { VERSION } from "../src/protocol";

const program = (montuno: unknown) => ({ serverInfo: { name: "montuno", version: "0.9.0" }, capabilities: { experimental: { montuno } } });

test("a program of the same version fits", () => {
  assert.equal(misfit(program({ version: VERSION, oldest: 1, methods: [] })), undefined);
});

test("a program that says less of itself fits", () => {
  assert.equal(misfit(program({ version: VERSION, methods: [] })), undefined);
});

test("a program that is too old or too new is told apart", () => {
  assert.match(misfit({ capabilities: {} })!, /too old/);
  assert.match(misfit(program({ version: VERSION - 1, methods: [] }))!, /montuno \(0\.9\.0\) is too old/);
  assert.match(misfit(program({ version: VERSION, oldest: VERSION + 1, methods: [] }))!, /too new/);
});
