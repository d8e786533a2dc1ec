//! A ministry portal of the ASP.NET kind: one form around everything, view state, generated ids, tables.

use super::{head, parts};
use crate::markup::{escape, fold};
use crate::view::View;
use crate::web::Page;

/// Where the date stands on an article page.
pub(crate) const DATE_SELECTOR: &str = "span.ngay-dang";

pub(super) fn write(view: View<'_>, page: &Page) -> String {
    let inset = format!(
        "<table class=\"Image\" align=\"center\"><tr><td><img src=\"/anh/{}.svg\" alt=\"\" /></td></tr><tr><td><em>{}</em></td></tr></table>\n",
        page.number,
        parts::caption(page)
    );
    // The view state is noise; its length is what such pages have.
    let state: String = (0..24_u64).map(|i| format!("{:016x}", page.seed.rotate_left((i * 7 % 64) as u32).wrapping_mul(i + 3))).collect();
    format!(
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"vi\">\n{head}<body>\n\
         <form method=\"post\" action=\"{path}\" id=\"aspnetForm\">\n<input type=\"hidden\" name=\"__VIEWSTATE\" id=\"__VIEWSTATE\" value=\"{state}\" />\n\
         <div id=\"s4-workspace\"><div class=\"header-portal\"><table width=\"100%\"><tr><td><a href=\"/\">{name}</a></td>\
         <td align=\"right\"><span id=\"ctl00_lblToday\">{clock}</span> | <a href=\"/lien-he.aspx\">Liên hệ</a> | <a href=\"/so-do.aspx\">Sơ đồ cổng</a> | <a href=\"/en.aspx\">English</a></td></tr></table></div>\n\
         <div class=\"menu\" id=\"ctl00_MenuTop\"><ul>\n{menu}</ul></div>\n<div class=\"lien-ket\"><select><option>Liên kết website</option>\
         <option>Cổng Chính phủ</option><option>Sở Công Thương các tỉnh, thành phố</option></select></div>\n\
         <table width=\"100%\" class=\"layout\"><tr><td class=\"cot-trai\" valign=\"top\"><div class=\"box\"><div class=\"box-title\">Thông báo</div><ul>\n{latest}</ul></div></td>\n\
         <td class=\"cot-giua\" valign=\"top\"><div class=\"duong-dan\"><a href=\"/\">Trang chủ</a> &gt; <a href=\"/chuyen-muc/{section_path}/\">{section}</a></div>\n\
         <div id=\"ctl00_PlaceHolderMain_pnlDetail\" class=\"chi-tiet\">\n<h1 id=\"ctl00_PlaceHolderMain_lblTieuDe\" class=\"tieu-de\">{title}</h1>\n\
         <div class=\"thong-tin\"><span id=\"ctl00_PlaceHolderMain_lblNgayDang\" class=\"ngay-dang\">{date}</span> \
         <a href=\"javascript:window.print()\">In bài viết</a> <a href=\"#\">A+</a> <a href=\"#\">A-</a></div>\n\
         <div id=\"ctl00_PlaceHolderMain_lblTomTat\" class=\"sa-po\">{sapo}</div>\n\
         <div id=\"ctl00_PlaceHolderMain_lblNoiDung\" class=\"noi-dung\"><div class=\"ExternalClass{number}\">\n{body}</div></div>\n{credit}</div>\n\
         <div class=\"tin-lien-quan\"><b>Các tin khác</b><ul>\n{same}</ul></div></td></tr></table>\n\
         <div class=\"chan-trang\"><p>{name}</p><p>Giấy phép số 29/GP-TTĐT cấp ngày 11/3/2019. © 2019 Bản quyền thuộc {name}.</p>\
         <p>Số lượt truy cập: {visits}</p></div>\n</div>\n</form>\n</body>\n</html>\n",
        head = head::write(view, page, "<meta name=\"GENERATOR\" content=\"Microsoft SharePoint\" />\n"),
        path = escape(&page.path),
        name = escape(view.spec().name),
        clock = view.web.now.weekday_date(),
        menu = parts::menu(view),
        latest = parts::related(view, page, false, 5),
        section_path = fold(&page.section),
        section = escape(&page.section),
        title = escape(&view.text(page).title),
        date = page.published.day_first(),
        sapo = parts::sapo(view, page),
        number = page.number,
        body = parts::paragraphs(view, page, "<p style=\"text-align&#58;justify;\">", "</p>", &inset),
        credit = parts::credit(view, page, "<div class=\"nguon-tin\">", "</div>"),
        same = parts::related(view, page, true, 5),
        visits = 4_000_000 + page.seed % 90_000,
    )
}
