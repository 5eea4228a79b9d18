//! The language client: how the program is started, what it is told, and what happens when it falls.
import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, State, type LanguageClientOptions } from "vscode-languageclient/node";
import { silentLanguages } from "./coexistence";
import { extensionOf, misfit } from "./compatibility";
import type { GhostText } from "./ghostText";
import { programOf } from "./program";
import { VERSION, type Messages, type Status } from "./protocol";
import { chosen, without } from "./settings";
import type { StatusItem } from "./status";

/** The languages that the program is told of, by their ids. */
const LANGUAGES = [
  "python", "rust", "go", "typescript", "typescriptreact", "javascript", "javascriptreact", "c", "cpp", "java", "csharp",
  "ruby", "php", "shellscript", "lua", "json", "jsonc", "toml", "yaml", "html", "css", "markdown",
];

/** Commands that the program may put into code lenses. */
const LENS_COMMANDS = ["montuno.showReferences", "montuno.run", "montuno.debug"];

/** More falls than this in so many milliseconds, and it is left alone. */
const MOST_FALLS = 4;
const FALLS_WITHIN = 180_000;

export class Montuno implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private falls: number[] = [];
  readonly log = vscode.window.createOutputChannel("Montuno", { log: true });

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly ghostText: GhostText,
    private readonly status: StatusItem,
  ) {}

  /** Asks for something of our own. */
  async ask<M extends keyof Messages>(method: M, params: Messages[M]["params"]): Promise<Messages[M]["result"]> {
    if (this.client?.state !== State.Running) {
      throw new Error("Montuno does not run. The log says why.");
    }
    return this.client.sendRequest<Messages[M]["result"]>(method, params ?? {});
  }

  /** Whether the program answers such a message. */
  knows(method: string): boolean {
    const introduction = this.client?.initializeResult;
    return introduction !== undefined && (extensionOf(introduction)?.methods.includes(method) ?? false);
  }

  /** The client's own way to say where something is. */
  get converter(): LanguageClient["code2ProtocolConverter"] | undefined {
    return this.client?.code2ProtocolConverter;
  }

  get converterBack(): LanguageClient["protocol2CodeConverter"] | undefined {
    return this.client?.protocol2CodeConverter;
  }

  async start(): Promise<void> {
    const command = programOf(this.context);
    const run = { command, args: ["lsp"] };
    const client = new LanguageClient("montuno", "Montuno", run, this.options());
    this.client = client;
    client.registerFeature({
      fillClientCapabilities(capabilities) {
        const commands = { commands: LENS_COMMANDS };
        capabilities.experimental = { ...capabilities.experimental, montuno: { version: VERSION }, commands };
      },
      initialize() {},
      getState: () => ({ kind: "static" }),
      clear() {},
    });
    client.onNotification("montuno/status", (status: Status) => this.status.set(status));
    try {
      await client.start();
    } catch (error) {
      const problem = `${command} cannot be started: ${error instanceof Error ? error.message : String(error)}`;
      this.status.fail(problem);
      this.log.error(problem);
      const choice = await vscode.window.showErrorMessage(`Montuno: ${problem}`, "Show Log", "Settings");
      if (choice === "Show Log") {
        this.log.show();
      } else if (choice === "Settings") {
        await vscode.commands.executeCommand("workbench.action.openSettings", "montuno.server.path");
      }
      return;
    }
    this.status.set(undefined);
    const problem = client.initializeResult && misfit(client.initializeResult);
    if (problem) {
      void vscode.window.showWarningMessage(problem);
    }
  }

  async restart(): Promise<void> {
    this.falls = [];
    await this.stop();
    await this.start();
  }

  /** The settings have changed, or who answers for a language. */
  async settingsChanged(): Promise<void> {
    await this.client?.sendNotification("workspace/didChangeConfiguration", { settings: null });
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // One that fell, or never started, has nothing to stop.
    await client?.stop(3000).catch((error: unknown) => this.log.warn(`it did not stop by itself: ${String(error)}`));
    await client?.dispose().catch(() => undefined);
  }

  /** What the user has set, and the languages that others answer for. */
  settings(): Record<string, unknown> {
    const properties = this.context.extension.packageJSON.contributes.configuration.properties as Record<string, unknown>;
    const names = Object.keys(properties).map((name) => name.replace(/^montuno\./, ""));
    return without(chosen(names, vscode.workspace.getConfiguration("montuno")), silentLanguages());
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: LANGUAGES.flatMap((language) => [
        { scheme: "file", language },
        { scheme: "untitled", language },
      ]),
      outputChannel: this.log,
      initializationOptions: () => ({ settings: this.settings(), trusted: vscode.workspace.isTrusted }),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => this.closed(),
      },
      middleware: {
        workspace: {
          configuration: async (params, token, next) => {
            const theirs = await next(params, token);
            const values = Array.isArray(theirs) ? theirs : [];
            return params.items.map((item, index) => (item.section === "montuno" ? this.settings() : values[index]));
          },
        },
        provideInlineCompletionItems: (document, position, context, token, next) => {
          return this.ghostText.isShown ? next(document, position, context, token) : undefined;
        },
      },
    };
  }

  /** The program fell: it is started again, and that is said quietly. */
  private closed(): { action: CloseAction; message: string; handled: boolean } {
    const now = Date.now();
    this.falls = [...this.falls.filter((fall) => now - fall < FALLS_WITHIN), now];
    if (this.falls.length > MOST_FALLS) {
      const message = `Montuno fell ${this.falls.length} times in ${FALLS_WITHIN / 60_000} minutes and stays off. "Montuno: Restart" tries again, the log says more.`;
      this.status.fail(message);
      return { action: CloseAction.DoNotRestart, message, handled: false };
    }
    const message = "Montuno was restarted; nothing is lost.";
    vscode.window.setStatusBarMessage(`$(info) ${message}`, 10_000);
    return { action: CloseAction.Restart, message, handled: true };
  }

  dispose(): Promise<void> {
    return this.stop();
  }
}
