//! The interface that clients see: types, fields, arguments, and nothing that decides.
//!
//! Rules, statements and permissions are in the areas; bytes and media types in `http`.

pub mod connection;
pub mod context;
pub mod error;
pub mod gate;
pub mod loaders;
pub mod node;
pub mod scalars;
pub mod territories;
pub mod vocabularies;
