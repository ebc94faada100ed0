//! Classes, enums and namespaces.

use crate::{
    builder::ScopeKind,
    ir::{
        Arg, Call, CallKind, Class, ClassId, Expr, ExprId, FieldInit, FuncId, Logic, Method, Name,
        Param, ParamKind, Property, Span, Stmt,
    },
};

use super::{
    expressions::named,
    functions::Shape,
    kinds::{Field, Kind},
    lowerer::Lowerer,
};

/// What stands before the name of a member.
#[derive(Clone, Copy, Default)]
struct Head {
    /// What it is called, unless that is computed.
    name: Option<Name>,
    is_static: bool,
    role: Role,
}

/// What kind of member it is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Role {
    /// A method, or a field whose value is a function: a method that is bound.
    #[default]
    Method,
    Getter,
    Setter,
    /// A field that is read where the class stands.
    Plain,
    /// A field whose value may use `this`, so that it has to be read inside the constructor.
    Bound,
}

/// Whether an expression may mean the instance. Of a long one nothing is said.
fn may_use_this(text: &str) -> bool {
    text.len() > 4096 || ["this", "=>", "function"].iter().any(|word| text.contains(word))
}

impl Lowerer<'_, '_> {
    /// Lowers a class declaration.
    pub(super) fn class_declaration(&mut self) {
        let at = self.span();
        let Some(target) = self.declared_name() else { return };
        let name = self.name_at(target);
        let (value, after) = self.class_with_decorators(name);
        self.push_assign(target, value, at);
        for block in after {
            self.run(block);
        }
    }

    /// Lowers a class that is a value.
    pub(super) fn class_value(&mut self) -> ExprId {
        let given = self.given.take();
        let own = self.at(Field::Name, Self::identifier);
        self.builder.open_scope(ScopeKind::Block);
        let var = own.map(|name| self.builder.declare(name));
        let (value, after) = self.class_with_decorators(own.or(given));
        if let Some(var) = var {
            let at = self.span();
            let target = self.builder.variable(var, at);
            self.push_assign(target, value, at);
        }
        for block in after {
            self.run(block);
        }
        self.builder.close_scope();
        value
    }

    /// Calls a static block.
    fn run(&mut self, block: FuncId) {
        let at = self.builder.function_mut(block).span;
        let callee = self.builder.expr(Expr::Function(block), at);
        let call = self.plain_call(callee, Vec::new(), at);
        self.push(Stmt::Expr(call), at);
    }

    /// Lowers a class, called with what decorates it; and its static blocks.
    fn class_with_decorators(&mut self, name: Option<Name>) -> (ExprId, Vec<FuncId>) {
        let at = self.span();
        let doc = self.doc();
        let made = Class {
            name,
            span: at,
            bases: Vec::new(),
            methods: Vec::new(),
            fields: Vec::new(),
            doc,
        };
        let class = self.builder.class(made);
        let mut blocks = Vec::new();
        let mut decorators = std::mem::take(&mut self.decorators);
        self.each(|inner, kind| match kind {
            Kind::Decorator => decorators.extend(inner.only_child(Self::expr)),
            Kind::Heritage => inner.heritage(class),
            Kind::ClassBody => blocks = inner.class_body(class),
            _ => {}
        });
        let mut value = self.builder.expr(Expr::Class(class), at);
        for callee in decorators.into_iter().rev() {
            let args = vec![Arg { value, name: None, spread: false }];
            let call = Call { callee, args, kind: CallKind::Decorator };
            value = self.builder.expr(Expr::Call(call), at);
        }
        (value, blocks)
    }

    fn heritage(&mut self, class: ClassId) {
        self.each(|inner, kind| {
            if kind == Kind::Extends {
                return inner.heritage(class);
            }
            if kind.is_expression() {
                let base = inner.expr();
                inner.builder.module.classes[class.at()].bases.push(base);
            }
        });
    }

    /// Lowers the members of a class. Values of fields that may use `this` are assigned in the
    /// constructor, which is made up if there is none.
    fn class_body(&mut self, class: ClassId) -> Vec<FuncId> {
        let mut blocks = Vec::new();
        let mut decorators = Vec::new();
        let (mut constructs, mut bound) = (false, false);
        self.each(|inner, kind| match kind {
            Kind::Decorator => {
                if decorators.is_empty() {
                    inner.anchor = inner.span().start;
                }
                decorators.extend(inner.only_child(Self::expr));
            }
            Kind::Method => {
                if decorators.is_empty() {
                    inner.anchor = inner.span().start;
                }
                let head = inner.head();
                if inner.is_constructor(head) {
                    constructs = true;
                } else {
                    inner.method(class, head, std::mem::take(&mut decorators));
                }
            }
            Kind::Field => bound |= inner.field_member(class),
            Kind::StaticBlock => {
                let shape = Shape { class: Some(class), ..Shape::default() };
                blocks.push(inner.function(&shape));
            }
            Kind::Nothing => {
                inner.skip();
                decorators.clear();
            }
            _ => {}
        });
        if constructs || bound {
            self.constructor(class, constructs);
        }
        blocks
    }

    fn is_constructor(&self, head: Head) -> bool {
        !head.is_static && head.name == Some(self.known.constructor)
    }

    fn head(&mut self) -> Head {
        let mut head = Head::default();
        if self.kind() == Kind::Field {
            head.role = Role::Plain;
        }
        self.each(|inner, kind| match (kind, inner.field()) {
            (Kind::ComputedName, _) => {}
            (_, Field::Name | Field::Property) => head.name = inner.plain_key(),
            (Kind::Arrow | Kind::Function | Kind::Generator, Field::Value) => {
                head.role = Role::Method;
            }
            (_, Field::Value) if kind != Kind::String && may_use_this(inner.text()) => {
                head.role = Role::Bound;
            }
            (Kind::Static, _) => head.is_static = true,
            (Kind::StaticGetter, _) => (head.is_static, head.role) = (true, Role::Getter),
            (Kind::Get, _) => head.role = Role::Getter,
            (Kind::Set, _) => head.role = Role::Setter,
            _ => {}
        });
        if head.role == Role::Bound && (head.is_static || head.name.is_none()) {
            head.role = Role::Plain;
        }
        head
    }

    fn method(&mut self, class: ClassId, head: Head, mut decorators: Vec<ExprId>) {
        let doc = self.doc();
        let mut name = head.name;
        self.each(|inner, kind| match kind {
            Kind::Decorator => decorators.extend(inner.only_child(Self::expr)),
            Kind::ComputedName => name = named(inner.key()),
            _ => {}
        });
        let shape = Shape { name, doc, class: Some(class), ..Shape::default() };
        let function = self.function(&shape);
        self.builder.function_mut(function).decorators = decorators;
        self.add_method(class, Head { name, ..head }, function);
    }

    /// A setter is there under a name that no call can have: it is called by assignments.
    fn add_method(&mut self, class: ClassId, head: Head, function: FuncId) {
        let name = match (head.name, head.role) {
            (Some(name), Role::Setter) => {
                let text = format!("set {}", self.name_text(name));
                self.builder.name(&text)
            }
            (Some(name), _) => name,
            (None, _) => self.builder.name("[computed]"),
        };
        let is_getter = head.role == Role::Getter;
        let method = Method { name, function, is_static: head.is_static, is_getter };
        self.builder.module.classes[class.at()].methods.push(method);
    }

    /// Lowers a field, and says whether it is left to the constructor.
    fn field_member(&mut self, class: ClassId) -> bool {
        self.anchor = self.span().start;
        let head = self.head();
        let mut name = head.name;
        let (mut value, mut annotation) = (None, None);
        self.each(|inner, kind| match inner.field() {
            _ if kind == Kind::ComputedName => name = named(inner.key()),
            Field::Decorator => inner.decoration(),
            Field::Type => annotation = inner.annotation(),
            Field::Value if head.role == Role::Method => {
                inner.function_field(class, Head { name, ..head }, kind);
            }
            Field::Value if head.role == Role::Bound => {}
            Field::Value => {
                if kind.takes_name() {
                    inner.given = name;
                }
                value = Some(inner.expr());
            }
            _ => {}
        });
        if let Some(name) = name.filter(|_| head.role == Role::Plain) {
            let field = FieldInit { name, value, annotation };
            self.builder.module.classes[class.at()].fields.push(field);
        }
        head.role == Role::Bound
    }

    /// `handle = async (args) => {…}`: a method whose `this` is the instance in any case.
    fn function_field(&mut self, class: ClassId, head: Head, kind: Kind) {
        let doc = self.doc();
        let name = head.name;
        let shape = Shape { name, doc, class: Some(class), ..Shape::default() };
        let function = self.function(&shape);
        if kind == Kind::Generator {
            self.generator = Some(function);
        }
        self.add_method(class, head, function);
    }

    /// Lowers the constructor, with the values of fields; the cursor stands on the body.
    fn constructor(&mut self, class: ClassId, written: bool) {
        let mut at = self.span();
        let mut doc = None;
        if written && self.reach_constructor() {
            at = self.span();
            self.anchor = at.start;
            doc = self.doc();
            self.up();
        }
        let name = Some(self.known.constructor);
        let shape = Shape { name, doc, class: Some(class), ..Shape::default() };
        let (id, outer) = self.open(&shape, at);
        if written && self.reach_constructor() {
            self.at(Field::Parameters, |inner| inner.parameters(id));
            self.up();
        }
        if !written && !self.builder.module.classes[class.at()].bases.is_empty() {
            self.pass_on(id);
        }
        self.bound_fields(class);
        if written && self.reach_constructor() {
            self.at(Field::Body, Self::statements);
            self.up();
        }
        self.close_function(id, outer);
        let head = Head { name: Some(self.known.constructor), ..Head::default() };
        self.add_method(class, head, id);
    }

    /// Goes down to the constructor of the class body under the cursor.
    fn reach_constructor(&mut self) -> bool {
        if !self.cursor.goto_first_child() {
            return false;
        }
        loop {
            if self.kind() == Kind::Method && self.is_constructor_here() {
                return true;
            }
            if !self.cursor.goto_next_sibling() {
                break;
            }
        }
        self.up();
        false
    }

    fn is_constructor_here(&mut self) -> bool {
        let mut found = false;
        let mut is_static = false;
        self.each(|inner, kind| {
            found |= inner.field() == Field::Name
                && matches!(kind, Kind::PropertyName | Kind::String)
                && inner.string_or_name() == "constructor";
            is_static |= kind == Kind::Static;
        });
        found && !is_static
    }

    fn string_or_name(&self) -> &str {
        self.text().trim_matches(['"', '\''])
    }

    /// `constructor(...args) { super(...args) }`.
    fn pass_on(&mut self, id: FuncId) {
        let at = self.builder.function_mut(id).span;
        let name = self.builder.name("args");
        let var = self.builder.declare(name);
        let target = self.builder.expr(Expr::Var(var), at);
        self.builder.function_mut(id).params.push(Param {
            name: Some(name),
            target,
            default: None,
            annotation: None,
            kind: ParamKind::Rest,
        });
        let parent = self.builder.name("super");
        let callee = self.builder.expr(Expr::Global(parent), at);
        let value = self.builder.variable(var, at);
        let call = self.plain_call(callee, vec![Arg { value, name: None, spread: true }], at);
        self.push(Stmt::Expr(call), at);
    }

    /// Assigns the fields that were left to the constructor.
    fn bound_fields(&mut self, class: ClassId) {
        self.each(|inner, kind| {
            if kind != Kind::Field {
                return;
            }
            let head = inner.head();
            if head.role == Role::Bound {
                inner.bound_field(class, head);
            }
        });
    }

    fn bound_field(&mut self, class: ClassId, head: Head) {
        let at = self.span();
        let name = head.name;
        let (mut value, mut annotation) = (None, None);
        self.each(|inner, _| match inner.field() {
            Field::Type => annotation = inner.annotation(),
            Field::Value => {
                if inner.kind().takes_name() {
                    inner.given = name;
                }
                value = Some(inner.expr());
            }
            _ => {}
        });
        let (Some(name), Some(value)) = (name, value) else { return };
        let this = self.builder.reference(self.known.this, at);
        let target = self.builder.expr(Expr::Member(this, name), at);
        self.push_assign(target, value, at);
        let field = FieldInit { name, value: Some(value), annotation };
        self.builder.module.classes[class.at()].fields.push(field);
    }

    /// Lowers an enum: an object.
    pub(super) fn enumeration(&mut self) {
        let at = self.span();
        let Some(target) = self.declared_name() else { return };
        let mut parts = Vec::new();
        let mut next = Some(0_i64);
        self.each(|inner, kind| {
            if kind == Kind::EnumBody {
                inner.each(|inner, kind| parts.extend(inner.enum_member(kind, &mut next)));
            }
        });
        let value = self.builder.expr(Expr::Object(parts), at);
        self.push_assign(target, value, at);
    }

    fn enum_member(&mut self, kind: Kind, next: &mut Option<i64>) -> Option<Property> {
        let at = self.span();
        if kind.is_token() {
            return None;
        }
        if kind != Kind::EnumAssignment {
            let key = self.key();
            let value = match *next {
                Some(number) => {
                    let number = self.builder.name(&number.to_string());
                    self.builder.expr(Expr::Number(number), at)
                }
                None => self.nothing(at),
            };
            *next = next.and_then(|number| number.checked_add(1));
            return Some(Property { key, value });
        }
        let (mut key, mut value) = (None, None);
        self.each(|inner, _| match inner.field() {
            Field::Name => key = Some(inner.key()),
            Field::Value => value = Some(inner.expr()),
            _ => {}
        });
        let value = value?;
        *next = match self.made(value) {
            Expr::Number(number) => self.name_text(*number).parse::<i64>().ok(),
            _ => None,
        };
        *next = next.and_then(|number| number.checked_add(1));
        Some(Property { key: key?, value })
    }

    /// Lowers a namespace: an object that its exports are members of.
    pub(super) fn namespace(&mut self) {
        let at = self.span();
        let mut names = Vec::new();
        let mut has_body = false;
        self.each(|inner, kind| match inner.field() {
            Field::Name if kind == Kind::Identifier => names.push(inner.identifier()),
            Field::Name if kind == Kind::Member => {
                for part in inner.text().split('.') {
                    names.push(inner.builder.name(part.trim()));
                }
            }
            Field::Body => has_body = true,
            _ => {}
        });
        // `module "x" {…}` declares types of another module.
        let Some(first) = names.first().copied().filter(|_| has_body) else {
            return self.skip();
        };
        self.builder.declare(first);
        let before = std::mem::take(&mut self.space);
        for name in names {
            self.space.push(name);
            let target = self.space_object(at);
            let held = self.space_object(at);
            let new = self.builder.expr(Expr::Object(Vec::new()), at);
            let value = self.builder.expr(Expr::Logic(Logic::Or, held, new), at);
            self.push_assign(target, value, at);
        }
        self.at(Field::Body, Self::block);
        self.space = before;
    }

    /// The object of the namespace that is being filled.
    pub(super) fn space_object(&mut self, at: Span) -> ExprId {
        let space = self.space.clone();
        let mut parts = space.into_iter();
        let mut object = match parts.next() {
            Some(first) => self.builder.reference(first, at),
            None => self.builder.variable(self.exports, at),
        };
        for part in parts {
            object = self.builder.expr(Expr::Member(object, part), at);
        }
        object
    }
}
