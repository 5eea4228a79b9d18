//! JavaScript and TypeScript.

use super::{Template, expression, statement};

pub(super) const TEMPLATES: &[Template] = &[
    statement("if", "if ({}) {\n\t$0\n}"),
    statement("ifn", "if (!{}) {\n\t$0\n}"),
    statement("null", "if ({} == null) {\n\t$0\n}"),
    statement("nn", "if ({} != null) {\n\t$0\n}"),
    statement("for", "for (const ${1:item} of {}) {\n\t$0\n}"),
    statement("while", "while ({}) {\n\t$0\n}"),
    statement("switch", "switch ({}) {\n\tcase $0:\n}"),
    statement("const", "const ${1:name} = {};"),
    statement("let", "let ${1:name} = {};"),
    statement("return", "return {};"),
    statement("throw", "throw {};"),
    statement("log", "console.log({});"),
    expression("not", "!{}"),
    expression("await", "await {}"),
    expression("typeof", "typeof {}"),
    expression("par", "({})"),
];
