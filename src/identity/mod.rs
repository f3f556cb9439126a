//! Who asks, what they may do, which rows they may see.
//!
//! Everything above receives a [`Ctx`]; nothing above decides on permissions by itself.

pub mod account;
pub mod actor;
pub mod api_token;
pub mod attempts;
mod counted;
pub mod ctx;
mod demand;
pub mod device;
pub mod error;
pub mod hashing;
mod held;
pub mod notes;
pub mod openid;
pub mod origin;
pub mod password;
pub mod permissions;
pub mod published;
pub mod rights;
pub mod scope;
pub mod session;
mod stated;
pub mod store;
pub mod tokens;
pub mod totp;

pub use actor::Actor;
pub use counted::Coverage;
pub use counted::Sight;
pub use ctx::Core;
pub use ctx::Ctx;
pub use error::Denied;
pub use error::IdentityError;
pub use origin::Origin;
pub use permissions::Action;
pub use rights::Rights;
pub use scope::Scope;
pub use session::Authenticator;
