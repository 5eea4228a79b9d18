//! Which program is started, and where.
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

/** The program: the one that a setting names, else the one that comes with the extension, else the one on `PATH`. */
export function programOf(context: vscode.ExtensionContext): string {
  const set = vscode.workspace.getConfiguration("montuno").get<string | null>("server.path");
  if (set) {
    return set;
  }
  const bundled = join(context.extensionPath, "bin", process.platform === "win32" ? "montuno.exe" : "montuno");
  return existsSync(bundled) ? bundled : "montuno";
}

/** The folder of the workspace that a file belongs to. */
export function workspaceFolderOf(uri: vscode.Uri): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
}
