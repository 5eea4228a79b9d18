//! Lua.

use super::{Template, expression, statement};

pub(super) const TEMPLATES: &[Template] = &[
    statement("if", "if {} then\n\t$0\nend"),
    statement("ifn", "if not {} then\n\t$0\nend"),
    statement("for", "for ${1:key}, ${2:value} in pairs({}) do\n\t$0\nend"),
    statement("ipairs", "for ${1:index}, ${2:value} in ipairs({}) do\n\t$0\nend"),
    statement("while", "while {} do\n\t$0\nend"),
    statement("local", "local ${1:name} = {}"),
    statement("return", "return {}"),
    statement("print", "print({})"),
    expression("not", "not {}"),
    expression("len", "#{}"),
    expression("par", "({})"),
];
