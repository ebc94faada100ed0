//! What the three grammars call their nodes and fields, as numbers that are the same for all.

use std::sync::LazyLock;

use tree_sitter::Node;

use crate::ir::Language;

/// An enum, and which texts stand for which variant.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident; $($of:ident { $($variant:ident = $($text:literal)|+),* $(,)? })+; $($rest:ident),*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name { $($($variant,)*)+ $($rest,)* }

        impl $name {
            $(fn $of(text: &str) -> Option<Self> {
                match text {
                    $($($text)|+ => Some(Self::$variant),)*
                    _ => None,
                }
            })+
        }
    };
}

names! {
    /// What a node is.
    Kind;
    named {
        // Statements.
        Export = "export_statement",
        Import = "import_statement",
        Statement = "expression_statement",
        Declaration = "lexical_declaration" | "variable_declaration" | "using_declaration",
        FunctionDeclaration = "function_declaration",
        GeneratorDeclaration = "generator_function_declaration",
        ClassDeclaration = "class_declaration" | "abstract_class_declaration",
        Block = "statement_block",
        If = "if_statement",
        Switch = "switch_statement",
        For = "for_statement",
        ForIn = "for_in_statement",
        While = "while_statement",
        Do = "do_statement",
        Try = "try_statement",
        With = "with_statement",
        Break = "break_statement",
        Continue = "continue_statement",
        Return = "return_statement",
        Throw = "throw_statement",
        Labelled = "labeled_statement",
        Enum = "enum_declaration",
        Namespace = "internal_module" | "module",
        ImportAlias = "import_alias",
        // What says nothing about what a program does.
        Nothing = "empty_statement" | "debugger_statement" | "hash_bang_line"
            | "interface_declaration" | "type_alias_declaration" | "function_signature"
            | "ambient_declaration" | "method_signature" | "abstract_method_signature"
            | "index_signature" | "type_parameters" | "type_arguments"
            | "accessibility_modifier" | "override_modifier" | "import_attribute"
            | "implements_clause" | "statement_identifier" | "optional_chain",
        // Parts of statements.
        Declarator = "variable_declarator",
        Else = "else_clause",
        Case = "switch_case",
        DefaultCase = "switch_default",
        Catch = "catch_clause",
        Finally = "finally_clause",
        ImportClause = "import_clause",
        ImportRequire = "import_require_clause",
        NamedImports = "named_imports",
        NamespaceImport = "namespace_import",
        ImportSpecifier = "import_specifier",
        ExportClause = "export_clause",
        ExportSpecifier = "export_specifier",
        NamespaceExport = "namespace_export",
        // Expressions that nest on their left.
        Call = "call_expression",
        Member = "member_expression" | "nested_identifier",
        Subscript = "subscript_expression",
        Binary = "binary_expression",
        NonNull = "non_null_expression",
        As = "as_expression" | "satisfies_expression",
        Instantiation = "instantiation_expression",
        // Other expressions.
        Identifier = "identifier",
        Shorthand = "shorthand_property_identifier",
        This = "this",
        Super = "super",
        ImportWord = "import",
        Number = "number",
        String = "string",
        Template = "template_string",
        Regex = "regex",
        True = "true",
        False = "false",
        Null = "null" | "undefined",
        Object = "object",
        Array = "array",
        Function = "function_expression",
        Generator = "generator_function",
        Arrow = "arrow_function",
        Class = "class",
        MetaProperty = "meta_property",
        Parenthesised = "parenthesized_expression",
        Sequence = "sequence_expression",
        Assignment = "assignment_expression",
        Augmented = "augmented_assignment_expression",
        Await = "await_expression",
        Unary = "unary_expression",
        Update = "update_expression",
        Ternary = "ternary_expression",
        New = "new_expression",
        Yield = "yield_expression",
        TypeAssertion = "type_assertion",
        JsxElement = "jsx_element",
        JsxSelfClosing = "jsx_self_closing_element",
        // Parts of expressions.
        Arguments = "arguments",
        Substitution = "template_substitution",
        Pair = "pair",
        Spread = "spread_element",
        Method = "method_definition",
        PropertyName = "property_identifier",
        PrivateName = "private_property_identifier",
        ComputedName = "computed_property_name",
        JsxOpening = "jsx_opening_element",
        JsxClosing = "jsx_closing_element",
        JsxAttribute = "jsx_attribute",
        JsxExpression = "jsx_expression",
        JsxText = "jsx_text" | "html_character_reference",
        JsxName = "jsx_namespace_name",
        // Patterns.
        ObjectPattern = "object_pattern",
        ArrayPattern = "array_pattern",
        AssignmentPattern = "assignment_pattern" | "object_assignment_pattern",
        PairPattern = "pair_pattern",
        RestPattern = "rest_pattern",
        ShorthandPattern = "shorthand_property_identifier_pattern",
        // Functions and classes.
        Parameters = "formal_parameters",
        Parameter = "required_parameter" | "optional_parameter",
        Decorator = "decorator",
        Heritage = "class_heritage",
        Extends = "extends_clause",
        ClassBody = "class_body",
        Field = "field_definition" | "public_field_definition",
        StaticBlock = "class_static_block",
        EnumBody = "enum_body",
        EnumAssignment = "enum_assignment",
        // Types.
        TypeAnnotation = "type_annotation",
        TypeName = "type_identifier",
        NestedTypeName = "nested_type_identifier",
        GenericType = "generic_type",
        PredefinedType = "predefined_type",
        LiteralType = "literal_type",
        UnionType = "union_type",
        WrappedType = "parenthesized_type" | "readonly_type",
        // Between everything.
        Comment = "comment" | "html_comment",
    }
    token {
        And = "&&",
        Or = "||",
        Nullish = "??",
        Plus = "+",
        Equal = "==" | "===",
        NotEqual = "!=" | "!==",
        Compare = "<" | "<=" | ">" | ">=",
        InWord = "in",
        OfWord = "of",
        InstanceOf = "instanceof",
        // A star also stands before the name of a generator, and for every export.
        Arithmetic = "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>",
        PlusAssign = "+=",
        AndAssign = "&&=",
        OrAssign = "||=",
        NullishAssign = "??=",
        ArithmeticAssign = "-=" | "*=" | "/=" | "%=" | "**=" | "&=" | "|=" | "^=" | "<<="
            | ">>=" | ">>>=",
        Bang = "!",
        VoidWord = "void",
        Comma = ",",
        Assign = "=",
        Async = "async",
        Static = "static",
        StaticGetter = "static get",
        Get = "get",
        Set = "set",
        Readonly = "readonly",
        Var = "var",
        DefaultWord = "default",
        TypeWord = "type" | "typeof",
    };
    Token, Error, Other
}

names! {
    /// What a child is to its parent.
    Field;
    named {
        Alias = "alias",
        Alternative = "alternative",
        Argument = "argument",
        Arguments = "arguments",
        Attribute = "attribute",
        Body = "body",
        CloseTag = "close_tag",
        Condition = "condition",
        Consequence = "consequence",
        Constructor = "constructor",
        Declaration = "declaration",
        Decorator = "decorator",
        Finalizer = "finalizer",
        Flags = "flags",
        Function = "function",
        Handler = "handler",
        Increment = "increment",
        Index = "index",
        Initializer = "initializer",
        Key = "key",
        Kind = "kind",
        Label = "label",
        Left = "left",
        Name = "name",
        Object = "object",
        OpenTag = "open_tag",
        Operator = "operator",
        Parameter = "parameter",
        Parameters = "parameters",
        Pattern = "pattern",
        Property = "property",
        ReturnType = "return_type",
        Right = "right",
        Source = "source",
        Type = "type",
        Value = "value",
    };
    None
}

impl Kind {
    /// Whether a node of this kind is a statement and nothing else.
    pub(super) const fn is_statement(self) -> bool {
        (self as u8) <= (Self::Nothing as u8)
    }

    /// Whether a node of this kind can stand where an expression stands.
    pub(super) const fn is_expression(self) -> bool {
        let at = self as u8;
        (Self::Call as u8) <= at && at <= (Self::JsxSelfClosing as u8)
    }

    /// Whether the first child of a node of this kind is an expression as well, so that a long
    /// chain of them nests to the left.
    pub(super) const fn leans_left(self) -> bool {
        let at = self as u8;
        (Self::Call as u8) <= at && at <= (Self::Instantiation as u8)
    }

    /// Whether it is a word or a sign without a name of its own in the grammar.
    pub(super) const fn is_token(self) -> bool {
        let at = self as u8;
        (Self::And as u8) <= at && at <= (Self::Token as u8)
    }

    /// Whether it makes a function or a class that takes the name of what it is assigned to.
    pub(super) const fn takes_name(self) -> bool {
        matches!(self, Self::Function | Self::Generator | Self::Arrow | Self::Class)
    }
}

/// The numbers of one grammar.
pub(super) struct Grammar {
    kinds: Vec<Kind>,
    fields: Vec<Field>,
}

static JAVASCRIPT: LazyLock<Grammar> =
    LazyLock::new(|| Grammar::new(&tree_sitter_javascript::LANGUAGE.into()));
static TYPESCRIPT: LazyLock<Grammar> =
    LazyLock::new(|| Grammar::new(&tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()));
static TSX: LazyLock<Grammar> =
    LazyLock::new(|| Grammar::new(&tree_sitter_typescript::LANGUAGE_TSX.into()));

impl Grammar {
    /// The grammar that files of a language are parsed with.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::TypeScript => &TYPESCRIPT,
            Language::Tsx => &TSX,
            Language::JavaScript | Language::Python | Language::Go => &JAVASCRIPT,
        }
    }

    fn new(language: &tree_sitter::Language) -> Self {
        let kind = |id| match language.node_kind_for_id(id) {
            Some(text) if language.node_kind_is_named(id) => {
                Kind::named(text).unwrap_or(Kind::Other)
            }
            Some(text) => Kind::token(text).unwrap_or(Kind::Token),
            None => Kind::Other,
        };
        let field = |id| language.field_name_for_id(id).and_then(Field::named);
        let fields = u16::try_from(language.field_count()).unwrap_or(u16::MAX);
        Self {
            kinds: (0..u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX))
                .map(kind)
                .collect(),
            // Fields are counted from 1.
            fields: (0..=fields).map(|id| field(id).unwrap_or(Field::None)).collect(),
        }
    }

    /// What a node is.
    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Error)
    }

    /// What a field means.
    pub(super) fn field(&self, id: u16) -> Field {
        self.fields.get(usize::from(id)).copied().unwrap_or(Field::None)
    }
}
