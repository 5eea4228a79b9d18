//! Python.

use super::{Template, expression, statement};

pub(super) const TEMPLATES: &[Template] = &[
    statement("if", "if {}:\n    $0"),
    statement("ifn", "if not {}:\n    $0"),
    statement("none", "if {} is None:\n    $0"),
    statement("nn", "if {} is not None:\n    $0"),
    statement("for", "for ${1:item} in {}:\n    $0"),
    statement("while", "while {}:\n    $0"),
    statement("with", "with {} as ${1:name}:\n    $0"),
    statement("return", "return {}"),
    statement("raise", "raise {}"),
    statement("var", "${1:name} = {}"),
    statement("print", "print({})"),
    expression("not", "not {}"),
    expression("len", "len({})"),
    expression("await", "await {}"),
    expression("list", "list({})"),
    expression("par", "({})"),
];
