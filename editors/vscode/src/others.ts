//! Other extensions that answer for a language of Montuno.

/** Who answers for a language. */
export type Answer = "montuno" | "other" | "both";

export interface Other {
  /** The language in the setting `montuno.answers`. */
  language: string;
  /** The language as people call it. */
  title: string;
  /** The languages by their ids. */
  ids: readonly string[];
  extension: string;
  /** The extension as people call it. */
  name: string;
  /** The settings that keep it from answering; none if it has no such settings. */
  off: Readonly<Record<string, unknown>>;
  /** What finds it in the list of extensions. */
  search: string;
}

const extension = (
  language: string,
  title: string,
  ids: readonly string[],
  extension: string,
  name: string,
  off: Readonly<Record<string, unknown>> = {},
): Other => ({ language, title, ids, extension, name, off, search: `@installed ${extension}` });

export const OTHERS: readonly Other[] = [
  extension("python", "Python", ["python"], "ms-python.vscode-pylance", "Pylance", { "python.languageServer": "None" }),
  extension("rust", "Rust", ["rust"], "rust-lang.rust-analyzer", "rust-analyzer"),
  extension("go", "Go", ["go"], "golang.go", "the extension Go", { "go.useLanguageServer": false }),
  {
    ...extension(
      "typescript",
      "TypeScript and JavaScript",
      ["typescript", "typescriptreact", "javascript", "javascriptreact"],
      "vscode.typescript-language-features",
      "VS Code itself",
    ),
    search: "@builtin typescript-language-features",
  },
];

/** What a setting says, as far as it says something that there is. */
export function answersOf(value: unknown): Record<string, Answer> {
  const entries = Object.entries((value ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, Answer] => ["montuno", "other", "both"].includes(entry[1] as string)),
  );
}

/** The languages that Montuno leaves alone: those that another extension has, until the user says otherwise. */
export function silent(there: readonly Other[], answers: Record<string, Answer>): string[] {
  const known = OTHERS.filter((other) => {
    const answer = answers[other.language];
    return answer === "other" || (answer === undefined && there.includes(other));
  });
  return known.flatMap((other) => (other.language === "typescript" ? ["typescript", "javascript"] : [other.language]));
}
