//! What is an asker told when something is wrong?
//!
//! One [`Fault`], two shapes: RFC 9457 problem details for programs, a page in words for people. Which one is decided
//! in [`crate::envelope`], by the address asked for.

use crate::problem::Problem;
use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kiemtin_model::Right;
use kiemtin_store::{IndexError, StoreError};
use kiemtin_text::query::QueryError;
use std::error::Error;

/// Something is wrong with a request, or with us.
#[derive(Clone, Debug)]
pub struct Fault {
    /// HTTP status.
    pub status: StatusCode,
    /// Last part of the problem's type, a stable word for programs.
    pub kind: &'static str,
    /// What it is, in Vietnamese.
    pub title: &'static str,
    /// What it is this time, and what to do.
    pub detail: String,
    /// Position in the query, in Unicode scalar values from 0.
    pub at: Option<usize>,
    /// How the query could be written.
    pub proposal: Option<String>,
    /// Seconds after which it may be asked again.
    pub wait_s: Option<u64>,
}

impl Fault {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, title, detail: detail.into(), at: None, proposal: None, wait_s: None }
    }

    /// Neither token nor session.
    pub fn unauthorised() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorised",
            "Cần đăng nhập",
            "Thiếu mã truy cập, hoặc mã không đúng. Gửi tiêu đề «Authorization: Bearer MÃ», hoặc đăng nhập bằng trình duyệt.",
        )
    }

    /// Somebody known, who may not do this.
    pub fn forbidden(right: Right) -> Self {
        let detail = format!("Tài khoản hoặc mã truy cập này không có quyền «{}» ({right}). Hãy hỏi quản trị viên.", right.vi());
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Không có quyền", detail)
    }

    /// The identity provider's word did not sign anybody in.
    pub fn not_signed_in(detail: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "not-signed-in", "Không đăng nhập được", detail)
    }

    /// The identity provider cannot be asked. The cause is logged here, once, and not told.
    pub fn no_provider(error: &dyn Error) -> Self {
        tracing::error!(http.cause = chain(error), "nobody can sign in by the identity provider");
        let detail = "Dịch vụ đăng nhập của cơ quan không trả lời. Hãy thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu.";
        Self::new(StatusCode::BAD_GATEWAY, "no-provider", "Dịch vụ đăng nhập không trả lời", detail)
    }

    /// The sign-in link has been used.
    pub fn link_used() -> Self {
        Self::new(
            StatusCode::GONE,
            "link-used",
            "Liên kết đã được dùng",
            "Mỗi liên kết đăng nhập chỉ dùng được một lần. Hãy đăng nhập bằng mật khẩu, hoặc xin quản trị viên một liên kết mới.",
        )
    }

    /// There is no such thing.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Không tìm thấy", format!("Không có {what}."))
    }

    /// The address exists, but not for this method.
    pub fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "Phương thức không được hỗ trợ",
            "Địa chỉ này không nhận phương thức đó; các phương thức được nhận có trong tiêu đề Allow.",
        )
    }

    /// What was sent cannot be read.
    pub fn body(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "wrong-body", "Nội dung gửi lên sai", detail)
    }

    /// It cannot be done as things stand.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "Không thực hiện được", detail)
    }

    /// Somebody changed it meanwhile.
    pub fn stale(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "stale", "Đã có người thay đổi", detail)
    }

    /// A browser sent it from a page of somebody else.
    pub fn foreign() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "foreign-page",
            "Yêu cầu từ trang khác",
            "Yêu cầu thay đổi này được gửi từ một trang không thuộc dịch vụ. Hãy mở trang của dịch vụ và làm lại.",
        )
    }

    /// A parameter cannot be read.
    pub fn parameter(name: &str, got: &str, expected: &str) -> Self {
        let got: String = got.chars().take(80).collect();
        Self::new(
            StatusCode::BAD_REQUEST,
            "wrong-parameter",
            "Tham số sai",
            format!("Tham số «{name}» nhận được «{got}»; cần: {expected}."),
        )
    }

    /// The search cannot be read.
    pub fn query(error: &QueryError) -> Self {
        let fault = Self::new(StatusCode::BAD_REQUEST, "wrong-query", "Câu truy vấn sai", error.to_string());
        Self { at: Some(error.at), proposal: error.proposal.clone(), ..fault }
    }

    /// The search asks for what the index cannot do.
    pub fn unanswerable(reason: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "wrong-query", "Câu truy vấn sai", reason)
    }

    /// The address is longer than anything we ask for.
    pub fn too_long(limit: usize) -> Self {
        let detail = format!("Địa chỉ yêu cầu dài quá {limit} byte; hãy rút ngắn câu truy vấn.");
        Self::new(StatusCode::URI_TOO_LONG, "too-long", "Địa chỉ quá dài", detail)
    }

    /// The body is larger than this address takes.
    pub fn too_large(limit: usize) -> Self {
        let detail = format!("Nội dung gửi lên dài quá {limit} byte (tính cả sau khi giải nén). Hãy chia nhỏ.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Nội dung quá lớn", detail)
    }

    /// The body did not come whole: too large, or the connection ended.
    pub fn cut_body(error: &axum::Error, limit: usize) -> Self {
        let mut causes = std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| (*cause).source());
        if causes.any(|cause| cause.is::<http_body_util::LengthLimitError>()) {
            return Self::too_large(limit);
        }
        Self::body("Nội dung gửi lên bị ngắt giữa chừng.")
    }

    /// More lines than one push takes.
    pub fn too_many_lines(most: u32) -> Self {
        let detail = format!("Mỗi lần gửi nhiều nhất {most} dòng. Hãy chia nhỏ.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-many-lines", "Quá nhiều dòng", detail)
    }

    /// A kind of body that is not taken.
    pub fn media(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Kiểu nội dung không được nhận", detail)
    }

    /// An idempotency key that was used for something else.
    pub fn other_body() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "key-reused",
            "Khóa đã dùng cho nội dung khác",
            "«Idempotency-Key» này đã được dùng trong 24 giờ qua với nội dung khác. Hãy dùng khóa mới cho mỗi nội dung.",
        )
    }

    /// Asked too often; allowed again in so many seconds.
    pub fn too_many(wait_s: u64) -> Self {
        let detail = format!("Vượt quá số yêu cầu cho phép trong một phút; hãy thử lại sau {wait_s} giây.");
        let fault = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Quá nhiều yêu cầu", detail);
        Self { wait_s: Some(wait_s), ..fault }
    }

    /// As many live streams are open as one asker may have; perhaps not any more in so many seconds.
    pub fn too_many_streams(wait_s: u64) -> Self {
        let detail = "Bạn đang mở quá nhiều luồng cập nhật trực tiếp; hãy đóng bớt trang hoặc chương trình đang nghe rồi thử lại.";
        let fault = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-streams", "Quá nhiều luồng trực tiếp", detail);
        Self { wait_s: Some(wait_s), ..fault }
    }

    /// Others are being served.
    pub fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Dịch vụ đang bận",
            "Dịch vụ đang xử lý nhiều yêu cầu cùng lúc; hãy thử lại sau ít giây.",
        )
    }

    /// It took too long.
    pub fn timeout() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "Quá thời gian chờ",
            "Yêu cầu mất quá nhiều thời gian. Hãy thử lại, hoặc thu hẹp câu truy vấn và khoảng ngày.",
        )
    }

    /// We failed. The cause is logged here, once, and not told.
    pub fn ours(message: &str, error: &dyn Error) -> Self {
        tracing::error!(http.cause = chain(error), "a request could not be answered: {message}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "failed",
            "Lỗi của dịch vụ",
            "Dịch vụ gặp lỗi khi trả lời; chi tiết có trong nhật ký. Hãy thử lại sau ít phút.",
        )
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::BadCursor(cursor) => Self::parameter("cursor", &cursor, "giá trị next_cursor của trang trước"),
            error => Self::ours("the store failed", &error),
        }
    }
}

impl From<IndexError> for Fault {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Query(reason) => Self::unanswerable(reason),
            error => Self::ours("the index failed", &error),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(Problem::of(&self))).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("10"));
        }
        if let Some(seconds) = self.wait_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// An error with everything under it, for the log.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut out = error.to_string();
    let mut under = error.source();
    while let Some(cause) = under {
        out.push_str(": ");
        out.push_str(&cause.to_string());
        under = cause.source();
    }
    out
}
