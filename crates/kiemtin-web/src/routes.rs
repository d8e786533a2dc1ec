//! Which addresses are there, and who may use them? The one route table.

use crate::fault::Fault;
use crate::service::Service;
use crate::{api, envelope, gate, pages, websub};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use kiemtin_model::Right::{self, Administer, Read, Save};
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
    Route { path: "/api/v1/trends", door: Door::Api(Read, Administer), handler: || get(api::trends::trends) },
    Route { path: "/", door: Door::Page(Read, Administer), handler: || get(pages::desk::page) },
    Route { path: "/alerts/{id}", door: Door::Page(Read, Administer), handler: || get(pages::alert::page) },
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
    // A look-ahead (HEAD, as link previews send it) must not use up the one-time code.
    Route { path: "/sign-in", door: Door::Open, handler: || get(pages::sign_in::sign_in).head(async || StatusCode::NO_CONTENT) },
    Route { path: "/websub/{name}", door: Door::Open, handler: || get(websub::verify).post(websub::push) },
    Route { path: "/assets/{name}", door: Door::Open, handler: || get(pages::assets::asset) },
];

/// The whole service as an axum router.
pub fn router(service: Arc<Service>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let handler = (route.handler)();
        let guarded = match route.door {
            Door::Operations | Door::Open => handler,
            Door::Page(read, change) => handler.layer(from_fn_with_state((service.clone(), read, change), gate::page)),
            Door::Api(read, change) => handler.layer(from_fn_with_state((service.clone(), read, change), gate::api)),
        };
        router = router.route(route.path, guarded);
    }
    router
        .fallback(async || Fault::not_found("trang hoặc địa chỉ này"))
        .method_not_allowed_fallback(async || Fault::method())
        .layer(from_fn(envelope::envelope))
        .with_state(service)
}
