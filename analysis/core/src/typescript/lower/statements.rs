//! Statements and declarations.

use oxc_ast::ast;
use oxc_span::{GetSpan, Span};

use super::super::tree::{Kind, NONE, NodeId, flags};
use super::Lowering;

impl<'a> Lowering<'_, 'a> {
    pub(super) fn statements(&mut self, list: &'a [ast::Statement<'a>], into: &mut Vec<NodeId>) {
        for statement in list {
            let id = self.statement(statement);
            into.push(id);
        }
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each form of statement")]
    fn statement(&mut self, statement: &'a ast::Statement<'a>) -> NodeId {
        use ast::Statement as S;
        match statement {
            S::BlockStatement(block) => self.block(block),
            S::BreakStatement(node) => self.add(Kind::Break, node.span, &[]),
            S::ContinueStatement(node) => self.add(Kind::Continue, node.span, &[]),
            S::DebuggerStatement(node) => self.add(Kind::Empty, node.span, &[]),
            S::EmptyStatement(node) => self.add(Kind::Empty, node.span, &[]),
            S::DoWhileStatement(node) => {
                let body = self.statement(&node.body);
                let test = self.expression(&node.test);
                self.add(Kind::DoWhile, node.span, &[body, test])
            }
            S::WhileStatement(node) => {
                let test = self.expression(&node.test);
                let body = self.statement(&node.body);
                self.add(Kind::While, node.span, &[test, body])
            }
            S::ExpressionStatement(node) => {
                let inner = self.expression(&node.expression);
                let id = self.add(Kind::Expression, node.span, &[inner]);
                self.document(id, node.span.start);
                id
            }
            S::ForInStatement(node) => {
                let left = self.loop_left(&node.left);
                let right = self.expression(&node.right);
                let body = self.statement(&node.body);
                self.add(Kind::ForIn, node.span, &[left, right, body])
            }
            S::ForOfStatement(node) => {
                let left = self.loop_left(&node.left);
                let right = self.expression(&node.right);
                let body = self.statement(&node.body);
                let id = self.add(Kind::ForOf, node.span, &[left, right, body]);
                self.flag(id, flags::TRUE, node.r#await);
                id
            }
            S::ForStatement(node) => {
                let start = match &node.init {
                    Some(ast::ForStatementInit::VariableDeclaration(variables)) => self.variables(variables),
                    Some(other) => other.as_expression().map_or(NONE, |expression| self.expression(expression)),
                    None => NONE,
                };
                let test = node.test.as_ref().map_or(NONE, |test| self.expression(test));
                let step = node.update.as_ref().map_or(NONE, |step| self.expression(step));
                let body = self.statement(&node.body);
                self.add(Kind::For, node.span, &[start, test, step, body])
            }
            S::IfStatement(node) => {
                let test = self.expression(&node.test);
                let then = self.statement(&node.consequent);
                let otherwise = node.alternate.as_ref().map_or(NONE, |otherwise| self.statement(otherwise));
                self.add(Kind::If, node.span, &[test, then, otherwise])
            }
            S::LabeledStatement(node) => {
                let body = self.statement(&node.body);
                self.add(Kind::Labeled, node.span, &[body])
            }
            S::ReturnStatement(node) => {
                let value = node.argument.as_ref().map_or(NONE, |value| self.expression(value));
                self.add(Kind::Return, node.span, &[value])
            }
            S::SwitchStatement(node) => {
                let mut parts = vec![self.expression(&node.discriminant)];
                for case in &node.cases {
                    let mut inner = vec![case.test.as_ref().map_or(NONE, |test| self.expression(test))];
                    self.statements(&case.consequent, &mut inner);
                    let id = self.add(Kind::Case, case.span, &inner);
                    parts.push(id);
                }
                self.add(Kind::Switch, node.span, &parts)
            }
            S::ThrowStatement(node) => {
                let value = self.expression(&node.argument);
                self.add(Kind::Throw, node.span, &[value])
            }
            S::TryStatement(node) => {
                let block = self.block(&node.block);
                let handler = node.handler.as_ref().map_or(NONE, |handler| {
                    let pattern = handler.param.as_ref().map_or(NONE, |param| self.pattern(&param.pattern));
                    let annotation = handler.param.as_ref().and_then(|param| param.type_annotation.as_deref());
                    let annotation = self.annotation(annotation);
                    let body = self.block(&handler.body);
                    self.add(Kind::Catch, handler.span, &[pattern, annotation, body])
                });
                let finally = node.finalizer.as_ref().map_or(NONE, |block| self.block(block));
                self.add(Kind::Try, node.span, &[block, handler, finally])
            }
            S::WithStatement(node) => {
                let object = self.expression(&node.object);
                let body = self.statement(&node.body);
                self.add(Kind::Block, node.span, &[object, body])
            }
            other => {
                if let Some(declaration) = other.as_declaration() {
                    return self.declaration(declaration, declaration.span().start);
                }
                match other.as_module_declaration() {
                    Some(declaration) => self.module_declaration(declaration),
                    None => self.add(Kind::Empty, other.span(), &[]),
                }
            }
        }
    }

    fn block(&mut self, block: &'a ast::BlockStatement<'a>) -> NodeId {
        let mut statements = Vec::with_capacity(block.body.len());
        self.statements(&block.body, &mut statements);
        self.add(Kind::Block, block.span, &statements)
    }

    fn loop_left(&mut self, left: &'a ast::ForStatementLeft<'a>) -> NodeId {
        match left {
            ast::ForStatementLeft::VariableDeclaration(variables) => self.variables(variables),
            other => other.as_assignment_target().map_or(NONE, |target| self.target(target)),
        }
    }

    fn variables(&mut self, node: &'a ast::VariableDeclaration<'a>) -> NodeId {
        use ast::VariableDeclarationKind as V;
        let mut declarators = Vec::with_capacity(node.declarations.len());
        for declarator in &node.declarations {
            let pattern = self.pattern(&declarator.id);
            let annotation = self.annotation(declarator.type_annotation.as_deref());
            let value = declarator.init.as_ref().map_or(NONE, |value| self.expression(value));
            let id = self.add(Kind::Declarator, declarator.span, &[pattern, annotation, value]);
            self.flag(id, flags::CONST, matches!(node.kind, V::Const | V::Using | V::AwaitUsing));
            self.flag(id, flags::VAR, node.kind == V::Var);
            self.document(id, declarator.span.start);
            declarators.push(id);
        }
        let id = self.add(Kind::Variables, node.span, &declarators);
        self.flag(id, flags::VAR, node.kind == V::Var);
        self.flag(id, flags::CONST, node.kind == V::Const);
        id
    }

    /// A declaration; documentation stands before `start`.
    fn declaration(&mut self, declaration: &'a ast::Declaration<'a>, start: u32) -> NodeId {
        use ast::Declaration as D;
        match declaration {
            D::VariableDeclaration(variables) => {
                let id = self.variables(variables);
                if let Some(first) = self.tree.get(id, 0) {
                    self.document(first, start);
                }
                id
            }
            D::FunctionDeclaration(function) => {
                let id = self.function(Kind::Function, function.span, function, NONE);
                self.flag(id, flags::STATEMENT, true);
                self.document(id, start);
                id
            }
            D::ClassDeclaration(class) => {
                let id = self.class(class);
                self.flag(id, flags::STATEMENT, true);
                self.document(id, start);
                id
            }
            D::TSTypeAliasDeclaration(node) => {
                let type_parameters = self.type_parameters(node.type_parameters.as_deref());
                let aliased = self.type_(&node.type_annotation);
                self.named(Kind::Alias, node.span, node.id.name.as_str(), node.id.span, &[type_parameters, aliased])
            }
            D::TSInterfaceDeclaration(node) => self.interface(node),
            D::TSEnumDeclaration(node) => {
                let mut members = Vec::with_capacity(node.body.members.len());
                for member in &node.body.members {
                    let value = member.initializer.as_ref().map_or(NONE, |value| self.expression(value));
                    let (name, at) = match &member.id {
                        ast::TSEnumMemberName::Identifier(name) => (name.name.as_str(), name.span),
                        ast::TSEnumMemberName::String(name) | ast::TSEnumMemberName::ComputedString(name) => {
                            (name.value.as_str(), name.span)
                        }
                        ast::TSEnumMemberName::ComputedTemplateString(template) => {
                            let text = template.quasis.first().and_then(|quasi| quasi.value.cooked.as_ref());
                            (text.map_or("", |text| text.as_str()), template.span)
                        }
                    };
                    let id = self.named(Kind::EnumMember, member.span, name, at, &[value]);
                    members.push(id);
                }
                let id = self.named(Kind::Enum, node.span, node.id.name.as_str(), node.id.span, &members);
                self.flag(id, flags::CONST, node.r#const);
                id
            }
            D::TSExternalModuleDeclaration(node) => {
                let body = node.body.as_ref().map_or(NONE, |body| self.module_block(body));
                let children: &[NodeId] = if body == NONE { &[] } else { &[body] };
                let id = self.named(Kind::Namespace, node.span, node.id.value.as_str(), node.id.span, children);
                self.flag(id, flags::EXTERNAL, true);
                let name = self.tree.name(id);
                self.tree.ambient.push((name, id));
                id
            }
            D::TSNamespaceDeclaration(node) => self.namespace(node),
            D::TSGlobalDeclaration(node) => {
                let body = self.module_block(&node.body);
                let id = self.named(Kind::Namespace, node.span, "global", node.global_span, &[body]);
                self.flag(id, flags::GLOBAL, true);
                self.tree.global_blocks.push(id);
                id
            }
            D::TSImportEqualsDeclaration(node) => {
                let target = match &node.module_reference {
                    ast::TSModuleReference::ExternalModuleReference(module) => {
                        let module = self.string(&module.expression);
                        self.request(module);
                        module
                    }
                    ast::TSModuleReference::IdentifierReference(name) => {
                        self.named(Kind::Identifier, name.span, name.name.as_str(), name.span, &[])
                    }
                    ast::TSModuleReference::QualifiedName(name) => self.qualified(name),
                };
                self.named(Kind::ImportEquals, node.span, node.id.name.as_str(), node.id.span, &[target])
            }
        }
    }

    fn namespace(&mut self, node: &'a ast::TSNamespaceDeclaration<'a>) -> NodeId {
        let body = match &node.body {
            ast::TSNamespaceDeclarationBody::TSModuleBlock(block) => self.module_block(block),
            ast::TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                let id = self.namespace(inner);
                self.flag(id, flags::EXPORTED, true);
                self.list(inner.span, &[id])
            }
        };
        self.named(Kind::Namespace, node.span, node.id.name.as_str(), node.id.span, &[body])
    }

    fn module_block(&mut self, block: &'a ast::TSModuleBlock<'a>) -> NodeId {
        let mut statements = Vec::with_capacity(block.body.len());
        self.statements(&block.body, &mut statements);
        self.list(block.span, &statements)
    }

    fn interface(&mut self, node: &'a ast::TSInterfaceDeclaration<'a>) -> NodeId {
        let type_parameters = self.type_parameters(node.type_parameters.as_deref());
        let mut extends = Vec::with_capacity(node.extends.len());
        for heritage in &node.extends {
            let path = self.type_name(&heritage.type_name);
            let type_arguments = self.type_arguments(heritage.type_arguments.as_deref());
            let id = self.add(Kind::TypeReference, heritage.span, &[path, type_arguments]);
            extends.push(id);
        }
        let extends = self.list(node.span, &extends);
        let members = self.signatures(&node.body.body);
        let members = self.list(node.body.span, &members);
        let name = &node.id;
        let children = [type_parameters, extends, members];
        self.named(Kind::Interface, node.span, name.name.as_str(), name.span, &children)
    }

    pub(super) fn class(&mut self, class: &'a ast::Class<'a>) -> NodeId {
        let mut decorators = Vec::new();
        for decorator in &class.decorators {
            let id = self.expression(&decorator.expression);
            decorators.push(id);
        }
        let type_parameters = self.type_parameters(class.type_parameters.as_deref());
        let heritage = class.heritage.as_ref().map_or(NONE, |heritage| self.expression(&heritage.expression));
        let arguments = class.heritage.as_ref().and_then(|heritage| heritage.type_arguments.as_deref());
        let arguments = self.type_arguments(arguments);
        let mut implements = Vec::with_capacity(class.implements.len());
        for node in &class.implements {
            let path = self.type_name(&node.expression);
            let type_arguments = self.type_arguments(node.type_arguments.as_deref());
            let id = self.add(Kind::TypeReference, node.span, &[path, type_arguments]);
            implements.push(id);
        }
        let implements = self.list(class.span, &implements);
        let mut members = Vec::with_capacity(class.body.body.len());
        for element in &class.body.body {
            let id = self.class_element(element, &mut decorators);
            members.push(id);
        }
        let members = self.list(class.body.span, &members);
        let mut children = vec![type_parameters, heritage, arguments, implements, members];
        children.extend_from_slice(&decorators);
        let id = self.add(Kind::Class, class.span, &children);
        if let Some(name) = &class.id {
            self.set_name(id, name.name.as_str(), name.span);
        }
        self.flag(id, flags::ABSTRACT, class.r#abstract);
        id
    }

    fn class_element(&mut self, element: &'a ast::ClassElement<'a>, decorators: &mut Vec<NodeId>) -> NodeId {
        let mut visibility = None;
        let mut decorated = |lowering: &mut Self, list: &'a [ast::Decorator<'a>]| {
            for decorator in list {
                let id = lowering.expression(&decorator.expression);
                decorators.push(id);
            }
        };
        let id = match element {
            ast::ClassElement::StaticBlock(block) => {
                let mut statements = Vec::with_capacity(block.body.len());
                self.statements(&block.body, &mut statements);
                self.add(Kind::StaticBlock, block.span, &statements)
            }
            ast::ClassElement::MethodDefinition(method) => {
                decorated(self, &method.decorators);
                let (name, at, key) = self.key(&method.key, method.computed);
                let id = self.function(Kind::Method, method.span, &method.value, key);
                self.set_name(id, &name, at);
                self.flag(id, flags::STATIC, method.r#static);
                self.flag(id, flags::OPTIONAL, method.optional);
                self.flag(id, flags::GETTER, method.kind == ast::MethodDefinitionKind::Get);
                self.flag(id, flags::SETTER, method.kind == ast::MethodDefinitionKind::Set);
                self.flag(id, flags::CONSTRUCTOR, method.kind == ast::MethodDefinitionKind::Constructor);
                self.flag(id, flags::ABSTRACT, method.r#type.is_abstract());
                self.document(id, method.span.start);
                visibility = method.accessibility;
                id
            }
            ast::ClassElement::PropertyDefinition(property) => {
                decorated(self, &property.decorators);
                let (name, at, key) = self.key(&property.key, property.computed);
                let annotation = self.annotation(property.type_annotation.as_deref());
                let value = property.value.as_ref().map_or(NONE, |value| self.expression(value));
                let id = self.named(Kind::Property, property.span, &name, at, &[annotation, value, key]);
                self.flag(id, flags::STATIC, property.r#static);
                self.flag(id, flags::OPTIONAL, property.optional);
                self.flag(id, flags::READONLY, property.readonly);
                self.flag(id, flags::ABSTRACT, property.r#type.is_abstract());
                self.document(id, property.span.start);
                visibility = property.accessibility;
                id
            }
            ast::ClassElement::AccessorProperty(property) => {
                decorated(self, &property.decorators);
                let (name, at, key) = self.key(&property.key, property.computed);
                let annotation = self.annotation(property.type_annotation.as_deref());
                let value = property.value.as_ref().map_or(NONE, |value| self.expression(value));
                let id = self.named(Kind::Property, property.span, &name, at, &[annotation, value, key]);
                self.flag(id, flags::STATIC, property.r#static);
                id
            }
            ast::ClassElement::TSIndexSignature(signature) => self.index_signature(signature),
        };
        self.flag(id, flags::PRIVATE, visibility == Some(ast::TSAccessibility::Private));
        self.flag(id, flags::PROTECTED, visibility == Some(ast::TSAccessibility::Protected));
        id
    }

    fn module_declaration(&mut self, declaration: &'a ast::ModuleDeclaration<'a>) -> NodeId {
        use ast::ModuleDeclaration as M;
        self.tree.is_module = true;
        match declaration {
            M::ImportDeclaration(import) => self.import(import),
            M::ExportAllDeclaration(export) => {
                let exported = export.exported.as_ref().map_or(NONE, |name| {
                    let (text, at) = export_name(name);
                    self.word(text, at)
                });
                let module = self.string(&export.source);
                self.request(module);
                let id = self.add(Kind::ExportAll, export.span, &[exported, module]);
                self.tree.node_mut(id).name = super::Name::new(export.source.value.as_str());
                id
            }
            M::ExportDefaultDeclaration(export) => {
                let inner = match &export.declaration {
                    ast::ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                        let id = self.function(Kind::Function, function.span, function, NONE);
                        self.flag(id, flags::STATEMENT, true);
                        self.document(id, export.span.start);
                        id
                    }
                    ast::ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                        let id = self.class(class);
                        self.flag(id, flags::STATEMENT, true);
                        self.document(id, export.span.start);
                        id
                    }
                    ast::ExportDefaultDeclarationKind::TSInterfaceDeclaration(node) => self.interface(node),
                    other => match other.as_expression() {
                        Some(expression) => self.expression(expression),
                        None => self.add(Kind::Empty, export.span, &[]),
                    },
                };
                self.flag(inner, flags::DEFAULT, true);
                self.add(Kind::ExportDefault, export.span, &[inner])
            }
            M::ExportDeclaration(export) => {
                let id = self.declaration(&export.declaration, export.span.start);
                self.flag(id, flags::EXPORTED, true);
                let first = self.tree.get(id, 0);
                if self.tree.kind(id) == Kind::Variables
                    && let Some(first) = first
                {
                    self.document(first, export.span.start);
                }
                id
            }
            M::ExportNamedDeclaration(export) => {
                let type_only = export.export_kind == ast::ImportOrExportKind::Type;
                let names = self.export_names(&export.specifiers, false, type_only);
                self.add(Kind::ExportList, export.span, &names)
            }
            M::ExportFromDeclaration(export) => {
                let type_only = export.export_kind == ast::ImportOrExportKind::Type;
                let mut names = self.export_names(&export.specifiers, true, type_only);
                let module = self.string(&export.source);
                self.request(module);
                names.push(module);
                let id = self.add(Kind::ExportList, export.span, &names);
                self.tree.node_mut(id).name = super::Name::new(export.source.value.as_str());
                self.flag(id, flags::FROM, true);
                id
            }
            M::TSExportAssignment(export) => {
                let inner = self.expression(&export.expression);
                self.add(Kind::ExportAssignment, export.span, &[inner])
            }
            M::TSNamespaceExportDeclaration(export) => {
                self.named(Kind::ExportNamespace, export.span, export.id.name.as_str(), export.id.span, &[])
            }
        }
    }

    fn import(&mut self, import: &'a ast::ImportDeclaration<'a>) -> NodeId {
        let mut parts = Vec::new();
        let type_only = import.import_kind == ast::ImportOrExportKind::Type;
        for specifier in import.specifiers.iter().flatten() {
            let id = match specifier {
                ast::ImportDeclarationSpecifier::ImportSpecifier(specifier) => {
                    let (text, at) = export_name(&specifier.imported);
                    let local = &specifier.local;
                    let is_same = at == local.span;
                    let word = if is_same {
                        let id = self.add(Kind::Word, at, &[]);
                        self.tree.node_mut(id).name = super::Name::new(text);
                        id
                    } else {
                        self.word(text, at)
                    };
                    let id = self.named(Kind::ImportName, specifier.span, local.name.as_str(), local.span, &[word]);
                    self.flag(id, flags::SHORTHAND, is_same);
                    self.flag(id, flags::TYPE_ONLY, specifier.import_kind == ast::ImportOrExportKind::Type);
                    id
                }
                ast::ImportDeclarationSpecifier::ImportDefaultSpecifier(specifier) => {
                    let local = &specifier.local;
                    self.named(Kind::ImportDefault, specifier.span, local.name.as_str(), local.span, &[])
                }
                ast::ImportDeclarationSpecifier::ImportNamespaceSpecifier(specifier) => {
                    let local = &specifier.local;
                    self.named(Kind::ImportNamespace, specifier.span, local.name.as_str(), local.span, &[])
                }
            };
            self.flag(id, flags::TYPE_ONLY, type_only);
            parts.push(id);
        }
        let module = self.string(&import.source);
        self.request(module);
        parts.push(module);
        let id = self.add(Kind::Import, import.span, &parts);
        self.tree.node_mut(id).name = super::Name::new(import.source.value.as_str());
        id
    }

    /// The names of an export list. Those of this file are references, those of another are words.
    fn export_names(&mut self, list: &'a [ast::ExportSpecifier<'a>], from_other: bool, type_only: bool) -> Vec<NodeId> {
        let mut names = Vec::with_capacity(list.len() + 1);
        for specifier in list {
            let (local, local_at) = export_name(&specifier.local);
            let (exported, exported_at) = export_name(&specifier.exported);
            let kind = if from_other { Kind::Word } else { Kind::Identifier };
            let is_same = local_at == exported_at;
            let inner = self.named(kind, local_at, local, local_at, &[]);
            let id = self.add(Kind::ExportName, specifier.span, &[inner]);
            if is_same {
                let shift = self.shift;
                let node = self.tree.node_mut(id);
                node.name = super::Name::new(exported);
                node.name_start = exported_at.start.wrapping_add(shift);
                node.name_end = exported_at.end.wrapping_add(shift);
            } else {
                self.set_name(id, exported, exported_at);
            }
            self.flag(id, flags::SHORTHAND, is_same);
            self.flag(id, flags::TYPE_ONLY, type_only || specifier.export_kind == ast::ImportOrExportKind::Type);
            names.push(id);
        }
        names
    }
}

fn export_name<'a>(name: &'a ast::ModuleExportName<'a>) -> (&'a str, Span) {
    match name {
        ast::ModuleExportName::IdentifierName(name) => (name.name.as_str(), name.span),
        ast::ModuleExportName::IdentifierReference(name) => (name.name.as_str(), name.span),
        ast::ModuleExportName::StringLiteral(name) => (name.value.as_str(), name.span),
    }
}
