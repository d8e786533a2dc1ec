//! Which addresses are there, and who may use them? The one route table.

use crate::fault::Fault;
use crate::service::Service;
use crate::{api, drafts, envelope, feeds, gate, pages, websub};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, delete, get, post};
use kiemtin_model::Right::{self, Administer, Feed, Push, Read, Review, Save};
use std::sync::Arc;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Everybody: health, figures, description of the API.
    Operations,
    /// Everybody: what a browser needs before and for signing in, and where hubs tell of news.
    Open,
    /// Who has a session, with one right for reading and one for changing.
    Page(Right, Right),
    /// Who has a token or a session, with one right for reading and one for changing.
    Api(Right, Right),
    /// As for programs, to where one listens for minutes.
    Stream(Right, Right),
    /// Feed readers, which can send no headers: as for programs, and with the token in the address.
    Feed(Right, Right),
}

/// One line of the table.
pub struct Route {
    /// Address; `{name}` stands for one part.
    pub path: &'static str,
    /// Who may use it.
    pub door: Door,
    /// What answers.
    pub handler: fn() -> MethodRouter<Arc<Service>>,
}

/// Every address of the service. The description in `assets/openapi.json` covers those for programs.
pub const ROUTES: &[Route] = &[
    Route { path: "/healthz", door: Door::Operations, handler: || get(api::operations::healthz) },
    Route { path: "/readyz", door: Door::Operations, handler: || get(api::operations::readyz) },
    Route { path: "/metrics", door: Door::Operations, handler: || get(api::metrics::metrics) },
    Route { path: "/openapi.json", door: Door::Operations, handler: || get(api::operations::openapi) },
    Route { path: "/api/v1/alerts", door: Door::Api(Read, Administer), handler: || get(api::alerts::list) },
    Route { path: "/api/v1/alerts/stream", door: Door::Stream(Read, Administer), handler: || get(api::stream::stream) },
    Route { path: "/api/v1/alerts/{id}", door: Door::Api(Read, Administer), handler: || get(api::alerts::one) },
    Route { path: "/api/v1/documents/{id}", door: Door::Api(Read, Administer), handler: || get(api::documents::one) },
    Route { path: "/api/v1/documents/{id}/versions/{n}", door: Door::Api(Read, Administer), handler: || get(api::documents::difference) },
    Route { path: "/api/v1/feedback", door: Door::Api(Read, Administer), handler: || get(api::policies::themes) },
    Route { path: "/api/v1/policies", door: Door::Api(Read, Administer), handler: || get(api::policies::list) },
    Route { path: "/api/v1/policies/{id}", door: Door::Api(Read, Administer), handler: || get(api::policies::one) },
    Route { path: "/api/v1/saved-searches", door: Door::Api(Read, Save), handler: || get(api::saved::list).post(api::saved::add) },
    Route {
        path: "/api/v1/saved-searches/{id}",
        door: Door::Api(Read, Save),
        handler: || get(api::saved::one).delete(api::saved::drop_one),
    },
    Route { path: "/api/v1/search", door: Door::Api(Read, Administer), handler: || get(api::search::search) },
    Route { path: "/api/v1/sources", door: Door::Api(Read, Administer), handler: || get(api::sources::list) },
    Route { path: "/api/v1/stories/{id}", door: Door::Api(Read, Administer), handler: || get(api::stories::one) },
    Route { path: "/api/v1/warnings", door: Door::Api(Read, Administer), handler: || get(api::warnings::list) },
    Route {
        path: "/api/v1/webhooks",
        door: Door::Api(Administer, Administer),
        handler: || get(api::receivers::list).post(api::receivers::add_one),
    },
    Route {
        path: "/api/v1/webhooks/{id}",
        door: Door::Api(Administer, Administer),
        handler: || get(api::receivers::one).delete(api::receivers::drop_one),
    },
    Route { path: "/api/v1/webhooks/{id}/deliveries", door: Door::Api(Administer, Administer), handler: || get(api::receivers::log) },
    Route { path: "/api/v1/webhooks/{id}/test", door: Door::Api(Administer, Administer), handler: || post(api::receivers::try_one) },
    Route {
        path: "/admin/receivers",
        door: Door::Page(Administer, Administer),
        handler: || get(pages::receivers::page).post(pages::receivers::add_one),
    },
    Route {
        path: "/admin/receivers/{id}",
        door: Door::Page(Administer, Administer),
        handler: || get(pages::receivers::one).post(pages::receivers::change),
    },
    Route {
        path: "/admin/notices",
        door: Door::Page(Administer, Administer),
        handler: || get(pages::receivers::letters).post(pages::receivers::settle_one),
    },
    Route { path: "/api/v1/exports/{file}", door: Door::Api(Read, Administer), handler: || get(api::exports::export) },
    Route { path: "/api/v1/reports", door: Door::Api(Read, Administer), handler: || get(api::exports::list) },
    Route { path: "/api/v1/reports/{file}", door: Door::Api(Read, Administer), handler: || get(api::exports::again) },
    Route { path: "/reports", door: Door::Page(Read, Administer), handler: || get(pages::reports::page) },
    Route { path: "/api/v1/trends", door: Door::Api(Read, Administer), handler: || get(api::trends::trends) },
    Route { path: "/", door: Door::Page(Read, Administer), handler: || get(pages::desk::page) },
    Route { path: "/alerts/{id}", door: Door::Page(Read, Review), handler: || get(pages::alert::page).post(pages::alert::act) },
    Route { path: "/documents/{id}", door: Door::Page(Read, Administer), handler: || get(pages::document::page) },
    Route { path: "/feedback", door: Door::Page(Read, Administer), handler: || get(pages::policies::themes) },
    Route { path: "/policies", door: Door::Page(Read, Administer), handler: || get(pages::policies::page) },
    Route { path: "/policies/{id}", door: Door::Page(Read, Administer), handler: || get(pages::policies::one) },
    Route { path: "/search", door: Door::Page(Read, Administer), handler: || get(pages::search::page) },
    Route { path: "/saved", door: Door::Page(Read, Save), handler: || get(pages::saved::page).post(pages::saved::add) },
    Route { path: "/saved/{id}", door: Door::Page(Read, Save), handler: || get(pages::saved::one).post(pages::saved::drop_one) },
    Route { path: "/sources", door: Door::Page(Read, Administer), handler: || get(pages::sources::page) },
    Route { path: "/sources/{id}", door: Door::Page(Read, Administer), handler: || get(pages::sources::one) },
    Route { path: "/stories/{id}", door: Door::Page(Read, Administer), handler: || get(pages::story::page) },
    Route { path: "/trends", door: Door::Page(Read, Administer), handler: || get(pages::trends::page) },
    // Reading the whole list of documents is what a search is for.
    Route { path: "/api/v1/documents", door: Door::Api(Push, Push), handler: || post(api::push::push) },
    Route { path: "/api/v1/audit", door: Door::Api(Administer, Administer), handler: || get(api::audit::list) },
    Route { path: "/admin/audit", door: Door::Page(Administer, Administer), handler: || get(pages::audit::page) },
    Route { path: "/feeds/alerts.atom", door: Door::Feed(Feed, Administer), handler: || get(feeds::atom) },
    Route { path: "/feeds/alerts.json", door: Door::Feed(Feed, Administer), handler: || get(feeds::json) },
    // A look-ahead (HEAD, as link previews send it) must not use up the one-time code.
    Route {
        path: "/sign-in",
        door: Door::Open,
        handler: || get(pages::sign_in::page).head(async || StatusCode::NO_CONTENT).post(pages::sign_in::sign_in),
    },
    Route { path: "/sign-in/oidc", door: Door::Open, handler: || get(pages::oidc::begin) },
    Route { path: "/sign-in/oidc/back", door: Door::Open, handler: || get(pages::oidc::back) },
    Route { path: "/sign-out", door: Door::Page(Read, Read), handler: || post(pages::sign_in::sign_out) },
    Route { path: "/account", door: Door::Page(Read, Read), handler: || get(pages::account::page).post(pages::account::change) },
    Route { path: "/admin", door: Door::Page(Administer, Administer), handler: || get(pages::admin::page) },
    Route {
        path: "/admin/users",
        door: Door::Page(Administer, Administer),
        handler: || get(pages::admin::users).post(pages::admin::add_user),
    },
    Route {
        path: "/admin/users/{id}",
        door: Door::Page(Administer, Administer),
        handler: || get(pages::admin::user).post(pages::admin::change_user),
    },
    Route {
        path: "/admin/tokens",
        door: Door::Page(Administer, Administer),
        handler: || get(pages::admin::tokens).post(pages::admin::revoke),
    },
    Route { path: "/api/v1/users", door: Door::Api(Administer, Administer), handler: || get(api::users::list).post(api::users::add) },
    Route {
        path: "/api/v1/users/{id}",
        door: Door::Api(Administer, Administer),
        handler: || get(api::users::one).patch(api::users::change),
    },
    Route {
        path: "/api/v1/tokens",
        door: Door::Api(Administer, Administer),
        handler: || get(api::users::tokens).post(api::users::add_token),
    },
    Route { path: "/api/v1/tokens/{id}", door: Door::Api(Administer, Administer), handler: || delete(api::users::revoke) },
    Route { path: "/api/v1/alerts/{id}/draft", door: Door::Api(Read, Review), handler: || get(api::drafts::one).put(api::drafts::put) },
    Route { path: "/api/v1/alerts/{id}/briefing.docx", door: Door::Api(Read, Review), handler: || get(api::drafts::document) },
    Route { path: "/alerts/{id}/draft", door: Door::Page(Read, Review), handler: || get(pages::draft::back).post(pages::draft::keep) },
    Route { path: "/api/v1/alerts/{id}/actions", door: Door::Api(Review, Review), handler: || post(api::actions::act) },
    Route { path: "/api/v1/classify", door: Door::Api(Read, Read), handler: || post(api::classify::classify) },
    Route { path: "/api/v1/rules", door: Door::Api(Read, Administer), handler: || get(api::rules::list) },
    Route { path: "/api/v1/rules/{id}", door: Door::Api(Read, Administer), handler: || get(api::rules::one) },
    Route { path: "/api/v1/rules/{id}/hits", door: Door::Api(Read, Administer), handler: || get(api::rules::hits) },
    Route { path: "/api/v1/claims", door: Door::Api(Read, Administer), handler: || get(api::rules::claims) },
    Route { path: "/api/v1/facts", door: Door::Api(Read, Administer), handler: || get(api::facts::facts) },
    Route { path: "/api/v1/topics", door: Door::Api(Read, Administer), handler: || get(api::facts::topics) },
    Route { path: "/api/v1/narratives", door: Door::Api(Read, Administer), handler: || get(api::narratives::list) },
    Route { path: "/api/v1/narratives/{id}", door: Door::Api(Read, Administer), handler: || get(api::narratives::one) },
    Route { path: "/api/v1/review", door: Door::Api(Read, Review), handler: || get(api::review::list) },
    Route { path: "/api/v1/review/{id}", door: Door::Api(Read, Review), handler: || get(api::review::one).post(api::review::answer) },
    Route { path: "/rules", door: Door::Page(Read, Read), handler: || get(pages::rules::page).post(pages::rules::bench) },
    Route { path: "/rules/{id}", door: Door::Page(Read, Administer), handler: || get(pages::rules::one) },
    Route { path: "/claims", door: Door::Page(Read, Administer), handler: || get(pages::facts::claims) },
    Route { path: "/claims/{id}", door: Door::Page(Read, Administer), handler: || get(pages::facts::claim) },
    Route { path: "/facts", door: Door::Page(Read, Administer), handler: || get(pages::facts::page) },
    Route { path: "/narratives", door: Door::Page(Read, Administer), handler: || get(pages::narratives::page) },
    Route { path: "/narratives/{id}", door: Door::Page(Read, Administer), handler: || get(pages::narratives::one) },
    Route { path: "/review", door: Door::Page(Read, Review), handler: || get(pages::review::page) },
    Route { path: "/review/{id}", door: Door::Page(Read, Review), handler: || get(pages::review::one).post(pages::review::answer) },
    Route { path: "/websub/{name}", door: Door::Open, handler: || get(websub::verify).post(websub::push) },
    Route { path: "/assets/{name}", door: Door::Open, handler: || get(pages::assets::asset) },
];

/// Largest bodies in bytes, by address. What is longer is refused before it is read, or cut off while it comes.
const BODIES: &[(&str, usize)] = &[
    ("/api/v1/documents", api::push::MAX_BODY),
    ("/websub/{name}", websub::MAX_PUSH),
    ("/api/v1/alerts/{id}/draft", drafts::MAX_BODY),
    ("/alerts/{id}/draft", drafts::MAX_BODY),
    ("/rules", pages::rules::MAX_FORM),
];
/// Largest body everywhere else: a query of 8 KB, escaped.
const BODY: usize = api::saved::MAX_BODY;

fn body_limit(path: &str) -> usize {
    BODIES.iter().find(|(address, _)| *address == path).map_or(BODY, |(_, most)| *most)
}

/// The whole service as an axum router.
pub fn router(service: Arc<Service>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let handler = (route.handler)();
        let guarded = match route.door {
            Door::Operations | Door::Open => handler,
            Door::Page(read, change) => handler.layer(from_fn_with_state((service.clone(), read, change), gate::page)),
            Door::Feed(read, change) => handler.layer(from_fn_with_state((service.clone(), read, change), gate::feed)),
            Door::Stream(read, change) => handler.layer(from_fn_with_state((service.clone(), read, change), gate::stream)),
            Door::Api(read, change) => handler.layer(from_fn_with_state((service.clone(), read, change), gate::api)),
        };
        router = router.route(route.path, guarded.layer(from_fn_with_state(body_limit(route.path), envelope::bounded_body)));
    }
    router
        .fallback(async || Fault::not_found("trang hoặc địa chỉ này"))
        .method_not_allowed_fallback(async || Fault::method())
        .layer(from_fn(envelope::envelope))
        .with_state(service)
}
