//! C, and what C++ has besides.

use super::{Template, expression, statement};

pub(super) const TEMPLATES: &[Template] = &[
    statement("if", "if ({}) {\n\t$0\n}"),
    statement("ifn", "if (!{}) {\n\t$0\n}"),
    statement("while", "while ({}) {\n\t$0\n}"),
    statement("switch", "switch ({}) {\ncase $0:\n\tbreak;\n}"),
    statement("return", "return {};"),
    expression("not", "!{}"),
    expression("ref", "&{}"),
    expression("deref", "*{}"),
    expression("sizeof", "sizeof({})"),
    expression("par", "({})"),
];

pub(super) const CPP: &[Template] = &[
    statement("for", "for (auto &${1:item} : {}) {\n\t$0\n}"),
    statement("var", "auto ${1:name} = {};"),
    statement("throw", "throw {};"),
    expression("move", "std::move({})"),
];
