//! Everything about persons that the answers of the local networks hold. All of it is invented. None of it may be found in what
//! is stored, indexed, logged, answered or exported: a test looks for each of these.

/// Names as people show them.
pub const NAMES: &[&str] = &["Quách Thị Lam Khuê", "Phùng Vĩnh Trạch", "Mạc Đăng Kỳ Phong", "Vương Hạ Tịch Nhan"];
/// Handles, without the sign before them.
pub const HANDLES: &[&str] = &["lamkhue_quach77", "vinhtrach.phung", "kyphong_mac_hn", "tichnhan.vh"];
/// Ids of accounts, as the networks write them.
pub const ACCOUNT_IDS: &[&str] =
    &["109876501234567890", "did:plc:k7lamkhue2quach77vinhtra", "UCq7LamKhueQuachVinhTrach", "100087651234509"];
/// Addresses of pictures of people.
pub const AVATARS: &[&str] = &["anh-dai-dien/lamkhue-8861.jpg", "anh-dai-dien/vinhtrach-4420.png"];
/// Telephone numbers and accounts that stand in texts.
pub const NUMBERS: &[&str] = &["0912 345 678", "0987.654.321", "STK 19034567890123", "lamkhue.quach@thu.example"];

/// One of a list, by number, around and around.
pub(crate) fn nth(list: &'static [&'static str], number: usize) -> &'static str {
    list.iter().cycle().nth(number % list.len().max(1)).copied().unwrap_or_default()
}

/// All of it, for who looks whether any of it can be found.
pub fn all() -> impl Iterator<Item = &'static str> {
    [NAMES, HANDLES, ACCOUNT_IDS, AVATARS, NUMBERS].into_iter().flatten().copied()
}
