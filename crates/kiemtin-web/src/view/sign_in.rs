//! Đăng nhập: what stands on the pages for who is not signed in?

use crate::view::chrome::Chrome;
use askama::Template;

/// Name and password.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// Around it.
    pub chrome: Chrome,
    /// Where to go on to, a path of this service.
    pub next: String,
    /// The name that was typed.
    pub name: String,
    /// What is wrong; empty when nothing is.
    pub wrong: String,
    /// The identity provider by which one may sign in too, and where that begins.
    pub provider: Option<(String, String)>,
}

/// A password is chosen by a one-time link.
#[derive(Template)]
#[template(path = "choose.html")]
pub struct ChoosePage {
    /// Around it.
    pub chrome: Chrome,
    /// The code of the link.
    pub code: String,
    /// Whose password it is; empty for the first administrator, who chooses a name as well.
    pub user: String,
    /// The name that was typed.
    pub name: String,
    /// What is wrong; empty when nothing is.
    pub wrong: String,
}

/// Goes on by itself.
#[derive(Template)]
#[template(path = "onward.html")]
pub struct OnwardPage {
    /// Where to, a path of this service.
    pub next: String,
}
