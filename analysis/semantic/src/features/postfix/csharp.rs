//! C#.

use super::{Template, expression, statement};

pub(super) const TEMPLATES: &[Template] = &[
    statement("if", "if ({})\n{\n\t$0\n}"),
    statement("ifn", "if (!{})\n{\n\t$0\n}"),
    statement("null", "if ({} is null)\n{\n\t$0\n}"),
    statement("nn", "if ({} is not null)\n{\n\t$0\n}"),
    statement("foreach", "foreach (var ${1:item} in {})\n{\n\t$0\n}"),
    statement("while", "while ({})\n{\n\t$0\n}"),
    statement("using", "using var ${1:name} = {};"),
    statement("var", "var ${1:name} = {};"),
    statement("return", "return {};"),
    statement("throw", "throw {};"),
    expression("not", "!{}"),
    expression("await", "await {}"),
    expression("par", "({})"),
];
