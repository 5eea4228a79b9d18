//! The test explorer: what can be run in open documents, run or debugged by `montuno dap`.
import * as vscode from "vscode";
import type { Montuno } from "./client";
import type { Runnable } from "./protocol";

/** How long after a key tests are looked for. */
const PAUSE = 500;

export class Tests implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("montuno", "Montuno");
  private readonly runnables = new WeakMap<vscode.TestItem, Runnable>();
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly listeners: vscode.Disposable;

  constructor(private readonly montuno: Montuno) {
    const { Run, Debug } = vscode.TestRunProfileKind;
    this.controller.createRunProfile("Run", Run, (request, token) => this.run(request, token, true), true);
    this.controller.createRunProfile("Debug", Debug, (request, token) => this.run(request, token, false), true);
    this.controller.refreshHandler = async () => {
      await Promise.all(vscode.workspace.textDocuments.map((document) => this.look(document)));
    };
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => this.lookSoon(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.lookSoon(document)),
    );
    vscode.workspace.textDocuments.forEach((document) => this.lookSoon(document));
  }

  private lookSoon(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.waiting.get(key));
    this.waiting.set(key, setTimeout(() => void this.look(document), PAUSE));
  }

  /** Makes the list of a document's tests what its text says. */
  private async look(document: vscode.TextDocument): Promise<void> {
    if (document.uri.scheme !== "file" || document.isClosed) {
      return;
    }
    const params = { textDocument: { uri: document.uri.toString() } };
    // A document that is closed meanwhile, or a program that restarts: the next key looks again.
    const answer = await this.montuno.ask("montuno/runnables", params).catch(() => undefined);
    const tests = answer?.runnables.filter((one) => one.kind !== "main" && one.kind !== "benchmark");
    if (!tests) {
      return;
    }
    const id = document.uri.toString();
    if (tests.length === 0) {
      this.controller.items.delete(id);
      return;
    }
    const file = this.controller.createTestItem(id, vscode.workspace.asRelativePath(document.uri), document.uri);
    const items = new Map<string, vscode.TestItem>();
    for (const test of tests) {
      const name = test.path[test.path.length - 1] ?? test.label;
      const item = this.controller.createTestItem(`${id}#${test.label}`, name, document.uri);
      const back = this.montuno.converterBack;
      if (back) {
        item.range = back.asRange(test.range);
      }
      this.runnables.set(item, test);
      let parent: vscode.TestItem | undefined;
      for (let length = test.path.length - 1; length > 0 && !parent; length--) {
        parent = items.get(JSON.stringify(test.path.slice(0, length)));
      }
      items.set(JSON.stringify(test.path), item);
      (parent ?? file).children.add(item);
    }
    this.controller.items.add(file);
  }

  /** The tests that are run one by one: a group is its tests. */
  private leaves(item: vscode.TestItem): vscode.TestItem[] {
    const inner = [...item.children].flatMap(([, child]) => this.leaves(child));
    return inner.length > 0 ? inner : this.runnables.has(item) ? [item] : [];
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken, noDebug: boolean): Promise<void> {
    const run = this.controller.createTestRun(request);
    const included = request.include ?? [...this.controller.items].map(([, item]) => item);
    const excluded = new Set((request.exclude ?? []).flatMap((item) => this.leaves(item)));
    const tests = included.flatMap((item) => this.leaves(item)).filter((item) => !excluded.has(item));
    tests.forEach((test) => run.enqueued(test));
    for (const test of tests) {
      if (token.isCancellationRequested) {
        run.skipped(test);
      } else {
        await this.runOne(run, test, token, noDebug);
      }
    }
    run.end();
  }

  /** Runs one test in a session of its own: it passed if its process ended with 0. */
  private async runOne(run: vscode.TestRun, test: vscode.TestItem, token: vscode.CancellationToken, noDebug: boolean): Promise<void> {
    const configuration = this.runnables.get(test)?.configuration;
    if (!configuration || !test.uri) {
      run.skipped(test);
      return;
    }
    run.started(test);
    const began = Date.now();
    const name = `${configuration.name} (${++Tests.count})`;
    const said: string[] = [];
    let exitCode: number | undefined;
    const ended = new Promise<void>((resolve) => {
      const listeners = vscode.Disposable.from(
        vscode.debug.registerDebugAdapterTrackerFactory("montuno", {
          createDebugAdapterTracker: (session) => (session.name !== name ? undefined : {
            onDidSendMessage: (message: { type?: string; event?: string; body?: { output?: string; category?: string; exitCode?: number } }) => {
              if (message.event === "output" && message.body?.category !== "telemetry") {
                const text = message.body?.output ?? "";
                said.push(text);
                run.appendOutput(text.replace(/\r?\n/g, "\r\n"), undefined, test);
              } else if (message.event === "exited") {
                exitCode = message.body?.exitCode;
              }
            },
          }),
        }),
        vscode.debug.onDidTerminateDebugSession((session) => {
          if (session.name === name) {
            listeners.dispose();
            resolve();
          }
        }),
        token.onCancellationRequested(() => vscode.debug.stopDebugging(vscode.debug.activeDebugSession)),
      );
      const folder = vscode.workspace.getWorkspaceFolder(test.uri!);
      vscode.debug.startDebugging(folder, { ...configuration, name }, { noDebug, suppressDebugView: noDebug }).then((started) => {
        if (!started) {
          listeners.dispose();
          resolve();
        }
      });
    });
    await ended;
    const duration = Date.now() - began;
    if (exitCode === 0) {
      run.passed(test, duration);
    } else if (exitCode === undefined) {
      run.errored(test, new vscode.TestMessage(said.join("") || "It could not be started: the debug console says why."), duration);
    } else {
      run.failed(test, new vscode.TestMessage(said.join("") || `It ended with exit code ${exitCode}.`), duration);
    }
  }

  private static count = 0;

  dispose(): void {
    this.waiting.forEach((timeout) => clearTimeout(timeout));
    this.listeners.dispose();
    this.controller.dispose();
  }
}
