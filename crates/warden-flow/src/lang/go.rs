//! The front-end of Go.
//!
//! Names are resolved at once, since Go says that a declaration holds from its own end onwards
//! (`path := clean(path)` in an inner block reads the outer one), and what the file declares
//! outside functions is known before any function is read. A name that is not found is of another
//! file of the package, or the language's own.

mod assignments;
mod calls;
mod declarations;
mod expressions;
mod files;
mod format;
mod functions;
mod imports;
mod literals;
mod names;
mod statements;
mod strings;
mod switches;
#[cfg(test)]
mod tests;
mod tree;
mod types;

use rustc_hash::FxHashMap;
use tree_sitter::{Node, TreeCursor};

use crate::{
    builder::{Builder, MAX_DEPTH},
    ir::{ClassId, ExprId, GapKind, Module, Name, Span, VarId},
    lang::kinds,
};
use names::{Known, Package, Role, Scopes};

/// Lowers a whole file.
pub(crate) fn lower(builder: Builder<'_>, root: Node<'_>) -> Module {
    let mut go = Lowering::new(builder, root);
    go.syntax_gaps(root);
    let body = go.file(root);
    go.builder.finish(body)
}

kinds! { Kind, tree_sitter_go::LANGUAGE;
    // Files and declarations.
    SourceFile = "source_file", PackageClause = "package_clause", Comment = "comment",
    ImportDeclaration = "import_declaration", ImportSpec = "import_spec",
    ImportSpecList = "import_spec_list", Dot = "dot", BlankIdentifier = "blank_identifier",
    ConstDeclaration = "const_declaration", ConstSpec = "const_spec",
    VarDeclaration = "var_declaration", VarSpec = "var_spec", VarSpecList = "var_spec_list",
    TypeDeclaration = "type_declaration", TypeSpec = "type_spec", TypeAlias = "type_alias",
    FunctionDeclaration = "function_declaration", MethodDeclaration = "method_declaration",
    ParameterList = "parameter_list", ParameterDeclaration = "parameter_declaration",
    VariadicParameter = "variadic_parameter_declaration",
    TypeParameterList = "type_parameter_list", TypeParameter = "type_parameter_declaration",
    TypeConstraint = "type_constraint",
    // Types.
    TypeIdentifier = "type_identifier", GenericType = "generic_type",
    QualifiedType = "qualified_type", PointerType = "pointer_type", StructType = "struct_type",
    InterfaceType = "interface_type", ArrayType = "array_type", SliceType = "slice_type",
    ImplicitArrayType = "implicit_length_array_type", MapType = "map_type",
    ChannelType = "channel_type", FunctionType = "function_type", NegatedType = "negated_type",
    ParenthesizedType = "parenthesized_type", TypeArguments = "type_arguments",
    TypeElem = "type_elem", FieldDeclarationList = "field_declaration_list",
    FieldDeclaration = "field_declaration", MethodElem = "method_elem",
    // Statements.
    Block = "block", StatementList = "statement_list",
    ExpressionStatement = "expression_statement", SendStatement = "send_statement",
    ReceiveStatement = "receive_statement", IncStatement = "inc_statement",
    DecStatement = "dec_statement", AssignmentStatement = "assignment_statement",
    ShortVarDeclaration = "short_var_declaration", LabeledStatement = "labeled_statement",
    FallthroughStatement = "fallthrough_statement", BreakStatement = "break_statement",
    ContinueStatement = "continue_statement", GotoStatement = "goto_statement",
    ReturnStatement = "return_statement", GoStatement = "go_statement",
    DeferStatement = "defer_statement", IfStatement = "if_statement",
    ForStatement = "for_statement", ForClause = "for_clause", RangeClause = "range_clause",
    ExpressionSwitch = "expression_switch_statement", ExpressionCase = "expression_case",
    DefaultCase = "default_case", TypeSwitch = "type_switch_statement", TypeCase = "type_case",
    SelectStatement = "select_statement", CommunicationCase = "communication_case",
    EmptyStatement = "empty_statement", LabelName = "label_name",
    // Expressions.
    ExpressionList = "expression_list", Identifier = "identifier",
    FieldIdentifier = "field_identifier", PackageIdentifier = "package_identifier",
    Parenthesized = "parenthesized_expression", Call = "call_expression",
    VariadicArgument = "variadic_argument", ArgumentList = "argument_list",
    Selector = "selector_expression", Index = "index_expression", Slice = "slice_expression",
    TypeAssertion = "type_assertion_expression", Conversion = "type_conversion_expression",
    Instantiation = "type_instantiation_expression", CompositeLiteral = "composite_literal",
    LiteralValue = "literal_value", LiteralElement = "literal_element",
    KeyedElement = "keyed_element", FuncLiteral = "func_literal", Unary = "unary_expression",
    Binary = "binary_expression", RawString = "raw_string_literal",
    InterpretedString = "interpreted_string_literal",
    RawStringContent = "raw_string_literal_content",
    InterpretedStringContent = "interpreted_string_literal_content",
    EscapeSequence = "escape_sequence", Int = "int_literal", Float = "float_literal",
    Imaginary = "imaginary_literal", Rune = "rune_literal", Nil = "nil", True = "true",
    False = "false", Iota = "iota",
    // Signs that make a difference.
    Define = ":=", Plus = "+", PlusAssign = "+=", Assign = "=", Equal = "==", NotEqual = "!=",
    Less = "<", LessEqual = "<=", Greater = ">", GreaterEqual = ">=", And = "&&", Or = "||",
    Bang = "!", Star = "*", Ampersand = "&", Arrow = "<-",
}

/// A file on its way into the common form.
struct Lowering<'s, 't> {
    builder: Builder<'s>,
    /// One for all: making one costs an allocation.
    cursor: TreeCursor<'t>,
    known: Known,
    scopes: Scopes,
    /// What names mean that are not plain variables.
    roles: FxHashMap<VarId, Role>,
    /// The packages whose functions have a form of their own.
    packages: FxHashMap<VarId, Package>,
    /// How the types of this file are defined.
    types: FxHashMap<VarId, Node<'t>>,
    classes: FxHashMap<VarId, ClassId>,
    /// Classes for methods of types that are in other files of the package.
    strangers: FxHashMap<Name, ClassId>,
    /// The constants of this file that are texts.
    constants: FxHashMap<VarId, Name>,
    /// Types of elements of literals, by node: a literal of many elements names its type once.
    elements: FxHashMap<usize, ExprId>,
    frame: Frame,
    iota: Option<u32>,
    /// Whether the program's own `main` was found.
    starts: bool,
    depth: u32,
}

/// What belongs to the function that is being read.
#[derive(Default)]
struct Frame {
    /// Its named results.
    results: Vec<VarId>,
    /// The variable that stands for `_`.
    blank: Option<VarId>,
}

impl<'s, 't> Lowering<'s, 't> {
    fn new(mut builder: Builder<'s>, root: Node<'t>) -> Self {
        let known = Known::new(&mut builder);
        Self {
            builder,
            cursor: root.walk(),
            known,
            scopes: Scopes::default(),
            roles: FxHashMap::default(),
            packages: FxHashMap::default(),
            types: FxHashMap::default(),
            classes: FxHashMap::default(),
            strangers: FxHashMap::default(),
            constants: FxHashMap::default(),
            elements: FxHashMap::default(),
            frame: Frame::default(),
            iota: None,
            starts: false,
            depth: 0,
        }
    }

    /// Goes one level deeper and does `inside`, unless it is too deep: then says so and gives
    /// what `otherwise` makes.
    fn deeper<T>(
        &mut self,
        span: Span,
        inside: impl FnOnce(&mut Self) -> T,
        otherwise: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if self.depth >= MAX_DEPTH {
            self.builder.gap(GapKind::TooDeep, span);
            return otherwise(self);
        }
        self.depth += 1;
        let made = inside(self);
        self.depth -= 1;
        made
    }
}
