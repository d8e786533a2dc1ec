//! What stands in the head of an article page?

use crate::markup::{escape, json_in_script};
use crate::view::View;
use crate::web::Page;

/// The whole `<head>`. `extra` is what only one layout has.
pub(super) fn write(view: View<'_>, page: &Page, extra: &str) -> String {
    let (spec, text) = (view.spec(), view.text(page));
    let (url, title, summary) = (escape(&view.url(page)), escape(&text.title), escape(text.sapo.as_deref().unwrap_or_default()));
    let mut dates = String::new();
    if spec.dates.published_time {
        dates = format!(
            "<meta property=\"article:published_time\" content=\"{}\" />\n<meta property=\"article:modified_time\" content=\"{}\" />\n",
            page.published.iso(),
            view.updated(page).iso()
        );
    }
    format!(
        "<head>\n<meta charset=\"{charset}\" />\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
         <title>{title} - {name}</title>\n<meta name=\"description\" content=\"{summary}\" />\n\
         <meta name=\"keywords\" content=\"{section}, tin tức, {name}\" />\n<link rel=\"canonical\" href=\"{url}\" />\n\
         <meta property=\"og:site_name\" content=\"{name}\" />\n<meta property=\"og:type\" content=\"article\" />\n\
         <meta property=\"og:locale\" content=\"vi_VN\" />\n<meta property=\"og:title\" content=\"{title}\" />\n\
         <meta property=\"og:description\" content=\"{summary}\" />\n<meta property=\"og:url\" content=\"{url}\" />\n\
         <meta property=\"og:image\" content=\"{origin}/anh/{number}.svg\" />\n<meta property=\"article:section\" content=\"{section}\" />\n\
         {dates}{extra}<link rel=\"stylesheet\" href=\"/giao-dien.css\" />\n{json}\n\
         <script>window.dataLayer=window.dataLayer||[];dataLayer.push({{\"page\":\"detail\",\"id\":{number}}});</script>\n</head>\n",
        charset = spec.charset.name(),
        name = escape(spec.name),
        section = escape(&page.section),
        origin = view.origin(),
        number = page.number,
        json = ld_json(view, page),
    )
}

fn ld_json(view: View<'_>, page: &Page) -> String {
    let (spec, text, origin) = (view.spec(), view.text(page), view.origin());
    let mut dates = String::new();
    if spec.dates.ld_json {
        dates = format!("\"datePublished\":\"{}\",\"dateModified\":\"{}\",", page.published.iso(), view.updated(page).iso());
    }
    let author = page.byline.as_deref().unwrap_or(spec.name);
    format!(
        "<script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\
         \"mainEntityOfPage\":{{\"@type\":\"WebPage\",\"@id\":{url}}},\"headline\":{title},\"description\":{summary},{dates}\
         \"image\":\"{origin}/anh/{number}.svg\",\"author\":{{\"@type\":\"Person\",\"name\":{author}}},\
         \"publisher\":{{\"@type\":\"Organization\",\"name\":{name},\"logo\":{{\"@type\":\"ImageObject\",\"url\":\"{origin}/anh/logo.svg\"}}}}}}</script>\n\
         <script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"BreadcrumbList\",\"itemListElement\":[\
         {{\"@type\":\"ListItem\",\"position\":1,\"item\":{{\"@id\":\"{origin}/\",\"name\":\"Trang chủ\"}}}},\
         {{\"@type\":\"ListItem\",\"position\":2,\"item\":{{\"@id\":{url},\"name\":{section}}}}}]}}</script>",
        url = json_in_script(&view.url(page)),
        title = json_in_script(&text.title),
        summary = json_in_script(text.sapo.as_deref().unwrap_or_default()),
        number = page.number,
        author = json_in_script(author),
        name = json_in_script(spec.name),
        section = json_in_script(&page.section),
    )
}
