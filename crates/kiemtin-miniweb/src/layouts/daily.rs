//! A large daily: header clock, breadcrumb with the date in words, sapo in a paragraph of its own, byline at the end.

use super::{head, parts};
use crate::markup::{escape, fold};
use crate::view::View;
use crate::web::Page;

pub(super) fn write(view: View<'_>, page: &Page) -> String {
    let section = format!("<a href=\"/chuyen-muc/{}/\">{}</a>", fold(&page.section), escape(&page.section));
    let inset = format!(
        "{}<div class=\"ads banner-inread\"><span>Quảng cáo</span> <a href=\"/qc/1\">{}</a></div>\n",
        parts::figure(page),
        parts::advertisement(page, 0)
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\">\n{head}<body class=\"page-detail\">\n\
         <header class=\"section top-header\"><div class=\"container flexbox\"><a class=\"logo\" href=\"/\">{name}</a>\
         <span class=\"time-now\">{clock}</span><a href=\"/tin-moi/\">Mới nhất</a> <a href=\"/dang-nhap/\">Đăng nhập</a></div></header>\n\
         <nav class=\"main-nav\"><ul class=\"parent\">\n{menu}</ul></nav>\n<div class=\"ads top-banner\"><a href=\"/qc/2\">{ad}</a></div>\n\
         <section class=\"section page-detail top-detail\"><div class=\"container\"><div class=\"sidebar-1\">\n\
         <div class=\"header-content width_common\"><ul class=\"breadcrumb\"><li><a href=\"/\">Trang chủ</a></li><li>{section}</li></ul>\
         <span class=\"date\">{date}</span></div>\n<h1 class=\"title-detail\">{title}</h1>\n<p class=\"description\">{sapo}</p>\n\
         <article class=\"fck_detail\">\n{body}{credit}<p class=\"author_mail\" style=\"text-align:right;\"><strong>{byline}</strong></p>\n</article>\n\
         <div class=\"social-share\"><a href=\"#\">Chia sẻ</a> <a href=\"#\">Lưu</a> <a href=\"#\">In bài</a></div>\n\
         <div class=\"tags\"><h4>Từ khóa</h4>{tags}</div>\n<div class=\"list-news related\"><ul>\n{related}</ul></div>\n\
         <div class=\"box-comment\"><h3>Ý kiến bạn đọc</h3>\n{comments}<textarea placeholder=\"Ý kiến của bạn\"></textarea></div>\n</div>\n\
         <aside class=\"sidebar-2\"><h2>Tin cùng chuyên mục</h2><ul>\n{same}</ul><h2>Đọc nhiều</h2><ol>\n{read}</ol></aside>\n</div></section>\n\
         <footer class=\"footer container\"><ul>\n{menu}</ul><p class=\"copyright\">{licence}</p></footer>\n</body>\n</html>\n",
        head = head::write(view, page, ""),
        name = escape(view.spec().name),
        clock = view.web.now.weekday_date(),
        menu = parts::menu(view),
        ad = parts::advertisement(page, 1),
        date = page.published.weekday_long(),
        title = escape(&view.text(page).title),
        sapo = parts::sapo(view, page),
        body = parts::paragraphs(view, page, "<p class=\"Normal\">", "</p>", &inset),
        credit = parts::credit(view, page, "<p class=\"Normal\" style=\"text-align:right;\"><em>", "</em></p>"),
        byline = parts::byline(page),
        tags = parts::tags(page),
        related = parts::related(view, page, false, 3),
        comments = parts::comments(page, "<div class=\"comment_item\">", "</div>"),
        same = parts::related(view, page, true, 5),
        read = parts::related(view, page, false, 5),
        licence = parts::licence(view),
    )
}
