//! What an editor shows of a place: hovers, types, signatures.

use montuno_base::{FilePosition, TextRange, TextSize};
use montuno_semantic::presentation::{Hover, Signature as Shown, SignatureHelp, SignatureParameter};

use super::checker::Checker;
use super::definitions::nodes_at;
use super::display;
use super::plugin::checker;
use super::tree::{Kind, NONE, NodeId, Tree, flags};
use super::types::{Place, Ty, Type, is_unknown};
use crate::view::View;

/// The type of what a name stands for.
pub(crate) fn type_of(checker: &Checker<'_>, place: Place, targets: &[Place]) -> Option<Ty> {
    let tree = checker.tree(place.file);
    let parent = tree.parent(place.node);
    let is_value = !matches!(
        targets.first().map(|target| checker.tree(target.file).kind(target.node)),
        Some(Kind::Interface | Kind::Alias | Kind::TypeParameter)
    );
    if is_value {
        if matches!(tree.kind(place.node), Kind::Identifier | Kind::This | Kind::Super) {
            return Some(checker.expression(place));
        }
        if tree.kind(place.node) == Kind::Word && parent != NONE && tree.kind(parent) == Kind::Member {
            return Some(checker.expression(checker.at(place.file, parent)));
        }
    }
    let &target = targets.first()?;
    let declared = checker.tree(target.file);
    Some(match declared.kind(target.node) {
        Kind::Interface | Kind::Class | Kind::Enum if !is_value || tree.kind(place.node) == Kind::Class => {
            checker.own_instance(checker.type_symbol(target))
        }
        Kind::Alias => checker.evaluate(target.file, declared.child(target.node, 1), &Default::default()),
        Kind::TypeParameter => checker.simplify(&std::sync::Arc::new(Type::Parameter(target))),
        _ => checker.declared(target),
    })
}

/// What is known of the name at a place.
pub(crate) fn describe(view: &View<'_>, position: FilePosition) -> Option<Hover> {
    let (file, offset) = view.place(position)?;
    let checker = checker(view);
    let found = checker.definition(file, offset.into())?;
    let tree = checker.tree(file);
    let range = match tree.kind(found.node) {
        Kind::This | Kind::Super => tree.range(found.node),
        _ => tree.name_range(found.node),
    };
    let place = checker.at(file, found.node);
    let &target = found.targets.first()?;
    let line = declaration_line(&checker, place, target, &found.targets);
    let mut markdown = format!("```typescript\n{line}\n```");
    for &target in found.targets.iter().take(3) {
        if let Some(documentation) = documentation(&checker, target) {
            markdown.push_str("\n\n");
            markdown.push_str(&documentation);
            break;
        }
    }
    Some(Hover { range, markdown })
}

/// A declaration in one line, with the type that it has at the place.
fn declaration_line(checker: &Checker<'_>, place: Place, target: Place, targets: &[Place]) -> String {
    let tree = checker.tree(target.file);
    let name = match tree.kind(target.node) {
        Kind::Assign => tree.name(tree.child(target.node, 0)).text().to_owned(),
        _ => display::name_of(checker, target),
    };
    let owner = super::target::container(tree, target.node);
    let ty = type_of(checker, place, targets);
    let shown = ty.as_ref().map_or_else(|| "any".to_owned(), |ty| display::show(checker, ty));
    let with_owner = |name: &str| owner.as_ref().map_or_else(|| name.to_owned(), |owner| format!("{owner}.{name}"));
    let as_call = |name: &str| {
        let signature = ty.as_ref().and_then(|ty| {
            let mut all = checker.signatures(ty, false);
            let called = targets.iter().find_map(|target| all.iter().position(|known| known.place == *target));
            (!all.is_empty()).then(|| all.swap_remove(called.unwrap_or(0)))
        });
        match signature {
            Some(signature) => format!("{name}{}", display::signature(checker, &signature, ": ", 0)),
            None => format!("{name}: {shown}"),
        }
    };
    match tree.kind(target.node) {
        Kind::Module => format!("module {:?}", target.file.path(checker.db).file_stem().unwrap_or_default()),
        Kind::Namespace => format!("namespace {name}"),
        Kind::Class => format!("class {name}"),
        Kind::Interface => format!("interface {name}"),
        Kind::Enum => format!("enum {name}"),
        Kind::EnumMember => format!("(enum member) {}", with_owner(tree.name(target.node).text())),
        Kind::Alias => format!("type {name} = {shown}"),
        Kind::TypeParameter => format!("(type parameter) {name}"),
        Kind::Function => format!("function {}", as_call(&name)),
        Kind::Method if tree.has(target.node, flags::CONSTRUCTOR) => {
            let class = owner.clone().unwrap_or_default();
            let signature = super::checker::Signature { place: target, env: Default::default(), instance: None };
            let (parameters, _) = display::signature_parts(checker, &signature, 0);
            format!("constructor {class}({}): {class}", parameters.join(", "))
        }
        Kind::Method if !tree.has(target.node, flags::GETTER | flags::SETTER) => {
            format!("(method) {}", as_call(&with_owner(&name)))
        }
        Kind::Method | Kind::Property | Kind::ObjectProperty | Kind::Assign => {
            format!("(property) {}: {shown}", with_owner(&name))
        }
        Kind::Binding => match super::target::kind(tree, target.node) {
            montuno_semantic::SymbolKind::Parameter => format!("(parameter) {name}: {shown}"),
            montuno_semantic::SymbolKind::Constant => format!("const {name}: {shown}"),
            _ => {
                let owner = tree.ancestors(target.node).find(|&at| tree.kind(at) == Kind::Declarator);
                let word = match owner {
                    Some(owner) if tree.has(owner, flags::CONST) => "const",
                    Some(owner) if tree.has(owner, flags::VAR) => "var",
                    _ => "let",
                };
                format!("{word} {name}: {shown}")
            }
        },
        _ => format!("{name}: {shown}"),
    }
}

/// The documentation that stands before a declaration, as Markdown.
pub(crate) fn documentation(checker: &Checker<'_>, place: Place) -> Option<String> {
    let tree = checker.tree(place.file);
    if tree.kind(place.node) == Kind::Module {
        return None;
    }
    let text = crate::database::source(checker.db, place.file)?;
    let mut start = usize::from(super::target::ranges(tree, place.node).0.start());
    // What a declaration stands in may begin with words of its own: `export`, `const`.
    for at in tree.ancestors(place.node) {
        if matches!(tree.kind(at), Kind::Variables | Kind::Expression | Kind::ExportDefault | Kind::Declarator) {
            start = tree.node(at).start as usize;
        } else {
            break;
        }
    }
    let mut before = text.get(..start)?.trim_end();
    loop {
        let stripped = ["export", "default", "declare", "abstract", "async", "public", "static"]
            .iter()
            .find_map(|word| before.strip_suffix(word));
        match stripped {
            Some(rest) if rest.is_empty() || rest.ends_with(char::is_whitespace) => before = rest.trim_end(),
            _ => break,
        }
    }
    let body = before.strip_suffix("*/")?;
    let begin = body.rfind("/**")?;
    let comment = &body[begin + 3..];
    if comment.contains("*/") {
        return None;
    }
    let mut lines = Vec::new();
    for line in comment.lines() {
        let line = line.trim();
        let line = line.strip_prefix('*').unwrap_or(line);
        let line = line.strip_prefix(' ').unwrap_or(line);
        let shown = match line.strip_prefix('@') {
            Some(tag) => {
                let (word, rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
                format!("\n*@{word}* {rest}")
            }
            None => line.to_owned(),
        };
        lines.push(shown);
    }
    let joined = lines.join("\n").trim().to_owned();
    (!joined.is_empty()).then_some(joined)
}

/// The innermost node around an offset that is one of these kinds.
pub(crate) fn innermost(tree: &Tree, offset: u32, fits: impl Fn(Kind) -> bool) -> Option<NodeId> {
    let mut best: Option<NodeId> = None;
    for id in 0..tree.len() {
        let node = tree.node(id);
        if fits(node.kind)
            && node.start <= offset
            && offset <= node.end
            && best.is_none_or(|known| {
                let known = tree.node(known);
                node.end - node.start <= known.end - known.start
            })
        {
            best = Some(id);
        }
    }
    best
}

fn is_expression(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Identifier
            | Kind::This
            | Kind::Super
            | Kind::String
            | Kind::Number
            | Kind::Boolean
            | Kind::Null
            | Kind::Regex
            | Kind::Template
            | Kind::Array
            | Kind::Object
            | Kind::Call
            | Kind::New
            | Kind::Member
            | Kind::Index
            | Kind::Unary
            | Kind::Binary
            | Kind::Logical
            | Kind::Conditional
            | Kind::Await
            | Kind::As
            | Kind::NonNull
            | Kind::Function
            | Kind::Class
    )
}

/// The type of the expression at a place.
pub(crate) fn type_at(view: &View<'_>, position: FilePosition) -> Option<String> {
    let (file, offset) = view.place(position)?;
    let checker = checker(view);
    checker.question_file.set(Some(file));
    let tree = checker.tree(file);
    if let Some(&node) = nodes_at(tree, offset.into()).first() {
        let place = checker.at(file, node);
        let targets = checker.targets(place);
        if let Some(ty) = type_of(&checker, place, &targets) {
            return Some(display::show(&checker, &ty));
        }
    }
    let node = innermost(tree, offset.into(), is_expression)?;
    Some(display::show(&checker, &checker.expression(checker.at(file, node))))
}

/// The type that is expected at a place.
pub(crate) fn expected_type(view: &View<'_>, position: FilePosition) -> Option<String> {
    let (file, offset) = view.place(position)?;
    let checker = checker(view);
    checker.question_file.set(Some(file));
    let tree = checker.tree(file);
    let mut node = innermost(tree, offset.into(), is_expression)?;
    // Of a chain of members the whole is meant.
    while matches!(tree.kind(tree.parent(node)), Kind::Member)
        && tree.node(tree.parent(node)).end == tree.node(node).end
    {
        node = tree.parent(node);
    }
    let expected = checker.expected(checker.at(file, node))?;
    (!is_unknown(&expected)).then(|| display::show(&checker, &expected))
}

/// The signatures of the call around a place.
pub(crate) fn signatures(view: &View<'_>, position: FilePosition) -> Option<SignatureHelp> {
    let (file, offset) = view.place(position)?;
    let offset = u32::from(offset);
    let checker = checker(view);
    checker.question_file.set(Some(file));
    let tree = checker.tree(file);
    let text = crate::database::source(view.db, file)?;
    let mut call = innermost(tree, offset, |kind| matches!(kind, Kind::Call | Kind::New))?;
    // Before the brackets one is not in the call yet.
    let open = loop {
        let behind = tree.get(call, 1).unwrap_or(tree.child(call, 0));
        let from = tree.node(behind).end as usize;
        let open = text.get(from..tree.node(call).end as usize).and_then(|rest| rest.find('(')).map(|at| from + at);
        match open {
            Some(open)
                if (open as u32) < offset
                    && (offset < tree.node(call).end || !text[..tree.node(call).end as usize].ends_with(')')) =>
            {
                break open;
            }
            _ => call = tree.ancestors(call).find(|&at| matches!(tree.kind(at), Kind::Call | Kind::New))?,
        }
    };
    // A function between the place and the call has a place of its own.
    let arguments = tree.children(tree.child(call, 2));
    let inside = arguments.iter().any(|&argument| {
        let node = tree.node(argument);
        node.start < offset
            && offset < node.end
            && tree.kind(argument) == Kind::Function
            && tree.get(argument, super::tree::slot::BODY).is_some_and(|body| {
                let body = tree.node(body);
                body.start < offset && offset < body.end
            })
    });
    if inside {
        return None;
    }
    let place = checker.at(file, call);
    let is_new = tree.kind(call) == Kind::New;
    let callee = checker.at(file, tree.child(call, 0));
    let ty = super::types::non_null(&checker.expression(callee));
    let all = checker.signatures(&ty, is_new);
    if all.is_empty() {
        return None;
    }
    let chosen = checker.resolve_call(place, false);
    let active_signature = chosen
        .as_ref()
        .and_then(|chosen| all.iter().position(|known| known.place == chosen.signature.place))
        .unwrap_or(0);
    let index = arguments
        .iter()
        .filter(|&&argument| tree.node(argument).end < offset)
        .count()
        .min(text.get(open + 1..offset as usize).map_or(0, commas));
    let name = tree.name(callee.node).text();
    let signatures = all.iter().map(|signature| {
        let shown = match &chosen {
            Some(chosen) if chosen.signature.place == signature.place => &chosen.signature,
            _ => signature,
        };
        let (parameters, result) = display::signature_parts(&checker, shown, 0);
        let mut label = format!("{name}(");
        let mut list = Vec::new();
        for (at, parameter) in parameters.iter().enumerate() {
            if at > 0 {
                label.push_str(", ");
            }
            let start = TextSize::of(&label);
            label.push_str(parameter);
            list.push(SignatureParameter {
                label_range: TextRange::new(start, TextSize::of(&label)),
                documentation: None,
            });
        }
        label.push_str("): ");
        label.push_str(&result);
        let active_parameter = (!list.is_empty()).then(|| index.min(list.len() - 1));
        Shown { label, documentation: documentation(&checker, signature.place), parameters: list, active_parameter }
    });
    Some(SignatureHelp { signatures: signatures.collect(), active_signature })
}

/// The commas of a text that are in no brackets and no strings.
fn commas(text: &str) -> usize {
    let mut depth = 0_i32;
    let mut quote = None;
    let mut count = 0;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => count += 1,
            _ => {}
        }
    }
    count
}
