//! Which texts the session holds, and which of its slots a prompt gets.

use crate::token::Token;

/// The slots of a session.
#[derive(Debug)]
pub(super) struct Slots {
    slots: Vec<Slot>,
    clock: u64,
}

#[derive(Debug, Default)]
struct Slot {
    /// What the session holds in it. Meaningless while it is taken.
    tokens: Vec<Token>,
    last_use: u64,
    is_taken: bool,
}

impl Slots {
    pub(super) fn new(count: usize) -> Self {
        Self { slots: (0..count.max(1)).map(|_| Slot::default()).collect(), clock: 0 }
    }

    /// Whether there is one to take.
    pub(super) fn has_free(&self) -> bool {
        self.slots.iter().any(|slot| !slot.is_taken)
    }

    /// Takes a slot for a prompt. Returns it with those tokens of the prompt that it holds already: never all of
    /// them, since the logits of the last one are wanted.
    pub(super) fn take(&mut self, prompt: &[Token]) -> Option<(usize, Vec<Token>)> {
        let common = |slot: &Slot| slot.tokens.iter().zip(prompt).take_while(|(left, right)| left == right).count();
        let free = || self.slots.iter().enumerate().filter(|(_, slot)| !slot.is_taken);
        let (best, length) = free().map(|(index, slot)| (index, common(slot))).max_by_key(|&(_, length)| length)?;
        // A slot that shares only a little with the prompt keeps its text for whoever wrote it; the one that was not
        // used for the longest time has to go instead.
        let shares_enough = length * 2 >= self.slots[best].tokens.len() || length * 2 >= prompt.len();
        let index = match free().min_by_key(|(_, slot)| slot.last_use) {
            Some((oldest, _)) if !shares_enough => oldest,
            _ => best,
        };
        let held = common(&self.slots[index]).min(prompt.len() - 1);
        self.clock += 1;
        let slot = &mut self.slots[index];
        slot.is_taken = true;
        slot.last_use = self.clock;
        let mut tokens = std::mem::take(&mut slot.tokens);
        tokens.truncate(held);
        Some((index, tokens))
    }

    /// Gives a slot back with what it holds now.
    pub(super) fn give_back(&mut self, index: usize, tokens: Vec<Token>) {
        let slot = &mut self.slots[index];
        slot.tokens = tokens;
        slot.is_taken = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_gets_the_slot_that_shares_most_with_it() {
        let mut slots = Slots::new(2);
        let (first, held) = slots.take(&[1, 2, 3]).unwrap();
        assert!(held.is_empty());
        let (second, _) = slots.take(&[1, 2, 3]).unwrap();
        assert!(slots.take(&[1]).is_none(), "all are taken");
        slots.give_back(first, vec![1, 2, 3, 4]);
        slots.give_back(second, vec![7, 8, 9]);
        assert_eq!(slots.take(&[7, 8, 9]).unwrap(), (second, vec![7, 8]), "the last token is computed again");
        slots.give_back(second, vec![7, 8, 9]);
        assert_eq!(slots.take(&[1, 2, 3, 4, 5]).unwrap(), (first, vec![1, 2, 3, 4]));
        slots.give_back(first, vec![1, 2, 3, 4, 5]);
        assert_eq!(slots.take(&[1, 6, 6, 6]).unwrap().0, second, "it shares too little, so the oldest has to go");
    }
}
