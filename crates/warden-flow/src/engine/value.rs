//! What is known of a value: what taints it, what it may be, and the same of its members.

use std::sync::Arc;

use smallvec::SmallVec;

pub(crate) use super::{
    label::{Label, Root},
    trace::Trace,
};
use crate::{models::Bits, program::Sym};

/// One taint of a value.
#[derive(Clone, Debug)]
pub(crate) struct Taint {
    pub(crate) label: Label,
    /// What is certain of it.
    pub(crate) bits: Bits,
    pub(crate) trace: Option<Arc<Trace>>,
}

/// A thing that a value may be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Ref {
    /// A constant text.
    Text(Sym),
    /// `true` or `false`.
    Bool(bool),
    /// Nothing.
    Null,
    /// A number.
    Number(Sym),
    /// One of more constants than are kept apart.
    Constant,
    /// Something of a library: the number of its API path.
    Api(u64),
    /// A function of the program.
    Function(u32),
    /// A class of the program.
    Class(u32),
    /// An instance of it.
    Instance(u32),
    /// A module of the program.
    Module(u32),
    /// A folder of modules.
    Folder(u32),
}

/// What is known of a value. Nothing at all costs nothing.
#[derive(Clone, Default, Debug)]
pub(crate) struct Value(Option<Arc<Data>>);

#[derive(Clone, Default, Debug)]
struct Data {
    /// Sorted by label, each once.
    taints: Vec<Taint>,
    /// Sorted, each once.
    refs: Vec<Ref>,
    /// Sorted by member.
    fields: Vec<(Sym, Value)>,
    /// Levels of members below this one.
    depth: u8,
    /// Values in it, itself and the taints of all included.
    weight: u32,
    /// Only for members: that this says nothing of taint. What taints the value that it is a
    /// member of taints it as well.
    bare: bool,
    /// Whether it or any of its members is tainted.
    tainted: bool,
}

/// Levels of members that a value keeps. What is further in is one with what holds it.
const DEEPEST: u8 = 6;
/// What one value may weigh. A member that would make it heavier is kept without its members.
const HEAVIEST: u32 = 160;
/// Taints, references and members that one value keeps.
const MOST_TAINTS: usize = 24;
const MOST_REFS: usize = 8;
/// Functions of the program that one call is followed into. Who passes the others to it is an
/// entry of its own.
const MOST_FOLLOWED: usize = 8;
/// Functions that one value may be: as many as a program has tools that one wrapper is put around.
const MOST_FUNCTIONS: usize = 32;
const MOST_FIELDS: usize = 96;
/// Constants that one value is told to be one of.
const MOST_CONSTANTS: usize = 4;
/// The bit of numbers of API paths that begin with something unknown.
pub(crate) const UNKNOWN_PATH: u64 = 1 << 63;

impl Value {
    /// A value that is one thing.
    pub(crate) fn of(one: Ref) -> Self {
        Self(Some(Arc::new(Data { refs: vec![one], weight: 1, ..Data::default() })))
    }

    /// A value that is one of several things.
    pub(crate) fn any_of(refs: impl IntoIterator<Item = Ref>) -> Self {
        let mut all = Vec::new();
        for one in refs {
            add_ref(&mut all, one);
        }
        let refs = all;
        Self::from_data(Data { refs, ..Data::default() })
    }

    /// A value with one taint.
    pub(crate) fn tainted(label: Label, trace: Option<Arc<Trace>>) -> Self {
        let taint = Taint { label, bits: Bits::NONE, trace };
        Self(Some(Arc::new(Data {
            taints: vec![taint],
            weight: 2,
            tainted: true,
            ..Data::default()
        })))
    }

    /// A value with these taints.
    pub(crate) fn with_taints(taints: impl IntoIterator<Item = Taint>) -> Self {
        let mut data = Data::default();
        for taint in taints {
            add_taint(&mut data.taints, taint);
        }
        Self::from_data(data)
    }

    /// An object with these members.
    pub(crate) fn object(fields: impl IntoIterator<Item = (Sym, Self)>) -> Self {
        let mut data = Data::default();
        for (member, value) in fields {
            data.put(member, value.alone());
        }
        Self::from_data(data)
    }

    fn from_data(mut data: Data) -> Self {
        data.weight = 1 + u32::try_from(data.taints.len()).unwrap_or(u32::MAX);
        data.tainted = !data.taints.is_empty();
        for inner in data.fields.iter().filter_map(|(_, value)| value.0.as_ref()) {
            data.weight = data.weight.saturating_add(inner.weight);
            data.tainted |= inner.tainted;
        }
        let empty = data.taints.is_empty() && data.refs.is_empty() && data.fields.is_empty();
        Self((!empty).then(|| Arc::new(data)))
    }

    /// The taints of the value itself, without those of its members.
    pub(crate) fn taints(&self) -> &[Taint] {
        self.0.as_ref().map_or(&[], |data| &data.taints)
    }

    /// What it may be.
    pub(crate) fn refs(&self) -> &[Ref] {
        self.0.as_ref().map_or(&[], |data| &data.refs)
    }

    /// The functions that it may be, as many as a call of it is followed into.
    pub(crate) fn functions(&self) -> impl Iterator<Item = u32> {
        let functions = self.refs().iter().filter_map(|one| match one {
            Ref::Function(function) => Some(*function),
            _ => None,
        });
        functions.take(MOST_FOLLOWED)
    }

    /// The members that are known.
    pub(crate) fn fields(&self) -> &[(Sym, Self)] {
        self.0.as_ref().map_or(&[], |data| &data.fields)
    }

    /// A member that is known.
    pub(crate) fn field(&self, member: Sym) -> Option<Self> {
        let value = field_of(self.fields(), member)?;
        Some(if value.is_bare() { value.tainted_as(self.taints(), member) } else { value.clone() })
    }

    /// What any of its members may be.
    pub(crate) fn any_member(&self) -> Self {
        self.fields().iter().fold(Self::default(), |sum, (_, one)| sum.and(&one.clone().alone()))
    }

    /// Whether a member is known.
    pub(crate) fn has_field(&self, member: Sym) -> bool {
        field_of(self.fields(), member).is_some()
    }

    /// An object of which is only known what one member may be.
    pub(crate) fn with_bare(member: Sym, value: Self) -> Self {
        let mut data = Data::default();
        data.put(member, value);
        Self::from_data(data)
    }

    /// Whether this is a member of which is only known what it may be.
    pub(crate) fn is_bare(&self) -> bool {
        self.0.as_ref().is_some_and(|data| data.bare)
    }

    /// A member of `whole` of which only was known what it may be.
    fn tainted_as(&self, whole: &[Taint], member: Sym) -> Self {
        let Some(data) = &self.0 else { return Self::default() };
        let mut data = Data::clone(data);
        data.bare = false;
        for taint in whole {
            add_taint(&mut data.taints, Taint { label: taint.label.then(member), ..taint.clone() });
        }
        Self::from_data(data)
    }

    /// The same as a value of its own: nothing is said of what taints it.
    pub(crate) fn alone(self) -> Self {
        match self.0 {
            Some(data) if data.bare => {
                Self(Some(Arc::new(Data { bare: false, ..Data::clone(&data) })))
            }
            _ => self,
        }
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// How many values there are in it, itself and the taints of all included.
    pub(crate) fn weight(&self) -> u32 {
        self.0.as_ref().map_or(0, |data| data.weight)
    }

    /// Whether anything in it is tainted.
    pub(crate) fn is_tainted(&self) -> bool {
        self.0.as_ref().is_some_and(|data| data.tainted)
    }

    /// Every taint in it, members included.
    pub(crate) fn all_taints(&self) -> Vec<Taint> {
        let mut all = Vec::new();
        self.collect(&mut all);
        all
    }

    fn collect(&self, all: &mut Vec<Taint>) {
        for taint in self.taints() {
            add_taint(all, taint.clone());
        }
        for (_, value) in self.fields() {
            value.collect(all);
        }
    }

    /// The same with another thing that it may be.
    pub(crate) fn and(self, other: &Self) -> Self {
        let Some(b) = &other.0 else { return self };
        let Some(a) = self.0 else { return other.clone() };
        if Arc::ptr_eq(&a, b) || a.holds(b) {
            return Self(Some(a));
        }
        let mut data = Arc::unwrap_or_clone(a);
        for (member, value) in &b.fields {
            let both = match field_of(&data.fields, *member) {
                None => value.clone(),
                Some(old) if old.is_bare() == value.is_bare() => old.clone().and(value),
                Some(old) if old.is_bare() => old.tainted_as(&data.taints, *member).and(value),
                Some(old) => old.clone().and(&value.tainted_as(&b.taints, *member)),
            };
            data.put(*member, both);
        }
        for taint in &b.taints {
            add_taint(&mut data.taints, taint.clone());
        }
        for one in &b.refs {
            add_ref(&mut data.refs, *one);
        }
        data.bare &= b.bare;
        data.tainted |= b.tainted;
        Self(Some(Arc::new(data)))
    }

    /// The same with `member` set.
    pub(crate) fn set(self, member: Sym, value: Self) -> Self {
        let mut data = self.0.map_or_else(Data::default, Arc::unwrap_or_clone);
        data.put(member, value.alone());
        Self::from_data(data)
    }

    /// The same with more members, in the order of their names. It has none of them yet.
    pub(crate) fn with_members(self, members: impl IntoIterator<Item = (Sym, Self)>) -> Self {
        let mut data = self.0.map_or_else(Data::default, Arc::unwrap_or_clone);
        for (member, value) in members {
            data.put(member, value);
        }
        Self::from_data(data)
    }

    /// Only what it may be and its members, to `depth` levels: what is known without knowing who
    /// calls.
    pub(crate) fn shape(&self, depth: u8) -> Self {
        self.shape_as(depth, false)
    }

    fn shape_as(&self, depth: u8, bare: bool) -> Self {
        let Some(data) = &self.0 else { return Self::default() };
        let known = !data.refs.iter().any(|one| one.is_unknown());
        if known && data.taints.is_empty() && data.fields.is_empty() && data.bare == bare {
            return self.clone();
        }
        let fields = if depth == 0 {
            Vec::new()
        } else {
            data.fields
                .iter()
                .map(|(member, value)| (*member, value.shape_as(depth - 1, true)))
                .filter(|(_, value)| !value.is_empty())
                .collect()
        };
        let refs = data.refs.iter().copied().filter(|one| !one.is_unknown()).collect();
        let depth = data.depth.min(depth);
        Self::from_data(Data { refs, fields, depth, bare, ..Data::default() })
    }

    /// The same, tainted as `label`: what a value and its members may be says nothing of what
    /// taints them.
    pub(crate) fn labelled(&self, label: Label) -> Self {
        let Some(data) = &self.0 else { return Self::tainted(label, None) };
        let mut taints = data.taints.clone();
        add_taint(&mut taints, Taint { label, bits: Bits::NONE, trace: None });
        let fields = data.fields.iter();
        let fields = fields
            .map(|(member, value)| {
                let part = || value.labelled(label.then(*member));
                (*member, if value.is_bare() { value.clone() } else { part() })
            })
            .collect();
        Self::from_data(Data { taints, fields, ..data.without_members() })
    }

    /// The same with members to `depth` levels: those below are one with what holds them.
    pub(crate) fn cut(&self, depth: u8) -> Self {
        let Some(data) = &self.0 else { return Self::default() };
        if data.depth <= depth {
            return self.clone();
        }
        if depth == 0 {
            return self.shallow();
        }
        let fields = data.fields.iter();
        let fields = fields.map(|(member, value)| (*member, value.cut(depth - 1))).collect();
        let taints = data.taints.clone();
        Self::from_data(Data { taints, fields, depth, ..data.without_members() })
    }

    /// The same, with so few levels of members that it is no heavier than `most`.
    pub(crate) fn lightened(self, most: u32) -> Self {
        let mut value = self;
        while let Some(depth) = value
            .0
            .as_ref()
            .filter(|data| data.weight > most && data.depth > 0)
            .map(|data| data.depth)
        {
            value = value.cut(depth - 1);
        }
        value
    }

    /// Only the taints of everything in it, as those of one value.
    pub(crate) fn flat(&self) -> Self {
        if self.fields().is_empty() && self.refs().is_empty() {
            return self.clone();
        }
        Self::from_data(Data { taints: self.all_taints(), ..Data::default() })
    }

    /// The same as one value without members.
    fn shallow(&self) -> Self {
        let Some(data) = &self.0 else { return Self::default() };
        Self::from_data(Data { taints: self.all_taints(), depth: 0, ..data.without_members() })
    }

    /// The same with every taint changed, members included. A taint for which `change` gives
    /// `None` is left out.
    pub(crate) fn map(&self, change: &mut impl FnMut(&Taint) -> Option<Taint>) -> Self {
        let Some(data) = &self.0 else { return Self::default() };
        if !self.is_tainted() {
            return self.clone();
        }
        let mut taints = Vec::with_capacity(data.taints.len());
        for taint in data.taints.iter().filter_map(&mut *change) {
            add_taint(&mut taints, taint);
        }
        let fields =
            data.fields.iter().map(|(member, value)| (*member, value.map(change))).collect();
        Self::from_data(Data { taints, fields, ..data.without_members() })
    }

    /// The same with bits set on every taint.
    pub(crate) fn with_bits(&self, bits: Bits) -> Self {
        if bits == Bits::NONE {
            return self.clone();
        }
        self.map(&mut |taint| Some(Taint { bits: taint.bits.with(bits), ..taint.clone() }))
    }

    /// Whether both say the same, whatever the ways that led there.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) => true,
            (Some(a), Some(b)) => {
                a.refs == b.refs
                    && a.bare == b.bare
                    && a.taints.len() == b.taints.len()
                    && a.fields.len() == b.fields.len()
                    && a.taints
                        .iter()
                        .zip(&b.taints)
                        .all(|(x, y)| x.label == y.label && x.bits == y.bits)
                    && a.fields.iter().zip(&b.fields).all(|(x, y)| x.0 == y.0 && x.1.same(&y.1))
            }
            _ => false,
        }
    }
}

impl Value {
    /// Whether both say the same of what may be called and of what taints them: plain values that
    /// they may be aside.
    pub(crate) fn alike(&self, other: &Self) -> bool {
        let (Some(a), Some(b)) = (&self.0, &other.0) else {
            return self.is_plain() && other.is_plain();
        };
        let things = |data: &Data| -> SmallVec<[Ref; 8]> {
            data.refs.iter().copied().filter(|one| !one.is_constant()).collect()
        };
        Arc::ptr_eq(a, b)
            || (a.taints.len() == b.taints.len()
                && a.taints.iter().zip(&b.taints).all(|(x, y)| x.label == y.label)
                && things(a) == things(b)
                && a.members_alike(b)
                && b.fields.iter().all(|(member, value)| {
                    field_of(&a.fields, *member).is_some() || value.is_plain()
                }))
    }

    /// Whether it can only be plain values, and so can its members.
    fn is_plain(&self) -> bool {
        self.0.as_ref().is_none_or(|data| {
            data.taints.is_empty()
                && data.refs.iter().all(|one| one.is_constant())
                && data.fields.iter().all(|(_, value)| value.is_plain())
        })
    }
}

/// Adds a taint: of two with one label only what is certain of both stays.
pub(crate) fn add_taint(taints: &mut Vec<Taint>, taint: Taint) {
    match taints.binary_search_by(|known| known.label.cmp(&taint.label)) {
        Ok(at) => {
            if let Some(known) = taints.get_mut(at) {
                let both = known.bits.both(taint.bits);
                if both != known.bits {
                    // The way on which less is certain is the one to show.
                    known.trace = taint.trace;
                    known.bits = both;
                }
            }
        }
        // Of too many the first in their order are kept, whichever came first.
        Err(at) if at < MOST_TAINTS => {
            taints.insert(at, taint);
            taints.truncate(MOST_TAINTS);
        }
        Err(_) => {}
    }
}

fn add_ref(refs: &mut Vec<Ref>, one: Ref) {
    let Err(at) = refs.binary_search(&one) else { return };
    if one.is_constant() {
        if refs.contains(&Ref::Constant) {
            return;
        }
        if one == Ref::Constant
            || refs.iter().filter(|one| one.is_constant()).count() >= MOST_CONSTANTS
        {
            refs.retain(|one| !one.is_constant());
            let at = refs.binary_search(&Ref::Constant).unwrap_or_else(|at| at);
            refs.insert(at, Ref::Constant);
            return;
        }
    }
    refs.insert(at, one);
    // Of too many the first in their order are kept, whichever came first.
    let (functions, most) = match one {
        Ref::Function(_) => (true, MOST_FUNCTIONS),
        _ => (false, MOST_REFS),
    };
    let alike = |one: &Ref| !one.is_constant() && matches!(one, Ref::Function(_)) == functions;
    if refs.iter().filter(|one| alike(one)).count() > most
        && let Some(last) = refs.iter().rposition(alike)
    {
        refs.remove(last);
    }
}

impl Ref {
    /// Whether it is a plain value.
    pub(crate) const fn is_constant(self) -> bool {
        matches!(
            self,
            Self::Text(_) | Self::Bool(_) | Self::Null | Self::Number(_) | Self::Constant
        )
    }

    /// Whether nothing is known but the names on the way to it.
    pub(crate) const fn is_unknown(self) -> bool {
        matches!(self, Self::Api(path) if path & UNKNOWN_PATH != 0)
    }
}

fn field_of(fields: &[(Sym, Value)], member: Sym) -> Option<&Value> {
    let at = fields.binary_search_by(|(known, _)| known.cmp(&member)).ok()?;
    fields.get(at).map(|(_, value)| value)
}

impl Data {
    /// Whether `other` adds nothing to this.
    fn holds(&self, other: &Self) -> bool {
        self.bare <= other.bare
            && other.refs.iter().all(|one| self.refs.binary_search(one).is_ok())
            && other.taints.iter().all(|taint| {
                let known = self.taints.binary_search_by(|known| known.label.cmp(&taint.label));
                known
                    .ok()
                    .and_then(|at| self.taints.get(at))
                    .is_some_and(|known| known.bits.both(taint.bits) == known.bits)
            })
            && other.fields.iter().all(|(member, value)| {
                field_of(&self.fields, *member).is_some_and(|own| match (&own.0, &value.0) {
                    (Some(a), Some(b)) => Arc::ptr_eq(a, b) || (a.bare == b.bare && a.holds(b)),
                    (_, None) => true,
                    (None, Some(_)) => false,
                })
            })
    }

    /// Whether the members of this say the same as those of `other`, plain values aside.
    fn members_alike(&self, other: &Self) -> bool {
        self.fields.iter().all(|(member, value)| match field_of(&other.fields, *member) {
            Some(same) => value.alike(same),
            None => value.is_plain(),
        })
    }

    /// The same without taints and members.
    fn without_members(&self) -> Self {
        Self {
            taints: Vec::new(),
            refs: self.refs.clone(),
            fields: Vec::new(),
            depth: self.depth,
            weight: 0,
            bare: self.bare,
            tainted: false,
        }
    }

    /// Sets a member. What would be nested too deep keeps its taints and what it may be.
    fn put(&mut self, member: Sym, value: Value) {
        let (below, weight) = value.0.as_ref().map_or((0, 1), |data| (data.depth, data.weight));
        let too_much = below + 1 >= DEEPEST || self.weight.saturating_add(weight) > HEAVIEST;
        let value = if too_much { value.shallow() } else { value };
        let (below, weight) = value.0.as_ref().map_or((0, 1), |data| (data.depth, data.weight));
        match self.fields.binary_search_by(|(known, _)| known.cmp(&member)) {
            Ok(at) => self.fields[at].1 = value,
            Err(at) if self.fields.len() < MOST_FIELDS => self.fields.insert(at, (member, value)),
            Err(_) => return,
        }
        self.depth = self.depth.max(below + 1);
        self.weight = self.weight.saturating_add(weight);
    }
}
