//! Where a name leads, in the engine's own terms.

use ruff_python_ast::{self as ast, AnyNodeRef, ExprRef};
use ty_python_core::ProgramFile;
use ty_python_semantic::types::ide_support::{
    call_signature_details, definitions_and_overloads_for_function, definitions_for_keyword_argument,
    static_member_type_for_attribute, typed_dict_key_definition,
};
use ty_python_semantic::types::{Type, TypeDefinition};
use ty_python_semantic::{
    HasDefinition, HasType, ImportAliasResolution, ResolvedDefinition, SemanticModel, definitions_for_attribute,
    definitions_for_bin_op, definitions_for_imported_symbol, definitions_for_name, definitions_for_unary_op,
    map_stub_definition,
};

use crate::cursor::{Cursor, Subject};

/// What the name or operator at the cursor is declared as: the stub rather than the source. Imports are
/// followed, unless they rename and `aliases` says to keep them.
pub(crate) fn declarations<'db>(
    model: &SemanticModel<'db>,
    cursor: &Cursor<'_>,
    aliases: ImportAliasResolution,
) -> Vec<ResolvedDefinition<'db>> {
    unique(found(model, cursor, aliases).unwrap_or_default())
}

/// What the name or operator at the cursor is defined as: the source rather than the stub.
pub(crate) fn definitions<'db>(model: &SemanticModel<'db>, cursor: &Cursor<'_>) -> Vec<ResolvedDefinition<'db>> {
    let declared = declarations(model, cursor, ImportAliasResolution::ResolveAliases);
    unique(declared.into_iter().flat_map(|definition| to_source(model, definition)).collect())
}

/// The definitions in source that a definition in a stub stands for; itself, where there are none.
pub(crate) fn to_source<'db>(
    model: &SemanticModel<'db>,
    definition: ResolvedDefinition<'db>,
) -> Vec<ResolvedDefinition<'db>> {
    map_stub_definition(model.db(), &definition, None).unwrap_or_else(|| vec![definition])
}

fn found<'db>(
    model: &SemanticModel<'db>,
    cursor: &Cursor<'_>,
    aliases: ImportAliasResolution,
) -> Option<Vec<ResolvedDefinition<'db>>> {
    match cursor.subject {
        Subject::Expression(expression) => of_expression(model, expression, aliases),
        Subject::Callee(callee, call) => of_callee(model, callee, call, aliases),
        Subject::Function(function) => {
            let mut definitions = definitions_and_overloads_for_function(model, function);
            definitions.extend(getter(model, function, aliases).into_iter().flatten());
            Some(definitions)
        }
        Subject::Class(class) => Some(vec![ResolvedDefinition::Definition(class.definition(model))]),
        Subject::Parameter(parameter) => Some(vec![ResolvedDefinition::Definition(parameter.definition(model))]),
        Subject::Module(name, level) => {
            let module = model.resolve_module(Some(name), level)?;
            let file = ProgramFile::new(model.db(), module.file(model.db())?, model.program());
            Some(vec![ResolvedDefinition::Module(file)])
        }
        Subject::Imported(alias, import) => {
            Some(definitions_for_imported_symbol(model, import, alias.name.as_str(), aliases))
        }
        Subject::Alias(_, name) | Subject::Word(name) => Some(named(model, name.as_str(), name.into(), aliases)),
        Subject::Keyword(keyword, call) => Some(definitions_for_keyword_argument(model, keyword, call)),
        Subject::PatternKeyword(keyword, class) => of_pattern_keyword(model, keyword, class),
        Subject::BinaryOperator(operation) => Some(definitions_for_bin_op(model, operation)?.0),
        Subject::UnaryOperator(operation) => Some(definitions_for_unary_op(model, operation)?.0),
        Subject::Key(subscript, key) => Some(vec![typed_dict_key_definition(model, subscript, key)?]),
        Subject::Exported(name) => {
            // Asked at the module's own level, whatever node stands for it.
            let root = cursor.ancestors.first().copied()?;
            Some(named(model, &name.value, root, aliases))
        }
    }
}

fn named<'db>(
    model: &SemanticModel<'db>,
    name: &str,
    node: AnyNodeRef<'_>,
    aliases: ImportAliasResolution,
) -> Vec<ResolvedDefinition<'db>> {
    definitions_for_name(model, name, node, aliases)
}

fn of_expression<'db>(
    model: &SemanticModel<'db>,
    expression: ExprRef<'_>,
    aliases: ImportAliasResolution,
) -> Option<Vec<ResolvedDefinition<'db>>> {
    match expression {
        ExprRef::Name(name) => Some(named(model, name.id.as_str(), expression.into(), aliases)),
        ExprRef::Attribute(attribute) => Some(of_attribute(model, attribute)),
        _ => None,
    }
}

fn of_attribute<'db>(model: &SemanticModel<'db>, attribute: &ast::ExprAttribute) -> Vec<ResolvedDefinition<'db>> {
    let db = model.db();
    let found = definitions_for_attribute(model, attribute);
    let is_assigned_to_self = |definition: &ResolvedDefinition<'db>| {
        definition.definition().is_some_and(|definition| definition.place(db).is_member())
    };
    // What is assigned to an attribute whose class has a property of the name goes through the property.
    if !found.is_empty()
        && found.iter().all(is_assigned_to_self)
        && let Some(Type::PropertyInstance(property)) = static_member_type_for_attribute(model, attribute)
    {
        let accessors = [property.getter(db), property.setter(db), property.deleter(db)];
        let accessors: Vec<_> = accessors.into_iter().flatten().filter_map(|ty| of_type(model, ty)).collect();
        if !accessors.is_empty() {
            return accessors;
        }
    }
    if !found.is_empty() {
        return found;
    }
    // `super().name`, and whatever else has a member only by its type.
    let named =
        attribute.inferred_type(model).filter(|ty| matches!(ty, Type::FunctionLiteral(_) | Type::BoundMethod(_)));
    named.and_then(|ty| of_type(model, ty)).into_iter().collect()
}

/// What a type is the type of: a function, a class, a module.
pub(crate) fn of_type<'db>(model: &SemanticModel<'db>, ty: Type<'db>) -> Option<ResolvedDefinition<'db>> {
    let db = model.db();
    match ty.definition(db, &model.program_environment())? {
        TypeDefinition::Module(module) => {
            Some(ResolvedDefinition::Module(ProgramFile::new(db, module.file(db)?, model.program())))
        }
        other => other.definition().copied().map(ResolvedDefinition::Definition),
    }
}

/// What is called: of an overloaded function the overload that fits, else whatever the name leads to. A
/// class is what its call leads to, not its constructor.
fn of_callee<'db>(
    model: &SemanticModel<'db>,
    callee: ExprRef<'_>,
    call: &ast::ExprCall,
    aliases: ImportAliasResolution,
) -> Option<Vec<ResolvedDefinition<'db>>> {
    let mut definitions = Vec::new();
    let is_class = callee.inferred_type(model).is_some_and(|ty| ty.is_class_literal());
    if aliases == ImportAliasResolution::ResolveAliases && !is_class {
        let details = call_signature_details(model, call);
        definitions
            .extend(details.into_iter().filter_map(|detail| detail.definition).map(ResolvedDefinition::Definition));
    }
    definitions.extend(of_expression(model, callee, aliases).into_iter().flatten());
    Some(definitions)
}

/// For the setter or deleter of a property, its getter: they are one symbol.
fn getter<'db>(
    model: &SemanticModel<'db>,
    function: &ast::StmtFunctionDef,
    aliases: ImportAliasResolution,
) -> Option<Vec<ResolvedDefinition<'db>>> {
    let accessors = function.decorator_list.iter().filter_map(|decorator| decorator.expression.as_attribute_expr());
    let property = accessors
        .filter(|attribute| matches!(attribute.attr.as_str(), "setter" | "deleter"))
        .find(|attribute| matches!(attribute.value.inferred_type(model), Some(Type::PropertyInstance(_))))?;
    of_expression(model, (&*property.value).into(), aliases)
}

/// `case Point(x=0)`: the attribute of the class.
fn of_pattern_keyword<'db>(
    model: &SemanticModel<'db>,
    keyword: &ast::PatternKeyword,
    class: &ast::PatternMatchClass,
) -> Option<Vec<ResolvedDefinition<'db>>> {
    // The engine resolves members of expressions: this is one that nobody wrote.
    let member = ast::ExprAttribute {
        node_index: ast::AtomicNodeIndex::NONE,
        range: keyword.attr.range,
        value: class.cls.clone(),
        attr: keyword.attr.clone(),
        ctx: ast::ExprContext::Load,
    };
    Some(of_attribute(model, &member))
}

/// Each definition once, in the order in which they were found.
fn unique(mut definitions: Vec<ResolvedDefinition<'_>>) -> Vec<ResolvedDefinition<'_>> {
    for index in (1..definitions.len()).rev() {
        if definitions[..index].contains(&definitions[index]) {
            definitions.remove(index);
        }
    }
    definitions
}
