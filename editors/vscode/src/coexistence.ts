//! Other extensions that answer for a language, too: the user says who does, and until then Montuno does not.
import * as vscode from "vscode";
import { answersOf, OTHERS, silent, type Answer, type Other } from "./others";

const SETTING = "answers";

function answers(): Record<string, Answer> {
  return answersOf(vscode.workspace.getConfiguration("montuno").get(SETTING));
}

function isThere(other: Other): boolean {
  const isOff = Object.entries(other.off).length > 0 && Object.entries(other.off).every(([name, value]) => {
    return vscode.workspace.getConfiguration().get(name) === value;
  });
  return vscode.extensions.getExtension(other.extension) !== undefined && !isOff;
}

/** The languages that Montuno leaves alone at the moment. */
export function silentLanguages(): string[] {
  return silent(OTHERS.filter(isThere), answers());
}

/** Asks who answers, once for each other extension, when a file of its language is looked at. */
export class Coexistence implements vscode.Disposable {
  private readonly asked = new Set<string>();
  private readonly listener: vscode.Disposable;

  constructor() {
    this.listener = vscode.window.onDidChangeActiveTextEditor((editor) => this.look(editor));
    this.look(vscode.window.activeTextEditor);
  }

  private look(editor: vscode.TextEditor | undefined): void {
    const language = editor?.document.languageId;
    const other = OTHERS.find((other) => language && other.ids.includes(language));
    if (other && isThere(other) && !answers()[other.language] && !this.asked.has(other.language)) {
      this.asked.add(other.language);
      void ask(other);
    }
  }

  dispose(): void {
    this.listener.dispose();
  }
}

async function ask(other: Other): Promise<void> {
  const question = `${other.name} answers for ${other.title}, too. Who is to answer?`;
  const choice = await vscode.window.showInformationMessage(question, "Montuno", other.name, "Both");
  if (choice) {
    await choose(other, choice === "Montuno" ? "montuno" : choice === "Both" ? "both" : "other");
  }
}

async function choose(other: Other, answer: Answer): Promise<void> {
  const settings = vscode.workspace.getConfiguration();
  await settings.update(`montuno.${SETTING}`, { ...answers(), [other.language]: answer }, true);
  if (answer !== "montuno") {
    return;
  }
  for (const [name, value] of Object.entries(other.off)) {
    await settings.update(name, value, true);
  }
  if (Object.keys(other.off).length === 0 && isThere(other)) {
    const message = `${other.name} has no switch of its own: disable the extension, so that nothing is answered twice.`;
    if ((await vscode.window.showInformationMessage(message, "Show Extension")) !== undefined) {
      await vscode.commands.executeCommand("workbench.extensions.search", other.search);
    }
  }
}

/** Lets the user choose for any language, again if need be. */
export async function chooseAnswers(): Promise<void> {
  const there = OTHERS.filter((other) => vscode.extensions.getExtension(other.extension) !== undefined);
  if (there.length === 0) {
    void vscode.window.showInformationMessage("No other extension answers for the languages of Montuno.");
    return;
  }
  const languages = there.map((other) => ({ label: other.title, description: answers()[other.language] ?? "not chosen", other }));
  const language = await vscode.window.showQuickPick(languages, { title: "Choose a language" });
  if (!language) {
    return;
  }
  const choices: { label: string; answer: Answer }[] = [
    { label: "Montuno", answer: "montuno" },
    { label: language.other.name, answer: "other" },
    { label: "Both", answer: "both" },
  ];
  const choice = await vscode.window.showQuickPick(choices, { title: `Who answers for ${language.label}?` });
  if (choice) {
    await choose(language.other, choice.answer);
  }
}
