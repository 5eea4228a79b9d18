//! Where the extension begins.
import * as vscode from "vscode";
import { Montuno } from "./client";
import { Coexistence } from "./coexistence";
import * as commands from "./commands";
import * as debug from "./debug";
import { GhostText } from "./ghostText";
import { programOf } from "./program";
import { StatusItem } from "./status";
import { Tests } from "./tests";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const ghostText = new GhostText(context.globalState, () => status.show());
  const status = new StatusItem(ghostText);
  const montuno = new Montuno(context, ghostText, status);
  context.subscriptions.push(
    status,
    montuno,
    commands.register(context, montuno, ghostText),
    debug.register(() => programOf(context), () => montuno.settings()),
    new Coexistence(),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("montuno.server.path")) {
        return montuno.restart();
      }
      const others = ["python.languageServer", "go.useLanguageServer"];
      if (event.affectsConfiguration("montuno") || others.some((name) => event.affectsConfiguration(name))) {
        return montuno.settingsChanged();
      }
      return undefined;
    }),
    vscode.extensions.onDidChange(() => montuno.settingsChanged()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => montuno.restart()),
  );
  await montuno.start();
  if (montuno.knows("montuno/runnables")) {
    context.subscriptions.push(new Tests(montuno));
  }
}
