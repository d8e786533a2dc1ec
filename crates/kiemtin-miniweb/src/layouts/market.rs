//! A market site: the date stands only in the text of a span, while the header clock shows another one.

use super::{head, parts};
use crate::markup::{escape, fold};
use crate::view::View;
use crate::web::Page;

/// Where the date stands on an article page.
pub(crate) const DATE_SELECTOR: &str = ".bai-viet .ngay-dang";

pub(super) fn write(view: View<'_>, page: &Page) -> String {
    let inset = format!(
        "<div class=\"anh\"><img src=\"/anh/{}.svg\" alt=\"\"><div class=\"chu-thich\">{}</div></div>\n\
         <div class=\"xem-them\"><b>Xem thêm:</b><ul>\n{}</ul></div>\n",
        page.number,
        parts::caption(page),
        parts::related(view, page, false, 1)
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\">\n{head}<body>\n<div id=\"dau-trang\"><div class=\"logo\"><a href=\"/\">{name}</a></div>\
         <div class=\"date time-now\">{clock}</div><form action=\"/tim-kiem\"><input name=\"q\" placeholder=\"Tìm kiếm\"><button>Tìm</button></form></div>\n\
         <div class=\"menu\"><ul>\n{menu}</ul></div>\n<div class=\"bang-gia\"><table><tr><th>Mặt hàng</th><th>Đơn vị</th></tr>\
         <tr><td>Rau cải</td><td>kg</td></tr><tr><td>Trứng gà</td><td>chục</td></tr><tr><td>Cà phê</td><td>kg</td></tr></table></div>\n\
         <div class=\"quang-cao\"><a href=\"/qc/4\">{ad}</a></div>\n<div class=\"bai-viet\"><div class=\"chuyen-muc\"><a href=\"/chuyen-muc/{section_path}/\">{section}</a></div>\n\
         <h1>{title}</h1>\n<div class=\"thong-tin\"><span class=\"ngay-dang\">{date}</span> <span class=\"luot-xem\">{views} lượt xem</span></div>\n\
         <div class=\"sapo\"><strong>{sapo}</strong></div>\n<div class=\"noi-dung\">\n{body}\
         <div style=\"text-align:right\"><b>{byline}</b></div>\n{credit}</div>\n<div class=\"the\">Thẻ: {tags}</div>\n</div>\n\
         <div class=\"cung-chuyen-muc\"><h3>Tin cùng chuyên mục</h3><ul>\n{same}</ul></div>\n<div class=\"binh-luan\"><h3>Bình luận</h3>\n{comments}</div>\n\
         <div class=\"doc-nhieu\"><h3>Đọc nhiều nhất</h3><ul>\n{read}</ul></div>\n<div class=\"quang-cao\"><a href=\"/qc/5\">{ad_below}</a></div>\n\
         <div class=\"footer\">{licence}</div>\n</body>\n</html>\n",
        head = head::write(view, page, ""),
        name = escape(view.spec().name),
        clock = view.web.now.weekday_date(),
        menu = parts::menu(view),
        ad = parts::advertisement(page, 0),
        section_path = fold(&page.section),
        section = escape(&page.section),
        title = escape(&view.text(page).title),
        date = page.published.weekday_long(),
        views = page.seed % 20_000 + 150,
        sapo = parts::sapo(view, page),
        body = parts::paragraphs(view, page, "<div>", "</div>", &inset),
        byline = parts::byline(page),
        credit = parts::credit(view, page, "<div class=\"nguon\">", "</div>"),
        tags = parts::tags(page),
        same = parts::related(view, page, true, 4),
        comments = parts::comments(page, "<p>", "</p>"),
        read = parts::related(view, page, false, 5),
        ad_below = parts::advertisement(page, 2),
        licence = parts::licence(view),
    )
}
