//! Letters to people: asked for in the transaction of their cause, unless whoever would receive them does not want them.
//!
//! What each says is in `correspondence`, which makes it when it is sent; how it goes over the wire is in
//! `platform::mail`. Here are who receives one, what they chose, how letters look, and what became of them.

pub mod acts;
pub mod asked;
pub mod choice;
pub mod error;
pub mod off;
pub mod page;
pub mod safety;
pub mod store;

pub use asked::Cause;
pub use asked::Payload;
pub use error::LetterError;
