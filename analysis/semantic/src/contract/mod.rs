//! What every engine must keep, as tests that any of them runs.
//!
//! An engine writes one small program in its language, with named marks in it ([`Program`]), and gets
//! every test below: the same questions, with the same meaning of every answer.
//!
//! ```text
//! def area(self): ...        the mark «method» stands before the name that it marks:
//! def «method»area(self): ...
//! ```
//!
//! Only compiled with the feature `contract`, which engines turn on for their tests.

mod behaviour;
mod changing;
mod going;
mod looking;
mod moving;
mod program;

pub use program::{Program, World};

use crate::engine::EngineFactory;

/// Runs every test of the contract.
///
/// # Panics
/// If the engine breaks it, with what was asked and what came.
pub fn run(factory: &EngineFactory, program: &Program) {
    let tests: &[Test] = &[
        ("uses lead to declarations", going::uses_lead_to_declarations),
        ("declarations lead to themselves", going::declarations_lead_to_themselves),
        ("nothing leads from a comment", going::nothing_leads_from_a_comment),
        ("types and implementations", going::types_and_implementations),
        ("references are the same from everywhere", going::references_are_the_same_from_everywhere),
        ("highlights are the references of the file", going::highlights_are_the_references_of_the_file),
        ("hierarchies are inverse", going::hierarchies_are_inverse),
        ("hovers speak of the name", looking::hovers_speak_of_the_name),
        ("candidates hold what is valid", looking::candidates_hold_what_is_valid),
        ("signatures follow the cursor", looking::signatures_follow_the_cursor),
        ("items are nested and in order", looking::items_are_nested_and_in_order),
        ("symbols are found by name", looking::symbols_are_found_by_name),
        ("tokens are in order", looking::tokens_are_in_order),
        ("folds and selections are nested", looking::folds_and_selections_are_nested),
        ("findings speak of the defect", looking::findings_speak_of_the_defect),
        ("completion replaces what was typed", changing::completion_replaces_what_was_typed),
        ("a rename keeps the meaning", changing::a_rename_keeps_the_meaning),
        ("renames that cannot be done are refused", changing::renames_that_cannot_be_done_are_refused),
        ("actions are the same when they are resolved", changing::actions_are_the_same_when_they_are_resolved),
        ("imports follow what moves", moving::imports_follow_what_moves),
        ("places that mean nothing have empty answers", behaviour::places_that_mean_nothing),
        ("a fork answers the same", behaviour::a_fork_answers_the_same),
        ("who gave up gets no answer", behaviour::who_gave_up_gets_no_answer),
        ("an edit is seen at once", behaviour::an_edit_is_seen_at_once),
    ];
    let world = World::new(factory, program);
    for (name, test) in tests {
        // A failure says which test it was, whatever it says else.
        let guard = Announce(name);
        test(&world);
        std::mem::forget(guard);
    }
}

/// What it shows, and the test.
type Test = (&'static str, fn(&World));

/// Prints the name of the test that panics.
struct Announce<'a>(&'a str);

impl Drop for Announce<'_> {
    #[allow(clippy::print_stderr, reason = "it is the output of a test that fails")]
    fn drop(&mut self) {
        eprintln!("broken: {}", self.0);
    }
}
