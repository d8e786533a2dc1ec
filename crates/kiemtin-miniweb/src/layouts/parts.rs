//! Which blocks surround every article, and must not end up in its text?

use crate::markup::{choose, escape, fold};
use crate::view::View;
use crate::web::Page;

/// Sections that every newspaper has in its menu, beside its own.
const MENU: &[&str] = &[
    "Thời sự",
    "Thế giới",
    "Kinh doanh",
    "Bất động sản",
    "Khoa học",
    "Giải trí",
    "Thể thao",
    "Pháp luật",
    "Giáo dục",
    "Sức khỏe",
    "Đời sống",
    "Du lịch",
    "Số hóa",
    "Xe",
    "Ý kiến",
    "Tâm sự",
    "Ảnh",
    "Video",
    "Podcasts",
];
const TAGS: &[&str] = &[
    "tiêu dùng",
    "doanh nghiệp",
    "thị trường",
    "chính sách mới",
    "bạn đọc",
    "kinh tế hộ",
    "hàng hóa",
    "mua sắm",
    "giao thương",
    "đời sống đô thị",
    "nông sản",
    "chuyển đổi số",
];
const CAPTIONS: &[&str] = &[
    "Khách hàng xem hàng tại một siêu thị ở nội thành.",
    "Công nhân trong ca sản xuất buổi sáng.",
    "Một góc phố buôn bán vào giờ cao điểm.",
    "Kho hàng của một doanh nghiệp vận chuyển.",
    "Người dân làm thủ tục tại điểm giao dịch.",
    "Cảng hàng hóa nhìn từ trên cao.",
    "Cửa hàng nhỏ trong khu dân cư.",
    "Tiểu thương sắp hàng lên sạp.",
];
const COMMENTS: &[&str] = &[
    "Bài viết hay, cảm ơn tòa soạn.",
    "Mong báo theo dõi tiếp chuyện này.",
    "Chỗ tôi ở cũng gặp cảnh tương tự.",
    "Đọc xong thấy dễ hiểu hơn hẳn.",
    "Đề nghị tòa soạn cho biết thêm chi tiết.",
    "Tôi đã chia sẻ bài này cho gia đình.",
    "Chờ bài tiếp theo của tác giả.",
    "Nội dung gọn, đủ ý.",
    "Cần nói rõ hơn về mốc thời gian.",
];
const READERS: &[&str] = &["Bạn đọc Hà Nội", "Thu Cúc", "Người xem báo", "Lão nông", "Hoàng 79", "Mẹ Tôm", "Sinh viên năm cuối"];
const ADVERTISEMENTS: &[&str] = &[
    "Nệm cao su thiên nhiên – mua một tặng một đến hết tuần",
    "Khóa học tiếng Anh cho người đi làm, học thử miễn phí",
    "Tour biển đảo ba ngày hai đêm giá tốt",
    "Căn hộ ven sông, bàn giao hoàn thiện",
    "Máy lọc nước trả góp, lắp đặt trong ngày",
];

/// `<li>` links of the menu: at least 19.
pub(super) fn menu(view: View<'_>) -> String {
    let own = view.sections();
    let more = MENU.iter().copied().filter(|name| !own.contains(name));
    own.iter().copied().chain(more).map(|name| format!("<li><a href=\"/chuyen-muc/{}/\">{}</a></li>\n", fold(name), escape(name))).collect()
}

/// The paragraphs, each between `open` and `close`; `inset` (a picture, an advertisement) follows the second one.
pub(super) fn paragraphs(view: View<'_>, page: &Page, open: &str, close: &str, inset: &str) -> String {
    let mut out = String::new();
    let text = view.text(page);
    let place = text.paragraphs.len().min(2);
    for (order, paragraph) in text.paragraphs.iter().enumerate() {
        out.push_str(open);
        out.push_str(&escape(paragraph).replace('\n', "<br />\n"));
        out.push_str(close);
        out.push('\n');
        if order + 1 == place {
            out.push_str(inset);
        }
    }
    out
}

/// Caption of the page's picture.
pub(super) fn caption(page: &Page) -> String {
    escape(&choose(CAPTIONS, page.seed, 1).concat())
}

/// A picture with its caption.
pub(super) fn figure(page: &Page) -> String {
    format!(
        "<figure class=\"tplCaption\"><img src=\"/anh/{}.svg\" alt=\"{caption}\" width=\"680\" height=\"380\" />\
         <figcaption><p class=\"Image\">{caption} Ảnh: T.L.</p></figcaption></figure>\n",
        page.number,
        caption = caption(page),
    )
}

/// The sapo, escaped; empty for texts without one.
pub(super) fn sapo(view: View<'_>, page: &Page) -> String {
    escape(view.text(page).sapo.as_deref().unwrap_or_default())
}

/// Who wrote it, or the newspaper that it was taken from.
pub(super) fn byline(page: &Page) -> String {
    escape(page.byline.as_deref().unwrap_or_default())
}

/// `Theo <newspaper>` for copies.
pub(super) fn credit(view: View<'_>, page: &Page, open: &str, close: &str) -> String {
    view.credit(page).map_or_else(String::new, |name| format!("{open}Theo {}{close}\n", escape(name)))
}

/// `<li>` links to so many pages that stand next to this one in the list, of its section if `same`.
pub(super) fn related(view: View<'_>, page: &Page, same: bool, count: usize) -> String {
    let others: Vec<&Page> =
        view.newest().filter(|other| other.number != page.number && (!same || other.section == page.section)).collect();
    choose(&others, page.seed, count)
        .iter()
        .map(|other| format!("<li><a href=\"{}\">{}</a></li>\n", escape(&other.path), escape(&view.text(other).title)))
        .collect()
}

/// Links of the tags.
pub(super) fn tags(page: &Page) -> String {
    choose(TAGS, page.seed / 7, 4).iter().map(|tag| format!("<a href=\"/the/{}/\" rel=\"tag\">{tag}</a> ", fold(tag))).collect()
}

/// The words of an advertisement.
pub(super) fn advertisement(page: &Page, order: u64) -> String {
    escape(&choose(ADVERTISEMENTS, page.seed.wrapping_add(order), 1).concat())
}

/// What readers say below the article, each between `open` and `close`.
pub(super) fn comments(page: &Page, open: &str, close: &str) -> String {
    let count = (page.seed % 4) as usize;
    let readers = choose(READERS, page.seed / 3, count);
    choose(COMMENTS, page.seed / 11, count)
        .iter()
        .zip(readers)
        .map(|(comment, reader)| {
            format!(
                "{open}<b>{reader}</b>: {comment} <span>{} giờ trước</span> <a href=\"#\">Trả lời</a> <a href=\"#\">Thích</a>{close}\n",
                page.seed % 9 + 1
            )
        })
        .collect()
}

/// The licence line of the footer, with its old dates.
pub(super) fn licence(view: View<'_>) -> String {
    let number = view.site * 17 + 104;
    format!(
        "Giấy phép số {number}/GP-BTTTT cấp ngày 01/02/2018. © 2019 Bản quyền thuộc về {name}. Tòa soạn: số {street} đường Hoa Sữa. \
         Ghi rõ nguồn “{name}” khi phát hành lại thông tin từ trang này.",
        name = escape(view.spec().name),
        street = view.site * 3 + 12,
    )
}
