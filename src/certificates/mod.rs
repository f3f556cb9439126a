//! Certificates: signed statements of a volunteer's approved hours that anybody with the code can check.
//!
//! What is certified is worked out in `content`, whether it still holds in `status`; what a third party is told in
//! `verify`, as a signed file in `credential`, in words in `document`, on paper in `printed` and many at once in `sheaf`. Figures that the person and the organization
//! look at before one is issued are in `reports::statement`.

pub mod code;
pub mod content;
pub mod credential;
pub mod document;
pub mod error;
pub mod issue;
pub mod printed;
pub mod revoke;
pub mod sheaf;
pub mod shown;
pub mod status;
pub mod store;
pub mod verify;

pub use code::Code;
pub use error::CertificateError;
pub use shown::Detail;
pub use shown::Shown;
pub use status::Status;
