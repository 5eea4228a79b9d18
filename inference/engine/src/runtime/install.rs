//! Getting the library.
