//! Whether the program and this extension understand each other.
import { VERSION, type ServerExtension } from "./protocol";

/** What the program says of itself when it starts, as far as it matters here. */
export interface Introduction {
  serverInfo?: { name: string; version?: string };
  capabilities: { experimental?: unknown };
}

/** What of our own messages the program speaks, if it says so. */
export function extensionOf(introduction: Introduction): ServerExtension | undefined {
  const experimental = introduction.capabilities.experimental as { montuno?: ServerExtension } | undefined;
  return experimental?.montuno;
}

/** What is to be done where they do not understand each other. */
export function misfit(introduction: Introduction): string | undefined {
  const version = introduction.serverInfo?.version ?? "of an unknown version";
  const said = extensionOf(introduction);
  if (!said || said.version < VERSION) {
    return `The program montuno (${version}) is too old for this extension. Update it, or clear the setting montuno.server.path to use the one that comes with the extension.`;
  }
  if ((said.oldest ?? 1) > VERSION) {
    return `The program montuno (${version}) is too new for this extension. Update the extension, or clear the setting montuno.server.path to use the one that comes with it.`;
  }
  return undefined;
}
