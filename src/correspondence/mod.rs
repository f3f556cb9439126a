//! What letters to people say, made when they are sent: with what is true then, and what their reader may see then.
//!
//! Who receives one and what they chose is in `letters`; who causes one asks there. Letters that come from time to time are
//! asked for in `rounds`.

pub mod changed;
pub mod digest;
mod erasure;
pub mod invitation;
pub mod missing;
pub mod reset;
pub mod returned;
pub mod rounds;
pub mod safety;
pub mod send;
pub mod store;
pub mod verification;
pub mod words;
