//! What every engine must keep, as tests that any of them runs.
