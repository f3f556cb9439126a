//! API tokens: made and ended by the users for whom programs act.
//!
//! Whom one lets in is in `identity::api_token`, what it may do in `identity::rights`; which scope each field asks for is
//! written beside the schema. What clients may rely on is in `docs/api-tokens.md`.

pub mod acts;
pub mod error;
pub mod store;

pub use error::TokenError;
