//! Statements with blocks.

use smallvec::SmallVec;

use super::{Field, Kind, Python};
use crate::ir::{Expr, ExprId, Span, Stmt, StmtId, VarId};

impl Python<'_, '_> {
    /// A statement that holds others, one level deeper.
    pub(super) fn compound(&mut self, kind: Kind) {
        if !self.builder.enter(self.at()) {
            return;
        }
        match kind {
            Kind::If => self.branches(),
            Kind::For | Kind::While => self.looped(),
            Kind::Try => self.tried(),
            Kind::With => self.with(),
            Kind::Match => self.matched(),
            Kind::Function => self.function(&[]),
            Kind::Class => self.class_definition(&[]),
            Kind::Decorated => self.decorated(),
            Kind::Block | Kind::Module => self.children(Self::statement),
            _ => {
                let at = self.at();
                let value = self.expr();
                self.push(Stmt::Expr(value), at);
            }
        }
        self.builder.leave();
    }

    /// `if … elif … else`: each `elif` is an `if` in the `else` before it, made from the last.
    fn branches(&mut self) {
        let at = self.at();
        let mut arms: Vec<(ExprId, Vec<StmtId>, Span)> = Vec::new();
        let mut cond = None;
        let mut otherwise = Vec::new();
        self.children(|python, kind| match (Field::of(&python.cursor), kind) {
            (Field::Condition, _) => cond = Some(python.expr()),
            (_, Kind::Block) => {
                let body = python.block();
                let cond = cond.take().unwrap_or_else(|| python.nothing(at));
                arms.push((cond, body, at));
            }
            (_, Kind::Elif) => {
                let arm = python.elif();
                arms.push(arm);
            }
            (_, Kind::Else) => otherwise = python.inner_block(),
            _ => {
                python.aside(Self::expr);
            }
        });
        while let Some((cond, then, place)) = arms.pop() {
            let stmt = self.builder.stmt(Stmt::If { cond, then, otherwise }, place);
            otherwise = vec![stmt];
        }
        self.out.append(&mut otherwise);
    }

    fn elif(&mut self) -> (ExprId, Vec<StmtId>, Span) {
        let at = self.at();
        let (mut cond, mut body) = (None, Vec::new());
        self.children(|python, kind| match kind {
            Kind::Block => body = python.block(),
            _ => cond = Some(python.expr()),
        });
        (cond.unwrap_or_else(|| self.nothing(at)), body, at)
    }

    /// The block of a clause that has nothing else (`else`, `finally`).
    fn inner_block(&mut self) -> Vec<StmtId> {
        self.gather(|python| {
            python.children(|python, kind| match kind {
                Kind::Block => python.children(Self::statement),
                _ => python.statement(kind),
            });
        })
    }

    fn looped(&mut self) {
        let at = self.at();
        let (mut target, mut source, mut cond) = (None, None, None);
        let (mut body, mut otherwise) = (Vec::new(), Vec::new());
        self.children(|python, kind| match (Field::of(&python.cursor), kind) {
            (Field::Left, _) => target = Some(python.target()),
            (Field::Right, _) => source = Some(python.expr()),
            (Field::Condition, _) => cond = Some(python.expr()),
            (_, Kind::Else) => otherwise = python.inner_block(),
            (_, Kind::Block) => body = python.block(),
            _ => {
                python.aside(Self::expr);
            }
        });
        let each = target.zip(source);
        self.push(Stmt::Loop { each, keys: false, cond, body, otherwise }, at);
    }

    fn tried(&mut self) {
        let at = self.at();
        let (mut body, mut finally) = (Vec::new(), Vec::new());
        let mut handlers = Vec::new();
        self.children(|python, kind| match kind {
            Kind::Block => body = python.block(),
            Kind::Except => {
                let handler = python.handler();
                handlers.push(handler);
            }
            // What follows the body where nothing was raised.
            Kind::Else => body.append(&mut python.inner_block()),
            Kind::Finally => finally = python.inner_block(),
            _ => {
                python.aside(Self::expr);
            }
        });
        self.push(Stmt::Try { body, handlers, finally }, at);
    }

    /// `except Kind as error:`.
    fn handler(&mut self) -> (Option<VarId>, Vec<StmtId>) {
        let mut error = None;
        let body = self.gather(|python| {
            python.children(|python, kind| match (Field::of(&python.cursor), kind) {
                (_, Kind::Block) => python.children(Self::statement),
                (Field::Alias, Kind::Identifier) => error = Some(python.error_name()),
                (_, Kind::AsPattern) => python.children(|python, kind| match kind {
                    Kind::AsTarget => {
                        if python.goto_first_part() {
                            error = Some(python.error_name());
                            python.cursor.goto_parent();
                        }
                    }
                    _ => {
                        python.aside(Self::expr);
                    }
                }),
                _ => {
                    python.aside(Self::expr);
                }
            });
        });
        (error, body)
    }

    fn error_name(&mut self) -> VarId {
        let name = self.identifier();
        self.builder.declare_in_function(name)
    }

    /// `with open(p) as f:` is the assignment, then the body.
    fn with(&mut self) {
        let at = self.at();
        let mut suppresses = false;
        self.children(|python, kind| match kind {
            Kind::WithClause => {
                python.children(|python, _| suppresses |= python.with_item());
            }
            Kind::Block if suppresses => {
                let body = python.block();
                let handlers = vec![(None, Vec::new())];
                python.push(Stmt::Try { body, handlers, finally: Vec::new() }, at);
            }
            Kind::Block => python.children(Self::statement),
            _ => {
                python.aside(Self::expr);
            }
        });
    }

    /// Returns whether errors of the body end there.
    fn with_item(&mut self) -> bool {
        let mut suppresses = false;
        self.children(|python, kind| match kind {
            // Brackets around all items at once.
            Kind::Tuple => python.children(|python, _| suppresses |= python.with_value()),
            _ => suppresses |= python.with_value(),
        });
        suppresses
    }

    fn with_value(&mut self) -> bool {
        let at = self.at();
        let value = self.expr();
        if let Expr::Assign { target, value } = *self.builder.module.expr(value)
            && let Some(name) = self.name_of(target)
        {
            self.call_it(value, name);
        }
        self.push(Stmt::Expr(value), at);
        matches!(self.last_name(value), "suppress" | "raises" | "assertRaises")
    }

    /// `match subject:`; each capture is an assignment at the start of the case.
    fn matched(&mut self) {
        let at = self.at();
        let mut subjects: SmallVec<[ExprId; 2]> = SmallVec::new();
        let mut cases = Vec::new();
        let mut subject = None;
        self.children(|python, kind| match kind {
            Kind::Block => {
                let looked = match subjects.as_slice() {
                    [one] => *one,
                    _ => python.list_of(&subjects, at),
                };
                subject = Some(looked);
                python.children(|python, kind| match kind {
                    Kind::Case => cases.push(python.case(looked)),
                    _ => python.statement(kind),
                });
            }
            _ => subjects.push(python.expr()),
        });
        self.push(Stmt::Switch { subject, cases }, at);
    }
}
