//! What the user can do from the command palette and from the status item.
import * as vscode from "vscode";
import type { Montuno } from "./client";
import { chooseAnswers } from "./coexistence";
import type { GhostText } from "./ghostText";
import { chooseEnvironment } from "./environment";

/** A command that tells the user what went wrong. */
function command(name: string, run: (...given: never[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(`montuno.${name}`, async (...given: never[]) => {
    try {
      return await run(...given);
    } catch (error) {
      void vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  });
}

/** Shows a text that nobody has to save. */
async function show(content: string, language: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }));
}

async function reportProblem(montuno: Montuno, context: vscode.ExtensionContext): Promise<void> {
  const report = await montuno.ask("montuno/health", undefined).then(
    (health) => health.report,
    (error: unknown) => `it does not answer: ${String(error)}`,
  );
  const version = String(context.extension.packageJSON.version);
  const lines = [
    "# A problem with Montuno",
    "",
    "What I did:",
    "",
    "What I expected, and what happened:",
    "",
    "<!-- The rest was filled in. No text of your files is in it; paths are: take out what you do not want to tell. -->",
    "",
    "```text",
    `extension   ${version} in VS Code ${vscode.version} on ${process.platform} ${process.arch}`,
    report ?? "",
    "```",
    "",
  ];
  await show(lines.join("\n"), "markdown");
}

async function selectModel(montuno: Montuno): Promise<void> {
  const { models } = await montuno.ask("montuno/models", {});
  if (models.length === 0) {
    throw new Error("No model is installed. `montuno models --help` in a terminal says how one is added.");
  }
  const choices = models.map((model) => ({
    label: `${model.inUse ? "$(check) " : ""}${model.name}`,
    description: model.problem ?? model.state,
    detail: model.folder,
    model,
  }));
  const choice = await vscode.window.showQuickPick(choices, { title: "Complete with" });
  if (choice) {
    await montuno.ask("montuno/models", { action: "use", name: choice.model.name });
  }
}

async function explain(montuno: Montuno): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const converter = montuno.converter;
  if (!editor || !converter) {
    throw new Error("Put the cursor where a completion is to be explained.");
  }
  const params = converter.asTextDocumentPositionParams(editor.document, editor.selection.active);
  const explanation = await montuno.ask("montuno/explainCompletion", params);
  await show(JSON.stringify(explanation, null, 2), "json");
}

interface Entry extends vscode.QuickPickItem {
  command?: string;
}

async function menu(ghostText: GhostText): Promise<void> {
  const entries: Entry[] = [
    { label: ghostText.isShown ? "$(circle-slash) Switch Ghost Text Off" : "$(sparkle) Switch Ghost Text On", command: "montuno.toggleGhostText" },
    { label: "$(clock) Snooze Ghost Text", command: "montuno.snoozeGhostText" },
    { label: "$(symbol-misc) Switch Model", command: "montuno.selectModel" },
    { label: "$(question) Explain the Completion at the Cursor", command: "montuno.explainCompletion" },
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    { label: "$(list-selection) Choose Who Answers for a Language", command: "montuno.chooseAnswers" },
    { label: "$(snake) Choose Python Environment", command: "montuno.selectPythonEnvironment" },
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    { label: "$(debug-restart) Restart", command: "montuno.restart" },
    { label: "$(output) Show Log", command: "montuno.showLog" },
    { label: "$(report) Report a Problem", command: "montuno.reportProblem" },
  ];
  const choice = await vscode.window.showQuickPick(entries, { title: "Montuno" });
  if (choice?.command) {
    await vscode.commands.executeCommand(choice.command);
  }
}

/** A lens: what the program found is shown where VS Code shows references. */
async function showReferences(montuno: Montuno, uri: string, position: never, locations: never[]): Promise<void> {
  const back = montuno.converterBack;
  if (back) {
    const places = locations.map((location) => back.asLocation(location));
    await vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), back.asPosition(position), places);
  }
}

async function launch(configuration: vscode.DebugConfiguration, noDebug: boolean): Promise<void> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(String(configuration["file"])));
  await vscode.debug.startDebugging(folder, configuration, { noDebug });
}

export function register(context: vscode.ExtensionContext, montuno: Montuno, ghostText: GhostText): vscode.Disposable {
  return vscode.Disposable.from(
    command("menu", () => menu(ghostText)),
    command("restart", () => montuno.restart()),
    command("showLog", () => montuno.log.show()),
    command("reportProblem", () => reportProblem(montuno, context)),
    command("selectModel", () => selectModel(montuno)),
    command("toggleGhostText", () => ghostText.toggle()),
    command("snoozeGhostText", () => ghostText.snooze()),
    command("explainCompletion", () => explain(montuno)),
    command("selectPythonEnvironment", () => chooseEnvironment()),
    command("chooseAnswers", () => chooseAnswers()),
    command("openWalkthrough", () => {
      return vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`);
    }),
    command("showReferences", (uri: string, position: never, locations: never[]) => {
      return showReferences(montuno, uri, position, locations);
    }),
    command("run", (configuration: vscode.DebugConfiguration) => launch(configuration, true)),
    command("debug", (configuration: vscode.DebugConfiguration) => launch(configuration, false)),
  );
}
