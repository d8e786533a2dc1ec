//! How are the API and the pages served until the service ends?

use crate::routes::router;
use crate::service::Service;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serves on `listener` until `ended`; requests under way are answered first. Errors are those of the listener.
pub async fn serve(listener: TcpListener, service: Arc<Service>, ended: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let service = router(service).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(ended).await
}
