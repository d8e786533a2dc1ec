//! Which posts stand on a page of a thread? Nothing of who wrote them.

use crate::networks::wire::{bounded, cut, mask, selector, when};
use crate::sources::{parse_page, unreadable};
use kiemtin_model::{Outcome, Refusal, Time};
use kiemtin_text::markup::strip_tags;
use scraper::{ElementRef, Html, Selector};

/// Most posts of a page that are read; forums show 10 to 50.
pub(super) const MOST_POSTS: usize = 200;
/// What is cut from a post: what others said, previews of other pages, what the software adds.
const NOT_ITS_OWN: &str =
    "blockquote.bbCodeBlock--quote, .bbCodeBlock--unfurl, .message-signature, .message-lastEdit, .js-selectToQuoteEnd";
/// Mentions of members.
const MENTIONS: &str = "a.username, a[data-user-id], [data-xf-init~=member-tooltip], span.username";

/// A page of a thread.
#[derive(Debug)]
pub(super) struct Page {
    /// Title of the thread.
    pub(super) title: String,
    /// In the order of the page.
    pub(super) posts: Vec<Post>,
    /// Its own number.
    pub(super) current: u32,
    /// Number of the last page.
    pub(super) last: u32,
}

/// A post.
#[derive(Debug)]
pub(super) struct Post {
    /// By which the forum knows it.
    pub(super) number: u64,
    /// Its own words; empty when it has none.
    pub(super) text: String,
    pub(super) at: Option<Time>,
    /// When it was last edited.
    pub(super) edited: Option<Time>,
}

/// Whether the software shows its form for members, or an error, in the place of what was asked for.
pub(super) fn is_members_only(html: &str) -> bool {
    ["data-template=\"login\"", "data-template=\"error\""].iter().any(|mark| html.contains(mark))
}

/// Reads a page. A page that is shown to members only is [`Refusal::Closed`].
pub(super) fn read(html: &str) -> Result<Page, Outcome> {
    let mut page = parse_page(html)?;
    let (article, body, time, edit) = (
        selector("article.message[data-content^='post-']")?,
        selector(".message-body .bbWrapper")?,
        selector(".message-attribution time[datetime], time.u-dt[datetime]")?,
        selector(".message-lastEdit time[datetime]")?,
    );
    let moment = |post: ElementRef<'_>, what: &Selector| post.select(what).next().and_then(|t| t.attr("datetime")).and_then(when);
    // Times first: the line about the last edit is cut afterwards.
    let times: Vec<_> = page.select(&article).take(MOST_POSTS).map(|post| (moment(post, &time), moment(post, &edit))).collect();
    if times.is_empty() {
        return Err(if is_members_only(html) { Outcome::Refused(Refusal::Closed) } else { unreadable("no posts on the page of a thread") });
    }
    cut(&mut page, &selector(NOT_ITS_OWN)?);
    mask(&mut page, &selector(MENTIONS)?, |_| true);
    let mut posts = vec![];
    for (post, (at, edited)) in page.select(&article).zip(times) {
        let number = post.attr("data-content").and_then(|content| content.strip_prefix("post-")).and_then(|n| n.parse().ok());
        let text = post.select(&body).next().map(|body| strip_tags(&body.inner_html())).unwrap_or_default();
        if let Some(number) = number {
            posts.push(Post { number, text: bounded(text), at, edited });
        }
    }
    let (current, last) = numbers(&page)?;
    Ok(Page { title: title(&mut page)?, posts, current, last })
}

/// The numbers of this page and of the last one; a thread of one page says neither.
fn numbers(page: &Html) -> Result<(u32, u32), Outcome> {
    let number = |element: ElementRef<'_>| strip_tags(&element.inner_html()).trim().parse::<u32>().ok();
    let current = page.select(&selector(".pageNav-page--current")?).find_map(number).unwrap_or(1).max(1);
    let last = page.select(&selector(".pageNav-page")?).filter_map(number).max().unwrap_or(1);
    Ok((current, last.max(current)))
}

fn title(page: &mut Html) -> Result<String, Outcome> {
    cut(page, &selector(".p-title-value .label, .p-title-value .labelLink, .p-title-value .label-append")?);
    let title = page.select(&selector("h1.p-title-value")?).next().map(|title| strip_tags(&title.inner_html())).unwrap_or_default();
    Ok(title.replace('\n', " ").chars().take(1_000).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html id="XF" data-template="thread_view"><h1 class="p-title-value"><span class="label">Thảo luận</span><span class="label-append">&nbsp;</span>Giá điện</h1>
      <ul class="pageNav-main"><li class="pageNav-page"><a href="/t/gia.1/">1</a></li><li class="pageNav-page pageNav-page--current"><a>2</a></li>
      <li class="pageNav-page pageNav-page--skip"><a>…</a></li><li class="pageNav-page"><a>14</a></li></ul>
      <article class="message message--post" data-author="Tên Người" data-content="post-77" id="js-post-77">
        <h4 class="message-name"><a href="/u/ten.5/" class="username" data-user-id="5">Tên Người</a></h4>
        <header class="message-attribution"><time class="u-dt" datetime="2025-05-12T08:30:00+0700">x</time></header>
        <article class="message-body js-selectToQuote"><div class="bbWrapper"><blockquote class="bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote">
          <div class="bbCodeBlock-title"><a class="bbCodeBlock-sourceJump">Người Khác said:</a></div>lời cũ</blockquote>Chào
          <a href="/u/khac.6/" class="username" data-xf-init="member-tooltip" data-user-id="6" data-username="@Người Khác">@Người Khác</a>,<br>giá &lt; 3k</div></article>
        <aside class="message-signature"><div class="bbWrapper">Chữ ký Tên Người</div></aside>
        <div class="message-lastEdit">Last edited: <time class="u-dt" datetime="2025-05-12T09:00:00+0700">x</time></div></article>
      <article class="message" data-content="post-78"><div class="message-body"><div class="bbWrapper"><img src=x></div></div></article>
      <article class="message" data-content="post-x"><div class="message-body"><div class="bbWrapper">lạ</div></div></article></html>"#;

    #[test]
    fn posts_without_members_quotes_and_signatures() {
        let page = read(PAGE).unwrap();
        assert_eq!((page.title.as_str(), page.current, page.last), ("Giá điện", 2, 14));
        let [first, second] = page.posts.as_slice() else { panic!("{page:?}") };
        assert_eq!((first.number, first.text.as_str()), (77, "Chào [tên tài khoản],\ngiá < 3k"));
        assert_eq!((first.at, first.edited), (when("2025-05-12T08:30:00+07:00"), when("2025-05-12T09:00:00+07:00")));
        assert_eq!((second.number, second.text.as_str(), second.at), (78, "", None));
        assert!(!format!("{page:?}").contains("Người"), "{page:?}");
    }

    #[test]
    fn what_is_no_page_of_a_thread() {
        assert_eq!(read("<html data-template=\"login\">You must be logged-in").unwrap_err(), Outcome::Refused(Refusal::Closed));
        assert!(matches!(read("<p>x</p>").unwrap_err(), Outcome::Failed(_)));
        assert_eq!(read(&"<div>".repeat(3_000)).unwrap_err(), Outcome::Refused(Refusal::HostileMarkup));
        let many =
            "<article class=message data-content=post-1><div class=message-body><div class=bbWrapper>x</div></div></article>".repeat(1_000);
        assert_eq!(read(&many).unwrap().posts.len(), MOST_POSTS);
    }
}
