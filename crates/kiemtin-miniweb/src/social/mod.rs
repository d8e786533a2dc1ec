//! How do forum, channel and network show their posts?

pub(crate) mod channel;
pub(crate) mod forum;
pub(crate) mod mastodon;
