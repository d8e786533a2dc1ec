//! A business paper on a large content system: `data-role` attributes, date above the title, related box inside the text.

use super::{head, parts};
use crate::markup::{escape, fold};
use crate::view::View;
use crate::web::Page;

pub(super) fn write(view: View<'_>, page: &Page) -> String {
    let inset = format!(
        "<div class=\"VCSortableInPreviewMode\" type=\"Photo\"><div><img src=\"/anh/{number}.svg\" alt=\"{caption}\" /></div>\
         <div class=\"PhotoCMS_Caption\"><p>{caption}</p></div></div>\n\
         <div class=\"VCSortableInPreviewMode\" type=\"RelatedNewsBox\"><div class=\"kbwscwl-relatedbox\"><ul>\n{related}</ul></div></div>\n",
        number = page.number,
        caption = parts::caption(page),
        related = parts::related(view, page, false, 2),
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\">\n{head}<body>\n<div id=\"admWrapsite\">\n<div class=\"header\"><div class=\"wp1040\">\
         <a class=\"header__logo\" href=\"/\" title=\"{name}\">{name}</a><div class=\"header__date\">{clock}</div></div>\n\
         <div class=\"menu\"><ul>\n{menu}</ul></div></div>\n<div class=\"detail__main\"><div class=\"detail-cate\">\
         <a data-role=\"cate-name\" href=\"/chuyen-muc/{section_path}/\">{section}</a></div>\n\
         <p class=\"dateandcat\"><span class=\"pdate\" data-role=\"publishdate\">{date}</span></p>\n\
         <h1 class=\"title\" data-role=\"title\">{title}</h1>\n<div class=\"detail-info\"><div class=\"detail-author\" data-role=\"author\">{byline}</div></div>\n\
         <h2 class=\"sapo\" data-role=\"sapo\">{sapo}</h2>\n<div class=\"zone-ads\" id=\"admzone1\"><a href=\"/qc/3\">{ad}</a></div>\n\
         <div class=\"detail-content afcbc-body\" data-role=\"content\" itemprop=\"articleBody\">\n{body}</div>\n{credit}\
         <div class=\"bottom-info\"><p class=\"author\">{byline}</p><div class=\"link-source-wrapper\"><a href=\"#\">Copy link</a></div></div>\n\
         <div class=\"tagdetail\"><div class=\"row2\">{tags}</div></div>\n</div>\n\
         <div class=\"list_news_right\"><h3>Tin cùng chuyên mục</h3><ul>\n{same}</ul></div>\n<div class=\"tinmoi\"><h3>Tin mới</h3><ul>\n{latest}</ul></div>\n\
         <div class=\"comment-box\"><h3>Bình luận</h3>\n{comments}</div>\n<div class=\"footer\">\n<p>{slogan}</p><p>{licence}</p>\
         <p>Hotline quảng cáo: liên hệ phòng kinh doanh</p></div>\n</div>\n</body>\n</html>\n",
        head = head::write(view, page, ""),
        name = escape(view.spec().name),
        clock = view.web.now.weekday_date(),
        menu = parts::menu(view),
        section_path = fold(&page.section),
        section = escape(&page.section),
        date = page.published.day_first(),
        title = escape(&view.text(page).title),
        byline = parts::byline(page),
        sapo = parts::sapo(view, page),
        ad = parts::advertisement(page, 0),
        body = parts::paragraphs(view, page, "<p>", "</p>", &inset),
        credit = parts::credit(view, page, "<p class=\"source\" data-role=\"source\">", "</p>"),
        tags = parts::tags(page),
        same = parts::related(view, page, true, 4),
        latest = parts::related(view, page, false, 6),
        comments = parts::comments(page, "<div class=\"item-comment\">", "</div>"),
        slogan = escape(view.spec().slogan),
        licence = parts::licence(view),
    )
}
