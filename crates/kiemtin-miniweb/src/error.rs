//! What can go wrong when the bundled web starts?

use std::net::SocketAddr;

/// Why the bundled web did not start.
#[derive(Debug, thiserror::Error)]
pub enum MiniWebError {
    /// A page file is not TOML of the expected form.
    #[error("page file {file} cannot be read")]
    File {
        /// Its name.
        file: &'static str,
        /// What the parser says.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A page has a value that makes no sense.
    #[error("page file {file}: page \"{slug}\": {problem}")]
    Page {
        /// Name of the file.
        file: &'static str,
        /// Slug of the page.
        slug: String,
        /// What is wrong, with what was read and what was expected.
        problem: String,
    },
    /// The start time lies outside the years that can be written as dates.
    #[error("{now_ms} ms is not a usable start time")]
    Clock {
        /// What was given, in milliseconds since 1970-01-01T00:00:00Z.
        now_ms: i64,
    },
    /// An address could not be bound. On systems other than Linux, 127.0.71.1 to 127.0.71.16 may first have to be added
    /// to the loopback interface.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// No port was free on all addresses at once.
    #[error("no port is free on all {addresses} loopback addresses (tried {tries} ports)")]
    NoFreePort {
        /// How many addresses are needed.
        addresses: usize,
        /// How many ports were tried.
        tries: usize,
    },
}
