//! Which token comes next: the likeliest, or one drawn.

use crate::token::{Token, TokenMask};

/// How the next token is chosen.
#[derive(Clone, PartialEq, Debug)]
pub enum Sampling {
    /// The likeliest token; of equals the one with the lowest number.
    Greedy,
    /// A token drawn by its probability.
    Random(Random),
}

/// How a token is drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct Random {
    /// Flattens (above 1) or sharpens (below 1) the probabilities. Above 0.
    pub temperature: f32,
    /// Only this many of the likeliest tokens. 0: all of them.
    pub top_k: usize,
    /// Only the likeliest tokens that have this probability together. 1: all of them.
    pub top_p: f32,
    /// The same seed draws the same tokens.
    pub seed: u64,
}

impl Default for Random {
    fn default() -> Self {
        Self { temperature: 0.8, top_k: 40, top_p: 0.95, seed: 0 }
    }
}

/// A token that was chosen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Choice {
    /// The token.
    pub token: Token,
    /// The model's own probability of it: at temperature 1, without any mask.
    pub confidence: f32,
}

/// Chooses tokens, one after the other. Draws once for each token, so that a text is the same however many of
/// its tokens were computed in one run.
#[derive(Clone, Debug)]
pub(crate) struct Sampler {
    sampling: Sampling,
    state: u64,
}

impl Sampler {
    pub(crate) fn new(sampling: Sampling) -> Self {
        let state = match &sampling {
            Sampling::Greedy => 0,
            Sampling::Random(random) => random.seed,
        };
        Self { sampling, state }
    }

    /// The next token, or `None` if the mask allows none.
    pub(crate) fn choose(&mut self, logits: &[f32], mask: Option<&TokenMask>) -> Option<Choice> {
        let token = match self.sampling.clone() {
            Sampling::Greedy => likeliest(logits, mask)?,
            Sampling::Random(random) => self.draw(&random, logits, mask)?,
        };
        Some(Choice { token, confidence: probability(logits, token) })
    }

    fn draw(&mut self, random: &Random, logits: &[f32], mask: Option<&TokenMask>) -> Option<Token> {
        let point = self.next();
        if random.temperature <= 0.0 {
            return likeliest(logits, mask);
        }
        let mut candidates: Vec<(Token, f32)> = (0..)
            .zip(logits.iter().copied())
            .filter(|&(token, logit)| logit.is_finite() && mask.is_none_or(|mask| mask.allows(token)))
            .collect();
        let order = |left: &(Token, f32), right: &(Token, f32)| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0));
        if random.top_k > 0 && random.top_k < candidates.len() {
            candidates.select_nth_unstable_by(random.top_k, order);
            candidates.truncate(random.top_k);
        }
        candidates.sort_unstable_by(order);
        let highest = candidates.first()?.1;
        let mut total = 0.0;
        for (_, weight) in &mut candidates {
            *weight = ((*weight - highest) / random.temperature).exp();
            total += *weight;
        }
        let mut kept = 0.0;
        let cut = candidates.iter().position(|&(_, weight)| {
            kept += weight;
            kept >= random.top_p * total
        });
        if let Some(last) = cut {
            candidates.truncate(last + 1);
        }
        let mut rest = point * candidates.iter().map(|&(_, weight)| weight).sum::<f32>();
        for &(token, weight) in &candidates {
            rest -= weight;
            if rest < 0.0 {
                return Some(token);
            }
        }
        candidates.last().map(|&(token, _)| token)
    }

    /// A number from 0 to 1, without 1 (SplitMix64).
    fn next(&mut self) -> f32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ (value >> 31)) >> 40) as f32 / (1 << 24) as f32
    }
}

/// The token with the highest logit among those allowed. A logit that is no number is never the highest.
fn likeliest(logits: &[f32], mask: Option<&TokenMask>) -> Option<Token> {
    let mut best: Option<(Token, f32)> = None;
    let mut consider = |token: Token, logit: f32| {
        if !logit.is_nan() && best.is_none_or(|(_, highest)| logit > highest) {
            best = Some((token, logit));
        }
    };
    match mask {
        None => (0..).zip(logits.iter().copied()).for_each(|(token, logit)| consider(token, logit)),
        Some(mask) => {
            for token in mask.iter() {
                if let Some(&logit) = logits.get(token as usize) {
                    consider(token, logit);
                }
            }
        }
    }
    best.map(|(token, _)| token)
}

/// The probability of a token (softmax).
fn probability(logits: &[f32], token: Token) -> f32 {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f32 = logits.iter().filter(|logit| !logit.is_nan()).map(|&logit| (logit - highest).exp()).sum();
    (logits[token as usize] - highest).exp() / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greedy_takes_the_likeliest_allowed() {
        let logits = [1.0, 3.0, f32::NAN, 3.0, 2.0];
        let mut sampler = Sampler::new(Sampling::Greedy);
        let choice = sampler.choose(&logits, None).unwrap();
        assert_eq!(choice.token, 1, "the first of equals");
        assert!((choice.confidence - 0.3995).abs() < 0.001, "{}", choice.confidence);
        let mut mask = TokenMask::none(5);
        assert_eq!(sampler.choose(&logits, Some(&mask)), None);
        mask.allow(0);
        mask.allow(4);
        assert_eq!(sampler.choose(&logits, Some(&mask)).unwrap().token, 4);
    }

    #[test]
    fn drawing_follows_the_probabilities_and_the_limits() {
        let logits = [2.0_f32.ln(), 1.0_f32.ln(), 1.0_f32.ln(), f32::NEG_INFINITY];
        let count = |random: Random, mask: Option<&TokenMask>| {
            let mut sampler = Sampler::new(Sampling::Random(random));
            let mut counts = [0; 4];
            for _ in 0..4000 {
                counts[sampler.choose(&logits, mask).unwrap().token as usize] += 1;
            }
            counts
        };
        let all = Random { temperature: 1.0, top_k: 0, top_p: 1.0, seed: 7 };
        let counts = count(all.clone(), None);
        assert!((1850..2150).contains(&counts[0]) && (900..1100).contains(&counts[1]) && counts[3] == 0, "{counts:?}");
        assert_eq!(count(Random { top_k: 1, ..all.clone() }, None)[0], 4000);
        assert_eq!(count(Random { top_p: 0.5, ..all.clone() }, None)[0], 4000);
        let mut mask = TokenMask::none(4);
        mask.allow(2);
        assert_eq!(count(all.clone(), Some(&mask))[2], 4000);
        assert_eq!(count(all.clone(), None), count(all, None), "the same seed, the same tokens");
    }
}
