//! A newspaper with a site of today: semantic elements, `time`, cards, a byline below the title.

use super::{head, parts};
use crate::markup::{escape, fold};
use crate::view::View;
use crate::web::Page;

pub(super) fn write(view: View<'_>, page: &Page) -> String {
    let updated = view.updated(page);
    let changed = if updated == page.published {
        String::new()
    } else {
        format!(
            "<span class=\"cap-nhat\">Cập nhật: <time itemprop=\"dateModified\" datetime=\"{}\">{}</time></span>",
            updated.iso(),
            updated.time_first()
        )
    };
    let inset = format!(
        "{}<aside class=\"inline-promo\" aria-label=\"Quảng cáo\"><a href=\"/qc/7\">{}</a></aside>\n",
        parts::figure(page),
        parts::advertisement(page, 0)
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\" class=\"no-js\">\n{head}<body>\n<a class=\"skip\" href=\"#noi-dung\">Đến nội dung</a>\n\
         <header role=\"banner\"><a href=\"/\" class=\"brand\">{name}</a><p class=\"tagline\">{slogan}</p><time class=\"today\">{clock}</time></header>\n\
         <nav aria-label=\"Chuyên mục\"><ul>\n{menu}</ul></nav>\n<main id=\"noi-dung\">\n<article itemscope itemtype=\"https://schema.org/NewsArticle\">\n\
         <header><nav aria-label=\"Đường dẫn\"><ol><li><a href=\"/\">Trang chủ</a></li><li><a href=\"/chuyen-muc/{section_path}/\">{section}</a></li></ol></nav>\n\
         <h1 itemprop=\"headline\">{title}</h1>\n<div class=\"meta\"><span class=\"author\" itemprop=\"author\">{byline}</span> \
         <time itemprop=\"datePublished\" datetime=\"{iso}\">{date}</time>{changed} <span>{minutes} phút đọc</span></div></header>\n\
         <p class=\"sapo\" itemprop=\"description\">{sapo}</p>\n<div class=\"body\" itemprop=\"articleBody\">\n{body}{credit}</div>\n\
         <footer class=\"article-foot\"><div class=\"tags\">{tags}</div><div class=\"share\"><button>Chia sẻ</button><button>Sao chép liên kết</button></div></footer>\n</article>\n\
         <section class=\"comments\" id=\"binh-luan\"><h2>Ý kiến bạn đọc</h2>\n{comments}<p><a href=\"/dang-nhap/\">Đăng nhập để bình luận</a></p></section>\n\
         <section class=\"more\"><h2>Tin cùng chuyên mục</h2><ul class=\"cards\">\n{same}</ul></section>\n</main>\n\
         <aside class=\"rail\"><h2>Có thể bạn quan tâm</h2><ul>\n{read}</ul><div class=\"newsletter\"><h3>Nhận bản tin sáng</h3>\
         <form><input type=\"email\" placeholder=\"Thư điện tử của bạn\"><button>Đăng ký</button></form></div></aside>\n\
         <footer role=\"contentinfo\"><p>{licence}</p></footer>\n</body>\n</html>\n",
        head = head::write(view, page, ""),
        name = escape(view.spec().name),
        slogan = escape(view.spec().slogan),
        clock = view.web.now.weekday_date(),
        menu = parts::menu(view),
        section_path = fold(&page.section),
        section = escape(&page.section),
        title = escape(&view.text(page).title),
        byline = parts::byline(page),
        iso = page.published.iso(),
        date = page.published.time_first(),
        minutes = page.seed % 4 + 2,
        sapo = parts::sapo(view, page),
        body = parts::paragraphs(view, page, "<p>", "</p>", &inset),
        credit = parts::credit(view, page, "<p class=\"source\"><em>", "</em></p>"),
        tags = parts::tags(page),
        comments = parts::comments(page, "<article class=\"comment\"><p>", "</p></article>"),
        same = parts::related(view, page, true, 4),
        read = parts::related(view, page, false, 5),
        licence = parts::licence(view),
    )
}
