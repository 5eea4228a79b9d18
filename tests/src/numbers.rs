//! Numbers that look random and are the same at every run.

/// A small generator (xorshift64*; Vigna, An experimental exploration of Marsaglia's xorshift generators,
/// 2016).
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// A generator that begins with a seed, which must not be zero.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below a limit.
    pub fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % below
    }

    /// Any of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.next(from.len())]
    }

    /// Puts these into another order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.next(last + 1));
        }
    }
}
