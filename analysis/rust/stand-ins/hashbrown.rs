//! Stands in for the crate `hashbrown`, which `std` makes its hash maps and sets of.
//!
//! Only the types are here that fields of the standard library have. What they are parameterised by is
//! used in each, so that `HashMap<K, V>` is known to depend on `K` and `V`.

#![no_std]

pub enum TryReserveError {
    CapacityOverflow,
    AllocError { layout: core::alloc::Layout },
}

pub mod hash_map {
    use core::marker::PhantomData;

    pub struct HashMap<K, V, S = (), A = ()>(PhantomData<(K, V, S, A)>);
    pub struct Iter<'a, K, V>(PhantomData<&'a (K, V)>);
    pub struct IterMut<'a, K, V>(PhantomData<&'a mut (K, V)>);
    pub struct IntoIter<K, V, A = ()>(PhantomData<(K, V, A)>);
    pub struct Drain<'a, K, V, A = ()>(PhantomData<(&'a (K, V), A)>);
    pub struct ExtractIf<'a, K, V, F, A = ()>(PhantomData<(&'a mut (K, V), F, A)>);
    pub enum RustcEntry<'a, K, V, A = ()> {
        Occupied(RustcOccupiedEntry<'a, K, V, A>),
        Vacant(RustcVacantEntry<'a, K, V, A>),
    }
    pub struct RustcOccupiedEntry<'a, K, V, A = ()>(PhantomData<&'a mut (K, V, A)>);
    pub struct RustcVacantEntry<'a, K, V, A = ()>(PhantomData<&'a mut (K, V, A)>);
}

pub mod hash_set {
    use core::marker::PhantomData;

    pub struct HashSet<T, S = (), A = ()>(PhantomData<(T, S, A)>);
    pub struct Iter<'a, K>(PhantomData<&'a K>);
    pub struct IntoIter<K, A = ()>(PhantomData<(K, A)>);
    pub struct Drain<'a, K, A = ()>(PhantomData<(&'a K, A)>);
    pub struct ExtractIf<'a, K, F, A = ()>(PhantomData<(&'a mut K, F, A)>);
    pub enum Entry<'a, T, S, A = ()> {
        Occupied(OccupiedEntry<'a, T, S, A>),
        Vacant(VacantEntry<'a, T, S, A>),
    }
    pub struct OccupiedEntry<'a, T, S, A = ()>(PhantomData<&'a mut (T, S, A)>);
    pub struct VacantEntry<'a, T, S, A = ()>(PhantomData<&'a mut (T, S, A)>);
}
