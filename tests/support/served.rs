//! A running `serve` on an installation, and a way in.

use super::chromium::Chromium;
use super::{Child, Installation, drain};
use std::io::{BufRead, BufReader};

/// What administrators of the tests sign in with.
pub const PASSWORD: &str = "chín con trâu ăn cỏ 1984";

/// The running service.
pub struct Served {
    pub base: String,
    /// The one-time sign-in link.
    pub open: String,
    _child: Child,
}

impl Served {
    /// Starts it on a free port with its clock at `now`, and waits until it listens.
    pub fn start(here: &Installation, now: &str) -> Self {
        Self::start_on(here, now, 0)
    }

    /// The same on a given port.
    pub fn start_on(here: &Installation, now: &str, port: u16) -> Self {
        Self::start_saying(here, now, port, true)
    }

    /// Starts it anew on the same port, where there is an administrator already.
    pub fn again_on(here: &Installation, now: &str, port: u16) -> Self {
        Self::start_saying(here, now, port, false)
    }

    fn start_saying(here: &Installation, now: &str, port: u16, first: bool) -> Self {
        let mut child = Child(here.command_at(now, &["serve", "--port", &port.to_string()]).spawn().unwrap());
        drain(child.0.stderr.take());
        let mut said = BufReader::new(child.0.stdout.take().unwrap()).lines();
        let mut next = |word: &str| {
            let line = said.next().unwrap_or_else(|| panic!("the service ended before it said \"{word}\"")).unwrap();
            line.strip_prefix(&format!("{word} ")).unwrap_or_else(|| panic!("expected \"{word} …\", got {line}")).to_owned()
        };
        let base = next("listening on");
        let open = if first { next("open") } else { String::new() };
        Self { base, open, _child: child }
    }

    /// Makes the first administrator by the one-time link, who is signed in then.
    pub fn sign_in(&self, browser: &mut Chromium) {
        browser.go(&self.open);
        browser.fill("#name", "quan-tri");
        browser.fill("#password", PASSWORD);
        browser.follow("form button");
        browser.wait("location.pathname === '/'");
    }
}
