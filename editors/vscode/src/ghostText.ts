//! Ghost text: switched off and on, silent for a while. What is shown is the program's matter, how it is taken VS Code's.
import * as vscode from "vscode";

export class GhostText {
  private isOn: boolean;
  private snoozedUntil = 0;

  constructor(
    private readonly memory: vscode.Memento,
    private readonly changed: () => void,
  ) {
    this.isOn = memory.get("ghostText", true);
  }

  /** Whether it is shown at the moment. */
  get isShown(): boolean {
    return this.isOn && Date.now() >= this.snoozedUntil;
  }

  /** Why it is not shown, if it is not. */
  get silence(): string | undefined {
    if (!this.isOn) {
      return "ghost text is off";
    }
    const minutes = Math.ceil((this.snoozedUntil - Date.now()) / 60_000);
    return minutes > 0 ? `ghost text is silent for ${minutes} min` : undefined;
  }

  async toggle(): Promise<void> {
    this.isOn = !this.isShown;
    this.snoozedUntil = 0;
    await this.memory.update("ghostText", this.isOn);
    await this.hideIfSilent();
  }

  async snooze(): Promise<void> {
    const choices = [5, 15, 30, 60].map((minutes) => ({ label: `${minutes} minutes`, minutes }));
    const choice = await vscode.window.showQuickPick(choices, { title: "For how long is ghost text silent?" });
    if (choice) {
      this.snoozedUntil = Date.now() + choice.minutes * 60_000;
      setTimeout(() => this.changed(), choice.minutes * 60_000 + 100);
      await this.hideIfSilent();
    }
  }

  private async hideIfSilent(): Promise<void> {
    this.changed();
    if (!this.isShown) {
      await vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
    }
  }
}
