//! The status item: index, model and engine, and what can be done.
import * as vscode from "vscode";
import type { GhostText } from "./ghostText";
import type { Status } from "./protocol";

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("montuno", vscode.StatusBarAlignment.Right, 100);
  private status: Status | undefined;
  private problem: string | undefined;

  constructor(private readonly ghostText: GhostText) {
    this.item.name = "Montuno";
    this.item.command = "montuno.menu";
    this.show();
    this.item.show();
  }

  /** What the program says of itself. */
  set(status: Status | undefined): void {
    this.status = status;
    this.problem = undefined;
    this.show();
  }

  /** Why the program does not answer. */
  fail(problem: string): void {
    this.problem = problem;
    this.show();
  }

  show(): void {
    const { status, problem } = this;
    const isBusy = status?.progress !== undefined || status?.model?.state === "loading";
    const icon = problem ? "$(error)" : isBusy ? "$(loading~spin)" : this.ghostText.isShown ? "$(sparkle)" : "$(circle-slash)";
    const text = problem ? "Montuno" : (status?.progress?.what ?? status?.summary ?? "Montuno");
    this.item.text = `${icon} ${text}`;
    this.item.tooltip = new vscode.MarkdownString(this.lines().join("\n\n"));
    this.item.accessibilityInformation = { label: [text, ...this.lines()].join(", "), role: "button" };
    this.item.backgroundColor = problem ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
  }

  private lines(): string[] {
    const { status, problem } = this;
    const model = status?.model;
    const lines = [
      problem,
      status?.progress && `${status.progress.what} ${status.progress.done ? Math.round(status.progress.done * 100) + " %" : ""}`,
      model && `model: ${model.name || "none was asked yet"} (${model.state})`,
      model?.engine && `engine: ${model.engine}${model.provider ? `, ${model.provider}` : ""}`,
      model?.tokensPerSecond && `${Math.round(model.tokensPerSecond)} tokens a second`,
      this.ghostText.silence,
      ...(status?.warnings ?? []).map((warning) => warning.message),
    ];
    return lines.filter((line): line is string => typeof line === "string" && line !== "");
  }

  dispose(): void {
    this.item.dispose();
  }
}
