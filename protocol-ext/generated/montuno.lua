---@meta
-- Montuno's own messages. Made by `cargo xtask protocol` from the types in protocol-ext.

---What a client says of itself.
---@class montuno.ClientExtension
---@field version integer The newest version that it understands.

---What the server says of itself.
---@class montuno.ServerExtension
---@field version integer The version that is spoken: the older of both.
---@field oldest? integer The oldest version that it still speaks: a client of an older one has to be updated.
---@field methods string[] The methods that it answers or sends.

---The parameters of `montuno/context`.
---@class montuno.ContextParams
---@field textDocument montuno.TextDocument The document.
---@field position montuno.Position The place in it.
---@field budget? integer | nil How many bytes of text are wanted at most. Without it: 4000.

---A document, by its URI.
---@class montuno.TextDocument
---@field uri string Its URI.

---A position in a document: line and column, both from 0.
---@class montuno.Position
---@field line integer The line, from 0.
---@field character integer The column, from 0, in the encoding of the session.

---The answer to `montuno/context`: what the database knows around a place, the most useful first.
---@class montuno.Context
---@field expectedType? string | nil The type that is expected at the place, if that is known.
---@field items montuno.ContextItem[] The pieces.

---A piece of context.
---@class montuno.ContextItem
---@field kind montuno.ContextKind What it is.
---@field name string The name that it is about.
---@field text string Its text: code, as the language writes it.
---@field score number How useful it is, from 0 to 1.
---@field included boolean Whether there was room for it.
---@field uri? string | nil The document that it comes from, if it comes from one.
---@field range? montuno.Range | nil Where it stands there.

---What a piece of context is.
---@alias montuno.ContextKind "expectedType" | "members" | "signature" | "definition" | "recentEdit" | "similar"

---What lies between two positions of a document; the end is outside.
---@class montuno.Range
---@field start montuno.Position Where it begins.
---@field end montuno.Position Where it ends.

---The parameters of `montuno/debugConfiguration`.
---@class montuno.DebugConfigurationParams
---@field textDocument montuno.TextDocument The document. It need not be open: then its file is read.
---@field position? montuno.Position | nil The place in it, a cursor as a rule. Without it: the document as a whole.

---A launch for `montuno dap`, in the form of an editor's debug configuration. What it builds and runs is found out by `montuno dap` when it is started.
---@class montuno.DebugConfiguration
---@field name string What a person calls it: `Debug tests::adds`.
---@field type string The name of the debug adapter: `montuno`.
---@field request string `launch`.
---@field file string The file.
---@field line? integer | nil The line of what is to be debugged, from 1. Without it: the file.
---@field noDebug? boolean | nil Whether it is run without stopping anywhere.

---A place in a document: the parameters of a question about it.
---@class montuno.DocumentPosition
---@field textDocument montuno.TextDocument The document.
---@field position montuno.Position The position in it.

---The answer to `montuno/explainCompletion`: how the completion of a place comes about. Made for this question, by the same steps that answer `textDocument/inlineCompletion`.
---@class montuno.CompletionExplanation
---@field model? string | nil The model that was asked; none if there is none.
---@field prompt string The prompt, as the model is given it.
---@field promptTokens integer How many tokens that is.
---@field reusedTokens integer How many of them the model had from the request before.
---@field context montuno.ContextItem[] What the prompt says besides the text of the document, and what was left out for want of room.
---@field secrets string[] What secrets were taken out, each by its kind; never the secret itself.
---@field guided montuno.GuidedPlace[] The places at which only certain names were allowed.
---@field generated string What the model wrote.
---@field shown? string | nil What is left of it after the checks; none if nothing is shown.
---@field cut? montuno.Cut | nil Where and why it was cut.
---@field silence? string | nil Why nothing is shown, if nothing is.
---@field confidence? number | nil How likely the model found what it wrote, from 0 to 1: the mean over its tokens.
---@field timings montuno.Timing[] How long each step took.

---A place of a completion at which the database knew which names there are.
---@class montuno.GuidedPlace
---@field offset integer How many bytes of the completion stand before it.
---@field names string[] The names that were allowed.
---@field correctedTokens integer How many tokens were decided by that, because the model would have written something else.

---Where and why a completion was cut.
---@class montuno.Cut
---@field offset integer How many bytes of the completion are left.
---@field reason string What is wrong behind it.

---How long a step took.
---@class montuno.Timing
---@field step string The step.
---@field milliseconds number In milliseconds.

---The answer to `montuno/health`: everything that [`Status`] says, with versions and where settings come from.
---@class montuno.Health
---@field version string The version of the server.
---@field roots string[] The workspace folders.
---@field status montuno.Status What the status line says.
---@field engines montuno.EngineHealth[] The engines that were asked something so far.
---@field settings montuno.SettingOrigin[] Every setting in force.
---@field report? string The same for people, in lines: what a report of a problem needs. No text of a document is in it.

---`montuno/status`, sent by the server whenever something in it changes, at most a few times a second: one structure, so that a client only has to show it.
---@class montuno.Status
---@field summary string The same in a few words, for a status line.
---@field progress? montuno.Progress | nil What is being indexed or loaded, if anything is.
---@field model? montuno.ModelStatus | nil The model that completes, if there is one.
---@field memory? integer | nil Memory of the process, in bytes.
---@field warnings? montuno.Warning[] What keeps it from answering as well as it could.

---Work that is being done.
---@class montuno.Progress
---@field what string What is done, in a few words.
---@field done? number | nil How much of it is done, from 0 to 1, if that is known.

---A model, and how it runs.
---@class montuno.ModelStatus
---@field name string Its name.
---@field state montuno.ModelState Whether it is ready, being loaded, or why it is not.
---@field engine? string | nil What runs it, with its version: `onnxruntime 1.32.0`, `rten 0.27.0`.
---@field provider? string | nil The execution provider that really runs it, which may not be the one that was asked for.
---@field fallback? string | nil Why it is not what was asked for, if it is not.
---@field tokensPerSecond? number | nil Tokens a second while it decodes, lately.

---Whether a model can be used.
---@alias montuno.ModelState "idle" | "loading" | "ready" | "failed"

---Something that keeps the server from answering as well as it could.
---@class montuno.Warning
---@field message string What is missing or wrong, and what to do.
---@field serious boolean Whether answers are wrong or missing because of it; else it is a hint.

---What an engine found out about the workspace.
---@class montuno.EngineHealth
---@field name string Its name and version.
---@field facts table<string, string> What it found, by label.
---@field warnings montuno.Warning[] What keeps it from answering as well as it could.

---A setting, and where its value comes from.
---@class montuno.SettingOrigin
---@field name string Its name, with dots.
---@field value any Its value.
---@field origin string Where that comes from: `default`, `user file`, `montuno.toml`, `editor`, `environment`, `command line`.

---The parameters of `montuno/instruct`.
---@class montuno.InstructParams
---@field textDocument montuno.TextDocument The document.
---@field range montuno.Range What the instruction is about; empty: the place alone.
---@field instruction string What is to be done, in words.
---@field partialResultToken? any Where parts of the answer are sent as they come: `$/progress` with an [`InstructPart`].

---The answer to `montuno/instruct`.
---@class montuno.InstructAnswer
---@field text string All of its text, in Markdown.
---@field edit? any LSP's `WorkspaceEdit`, if the code is to be changed and what would stand there was found to be right.
---@field problem? string | nil Why there is no edit although there is code in the answer.
---@field secrets? string[] What secrets were taken out of what was told, each by its kind.

---The parameters of `montuno/models`.
---@class montuno.ModelsParams
---@field action? montuno.ModelAction | nil What is to be done before the list is made. Without it: nothing.
---@field name? string | nil The model that it is done with, by name.

---What can be done with a model.
---@alias montuno.ModelAction "use" | "unload"

---The answer to `montuno/models`.
---@class montuno.Models
---@field models montuno.Model[] The models on this machine.

---A model.
---@class montuno.Model
---@field name string Its name.
---@field folder string Its folder.
---@field inUse boolean Whether it is the one that completes.
---@field state montuno.ModelState Whether it can be used.
---@field problem? string | nil Why not, if it cannot.

---The answer to `montuno/nextEdit`: every edit that follows from what was edited lately, the nearest to the position first. Each can be made by itself; together they overlap nowhere.
---@class montuno.NextEdits
---@field edits montuno.NextEdit[] The edits.

---An edit that follows.
---@class montuno.NextEdit
---@field uri string The document, which need not be open.
---@field range montuno.Range What is replaced.
---@field newText string What stands there afterwards.
---@field reason string Why, in a few words.

---The parameters of `montuno/runnables`.
---@class montuno.RunnablesParams
---@field textDocument montuno.TextDocument The document. It need not be open: then its file is read.
---@field position? montuno.Position | nil Only what is around this place, the innermost first. Without it: all of the document, in the order of the text.

---The answer to `montuno/runnables`: tests, groups of tests, benchmarks, examples and main functions.
---@class montuno.Runnables
---@field runnables montuno.Runnable[] What can be run.

---Something that can be run.
---@class montuno.Runnable
---@field kind montuno.RunnableKind What it is.
---@field label string Its name with what it is in, as the language's tools write it: `tests::adds`, `TestStore/empty`.
---@field path string[] The same in parts, outermost first. A runnable belongs below the one whose path is the beginning of its own.
---@field range montuno.Range The whole of it.
---@field selectionRange montuno.Range Its name.
---@field configuration montuno.DebugConfiguration The configuration that debugs it; with `noDebug` it runs it.

---What a runnable is.
---@alias montuno.RunnableKind "test" | "group" | "benchmark" | "example" | "main"

---The parameters of `montuno/syntaxTree`.
---@class montuno.SyntaxTreeParams
---@field textDocument montuno.TextDocument The document.
---@field range? montuno.Range | nil The part of it that is wanted. Without it: all of it.

---The answer to `montuno/syntaxTree`.
---@class montuno.SyntaxTree
---@field text string The tree, a node a line, indented: its kind, where it stands, and the text of leaves.

return {
  --- The version of the messages.
  version = 1,
  --- Every message, by method.
  methods = {
    -- Ranked, typed context of a place, for AI tools of any kind.
    "montuno/context",
    -- The launch for `montuno dap` that debugs what is at a place.
    "montuno/debugConfiguration",
    -- How the inline completion of a place comes about.
    "montuno/explainCompletion",
    -- Everything that the status says, with versions and where settings come from.
    "montuno/health",
    -- An instruction in words about a selection: text, and an edit that was checked.
    "montuno/instruct",
    -- The models on this machine; which one completes can be changed.
    "montuno/models",
    -- The edits that follow from what was edited lately.
    "montuno/nextEdit",
    -- Tests, benchmarks and main functions of a document, each with the launch that debugs it.
    "montuno/runnables",
    -- What the server does at the moment, for a status line.
    "montuno/status",
    -- The syntax tree of a document, for contributors.
    "montuno/syntaxTree",
  },
}
