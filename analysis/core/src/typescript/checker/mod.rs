//! What names lead to and what types values have.
//!
//! Everything is asked for lazily and remembered until the inputs change. What is asked for while it is
//! being answered is not known (`any`), and nothing that depends on such an answer is remembered before
//! the question is answered from which it came: so answers do not depend on who asked first.

mod assigned;
mod calls;
mod context;
mod declared;
mod evaluate;
mod exports;
mod expressions;
mod infer;
mod members;
mod names;
mod narrow;
mod relate;
mod signatures;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

pub(crate) use calls::Resolved;
pub(crate) use names::Meaning;
pub(crate) use signatures::Signature;

use super::name::Name;
use super::project::config::{Config, config_of_folder};
use super::tree::{NodeId, Table, Tree};
use super::tree_of;
use super::types::{Place, Ty, of};
use crate::database::{Db, File};

/// Answers by what was asked.
type Answers<Q, A> = Mutex<FxHashMap<Q, A>>;

/// What was found out at a revision.
#[derive(Default)]
pub(crate) struct Findings {
    types: Answers<(Question, Place), Ty>,
    calls: Answers<(Place, bool), Option<Arc<Resolved>>>,
    modules: Answers<(File, Name, bool), Option<File>>,
    globals: Answers<(File, Name), Arc<[Place]>>,
    tables: Answers<(Place, bool), Arc<Table>>,
    exports: Answers<(Place, Name), Arc<[Place]>>,
}

/// What is asked of a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Question {
    /// The type of an expression.
    Expression,
    /// The type of a declaration.
    Declaration,
    /// What a function returns.
    Result,
    /// What a type that is written down means, with nothing bound.
    Written,
    /// What is expected of an expression.
    Expected,
}

/// How deep questions may lead to others.
const DEEPEST: usize = 400;

/// Answers at one revision.
pub(crate) struct Checker<'db> {
    pub(crate) db: &'db dyn Db,
    found: Arc<Findings>,
    trees: RefCell<FxHashMap<File, &'db Tree>>,
    /// The questions that are being answered.
    open: RefCell<Vec<(Question, Place)>>,
    /// The outermost open question that an answer depended on.
    lowest: Cell<usize>,
    /// Answers that depend on open questions, with the outermost of these.
    provisional: RefCell<FxHashMap<(Question, Place), (usize, Ty)>>,
    /// How deep types are looked into.
    depth: Cell<u32>,
    /// How much may still be done for one question.
    fuel: Cell<u32>,
    /// The file that the question is about.
    pub(crate) question_file: Cell<Option<File>>,
    /// Calls that are being resolved.
    open_calls: RefCell<SmallVec<[(Place, bool); 8]>>,
}

impl<'db> Checker<'db> {
    pub(crate) fn new(db: &'db dyn Db, found: Arc<Findings>) -> Self {
        Self {
            db,
            found,
            trees: RefCell::default(),
            open: RefCell::default(),
            lowest: Cell::new(usize::MAX),
            provisional: RefCell::default(),
            depth: Cell::new(0),
            fuel: Cell::new(2_000_000),
            question_file: Cell::new(None),
            open_calls: RefCell::default(),
        }
    }

    /// The tree of a file.
    pub(crate) fn tree(&self, file: File) -> &'db Tree {
        if let Some(tree) = self.trees.borrow().get(&file) {
            return tree;
        }
        let tree = tree_of(self.db, file);
        self.trees.borrow_mut().insert(file, tree);
        tree
    }

    pub(crate) fn at(&self, file: File, node: NodeId) -> Place {
        Place { file, node }
    }

    /// The settings for a file.
    pub(crate) fn config(&self, file: File) -> &'db Config {
        let path = file.path(self.db);
        let folder = path.parent().unwrap_or(path);
        config_of_folder(self.db, self.db.folder(folder))
    }

    /// Answers a question once.
    fn memo(&self, question: Question, place: Place, answer: impl FnOnce() -> Ty) -> Ty {
        let key = (question, place);
        if let Some(known) = self.found.types.lock().get(&key) {
            return known.clone();
        }
        if let Some((head, known)) = self.provisional.borrow().get(&key) {
            self.lowest.set(self.lowest.get().min(*head));
            return known.clone();
        }
        let index = {
            let mut open = self.open.borrow_mut();
            if let Some(index) = open.iter().position(|known| *known == key) {
                self.lowest.set(self.lowest.get().min(index));
                return of::any();
            }
            if open.len() > DEEPEST || self.fuel.get() == 0 {
                self.lowest.set(0);
                return of::any();
            }
            open.push(key);
            open.len() - 1
        };
        self.spend(1);
        let before = self.lowest.replace(usize::MAX);
        let ty = answer();
        self.open.borrow_mut().pop();
        let lowest = self.lowest.get();
        if lowest >= index {
            self.found.types.lock().insert(key, ty.clone());
            if lowest == index {
                // What depended on this one is asked anew.
                self.provisional.borrow_mut().retain(|_, (head, _)| *head < index);
            }
            self.lowest.set(before);
        } else {
            self.provisional.borrow_mut().insert(key, (lowest, ty.clone()));
            self.lowest.set(before.min(lowest));
        }
        ty
    }

    /// Marks that something was done; answers what is not known once too much was.
    fn spend(&self, amount: u32) {
        self.fuel.set(self.fuel.get().saturating_sub(amount));
    }

    /// Looks into a type, unless that was done too deep already.
    fn deeper<T>(&self, otherwise: T, look: impl FnOnce() -> T) -> T {
        let depth = self.depth.get();
        if depth > 48 || self.fuel.get() == 0 {
            self.lowest.set(0);
            return otherwise;
        }
        self.spend(1);
        self.depth.set(depth + 1);
        let found = look();
        self.depth.set(depth);
        found
    }
}
