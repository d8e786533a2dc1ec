//! What does a page say that has nothing to show? Words, and a way on.

use super::html;
use crate::fault::Fault;
use crate::view::chrome::Chrome;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    chrome: Chrome,
    title: &'a str,
    paragraphs: &'a [&'a str],
    way: (&'a str, &'a str),
}

/// A fault in words.
pub fn fault(fault: &Fault) -> Response {
    let paragraphs = [fault.detail.as_str()];
    notice(fault.status, fault.title, &paragraphs, ("/", "Về Bàn cảnh báo"), true)
}

/// Nobody is signed in.
pub fn sign_in_needed() -> Response {
    let paragraphs = [
        "Trang này chỉ dành cho người đã đăng nhập.",
        "Mở liên kết đăng nhập dùng một lần mà kiemtin in ra khi khởi động (dòng bắt đầu bằng «open»). Phiên đăng nhập kéo dài 12 giờ.",
        "Liên kết đã dùng rồi, hoặc phiên đã hết? Người quản trị khởi động lại kiemtin để có liên kết mới.",
        "Nếu bạn vừa mở liên kết đăng nhập từ thư hoặc trang khác, hãy bấm vào dưới đây.",
    ];
    notice(StatusCode::UNAUTHORIZED, "Cần đăng nhập", &paragraphs, ("/", "Vào Bàn cảnh báo"), false)
}

fn notice(status: StatusCode, title: &str, paragraphs: &[&str], way: (&str, &str), nav: bool) -> Response {
    html(status, &Notice { chrome: Chrome { nav, ..Chrome::bare() }, title, paragraphs, way })
}
