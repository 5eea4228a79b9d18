// Montuno's own messages. Made by `cargo xtask protocol` from the types in protocol-ext.

/** The version of the messages. */
export const VERSION = 1;

/** What a client says of itself. */
export interface ClientExtension {
  /** The newest version that it understands. */
  version: number;
}

/** What the server says of itself. */
export interface ServerExtension {
  /** The version that is spoken: the older of both. */
  version: number;
  /** The oldest version that it still speaks: a client of an older one has to be updated. */
  oldest?: number;
  /** The methods that it answers or sends. */
  methods: string[];
}

/** The parameters of `montuno/context`. */
export interface ContextParams {
  /** The document. */
  textDocument: TextDocument;
  /** The place in it. */
  position: Position;
  /** How many bytes of text are wanted at most. Without it: 4000. */
  budget?: number | null;
}

/** A document, by its URI. */
export interface TextDocument {
  /** Its URI. */
  uri: string;
}

/** A position in a document: line and column, both from 0. */
export interface Position {
  /** The line, from 0. */
  line: number;
  /** The column, from 0, in the encoding of the session. */
  character: number;
}

/** The answer to `montuno/context`: what the database knows around a place, the most useful first. */
export interface Context {
  /** The type that is expected at the place, if that is known. */
  expectedType?: string | null;
  /** The pieces. */
  items: ContextItem[];
}

/** A piece of context. */
export interface ContextItem {
  /** What it is. */
  kind: ContextKind;
  /** The name that it is about. */
  name: string;
  /** Its text: code, as the language writes it. */
  text: string;
  /** How useful it is, from 0 to 1. */
  score: number;
  /** Whether there was room for it. */
  included: boolean;
  /** The document that it comes from, if it comes from one. */
  uri?: string | null;
  /** Where it stands there. */
  range?: Range | null;
}

/** What a piece of context is. */
export type ContextKind = "expectedType" | "members" | "signature" | "definition" | "recentEdit" | "similar";

/** What lies between two positions of a document; the end is outside. */
export interface Range {
  /** Where it begins. */
  start: Position;
  /** Where it ends. */
  end: Position;
}

/** The parameters of `montuno/debugConfiguration`. */
export interface DebugConfigurationParams {
  /** The document. It need not be open: then its file is read. */
  textDocument: TextDocument;
  /** The place in it, a cursor as a rule. Without it: the document as a whole. */
  position?: Position | null;
}

/** A launch for `montuno dap`, in the form of an editor's debug configuration. What it builds and runs is found out by `montuno dap` when it is started. */
export interface DebugConfiguration {
  /** What a person calls it: `Debug tests::adds`. */
  name: string;
  /** The name of the debug adapter: `montuno`. */
  type: string;
  /** `launch`. */
  request: string;
  /** The file. */
  file: string;
  /** The line of what is to be debugged, from 1. Without it: the file. */
  line?: number | null;
  /** Whether it is run without stopping anywhere. */
  noDebug?: boolean | null;
}

/** A place in a document: the parameters of a question about it. */
export interface DocumentPosition {
  /** The document. */
  textDocument: TextDocument;
  /** The position in it. */
  position: Position;
}

/** The answer to `montuno/explainCompletion`: how the completion of a place comes about. Made for this question, by the same steps that answer `textDocument/inlineCompletion`. */
export interface CompletionExplanation {
  /** The model that was asked; none if there is none. */
  model?: string | null;
  /** The prompt, as the model is given it. */
  prompt: string;
  /** How many tokens that is. */
  promptTokens: number;
  /** How many of them the model had from the request before. */
  reusedTokens: number;
  /** What the prompt says besides the text of the document, and what was left out for want of room. */
  context: ContextItem[];
  /** What secrets were taken out, each by its kind; never the secret itself. */
  secrets: string[];
  /** The places at which only certain names were allowed. */
  guided: GuidedPlace[];
  /** What the model wrote. */
  generated: string;
  /** What is left of it after the checks; none if nothing is shown. */
  shown?: string | null;
  /** Where and why it was cut. */
  cut?: Cut | null;
  /** Why nothing is shown, if nothing is. */
  silence?: string | null;
  /** How likely the model found what it wrote, from 0 to 1: the mean over its tokens. */
  confidence?: number | null;
  /** How long each step took. */
  timings: Timing[];
}

/** A place of a completion at which the database knew which names there are. */
export interface GuidedPlace {
  /** How many bytes of the completion stand before it. */
  offset: number;
  /** The names that were allowed. */
  names: string[];
  /** How many tokens were decided by that, because the model would have written something else. */
  correctedTokens: number;
}

/** Where and why a completion was cut. */
export interface Cut {
  /** How many bytes of the completion are left. */
  offset: number;
  /** What is wrong behind it. */
  reason: string;
}

/** How long a step took. */
export interface Timing {
  /** The step. */
  step: string;
  /** In milliseconds. */
  milliseconds: number;
}

/** The answer to `montuno/health`: everything that [`Status`] says, with versions and where settings come from. */
export interface Health {
  /** The version of the server. */
  version: string;
  /** The workspace folders. */
  roots: string[];
  /** What the status line says. */
  status: Status;
  /** The engines that were asked something so far. */
  engines: EngineHealth[];
  /** Every setting in force. */
  settings: SettingOrigin[];
  /** The same for people, in lines: what a report of a problem needs. No text of a document is in it. */
  report?: string;
}

/** `montuno/status`, sent by the server whenever something in it changes, at most a few times a second: one structure, so that a client only has to show it. */
export interface Status {
  /** The same in a few words, for a status line. */
  summary: string;
  /** What is being indexed or loaded, if anything is. */
  progress?: Progress | null;
  /** The model that completes, if there is one. */
  model?: ModelStatus | null;
  /** Memory of the process, in bytes. */
  memory?: number | null;
  /** What keeps it from answering as well as it could. */
  warnings?: Warning[];
}

/** Work that is being done. */
export interface Progress {
  /** What is done, in a few words. */
  what: string;
  /** How much of it is done, from 0 to 1, if that is known. */
  done?: number | null;
}

/** A model, and how it runs. */
export interface ModelStatus {
  /** Its name. */
  name: string;
  /** Whether it is ready, being loaded, or why it is not. */
  state: ModelState;
  /** What runs it, with its version: `onnxruntime 1.32.0`, `rten 0.27.0`. */
  engine?: string | null;
  /** The execution provider that really runs it, which may not be the one that was asked for. */
  provider?: string | null;
  /** Why it is not what was asked for, if it is not. */
  fallback?: string | null;
  /** Tokens a second while it decodes, lately. */
  tokensPerSecond?: number | null;
}

/** Whether a model can be used. */
export type ModelState = "idle" | "loading" | "ready" | "failed";

/** Something that keeps the server from answering as well as it could. */
export interface Warning {
  /** What is missing or wrong, and what to do. */
  message: string;
  /** Whether answers are wrong or missing because of it; else it is a hint. */
  serious: boolean;
}

/** What an engine found out about the workspace. */
export interface EngineHealth {
  /** Its name and version. */
  name: string;
  /** What it found, by label. */
  facts: Record<string, string>;
  /** What keeps it from answering as well as it could. */
  warnings: Warning[];
}

/** A setting, and where its value comes from. */
export interface SettingOrigin {
  /** Its name, with dots. */
  name: string;
  /** Its value. */
  value: unknown;
  /** Where that comes from: `default`, `user file`, `montuno.toml`, `editor`, `environment`, `command line`. */
  origin: string;
}

/** The parameters of `montuno/instruct`. */
export interface InstructParams {
  /** The document. */
  textDocument: TextDocument;
  /** What the instruction is about; empty: the place alone. */
  range: Range;
  /** What is to be done, in words. */
  instruction: string;
  /** Where parts of the answer are sent as they come: `$/progress` with an [`InstructPart`]. */
  partialResultToken?: unknown;
}

/** The answer to `montuno/instruct`. */
export interface InstructAnswer {
  /** All of its text, in Markdown. */
  text: string;
  /** LSP's `WorkspaceEdit`, if the code is to be changed and what would stand there was found to be right. */
  edit?: unknown;
  /** Why there is no edit although there is code in the answer. */
  problem?: string | null;
  /** What secrets were taken out of what was told, each by its kind. */
  secrets?: string[];
}

/** The parameters of `montuno/models`. */
export interface ModelsParams {
  /** What is to be done before the list is made. Without it: nothing. */
  action?: ModelAction | null;
  /** The model that it is done with, by name. */
  name?: string | null;
}

/** What can be done with a model. */
export type ModelAction = "use" | "unload";

/** The answer to `montuno/models`. */
export interface Models {
  /** The models on this machine. */
  models: Model[];
}

/** A model. */
export interface Model {
  /** Its name. */
  name: string;
  /** Its folder. */
  folder: string;
  /** Whether it is the one that completes. */
  inUse: boolean;
  /** Whether it can be used. */
  state: ModelState;
  /** Why not, if it cannot. */
  problem?: string | null;
}

/** The answer to `montuno/nextEdit`: every edit that follows from what was edited lately, the nearest to the position first. Each can be made by itself; together they overlap nowhere. */
export interface NextEdits {
  /** The edits. */
  edits: NextEdit[];
}

/** An edit that follows. */
export interface NextEdit {
  /** The document, which need not be open. */
  uri: string;
  /** What is replaced. */
  range: Range;
  /** What stands there afterwards. */
  newText: string;
  /** Why, in a few words. */
  reason: string;
}

/** The parameters of `montuno/runnables`. */
export interface RunnablesParams {
  /** The document. It need not be open: then its file is read. */
  textDocument: TextDocument;
  /** Only what is around this place, the innermost first. Without it: all of the document, in the order of the text. */
  position?: Position | null;
}

/** The answer to `montuno/runnables`: tests, groups of tests, benchmarks, examples and main functions. */
export interface Runnables {
  /** What can be run. */
  runnables: Runnable[];
}

/** Something that can be run. */
export interface Runnable {
  /** What it is. */
  kind: RunnableKind;
  /** Its name with what it is in, as the language's tools write it: `tests::adds`, `TestStore/empty`. */
  label: string;
  /** The same in parts, outermost first. A runnable belongs below the one whose path is the beginning of its own. */
  path: string[];
  /** The whole of it. */
  range: Range;
  /** Its name. */
  selectionRange: Range;
  /** The configuration that debugs it; with `noDebug` it runs it. */
  configuration: DebugConfiguration;
}

/** What a runnable is. */
export type RunnableKind = "test" | "group" | "benchmark" | "example" | "main";

/** The parameters of `montuno/syntaxTree`. */
export interface SyntaxTreeParams {
  /** The document. */
  textDocument: TextDocument;
  /** The part of it that is wanted. Without it: all of it. */
  range?: Range | null;
}

/** The answer to `montuno/syntaxTree`. */
export interface SyntaxTree {
  /** The tree, a node a line, indented: its kind, where it stands, and the text of leaves. */
  text: string;
}

/** Every message: parameters and result, by method. */
export interface Messages {
  /** Ranked, typed context of a place, for AI tools of any kind. */
  "montuno/context": { params: ContextParams; result: Context };
  /** The launch for `montuno dap` that debugs what is at a place. */
  "montuno/debugConfiguration": { params: DebugConfigurationParams; result: DebugConfiguration };
  /** How the inline completion of a place comes about. */
  "montuno/explainCompletion": { params: DocumentPosition; result: CompletionExplanation };
  /** Everything that the status says, with versions and where settings come from. */
  "montuno/health": { params: undefined; result: Health };
  /** An instruction in words about a selection: text, and an edit that was checked. */
  "montuno/instruct": { params: InstructParams; result: InstructAnswer };
  /** The models on this machine; which one completes can be changed. */
  "montuno/models": { params: ModelsParams; result: Models };
  /** The edits that follow from what was edited lately. */
  "montuno/nextEdit": { params: DocumentPosition; result: NextEdits };
  /** Tests, benchmarks and main functions of a document, each with the launch that debugs it. */
  "montuno/runnables": { params: RunnablesParams; result: Runnables };
  /** What the server does at the moment, for a status line. */
  "montuno/status": { params: Status; result: undefined };
  /** The syntax tree of a document, for contributors. */
  "montuno/syntaxTree": { params: SyntaxTreeParams; result: SyntaxTree };
}
