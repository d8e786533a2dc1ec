//! A provincial paper with a site of the old school: tables, `font`, upper-case tags, the date in words.

use super::{head, parts};
use crate::markup::{escape, fold};
use crate::view::View;
use crate::web::Page;

pub(super) fn write(view: View<'_>, page: &Page) -> String {
    let inset = format!(
        "<TABLE class=\"Image\" align=\"center\" border=\"0\"><TR><TD><IMG src=\"/anh/{}.svg\" alt=\"\"></TD></TR>\
         <TR><TD align=\"center\"><I>{}</I></TD></TR></TABLE>\n",
        page.number,
        parts::caption(page)
    );
    format!(
        "<!DOCTYPE html>\n<HTML lang=\"vi\">\n{head}<BODY bgcolor=\"#ffffff\">\n<TABLE width=\"980\" align=\"center\" cellpadding=\"0\">\n\
         <TR><TD colspan=\"3\" class=\"banner\"><A href=\"/\"><FONT size=\"6\">{name}</FONT></A><BR><FONT size=\"2\">{slogan}</FONT>\
         <DIV align=\"right\">{clock}</DIV></TD></TR>\n<TR><TD colspan=\"3\" class=\"menu\"><UL>\n{menu}</UL></TD></TR>\n\
         <TR><TD width=\"180\" valign=\"top\" class=\"left\"><B>TIN MỚI</B><UL>\n{latest}</UL><B>THỜI TIẾT</B><P>Nhiều mây, có nơi có mưa nhỏ.</P>\
         <B>QUẢNG CÁO</B><P><A href=\"/qc/6\">{ad}</A></P></TD>\n\
         <TD valign=\"top\" class=\"main\"><DIV class=\"path\"><A href=\"/\">Trang nhất</A> &raquo; <A href=\"/chuyen-muc/{section_path}/\">{section}</A></DIV>\n\
         <DIV class=\"contentDetail\">\n<H1 class=\"title\">{title}</H1>\n<SPAN class=\"post-date\">{date}</SPAN>\n\
         <P class=\"lead\"><B>{sapo}</B></P>\n<DIV class=\"body\">\n{body}</DIV>\n<P align=\"right\"><B>{byline}</B></P>\n{credit}</DIV>\n\
         <DIV class=\"gui-bai\"><A href=\"#\">Gửi bài viết</A> | <A href=\"#\">In trang</A> | <A href=\"#\">Về đầu trang</A></DIV>\n\
         <DIV class=\"other\"><B>CÁC TIN KHÁC</B><UL>\n{same}</UL></DIV>\n<DIV class=\"y-kien\"><B>Ý KIẾN BẠN ĐỌC</B>\n{comments}</DIV></TD>\n\
         <TD width=\"160\" valign=\"top\" class=\"right\"><B>LIÊN KẾT</B><UL><LI><A href=\"/lk/1\">Cổng thông tin tỉnh</A></LI>\
         <LI><A href=\"/lk/2\">Truyền hình địa phương</A></LI></UL></TD></TR>\n\
         <TR><TD colspan=\"3\" class=\"footer\"><CENTER>{licence}</CENTER></TD></TR>\n</TABLE>\n</BODY>\n</HTML>\n",
        head = head::write(view, page, ""),
        name = escape(view.spec().name),
        slogan = escape(view.spec().slogan),
        clock = view.web.now.weekday_date(),
        menu = parts::menu(view),
        latest = parts::related(view, page, false, 5),
        ad = parts::advertisement(page, 0),
        section_path = fold(&page.section),
        section = escape(&page.section),
        title = escape(&view.text(page).title),
        date = page.published.words(),
        sapo = parts::sapo(view, page),
        body = parts::paragraphs(view, page, "<P align=\"justify\"><FONT face=\"Arial\" size=\"3\">", "</FONT></P>", &inset),
        byline = parts::byline(page),
        credit = parts::credit(view, page, "<P align=\"right\"><I>", "</I></P>"),
        same = parts::related(view, page, true, 5),
        comments = parts::comments(page, "<P>", "</P>"),
        licence = parts::licence(view),
    )
}
