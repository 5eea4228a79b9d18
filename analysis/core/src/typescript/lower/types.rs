//! Types.

use oxc_ast::ast;
use oxc_span::{GetSpan, Span};

use super::super::tree::{Kind, NONE, NodeId, flags};
use super::Lowering;

impl<'a> Lowering<'_, 'a> {
    #[allow(clippy::too_many_lines, reason = "one arm for each form of type")]
    pub(super) fn type_(&mut self, node: &'a ast::TSType<'a>) -> NodeId {
        use ast::TSType as T;
        match node {
            T::TSAnyKeyword(node) => self.keyword("any", node.span),
            T::TSBigIntKeyword(node) => self.keyword("bigint", node.span),
            T::TSBooleanKeyword(node) => self.keyword("boolean", node.span),
            T::TSIntrinsicKeyword(node) => self.keyword("intrinsic", node.span),
            T::TSNeverKeyword(node) => self.keyword("never", node.span),
            T::TSNullKeyword(node) => self.keyword("null", node.span),
            T::TSNumberKeyword(node) => self.keyword("number", node.span),
            T::TSObjectKeyword(node) => self.keyword("object", node.span),
            T::TSStringKeyword(node) => self.keyword("string", node.span),
            T::TSSymbolKeyword(node) => self.keyword("symbol", node.span),
            T::TSUndefinedKeyword(node) => self.keyword("undefined", node.span),
            T::TSUnknownKeyword(node) => self.keyword("unknown", node.span),
            T::TSVoidKeyword(node) => self.keyword("void", node.span),
            T::JSDocUnknownType(node) => self.keyword("any", node.span),
            T::JSDocNullableType(node) => self.type_(&node.type_annotation),
            T::JSDocNonNullableType(node) => self.type_(&node.type_annotation),
            T::TSThisType(node) => self.add(Kind::ThisType, node.span, &[]),
            T::TSParenthesizedType(node) => self.type_(&node.type_annotation),
            T::TSArrayType(node) => {
                let element = self.type_(&node.element_type);
                self.add(Kind::ArrayType, node.span, &[element])
            }
            T::TSConditionalType(node) => {
                let parts = [&node.check_type, &node.extends_type, &node.true_type, &node.false_type];
                let parts = parts.map(|part| self.type_(part));
                self.add(Kind::ConditionalType, node.span, &parts)
            }
            T::TSFunctionType(node) => {
                let type_parameters = self.type_parameters(node.type_parameters.as_deref());
                let parameters = self.parameters(&node.params);
                let result = self.type_(&node.return_type.type_annotation);
                let this = self.this_type(node.this_param.as_deref());
                self.add(Kind::FunctionType, node.span, &[type_parameters, parameters, result, NONE, this, NONE])
            }
            T::TSConstructorType(node) => {
                let type_parameters = self.type_parameters(node.type_parameters.as_deref());
                let parameters = self.parameters(&node.params);
                let result = self.type_(&node.return_type.type_annotation);
                let id = self.add(
                    Kind::ConstructorType,
                    node.span,
                    &[type_parameters, parameters, result, NONE, NONE, NONE],
                );
                self.flag(id, flags::ABSTRACT, node.r#abstract);
                id
            }
            T::TSImportType(node) => self.import_type(node),
            T::TSIndexedAccessType(node) => {
                let object = self.type_(&node.object_type);
                let index = self.type_(&node.index_type);
                self.add(Kind::IndexedType, node.span, &[object, index])
            }
            T::TSInferType(node) => {
                let parameter = self.type_parameter(&node.type_parameter);
                self.add(Kind::InferType, node.span, &[parameter])
            }
            T::TSUnionType(node) => {
                let parts: Vec<_> = node.types.iter().map(|part| self.type_(part)).collect();
                self.add(Kind::UnionType, node.span, &parts)
            }
            T::TSIntersectionType(node) => {
                let parts: Vec<_> = node.types.iter().map(|part| self.type_(part)).collect();
                self.add(Kind::IntersectionType, node.span, &parts)
            }
            T::TSLiteralType(node) => self.literal_type(node),
            T::TSMappedType(node) => {
                let constraint = self.type_(&node.constraint);
                let parameter = self.named(
                    Kind::TypeParameter,
                    node.key.span,
                    node.key.name.as_str(),
                    node.key.span,
                    &[constraint, NONE],
                );
                let name = node.name_type.as_ref().map_or(NONE, |name| self.type_(name));
                let value = node.type_annotation.as_ref().map_or(NONE, |value| self.type_(value));
                let id = self.add(Kind::MappedType, node.span, &[parameter, name, value]);
                let minus = Some(ast::TSMappedTypeModifierOperator::Minus);
                self.flag(id, flags::OPTIONAL, node.optional.is_some() && node.optional != minus);
                self.flag(id, flags::MINUS, node.optional == minus);
                id
            }
            T::TSNamedTupleMember(node) => self.tuple_member(node),
            T::TSTemplateLiteralType(node) => {
                let mut parts = Vec::with_capacity(node.quasis.len() + node.types.len());
                for (place, quasi) in node.quasis.iter().enumerate() {
                    let text = quasi.value.cooked.as_ref().map_or("", |text| text.as_str());
                    let id = self.add(Kind::String, quasi.span, &[]);
                    self.tree.node_mut(id).name = super::Name::new(text);
                    parts.push(id);
                    if let Some(part) = node.types.get(place) {
                        let part = self.type_(part);
                        parts.push(part);
                    }
                }
                self.add(Kind::TemplateType, node.span, &parts)
            }
            T::TSTupleType(node) => {
                let parts: Vec<_> = node.element_types.iter().map(|part| self.tuple_element(part)).collect();
                self.add(Kind::TupleType, node.span, &parts)
            }
            T::TSTypeLiteral(node) => {
                let members = self.signatures(&node.members);
                self.add(Kind::ObjectType, node.span, &members)
            }
            T::TSTypeOperatorType(node) => {
                let inner = self.type_(&node.type_annotation);
                let kind = match node.operator {
                    ast::TSTypeOperatorOperator::Keyof => Kind::KeyOf,
                    ast::TSTypeOperatorOperator::Unique => Kind::UniqueType,
                    ast::TSTypeOperatorOperator::Readonly => Kind::ReadonlyType,
                };
                self.add(kind, node.span, &[inner])
            }
            T::TSTypePredicate(node) => {
                let annotation = self.annotation(node.type_annotation.as_deref());
                let id = self.add(Kind::Predicate, node.span, &[annotation]);
                match &node.parameter_name {
                    ast::TSTypePredicateName::Identifier(name) => self.set_name(id, name.name.as_str(), name.span),
                    ast::TSTypePredicateName::This(this) => self.set_name(id, "this", this.span),
                }
                self.flag(id, flags::ASSERTS, node.asserts);
                id
            }
            T::TSTypeQuery(node) => {
                let path = match &node.expr_name {
                    ast::TSTypeQueryExprName::TSImportType(import) => self.import_type(import),
                    other => other.as_ts_type_name().map_or(NONE, |name| self.type_name(name)),
                };
                let type_arguments = self.type_arguments(node.type_arguments.as_deref());
                self.add(Kind::TypeQuery, node.span, &[path, type_arguments])
            }
            T::TSTypeReference(node) => {
                let path = self.type_name(&node.type_name);
                let type_arguments = self.type_arguments(node.type_arguments.as_deref());
                self.add(Kind::TypeReference, node.span, &[path, type_arguments])
            }
        }
    }

    fn keyword(&mut self, word: &str, span: Span) -> NodeId {
        let id = self.add(Kind::Keyword, span, &[]);
        self.tree.node_mut(id).name = super::Name::new(word);
        id
    }

    fn literal_type(&mut self, node: &'a ast::TSLiteralType<'a>) -> NodeId {
        let literal = match &node.literal {
            ast::TSLiteral::BooleanLiteral(literal) => {
                let id = self.add(Kind::Boolean, literal.span, &[]);
                self.flag(id, flags::TRUE, literal.value);
                id
            }
            ast::TSLiteral::NumericLiteral(literal) => {
                let id = self.add(Kind::Number, literal.span, &[]);
                self.tree.node_mut(id).name = super::Name::new(&super::number_name(literal.value));
                id
            }
            ast::TSLiteral::BigIntLiteral(literal) => self.add(Kind::BigInt, literal.span, &[]),
            ast::TSLiteral::StringLiteral(literal) => self.string(literal),
            ast::TSLiteral::TemplateLiteral(literal) => {
                let text = literal.quasis.first().and_then(|quasi| quasi.value.cooked.as_ref());
                let id = self.add(Kind::String, literal.span, &[]);
                self.tree.node_mut(id).name = super::Name::new(text.map_or("", |text| text.as_str()));
                id
            }
            ast::TSLiteral::UnaryExpression(node) => {
                let id = self.add(Kind::Number, node.span, &[]);
                if let ast::Expression::NumericLiteral(number) = &node.argument {
                    self.tree.node_mut(id).name = super::Name::new(&super::number_name(-number.value));
                }
                id
            }
        };
        self.add(Kind::LiteralType, node.span, &[literal])
    }

    fn tuple_member(&mut self, node: &'a ast::TSNamedTupleMember<'a>) -> NodeId {
        let element = self.tuple_element(&node.element_type);
        let is_rest = self.tree.kind(element) == Kind::TupleMember && self.tree.has(element, flags::REST);
        let inner = if is_rest { self.tree.child(element, 0) } else { element };
        let id = self.named(Kind::TupleMember, node.span, node.label.name.as_str(), node.label.span, &[inner]);
        self.flag(id, flags::OPTIONAL, node.optional);
        self.flag(id, flags::REST, is_rest);
        id
    }

    fn tuple_element(&mut self, element: &'a ast::TSTupleElement<'a>) -> NodeId {
        match element {
            ast::TSTupleElement::TSOptionalType(node) => {
                let inner = self.type_(&node.type_annotation);
                let id = self.add(Kind::TupleMember, node.span, &[inner]);
                self.flag(id, flags::OPTIONAL, true);
                id
            }
            ast::TSTupleElement::TSRestType(node) => {
                let mut inner = self.type_(&node.type_annotation);
                if self.tree.kind(inner) == Kind::TupleMember {
                    // `...name: T[]`
                    let name = *self.tree.node(inner);
                    inner = self.tree.child(inner, 0);
                    let id = self.add(Kind::TupleMember, node.span, &[inner]);
                    self.tree.node_mut(id).name = name.name;
                    self.flag(id, flags::REST, true);
                    return id;
                }
                let id = self.add(Kind::TupleMember, node.span, &[inner]);
                self.flag(id, flags::REST, true);
                id
            }
            other => match other.as_ts_type() {
                Some(node) => self.type_(node),
                None => self.keyword("any", other.span()),
            },
        }
    }

    fn import_type(&mut self, node: &'a ast::TSImportType<'a>) -> NodeId {
        let module = self.string(&node.source);
        self.request(module);
        let path = node.qualifier.as_ref().map_or(NONE, |qualifier| self.import_qualifier(qualifier));
        let type_arguments = self.type_arguments(node.type_arguments.as_deref());
        let id = self.add(Kind::ImportType, node.span, &[path, type_arguments, module]);
        self.tree.node_mut(id).name = super::Name::new(node.source.value.as_str());
        id
    }

    fn import_qualifier(&mut self, qualifier: &'a ast::TSImportTypeQualifier<'a>) -> NodeId {
        match qualifier {
            ast::TSImportTypeQualifier::Identifier(name) => self.word(name.name.as_str(), name.span),
            ast::TSImportTypeQualifier::QualifiedName(name) => {
                let left = self.import_qualifier(&name.left);
                let right = self.word(name.right.name.as_str(), name.right.span);
                let id = self.add(Kind::QualifiedName, name.span, &[left, right]);
                self.tree.node_mut(id).name = super::Name::new(name.right.name.as_str());
                id
            }
        }
    }

    /// A path of names: references first, words behind dots.
    pub(super) fn type_name(&mut self, name: &'a ast::TSTypeName<'a>) -> NodeId {
        match name {
            ast::TSTypeName::IdentifierReference(name) => {
                self.named(Kind::Identifier, name.span, name.name.as_str(), name.span, &[])
            }
            ast::TSTypeName::QualifiedName(name) => self.qualified(name),
            ast::TSTypeName::ThisExpression(node) => self.add(Kind::This, node.span, &[]),
        }
    }

    pub(super) fn qualified(&mut self, name: &'a ast::TSQualifiedName<'a>) -> NodeId {
        let left = self.type_name(&name.left);
        let right = self.word(name.right.name.as_str(), name.right.span);
        let id = self.add(Kind::QualifiedName, name.span, &[left, right]);
        self.tree.node_mut(id).name = super::Name::new(name.right.name.as_str());
        id
    }

    /// The members of an interface or an object type.
    pub(super) fn signatures(&mut self, members: &'a [ast::TSSignature<'a>]) -> Vec<NodeId> {
        members.iter().map(|member| self.signature(member)).collect()
    }

    fn signature(&mut self, member: &'a ast::TSSignature<'a>) -> NodeId {
        match member {
            ast::TSSignature::TSIndexSignature(node) => self.index_signature(node),
            ast::TSSignature::TSPropertySignature(node) => {
                let (name, at, key) = self.key(&node.key, node.computed);
                let annotation = self.annotation(node.type_annotation.as_deref());
                let id = self.named(Kind::Property, node.span, &name, at, &[annotation, NONE, key]);
                self.flag(id, flags::OPTIONAL, node.optional);
                self.flag(id, flags::READONLY, node.readonly);
                id
            }
            ast::TSSignature::TSCallSignatureDeclaration(node) => {
                let type_parameters = self.type_parameters(node.type_parameters.as_deref());
                let parameters = self.parameters(&node.params);
                let result = self.annotation(node.return_type.as_deref());
                let this = self.this_type(node.this_param.as_deref());
                self.add(Kind::CallSignature, node.span, &[type_parameters, parameters, result, NONE, this, NONE])
            }
            ast::TSSignature::TSConstructSignatureDeclaration(node) => {
                let type_parameters = self.type_parameters(node.type_parameters.as_deref());
                let parameters = self.parameters(&node.params);
                let result = self.annotation(node.return_type.as_deref());
                self.add(Kind::ConstructSignature, node.span, &[type_parameters, parameters, result, NONE, NONE, NONE])
            }
            ast::TSSignature::TSMethodSignature(node) => {
                let (name, at, key) = self.key(&node.key, node.computed);
                let type_parameters = self.type_parameters(node.type_parameters.as_deref());
                let parameters = self.parameters(&node.params);
                let result = self.annotation(node.return_type.as_deref());
                let this = self.this_type(node.this_param.as_deref());
                let children = [type_parameters, parameters, result, NONE, this, key];
                let id = self.named(Kind::Method, node.span, &name, at, &children);
                self.flag(id, flags::OPTIONAL, node.optional);
                self.flag(id, flags::GETTER, node.kind == ast::TSMethodSignatureKind::Get);
                self.flag(id, flags::SETTER, node.kind == ast::TSMethodSignatureKind::Set);
                id
            }
        }
    }

    pub(super) fn index_signature(&mut self, node: &'a ast::TSIndexSignature<'a>) -> NodeId {
        let key = self.type_(&node.parameter.type_annotation.type_annotation);
        let value = self.type_(&node.type_annotation.type_annotation);
        let id = self.add(Kind::IndexSignature, node.span, &[key, value]);
        self.flag(id, flags::STATIC, node.r#static);
        id
    }
}
