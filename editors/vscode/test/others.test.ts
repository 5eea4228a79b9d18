import assert from "node:assert/strict";
import { test } from "node:test";
import { answersOf, OTHERS, silent } from "../src/others";

const [python, , , typescript] = OTHERS;

test("until the user has said who answers, Montuno leaves the language to the other", () => {
  assert.deepEqual(silent([python!], {}), ["python"]);
  assert.deepEqual(silent([typescript!], {}), ["typescript", "javascript"]);
  assert.deepEqual(silent([], {}), []);
});

test("the user decides", () => {
  assert.deepEqual(silent([python!, typescript!], { python: "montuno", typescript: "both" }), []);
  assert.deepEqual(silent([], { python: "other" }), ["python"]);
});

test("a setting that says nothing that there is counts as none", () => {
  assert.deepEqual(answersOf({ python: "me", rust: "both" }), { rust: "both" });
  assert.deepEqual(answersOf(undefined), {});
});
