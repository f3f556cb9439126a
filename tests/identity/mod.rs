//! Accounts and what keeps them safe, as their owners and those who attack them see it.
//!
//! Signing in and out in the plain case is in `sign_in`; letters of a lost password are in `letters`.

mod passwords;
