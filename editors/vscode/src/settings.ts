//! The settings that the user has set, in the form of `montuno.toml`.

/** What VS Code knows of one setting. */
export interface Inspected {
  defaultValue?: unknown;
  globalValue?: unknown;
  workspaceValue?: unknown;
  workspaceFolderValue?: unknown;
}

/** Where settings are read. */
export interface Source {
  inspect(name: string): Inspected | undefined;
  get(name: string): unknown;
}

/** Settings of the extension itself; the program does not know them. */
const OWN = ["server.path", "answers"];

/**
 * What the user has set, group by group. A default is left out: it would count more than `montuno.toml`.
 * @param names the names of all settings, without `montuno.`
 */
export function chosen(names: readonly string[], source: Source): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const name of names) {
    const found = source.inspect(name);
    const values = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
    if (!OWN.includes(name) && values.some((value) => value !== undefined)) {
      put(settings, name.split("."), source.get(name));
    }
  }
  return settings;
}

function put(group: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) {
    return;
  }
  if (rest.length === 0) {
    group[first] = value;
    return;
  }
  group[first] ??= {};
  put(group[first] as Record<string, unknown>, rest, value);
}

/** Settings that leave these languages to others as well. */
export function without(settings: Record<string, unknown>, languages: readonly string[]): Record<string, unknown> {
  if (languages.length === 0) {
    return settings;
  }
  const already = (settings["disabled-languages"] as string[] | undefined) ?? [];
  return { ...settings, "disabled-languages": [...new Set([...already, ...languages])] };
}

/** The settings of a group as options of the command line, which reads TOML: plain values of JSON are TOML. */
export function assignments(settings: Record<string, unknown>, group: string): string[] {
  const value = settings[group];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value === undefined || value === null ? [] : ["--set", `${group}=${JSON.stringify(value)}`];
  }
  const inner = value as Record<string, unknown>;
  return Object.keys(inner).flatMap((name) => assignments({ [`${group}.${name}`]: inner[name] }, `${group}.${name}`));
}
