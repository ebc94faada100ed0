//! The front-end of Python.
//!
//! One cursor walks the tree from left to right. What nests on the left (operators, calls,
//! members, parentheses) is unrolled in a loop; everything else goes one level deeper per
//! expression or statement, which the builder counts.

mod annotations;
mod calls;
mod classes;
mod collections;
mod control;
mod encoding;
mod errors;
mod escapes;
mod expressions;
mod format;
mod functions;
mod imports;
mod matching;
mod operators;
mod statements;
mod strings;
mod targets;
mod templates;
#[cfg(test)]
mod tests;

use tree_sitter::{Node, TreeCursor};
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    builder::Builder,
    ir::{ClassId, Expr, ExprId, FuncId, GapKind, Module, Name, Span, Stmt, StmtId},
    lang::{kinds, span},
};

kinds! { Kind, tree_sitter_python::LANGUAGE;
    Error = "ERROR", Comment = "comment", Continuation = "line_continuation",
    // Statements.
    Module = "module", Block = "block", ExpressionStatement = "expression_statement",
    Import = "import_statement", ImportFrom = "import_from_statement",
    ImportFuture = "future_import_statement", Print = "print_statement",
    Assert = "assert_statement", Return = "return_statement", Delete = "delete_statement",
    Raise = "raise_statement", Pass = "pass_statement", Break = "break_statement",
    Continue = "continue_statement", GlobalNames = "global_statement",
    NonlocalNames = "nonlocal_statement", Exec = "exec_statement",
    TypeAlias = "type_alias_statement", If = "if_statement", For = "for_statement",
    While = "while_statement", Try = "try_statement", With = "with_statement",
    Function = "function_definition", Class = "class_definition",
    Decorated = "decorated_definition", Match = "match_statement",
    // Parts of statements.
    Elif = "elif_clause", Else = "else_clause", Except = "except_clause",
    Finally = "finally_clause", WithClause = "with_clause", WithItem = "with_item",
    Case = "case_clause", IfClause = "if_clause", ForClause = "for_in_clause",
    Decorator = "decorator", DottedName = "dotted_name", AliasedImport = "aliased_import",
    RelativeImport = "relative_import", Wildcard = "wildcard_import", Chevron = "chevron",
    ArgumentList = "argument_list", KeywordArgument = "keyword_argument",
    TypeParameter = "type_parameter", Parameters = "parameters",
    LambdaParameters = "lambda_parameters",
    TypedParameter = "typed_parameter", DefaultParameter = "default_parameter",
    TypedDefaultParameter = "typed_default_parameter",
    KeywordSeparator = "keyword_separator", PositionalSeparator = "positional_separator",
    // Expressions.
    Identifier = "identifier", Integer = "integer", Float = "float", True = "true",
    False = "false", Null = "none", Ellipsis = "ellipsis", Str = "string",
    ConcatenatedString = "concatenated_string", StringStart = "string_start",
    StringContent = "string_content", Interpolation = "interpolation",
    FormatSpecifier = "format_specifier", FormatExpression = "format_expression",
    TypeConversion = "type_conversion",
    Comparison = "comparison_operator", NotOperator = "not_operator",
    Boolean = "boolean_operator", Lambda = "lambda", Conditional = "conditional_expression",
    Named = "named_expression", AsPattern = "as_pattern", AsTarget = "as_pattern_target",
    Await = "await", Binary = "binary_operator", Unary = "unary_operator",
    Attribute = "attribute", Subscript = "subscript", Slice = "slice", Call = "call",
    List = "list", Set = "set", Tuple = "tuple", Dictionary = "dictionary", Pair = "pair",
    ListComprehension = "list_comprehension", SetComprehension = "set_comprehension",
    DictionaryComprehension = "dictionary_comprehension",
    Generator = "generator_expression", Parenthesized = "parenthesized_expression",
    ListSplat = "list_splat", DictionarySplat = "dictionary_splat",
    ExpressionList = "expression_list", Yield = "yield", Assignment = "assignment",
    AugmentedAssignment = "augmented_assignment",
    // Targets.
    PatternList = "pattern_list", TuplePattern = "tuple_pattern", ListPattern = "list_pattern",
    ListSplatPattern = "list_splat_pattern",
    DictionarySplatPattern = "dictionary_splat_pattern",
    // Cases.
    CasePattern = "case_pattern", UnionPattern = "union_pattern", DictPattern = "dict_pattern",
    ClassPattern = "class_pattern", KeywordPattern = "keyword_pattern",
    SplatPattern = "splat_pattern", ComplexPattern = "complex_pattern",
    // Annotations.
    Type = "type", GenericType = "generic_type", UnionType = "union_type",
    ConstrainedType = "constrained_type", MemberType = "member_type", SplatType = "splat_type",
    // Operators.
    Plus = "+", Times = "*", Percent = "%", Divide = "/", Pipe = "|", And = "and", Or = "or",
    PlusEqual = "+=", TimesEqual = "*=", PercentEqual = "%=", DivideEqual = "/=",
    PipeEqual = "|=", In = "in", NotIn = "not in", Is = "is", IsNot = "is not", Equal = "==",
    NotEqual = "!=", Differs = "<>", Less = "<", LessEqual = "<=", Greater = ">",
    GreaterEqual = ">=", Assign = "=", From = "from", Async = "async", Star = "**", Minus = "-",
}

impl Kind {
    /// The kind of a node, also of an error, whose number is in no table.
    fn at(node: Node<'_>) -> Self {
        match Self::of(node) {
            Self::Other if node.is_error() => Self::Error,
            kind => kind,
        }
    }
}

/// Defines the fields that are looked at, and a table from the grammar's numbers to them.
macro_rules! fields {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// The part that a node is of the one around it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Field { $($variant,)* Other }

        impl Field {
            fn of(cursor: &TreeCursor<'_>) -> Self {
                static TABLE: std::sync::LazyLock<Vec<Field>> = std::sync::LazyLock::new(|| {
                    let language: tree_sitter::Language = tree_sitter_python::LANGUAGE.into();
                    let count = u16::try_from(language.field_count()).unwrap_or(u16::MAX);
                    (0..=count)
                        .map(|id| match language.field_name_for_id(id) {
                            $(Some($name) => Field::$variant,)*
                            _ => Field::Other,
                        })
                        .collect()
                });
                let Some(id) = cursor.field_id() else { return Self::Other };
                TABLE.get(usize::from(id.get())).copied().unwrap_or(Self::Other)
            }
        }
    };
}

fields! {
    Alias = "alias", Alternative = "alternative", Argument = "argument", Attribute = "attribute",
    Body = "body", Cause = "cause", Code = "code", Condition = "condition",
    Consequence = "consequence", Expression = "expression", Guard = "guard", Key = "key",
    Left = "left", ModuleName = "module_name", Name = "name", Parameters = "parameters",
    ReturnType = "return_type", Right = "right", Subject = "subject",
    Superclasses = "superclasses", Type = "type", TypeParameters = "type_parameters",
    Value = "value",
}

/// Lowers a whole file.
pub(crate) fn lower(builder: Builder<'_>, root: Node<'_>) -> Module {
    let mut python =
        Python { builder, cursor: root.walk(), out: Vec::new(), frames: vec![Frame::default()] };
    if root.has_error() {
        python.say_errors(root);
    }
    let whole = Span { start: 0, end: span(root).end };
    if let Some(at) = encoding::strange(python.builder.slice(whole)) {
        python.builder.gap(GapKind::Encoding, at);
    }
    let doc = python.docstring();
    let body = match python.kind() {
        Kind::Error => python.gather(Python::broken),
        _ => python.block(),
    };
    python.builder.function_mut(FuncId(0)).doc = doc;
    python.builder.finish(body)
}

/// A file on the way from its tree to its module.
struct Python<'t, 's> {
    builder: Builder<'s>,
    /// Stands at the node that is being lowered, and is there again afterwards.
    cursor: TreeCursor<'t>,
    /// The statements of the block that is being made. An expression that is a statement in the
    /// common form (`yield`) puts it here, right before the statement that it stands in.
    out: Vec<StmtId>,
    frames: Vec<Frame>,
}

/// A function or a class body around what is being lowered.
#[derive(Default)]
struct Frame {
    /// The class whose body it is.
    class: Option<ClassId>,
    /// Names that `global` said to be the module's.
    globals: Vec<Name>,
    /// Names that `nonlocal` said to be those of a function around.
    nonlocals: Vec<Name>,
}

impl<'t> Python<'t, '_> {
    /// Visits the named children, without comments. Errors among them are lowered on the way.
    fn children(&mut self, mut visit: impl FnMut(&mut Self, Kind)) {
        self.tokens(|python, kind, node| {
            if node.is_named() {
                visit(python, kind);
            }
        });
    }

    /// Visits all children, without comments, and comes back.
    fn tokens(&mut self, mut visit: impl FnMut(&mut Self, Kind, Node<'t>)) {
        if self.cursor.goto_first_child() {
            self.step(&mut visit);
            self.rest_tokens(visit);
        }
    }

    /// Visits what stands after the cursor among its siblings, named or not, and goes up.
    fn rest_tokens(&mut self, mut visit: impl FnMut(&mut Self, Kind, Node<'t>)) {
        while self.cursor.goto_next_sibling() {
            self.step(&mut visit);
        }
        self.cursor.goto_parent();
    }

    /// Visits what stands after the cursor among its siblings, if named, and goes up.
    fn rest(&mut self, mut visit: impl FnMut(&mut Self, Kind)) {
        self.rest_tokens(|python, kind, node| {
            if node.is_named() {
                visit(python, kind);
            }
        });
    }

    fn step(&mut self, visit: &mut impl FnMut(&mut Self, Kind, Node<'t>)) {
        let node = self.cursor.node();
        match Kind::at(node) {
            Kind::Comment | Kind::Continuation => {}
            Kind::Error => self.broken(),
            kind => visit(self, kind, node),
        }
    }

    /// Goes to the first named child that is not a comment; stays and says no if there is none.
    fn goto_first_part(&mut self) -> bool {
        if !self.cursor.goto_first_child() {
            return false;
        }
        loop {
            let node = self.cursor.node();
            match Kind::at(node) {
                Kind::Comment | Kind::Continuation => {}
                Kind::Error => self.broken(),
                _ if node.is_named() => return true,
                _ => {}
            }
            if !self.cursor.goto_next_sibling() {
                self.cursor.goto_parent();
                return false;
            }
        }
    }

    /// Where the cursor stands.
    fn at(&self) -> Span {
        span(self.cursor.node())
    }

    /// What the cursor stands at.
    fn kind(&self) -> Kind {
        Kind::at(self.cursor.node())
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// The class whose body this is, if it is one.
    fn class(&self) -> Option<ClassId> {
        self.frames.last().and_then(|frame| frame.class)
    }

    /// The name at the cursor. Python compares identifiers in their compatibility form: `ｅval`
    /// and `eval` are one.
    fn identifier(&mut self) -> Name {
        let text = self.builder.slice(self.at());
        if text.is_ascii() {
            return self.builder.name(text);
        }
        let normal: String = text.nfkc().collect();
        self.builder.name(&normal)
    }

    /// A use of a name.
    fn reference(&mut self, name: Name, at: Span) -> ExprId {
        if self.frames.last().is_some_and(|frame| frame.globals.contains(&name)) {
            let var = self.builder.declare_in_module(name);
            return self.builder.variable(var, at);
        }
        self.builder.reference(name, at)
    }

    /// A use of something that the language brings along.
    fn builtin(&mut self, name: &str, at: Span) -> ExprId {
        let name = self.builder.name(name);
        self.builder.reference(name, at)
    }

    /// A name that is assigned to: declares it where Python would.
    fn bind(&mut self, name: Name, at: Span) -> ExprId {
        let frame = self.frame();
        if frame.globals.contains(&name) {
            let var = self.builder.declare_in_module(name);
            return self.builder.variable(var, at);
        }
        if frame.nonlocals.contains(&name) {
            return self.builder.reference(name, at);
        }
        let var = self.builder.declare_in_function(name);
        self.builder.variable(var, at)
    }

    /// Adds a statement to the block that is being made.
    fn push(&mut self, stmt: Stmt, at: Span) {
        let stmt = self.builder.stmt(stmt, at);
        self.out.push(stmt);
    }

    /// Adds an assignment to the block that is being made.
    fn push_assign(&mut self, target: ExprId, value: ExprId, at: Span) {
        let stmt = self.builder.assign(target, value, at);
        self.out.push(stmt);
    }

    /// Lowers something that has no place of its own in the common form. If it calls anything it
    /// is kept as a statement.
    fn aside(&mut self, lower: impl FnOnce(&mut Self) -> ExprId) -> ExprId {
        let before = self.builder.module.exprs.len();
        let value = lower(self);
        let made = self.builder.module.exprs.get(before..).unwrap_or_default();
        if made.iter().any(|expr| matches!(expr, Expr::Call(_))) {
            let at = self.builder.module.span(value);
            self.push(Stmt::Expr(value), at);
        }
        value
    }

    /// An expression that is not understood: whatever stands in it, and a gap.
    fn unknown(&mut self) -> ExprId {
        let at = self.at();
        let mut parts = Vec::new();
        self.children(|python, _| parts.push(python.expr()));
        self.builder.unknown(parts, GapKind::Construct, at)
    }

    /// An expression that nothing is known of, without a gap of its own.
    fn nothing(&mut self, at: Span) -> ExprId {
        self.builder.expr(Expr::Unknown(Vec::new()), at)
    }

    /// An expression of parts that needs no explanation.
    fn parts(&mut self) -> ExprId {
        let at = self.at();
        let mut parts = Vec::new();
        self.children(|python, _| parts.push(python.expr()));
        self.builder.expr(Expr::Unknown(parts), at)
    }
}
