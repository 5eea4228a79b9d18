//! The Python environment whose packages are imported.
import { dirname } from "node:path";
import * as vscode from "vscode";

interface Choice extends vscode.QuickPickItem {
  folder?: string;
  browse?: boolean;
}

/** Lets the user choose one, and keeps it in the settings of the workspace. */
export async function chooseEnvironment(): Promise<void> {
  const marks = await vscode.workspace.findFiles("**/pyvenv.cfg", "**/{node_modules,target}/**", 50);
  const settings = vscode.workspace.getConfiguration("montuno");
  const now = settings.get<string | null>("python.environment");
  const choices: Choice[] = [
    { label: "By itself", description: "VIRTUAL_ENV, CONDA_PREFIX, .venv, venv, your own interpreter", picked: !now },
    ...marks.map(({ fsPath }) => {
      const folder = dirname(fsPath);
      return { label: vscode.workspace.asRelativePath(folder), description: folder === now ? "in use" : "", folder };
    }),
    { label: "Another Folder or Interpreter…", browse: true },
  ];
  const choice = await vscode.window.showQuickPick(choices, { title: "Packages are imported from" });
  if (!choice) {
    return;
  }
  let folder = choice.folder;
  if (choice.browse) {
    const picked = await vscode.window.showOpenDialog({ canSelectFiles: true, canSelectFolders: true, title: "Python environment" });
    if (!picked?.[0]) {
      return;
    }
    folder = picked[0].fsPath;
  }
  const isWorkspace = vscode.workspace.workspaceFolders !== undefined;
  await settings.update("python.environment", folder, !isWorkspace);
}
