//! F5 with no launch.json: the test or the program at the cursor.
import * as vscode from "vscode";
import { workspaceFolderOf } from "./program";
import { assignments } from "./settings";

const TYPE = "montuno";

/** The configuration for the place of the cursor, if a file is open. */
export function atCursor(): vscode.DebugConfiguration | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.document.uri.scheme !== "file") {
    return undefined;
  }
  const file = editor.document.uri.fsPath;
  return { type: TYPE, request: "launch", name: "Test or program at the cursor", file, line: editor.selection.active.line + 1 };
}

class Configurations implements vscode.DebugConfigurationProvider {
  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    const configuration = atCursor();
    return configuration ? [configuration] : [];
  }

  resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.ProviderResult<vscode.DebugConfiguration> {
    // Without a launch.json, F5 gives an empty one.
    if (!configuration.type && !configuration.request) {
      const found = atCursor();
      if (!found) {
        void vscode.window.showInformationMessage("Open the file whose test or program is to be debugged.");
      }
      return found && { ...found, ...(configuration.noDebug ? { noDebug: true } : {}) };
    }
    if (configuration.request === "launch" && !configuration["program"] && !configuration["file"]) {
      return { ...atCursor(), ...configuration };
    }
    return configuration;
  }
}

/** Registers the adapter, its configurations and the command. */
export function register(program: () => string, settings: () => Record<string, unknown>): vscode.Disposable {
  const configurations = new Configurations();
  const dynamic = vscode.DebugConfigurationProviderTriggerKind.Dynamic;
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(TYPE, configurations),
    vscode.debug.registerDebugConfigurationProvider(TYPE, configurations, dynamic),
    vscode.debug.registerDebugAdapterDescriptorFactory(TYPE, {
      createDebugAdapterDescriptor(session) {
        const folder = session.workspaceFolder?.uri.fsPath;
        const options = folder ? { cwd: folder } : {};
        return new vscode.DebugAdapterExecutable(program(), ["dap", ...assignments(settings(), "debug")], options);
      },
    }),
    vscode.commands.registerCommand("montuno.debugAtCursor", async () => {
      const configuration = atCursor();
      if (!configuration) {
        void vscode.window.showInformationMessage("Open the file whose test or program is to be debugged.");
        return;
      }
      await vscode.debug.startDebugging(workspaceFolderOf(vscode.Uri.file(configuration["file"] as string)), configuration);
    }),
  );
}
