//! Expressions.

use oxc_ast::ast;
use oxc_span::{GetSpan, Span};
use oxc_syntax::operator::{AssignmentOperator, BinaryOperator, LogicalOperator, UnaryOperator};

use super::super::tree::{Kind, NONE, NodeId, Operator, flags};
use super::{Body, Lowering};

impl<'a> Lowering<'_, 'a> {
    #[allow(clippy::too_many_lines, reason = "one arm for each form of expression")]
    pub(super) fn expression(&mut self, expression: &'a ast::Expression<'a>) -> NodeId {
        use ast::Expression as E;
        match expression {
            E::BooleanLiteral(literal) => {
                let id = self.add(Kind::Boolean, literal.span, &[]);
                self.flag(id, flags::TRUE, literal.value);
                id
            }
            E::NullLiteral(literal) => self.add(Kind::Null, literal.span, &[]),
            E::NumericLiteral(literal) => {
                let id = self.add(Kind::Number, literal.span, &[]);
                self.tree.node_mut(id).name = super::Name::new(&super::number_name(literal.value));
                id
            }
            E::BigIntLiteral(literal) => self.add(Kind::BigInt, literal.span, &[]),
            E::RegExpLiteral(literal) => self.add(Kind::Regex, literal.span, &[]),
            E::StringLiteral(literal) => self.string(literal),
            E::TemplateLiteral(template) => self.template(template),
            E::Identifier(name) => self.named(Kind::Identifier, name.span, name.name.as_str(), name.span, &[]),
            E::Super(node) => self.add(Kind::Super, node.span, &[]),
            E::ThisExpression(node) => self.add(Kind::This, node.span, &[]),
            E::ImportMeta(node) => self.add(Kind::ImportMeta, node.span, &[]),
            E::NewTarget(node) => self.add(Kind::NewTarget, node.span, &[]),
            E::ArrayExpression(array) => {
                let mut elements = Vec::with_capacity(array.elements.len());
                for element in &array.elements {
                    let id = match element {
                        ast::ArrayExpressionElement::SpreadElement(spread) => {
                            let inner = self.expression(&spread.argument);
                            self.add(Kind::Spread, spread.span, &[inner])
                        }
                        ast::ArrayExpressionElement::Elision(_) => NONE,
                        other => other.as_expression().map_or(NONE, |expression| self.expression(expression)),
                    };
                    elements.push(id);
                }
                self.add(Kind::Array, array.span, &elements)
            }
            E::ArrowFunctionExpression(arrow) => self.arrow(arrow),
            E::AssignmentExpression(assign) => {
                let target = self.target(&assign.left);
                let value = self.expression(&assign.right);
                let id = self.add(Kind::Assign, assign.span, &[target, value]);
                self.tree.node_mut(id).operator = match assign.operator {
                    AssignmentOperator::Assign => Operator::Assign,
                    AssignmentOperator::LogicalAnd => Operator::And,
                    AssignmentOperator::LogicalOr => Operator::Or,
                    AssignmentOperator::LogicalNullish => Operator::Coalesce,
                    AssignmentOperator::Addition => Operator::Add,
                    _ => Operator::Arithmetic,
                };
                self.document(id, assign.span.start);
                id
            }
            E::AwaitExpression(node) => {
                let inner = self.expression(&node.argument);
                self.add(Kind::Await, node.span, &[inner])
            }
            E::BinaryExpression(binary) => {
                let left = self.expression(&binary.left);
                let right = self.expression(&binary.right);
                let id = self.add(Kind::Binary, binary.span, &[left, right]);
                self.tree.node_mut(id).operator = binary_operator(binary.operator);
                id
            }
            E::PrivateInExpression(node) => {
                let name = format!("#{}", node.left.name.as_str());
                let left = self.word(&name, node.left.span);
                let right = self.expression(&node.right);
                let id = self.add(Kind::Binary, node.span, &[left, right]);
                self.tree.node_mut(id).operator = Operator::In;
                id
            }
            E::CallExpression(call) => self.call(call),
            E::ChainExpression(chain) => match &chain.expression {
                ast::ChainElement::CallExpression(call) => self.call(call),
                ast::ChainElement::TSNonNullExpression(inner) => {
                    let expression = self.expression(&inner.expression);
                    self.add(Kind::NonNull, inner.span, &[expression])
                }
                other => match other.as_member_expression() {
                    Some(member) => self.member(member),
                    None => self.add(Kind::Empty, chain.span, &[]),
                },
            },
            E::ClassExpression(class) => self.class(class),
            E::ConditionalExpression(node) => {
                let test = self.expression(&node.test);
                let then = self.expression(&node.consequent);
                let otherwise = self.expression(&node.alternate);
                self.add(Kind::Conditional, node.span, &[test, then, otherwise])
            }
            E::FunctionExpression(function) => {
                let id = self.function(Kind::Function, function.span, function, NONE);
                self.document(id, function.span.start);
                id
            }
            E::ImportExpression(import) => {
                let module = self.expression(&import.source);
                let id = self.add(Kind::ImportCall, import.span, &[module]);
                self.request(module);
                id
            }
            E::LogicalExpression(node) => {
                let left = self.expression(&node.left);
                let right = self.expression(&node.right);
                let id = self.add(Kind::Logical, node.span, &[left, right]);
                self.tree.node_mut(id).operator = match node.operator {
                    LogicalOperator::And => Operator::And,
                    LogicalOperator::Or => Operator::Or,
                    LogicalOperator::Coalesce => Operator::Coalesce,
                };
                id
            }
            E::NewExpression(new) => {
                let callee = self.expression(&new.callee);
                let type_arguments = self.type_arguments(new.type_arguments.as_deref());
                let arguments = self.arguments(&new.arguments, new.span);
                self.add(Kind::New, new.span, &[callee, type_arguments, arguments])
            }
            E::ObjectExpression(object) => self.object(object),
            E::ParenthesizedExpression(node) => {
                let inner = self.expression(&node.expression);
                self.cast(inner, node.span)
            }
            E::SequenceExpression(node) => {
                let parts: Vec<_> = node.expressions.iter().map(|part| self.expression(part)).collect();
                self.add(Kind::Sequence, node.span, &parts)
            }
            E::TaggedTemplateExpression(node) => {
                let tag = self.expression(&node.tag);
                let type_arguments = self.type_arguments(node.type_arguments.as_deref());
                let template = self.template(&node.quasi);
                self.add(Kind::TaggedTemplate, node.span, &[tag, type_arguments, template])
            }
            E::UnaryExpression(node) => {
                let operand = self.expression(&node.argument);
                let id = self.add(Kind::Unary, node.span, &[operand]);
                self.tree.node_mut(id).operator = match node.operator {
                    UnaryOperator::LogicalNot => Operator::Not,
                    UnaryOperator::Typeof => Operator::TypeOf,
                    UnaryOperator::Void => Operator::Void,
                    UnaryOperator::Delete => Operator::Delete,
                    UnaryOperator::UnaryNegation => Operator::Minus,
                    UnaryOperator::UnaryPlus => Operator::Plus,
                    UnaryOperator::BitwiseNot => Operator::Bits,
                };
                id
            }
            E::UpdateExpression(node) => {
                let operand = self.simple_target(&node.argument);
                self.add(Kind::Update, node.span, &[operand])
            }
            E::YieldExpression(node) => {
                let value = node.argument.as_ref().map_or(NONE, |value| self.expression(value));
                let id = self.add(Kind::Yield, node.span, &[value]);
                self.flag(id, flags::REST, node.delegate);
                id
            }
            E::JSXElement(element) => self.jsx_element(element),
            E::JSXFragment(fragment) => {
                let children = self.jsx_children(&fragment.children, fragment.span);
                self.add(Kind::JsxElement, fragment.span, &[NONE, NONE, children, NONE])
            }
            E::TSAsExpression(cast) => {
                let expression = self.expression(&cast.expression);
                let annotation = self.type_(&cast.type_annotation);
                self.add(Kind::As, cast.span, &[expression, annotation])
            }
            E::TSSatisfiesExpression(cast) => {
                let expression = self.expression(&cast.expression);
                let annotation = self.type_(&cast.type_annotation);
                self.add(Kind::Satisfies, cast.span, &[expression, annotation])
            }
            E::TSTypeAssertion(cast) => {
                let expression = self.expression(&cast.expression);
                let annotation = self.type_(&cast.type_annotation);
                self.add(Kind::As, cast.span, &[expression, annotation])
            }
            E::TSNonNullExpression(inner) => {
                let expression = self.expression(&inner.expression);
                self.add(Kind::NonNull, inner.span, &[expression])
            }
            E::TSInstantiationExpression(node) => {
                let inner = self.expression(&node.expression);
                let type_arguments = self.type_arguments(Some(&node.type_arguments));
                self.add(Kind::Instantiation, node.span, &[inner, type_arguments])
            }
            other => match other.as_member_expression() {
                Some(member) => self.member(member),
                None => self.add(Kind::Empty, other.span(), &[]),
            },
        }
    }

    pub(super) fn string(&mut self, literal: &'a ast::StringLiteral<'a>) -> NodeId {
        let id = self.add(Kind::String, literal.span, &[]);
        let shift = self.shift;
        let node = self.tree.node_mut(id);
        node.name = super::Name::new(literal.value.as_str());
        node.name_start = literal.span.start.wrapping_add(shift);
        node.name_end = literal.span.end.wrapping_add(shift);
        self.tree.names.push((literal.span.start.wrapping_add(shift), id));
        id
    }

    fn template(&mut self, template: &'a ast::TemplateLiteral<'a>) -> NodeId {
        let parts: Vec<_> = template.expressions.iter().map(|part| self.expression(part)).collect();
        let id = self.add(Kind::Template, template.span, &parts);
        if let (true, Some(only)) = (parts.is_empty(), template.quasis.first()) {
            let text = only.value.cooked.as_ref().map_or("", |text| text.as_str());
            self.tree.node_mut(id).name = super::Name::new(text);
        }
        id
    }

    fn call(&mut self, call: &'a ast::CallExpression<'a>) -> NodeId {
        let callee = self.expression(&call.callee);
        let type_arguments = self.type_arguments(call.type_arguments.as_deref());
        let arguments = self.arguments(&call.arguments, call.span);
        let id = self.add(Kind::Call, call.span, &[callee, type_arguments, arguments]);
        self.flag(id, flags::OPTIONAL, call.optional);
        let is_require = self.tree.kind(callee) == Kind::Identifier && self.tree.name(callee).text() == "require";
        if is_require && let Some(module) = self.tree.get(arguments, 0) {
            self.request(module);
        }
        id
    }

    /// Takes note of a module's name.
    pub(super) fn request(&mut self, module: NodeId) {
        if self.tree.kind(module) == Kind::String {
            let name = self.tree.name(module);
            self.tree.requests.push((name, module));
        }
    }

    fn arguments(&mut self, arguments: &'a [ast::Argument<'a>], call: Span) -> NodeId {
        let mut list = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let id = match argument {
                ast::Argument::SpreadElement(spread) => {
                    let inner = self.expression(&spread.argument);
                    self.add(Kind::Spread, spread.span, &[inner])
                }
                other => match other.as_expression() {
                    Some(expression) => self.expression(expression),
                    None => continue,
                },
            };
            list.push(id);
        }
        self.list(call, &list)
    }

    pub(super) fn member(&mut self, member: &'a ast::MemberExpression<'a>) -> NodeId {
        match member {
            ast::MemberExpression::StaticMemberExpression(member) => {
                let object = self.expression(&member.object);
                let word = self.word(member.property.name.as_str(), member.property.span);
                self.finish_member(object, word, member.span, member.optional)
            }
            ast::MemberExpression::PrivateFieldExpression(member) => {
                let object = self.expression(&member.object);
                let name = format!("#{}", member.field.name.as_str());
                let word = self.word(&name, member.field.span);
                self.finish_member(object, word, member.span, member.optional)
            }
            ast::MemberExpression::ComputedMemberExpression(member) => {
                let object = self.expression(&member.object);
                let index = self.expression(&member.expression);
                let id = self.add(Kind::Index, member.span, &[object, index]);
                self.flag(id, flags::OPTIONAL, member.optional);
                let node = *self.tree.node(index);
                if matches!(node.kind, Kind::String | Kind::Number) {
                    self.tree.node_mut(id).name = node.name;
                }
                self.document(id, member.span.start);
                id
            }
        }
    }

    fn finish_member(&mut self, object: NodeId, word: NodeId, span: Span, optional: bool) -> NodeId {
        let id = self.add(Kind::Member, span, &[object, word]);
        let node = *self.tree.node(word);
        let member = self.tree.node_mut(id);
        member.name = node.name;
        member.name_start = node.start;
        member.name_end = node.end;
        self.flag(id, flags::OPTIONAL, optional);
        id
    }

    fn arrow(&mut self, arrow: &'a ast::ArrowFunctionExpression<'a>) -> NodeId {
        let type_parameters = self.type_parameters(arrow.type_parameters.as_deref());
        let parameters = self.parameters(&arrow.params);
        let result = self.annotation(arrow.return_type.as_deref());
        let id = self.add(Kind::Function, arrow.span, &[type_parameters, parameters, result, NONE, NONE, NONE]);
        self.flag(id, flags::ARROW, true);
        self.flag(id, flags::ASYNC, arrow.r#async);
        match &arrow.body {
            ast::ArrowFunctionBody::FunctionBody(body) => self.bodies.push_back((id, Body::Statements(body))),
            other => {
                self.flag(id, flags::EXPRESSION, true);
                if let Some(expression) = other.as_expression() {
                    self.bodies.push_back((id, Body::Expression(expression)));
                }
            }
        }
        self.document(id, arrow.span.start);
        id
    }

    pub(super) fn object(&mut self, object: &'a ast::ObjectExpression<'a>) -> NodeId {
        let mut properties = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            let id = match property {
                ast::ObjectPropertyKind::SpreadProperty(spread) => {
                    let inner = self.expression(&spread.argument);
                    self.add(Kind::Spread, spread.span, &[inner])
                }
                ast::ObjectPropertyKind::ObjectProperty(property) => {
                    let (name, at, key) = self.key(&property.key, property.computed);
                    let value = self.expression(&property.value);
                    let id = self.named(Kind::ObjectProperty, property.span, &name, at, &[value, key]);
                    self.flag(id, flags::SHORTHAND, property.shorthand);
                    self.flag(id, flags::METHOD, property.method);
                    self.flag(id, flags::COMPUTED, property.computed);
                    self.flag(id, flags::GETTER, property.kind == ast::PropertyKind::Get);
                    self.flag(id, flags::SETTER, property.kind == ast::PropertyKind::Set);
                    self.flag(value, flags::METHOD, property.method);
                    self.document(id, property.span.start);
                    id
                }
            };
            properties.push(id);
        }
        self.add(Kind::Object, object.span, &properties)
    }

    fn jsx_element(&mut self, element: &'a ast::JSXElement<'a>) -> NodeId {
        let opening = &element.opening_element;
        let name = self.jsx_name(&opening.name);
        let mut attributes = Vec::with_capacity(opening.attributes.len());
        for attribute in &opening.attributes {
            let id = match attribute {
                ast::JSXAttributeItem::SpreadAttribute(spread) => {
                    let inner = self.expression(&spread.argument);
                    self.add(Kind::Spread, spread.span, &[inner])
                }
                ast::JSXAttributeItem::Attribute(attribute) => {
                    let value = match &attribute.value {
                        Some(ast::JSXAttributeValue::StringLiteral(string)) => self.add(Kind::String, string.span, &[]),
                        Some(ast::JSXAttributeValue::ExpressionContainer(container)) => {
                            self.jsx_expression(&container.expression)
                        }
                        Some(ast::JSXAttributeValue::Element(element)) => self.jsx_element(element),
                        Some(ast::JSXAttributeValue::Fragment(fragment)) => {
                            let children = self.jsx_children(&fragment.children, fragment.span);
                            self.add(Kind::JsxElement, fragment.span, &[NONE, NONE, children, NONE])
                        }
                        None => NONE,
                    };
                    let (name, at) = match &attribute.name {
                        ast::JSXAttributeName::Identifier(name) => (name.name.as_str().to_owned(), name.span),
                        ast::JSXAttributeName::NamespacedName(name) => {
                            (format!("{}:{}", name.namespace.name.as_str(), name.name.name.as_str()), name.span)
                        }
                    };
                    self.named(Kind::JsxAttribute, attribute.span, &name, at, &[value])
                }
            };
            attributes.push(id);
        }
        let attributes = self.list(opening.span, &attributes);
        let children = self.jsx_children(&element.children, element.span);
        let closing = element.closing_element.as_ref().map_or(NONE, |closing| self.jsx_name(&closing.name));
        self.add(Kind::JsxElement, element.span, &[name, attributes, children, closing])
    }

    fn jsx_children(&mut self, children: &'a [ast::JSXChild<'a>], span: Span) -> NodeId {
        let mut list = Vec::with_capacity(children.len());
        for child in children {
            let id = match child {
                ast::JSXChild::Text(_) => continue,
                ast::JSXChild::Element(element) => self.jsx_element(element),
                ast::JSXChild::Fragment(fragment) => {
                    let children = self.jsx_children(&fragment.children, fragment.span);
                    self.add(Kind::JsxElement, fragment.span, &[NONE, NONE, children, NONE])
                }
                ast::JSXChild::ExpressionContainer(container) => self.jsx_expression(&container.expression),
                ast::JSXChild::Spread(spread) => self.expression(&spread.expression),
            };
            if id != NONE {
                list.push(id);
            }
        }
        self.list(span, &list)
    }

    fn jsx_expression(&mut self, expression: &'a ast::JSXExpression<'a>) -> NodeId {
        expression.as_expression().map_or(NONE, |expression| self.expression(expression))
    }

    /// Names that begin small are the platform's elements, and stand as words.
    fn jsx_name(&mut self, name: &'a ast::JSXElementName<'a>) -> NodeId {
        match name {
            ast::JSXElementName::Identifier(name) => self.word(name.name.as_str(), name.span),
            ast::JSXElementName::IdentifierReference(name) => {
                self.named(Kind::Identifier, name.span, name.name.as_str(), name.span, &[])
            }
            ast::JSXElementName::NamespacedName(name) => {
                let text = format!("{}:{}", name.namespace.name.as_str(), name.name.name.as_str());
                self.word(&text, name.span)
            }
            ast::JSXElementName::MemberExpression(member) => self.jsx_member(member),
            ast::JSXElementName::ThisExpression(node) => self.add(Kind::This, node.span, &[]),
        }
    }

    fn jsx_member(&mut self, member: &'a ast::JSXMemberExpression<'a>) -> NodeId {
        let object = match &member.object {
            ast::JSXMemberExpressionObject::IdentifierReference(name) => {
                self.named(Kind::Identifier, name.span, name.name.as_str(), name.span, &[])
            }
            ast::JSXMemberExpressionObject::MemberExpression(inner) => self.jsx_member(inner),
            ast::JSXMemberExpressionObject::ThisExpression(node) => self.add(Kind::This, node.span, &[]),
        };
        let word = self.word(member.property.name.as_str(), member.property.span);
        self.finish_member(object, word, member.span, false)
    }
}

fn binary_operator(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Equality => Operator::LooseEqual,
        BinaryOperator::Inequality => Operator::LooseNotEqual,
        BinaryOperator::StrictEquality => Operator::Equal,
        BinaryOperator::StrictInequality => Operator::NotEqual,
        BinaryOperator::LessThan
        | BinaryOperator::LessEqualThan
        | BinaryOperator::GreaterThan
        | BinaryOperator::GreaterEqualThan => Operator::Less,
        BinaryOperator::Addition => Operator::Add,
        BinaryOperator::In => Operator::In,
        BinaryOperator::Instanceof => Operator::InstanceOf,
        _ => Operator::Arithmetic,
    }
}
