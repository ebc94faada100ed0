//! Functions, methods and closures.

use tree_sitter::Node;

use crate::{
    ir::{Expr, ExprId, FuncId, GapKind, Item, Method, Name, Param, ParamKind, StmtId},
    lang::{
        go::{
            Kind, Lowering,
            tree::{Field, Kid, part, parts},
        },
        span,
    },
};

impl<'t> Lowering<'_, 't> {
    /// A function of the file: assigned to its variable. `init` has none; it and the `main` of a
    /// program run by themselves.
    pub(super) fn function_declaration(
        &mut self,
        node: Node<'t>,
        out: &mut Vec<StmtId>,
        runs: &mut Vec<StmtId>,
    ) {
        let at = span(node);
        let kids = self.kids(node);
        let Some(name) = part(&kids, Field::Name) else { return };
        let named_at = span(name);
        let name = self.name_of(name);
        let doc = self.doc(node);
        let function = self.function(node, Some(name));
        self.builder.function_mut(function).doc = doc;
        if name != self.known.init
            && let Some(var) = self.scopes.get(name)
        {
            let target = self.builder.variable(var, named_at);
            let value = self.builder.expr(Expr::Function(function), at);
            out.push(self.builder.assign(target, value, at));
        }
        let program = self.builder.module.package == Some(self.known.main);
        if name == self.known.init {
            let call = self.run(function, at);
            // Everything that prepares runs before the program does.
            let place = runs.len().saturating_sub(usize::from(self.starts));
            runs.insert(place, call);
        } else if name == self.known.main && program && !self.starts {
            self.starts = true;
            runs.push(self.run(function, at));
        }
    }

    /// A method: put into the class of its receiver.
    pub(super) fn method_declaration(&mut self, node: Node<'t>) {
        let kids = self.kids(node);
        let Some(name) = part(&kids, Field::Name) else { return };
        let name = self.name_of(name);
        let doc = self.doc(node);
        let receiver = part(&kids, Field::Receiver);
        let class = receiver.and_then(|list| self.receiver_type(list));
        let class = class.map(|name| self.class_named(name));
        let function = self.function(node, Some(name));
        let made = self.builder.function_mut(function);
        made.doc = doc;
        made.class = class;
        let class = class.and_then(|class| self.builder.module.classes.get_mut(class.at()));
        if let Some(class) = class {
            class.methods.push(Method { name, function, is_static: false, is_getter: false });
        }
    }

    /// The name of a receiver's type, without pointer and type parameters.
    fn receiver_type(&mut self, list: Node<'t>) -> Option<Name> {
        let (parameter, _) = self.first(list)?;
        let kids = self.kids(parameter);
        let mut node = part(&kids, Field::Type)?;
        loop {
            match Kind::of(node) {
                Kind::TypeIdentifier => return Some(self.name_of(node)),
                Kind::PointerType | Kind::ParenthesizedType | Kind::GenericType => {
                    node = self.first(node)?.0;
                }
                _ => return None,
            }
        }
    }

    /// `func(…) {…}` as a value.
    pub(super) fn closure(&mut self, node: Node<'t>) -> ExprId {
        let function = self.function(node, None);
        self.builder.expr(Expr::Function(function), span(node))
    }

    /// Calls an anonymous function by the name of what it is assigned to.
    pub(super) fn call_it(&mut self, value: ExprId, name: Name) {
        if let Expr::Function(function) = *self.builder.module.expr(value)
            && name != self.known.blank
        {
            self.builder.function_mut(function).name.get_or_insert(name);
        }
    }

    fn function(&mut self, node: Node<'t>, name: Option<Name>) -> FuncId {
        let kids = self.kids(node);
        let function = self.builder.open_function(span(node));
        let outer = std::mem::take(&mut self.frame);
        self.scopes.open();
        self.builder.function_mut(function).name = name;
        self.signature(function, &kids);
        match part(&kids, Field::Body) {
            Some(body) => {
                let mut statements = Vec::new();
                self.block(body, &mut statements);
                self.builder.function_mut(function).body = statements;
            }
            // It is written in assembly, or comes from another package behind Go's back.
            None => self.builder.gap(GapKind::Construct, span(node)),
        }
        self.scopes.close();
        self.frame = outer;
        self.builder.close_function();
        function
    }

    fn signature(&mut self, function: FuncId, kids: &[Kid<'t>]) {
        if let Some(list) = part(kids, Field::Receiver) {
            self.receiver(function, list);
        }
        if let Some(list) = part(kids, Field::TypeParameters) {
            self.type_parameters(list);
        }
        if let Some(list) = part(kids, Field::Parameters) {
            let params = self.parameters(list);
            self.builder.function_mut(function).params = params;
        }
        if let Some(result) = part(kids, Field::Result) {
            let returns = self.results(result);
            self.builder.function_mut(function).returns = Some(returns);
        }
    }

    fn receiver(&mut self, function: FuncId, list: Node<'t>) {
        let Some((parameter, _)) = self.first(list) else { return };
        let kids = self.kids(parameter);
        if let Some(Kind::GenericType) = part(&kids, Field::Type).map(|node| self.pointed(node)) {
            self.receiver_parameters(parameter);
        }
        if let Some(name) = part(&kids, Field::Name) {
            let name = self.name_of(name);
            let var = self.shadow(name);
            self.builder.function_mut(function).receiver = Some(var);
        }
    }

    fn pointed(&mut self, node: Node<'t>) -> Kind {
        match Kind::of(node) {
            Kind::PointerType => self.first(node).map_or(Kind::Other, |(_, kind)| kind),
            kind => kind,
        }
    }

    /// The `T` of a receiver `*S[T]` is a name that holds in the method.
    fn receiver_parameters(&mut self, parameter: Node<'t>) {
        let kids = self.kids(parameter);
        let Some(mut node) = part(&kids, Field::Type) else { return };
        while let Kind::PointerType = Kind::of(node) {
            let Some((inner, _)) = self.first(node) else { return };
            node = inner;
        }
        let kids = self.kids(node);
        let Some(arguments) = part(&kids, Field::TypeArguments) else { return };
        for kid in self.kids(arguments) {
            if let Some((name, Kind::TypeIdentifier)) = self.first(kid.node) {
                let name = self.name_of(name);
                let var = self.shadow(name);
                self.roles.insert(var, super::names::Role::Type);
            }
        }
    }

    fn parameters(&mut self, list: Node<'t>) -> Vec<Param> {
        let mut params = Vec::new();
        for parameter in self.kids(list) {
            let kind = match parameter.kind {
                Kind::ParameterDeclaration => ParamKind::Plain,
                Kind::VariadicParameter => ParamKind::Rest,
                _ => continue,
            };
            let kids = self.kids(parameter.node);
            let annotation = part(&kids, Field::Type).map(|node| self.annotation(node));
            let before = params.len();
            for node in parts(&kids, Field::Name) {
                let name = self.name_of(node);
                let var = self.shadow(name);
                let target = self.builder.variable(var, span(node));
                let name = Some(name);
                params.push(Param { name, target, default: None, annotation, kind });
            }
            if params.len() == before {
                let var = self.shadow(self.known.blank);
                let target = self.builder.variable(var, span(parameter.node));
                params.push(Param { name: None, target, default: None, annotation, kind });
            }
        }
        params
    }

    /// The type of the result, a list of several. Results with names are variables.
    fn results(&mut self, node: Node<'t>) -> ExprId {
        if Kind::of(node) != Kind::ParameterList {
            return self.annotation(node);
        }
        let mut types = Vec::new();
        for result in self.kids(node) {
            let kids = self.kids(result.node);
            let Some(annotation) = part(&kids, Field::Type).map(|node| self.annotation(node))
            else {
                continue;
            };
            let before = types.len();
            for name in parts(&kids, Field::Name) {
                let name = self.name_of(name);
                let var = self.shadow(name);
                self.frame.results.push(var);
                types.push(Item { value: annotation, spread: false });
            }
            if types.len() == before {
                types.push(Item { value: annotation, spread: false });
            }
        }
        match types.as_slice() {
            [only] => only.value,
            _ => self.builder.expr(Expr::List(types), span(node)),
        }
    }
}
