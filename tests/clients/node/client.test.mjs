// The client library of VS Code's protocol against the real binary: what it cannot read, editors cannot.
//
// Run by `cargo xtask clients node`; MONTUNO names the binary.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import protocol from "vscode-languageserver-protocol/node";

const files = {
  "shapes.py": [
    "class Shape:",
    '    """A shape."""',
    "",
    "    def area(self) -> float:",
    "        return 0.0",
    "",
    "",
    "class Square(Shape):",
    "    def __init__(self, side: float) -> None:",
    "        self.side = side",
    "",
    "    def area(self) -> float:",
    "        return self.side**2",
    "",
  ].join("\n"),
  "main.py": [
    "import os",
    "from shapes import Square",
    "",
    "",
    "def total(count: int) -> float:",
    "    square = Square(2.0)",
    "    return square.area() * count",
    "",
    "",
    "print(total(3), missing)",
    "",
  ].join("\n"),
  "Cargo.toml": '[package]\nname = "demo"\nversion = "0.0.0"\nedition = "2021"\n',
  "src/main.rs": [
    "trait Shape {",
    "    fn area(&self) -> u32;",
    "}",
    "",
    "struct Square(u32);",
    "",
    "impl Shape for Square {",
    "    fn area(&self) -> u32 {",
    "        self.0 * self.0",
    "    }",
    "}",
    "",
    "fn main() {",
    "    let square = Square(3);",
    "    let area = square.area();",
    "    let _ = area;",
    "}",
    "",
  ].join("\n"),
};

let folder, server, connection, capabilities;

/** The parameters of a question about the n-th place where `text` stands in a file, `inside` it. */
function at(file, text, { inside = 0, nth = 1 } = {}) {
  let offset = -1;
  for (let turn = 0; turn < nth; turn++) offset = files[file].indexOf(text, offset + 1);
  assert.notEqual(offset, -1, `${text} stands in ${file}`);
  const before = files[file].slice(0, offset + inside).split("\n");
  return { textDocument: document(file), position: { line: before.length - 1, character: before.at(-1).length } };
}

const uri = (file) => pathToFileURL(join(folder, file)).href;
const document = (file) => ({ uri: uri(file) });
const request = (method, params) => connection.sendRequest(method, params);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "montuno-"));
  mkdirSync(join(folder, "src"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const env = { ...process.env, MONTUNO_CACHE_DIR: join(folder, ".cache") };
  server = spawn(process.env.MONTUNO, ["lsp", "--stdio"], { cwd: folder, env, stdio: ["pipe", "pipe", "inherit"] });
  connection = protocol.createProtocolConnection(
    new protocol.StreamMessageReader(server.stdout),
    new protocol.StreamMessageWriter(server.stdin),
  );
  connection.onRequest(protocol.RegistrationRequest.type, () => {});
  connection.onRequest(protocol.ConfigurationRequest.type, ({ items }) => items.map(() => null));
  connection.onRequest(protocol.WorkDoneProgressCreateRequest.type, () => {});
  connection.onUnhandledNotification(() => {});
  connection.listen();
  const result = await connection.sendRequest(protocol.InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "demo" }],
    capabilities: {
      window: { workDoneProgress: true },
      workspace: {
        configuration: true,
        workspaceFolders: true,
        workspaceEdit: { documentChanges: true },
        didChangeWatchedFiles: { dynamicRegistration: true },
      },
      textDocument: {
        diagnostic: {},
        definition: { linkSupport: true },
        documentSymbol: { hierarchicalDocumentSymbolSupport: true },
        completion: { completionItem: { snippetSupport: true, labelDetailsSupport: true } },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "refactor"] } } },
      },
    },
  });
  capabilities = result.capabilities;
  await connection.sendNotification(protocol.InitializedNotification.type, {});
  for (const [file, text] of Object.entries(files)) {
    const languageId = file.endsWith(".py") ? "python" : file.endsWith(".rs") ? "rust" : "toml";
    await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, {
      textDocument: { uri: uri(file), languageId, version: 1, text },
    });
  }
});

after(async () => {
  await connection.sendRequest(protocol.ShutdownRequest.type);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  await connection.sendNotification(protocol.ExitNotification.type);
  assert.equal(await ended, 0);
  connection.dispose();
  rmSync(folder, { recursive: true, force: true });
});

for (const { language, file, type, method, caller, supertype } of [
  { language: "Python", file: "main.py", type: "Square", method: "area", caller: "total", supertype: "Shape" },
  { language: "Rust", file: "src/main.rs", type: "Square", method: "area", caller: "main", supertype: "Shape" },
]) {
  describe(language, () => {
    const call = () => at(file, `square.${method}`, { inside: 7 });

    test("definition, declaration, implementation, type definition", async () => {
      for (const name of ["definition", "declaration", "implementation"]) {
        const links = await request(`textDocument/${name}`, call());
        assert.ok(links.length > 0, name);
        for (const link of links) assert.ok(link.targetUri && link.targetSelectionRange, name);
      }
      const types = await request("textDocument/typeDefinition", at(file, `square.${method}`));
      assert.ok(types.length > 0);
    });

    test("references and highlights", async () => {
      const references = await request("textDocument/references", { ...call(), context: { includeDeclaration: true } });
      assert.ok(references.length >= 2);
      const highlights = await request("textDocument/documentHighlight", at(file, "square."));
      assert.equal(highlights.length, 2);
    });

    test("hover", async () => {
      const hover = await request("textDocument/hover", call());
      assert.equal(hover.contents.kind, "markdown");
      assert.match(hover.contents.value, new RegExp(method));
    });

    test("completion and its resolution", async () => {
      const list = await request("textDocument/completion", call());
      const item = list.items.find((item) => item.label.startsWith(method));
      assert.ok(item?.textEdit);
      const resolved = await request("completionItem/resolve", item);
      assert.equal(resolved.label, item.label);
    });

    test("signature help", async () => {
      const help = await request("textDocument/signatureHelp", at(file, "Square(", { inside: 7, nth: language === "Rust" ? 2 : 1 }));
      assert.equal(help.signatures.length, 1);
      assert.ok(help.signatures[0].parameters.length >= 1);
    });

    test("symbols", async () => {
      const symbols = await request("textDocument/documentSymbol", { textDocument: document(file) });
      assert.ok(symbols.some((symbol) => symbol.name === caller && symbol.selectionRange));
      const found = await request("workspace/symbol", { query: type });
      assert.ok(found.some((symbol) => symbol.name === type && symbol.location.uri));
    });

    test("rename", async () => {
      const start = await request("textDocument/prepareRename", at(file, "square."));
      assert.equal(start.placeholder, "square");
      const edit = await request("textDocument/rename", { ...at(file, "square."), newName: "renamed" });
      assert.equal(edit.documentChanges[0].edits.length, 2);
      const refused = request("textDocument/rename", { ...at(file, "square."), newName: "not a name" });
      await assert.rejects(refused, { code: -32803 });
    });

    test("code actions", async () => {
      const { position } = at(file, "square");
      const context = { diagnostics: [] };
      const actions = await request("textDocument/codeAction", { textDocument: document(file), range: { start: position, end: position }, context });
      assert.ok(Array.isArray(actions));
      for (const action of actions) assert.ok(action.title && action.edit);
    });

    test("hints, tokens, folds, selections, lenses, links, values", async () => {
      const range = { start: { line: 0, character: 0 }, end: { line: 16, character: 0 } };
      const textDocument = document(file);
      assert.ok((await request("textDocument/inlayHint", { textDocument, range })).length > 0);
      const tokens = await request("textDocument/semanticTokens/full", { textDocument });
      assert.equal(tokens.data.length % 5, 0);
      const delta = await request("textDocument/semanticTokens/full/delta", { textDocument, previousResultId: tokens.resultId });
      assert.deepEqual(delta.edits, []);
      assert.ok((await request("textDocument/semanticTokens/range", { textDocument, range })).data.length > 0);
      assert.ok((await request("textDocument/foldingRange", { textDocument })).length > 0);
      const [selection] = await request("textDocument/selectionRange", { textDocument, positions: [call().position] });
      assert.ok(selection.parent.parent);
      const [lens] = await request("textDocument/codeLens", { textDocument });
      assert.ok((await request("codeLens/resolve", lens)).command.title);
      assert.ok(Array.isArray(await request("textDocument/documentLink", { textDocument })));
      const stopped = { frameId: 1, stoppedLocation: range };
      assert.ok((await request("textDocument/inlineValue", { textDocument, range, context: stopped })).length > 0);
      assert.ok((await request("textDocument/moniker", call())).length > 0);
    });

    test("hierarchies", async () => {
      const [item] = await request("textDocument/prepareCallHierarchy", call());
      const incoming = await request("callHierarchy/incomingCalls", { item });
      assert.ok(incoming.some((call) => call.from.name === caller && call.fromRanges.length === 1));
      const [outer] = await request("textDocument/prepareCallHierarchy", at(file, caller));
      const outgoing = await request("callHierarchy/outgoingCalls", { item: outer });
      assert.ok(outgoing.some((call) => call.to.name === method));
      const [node] = await request("textDocument/prepareTypeHierarchy", at(file, type, { nth: language === "Rust" ? 1 : 2 }));
      const above = await request("typeHierarchy/supertypes", { item: node });
      assert.ok(above.some((item) => item.name === supertype));
      const below = await request("typeHierarchy/subtypes", { item: above.find((item) => item.name === supertype) });
      assert.ok(below.some((item) => item.name === type));
    });
  });
}

test("findings are fetched, and go away after the fix", async () => {
  const fetch = async () => (await request("textDocument/diagnostic", { textDocument: document("main.py") })).items;
  const found = await fetch();
  assert.deepEqual(found.filter((item) => item.severity === 1).map((item) => item.code), ["unresolved-name"]);
  await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
    textDocument: { uri: uri("main.py"), version: 2 },
    contentChanges: [{ text: files["main.py"].replace(", missing", "").replace("import os\n", "") }],
  });
  assert.deepEqual(await fetch(), []);
});

test("what is advertised is answered", () => {
  for (const name of ["definition", "hover", "references", "rename", "inlayHint", "callHierarchy", "typeHierarchy"]) {
    assert.ok(capabilities[`${name}Provider`], name);
  }
});
