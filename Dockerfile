# The service in a small image: built in one stage, run in another without compiler, sources or root.
#
#   docker build -t kiemtin .
#   docker run --rm -p 127.0.0.1:8080:8080 -v kiemtin-data:/data kiemtin
#
# The address at which the first administrator is made stands in the log (`open http://0.0.0.0:8080/sign-in?code=…`): put 127.0.0.1 in place of 0.0.0.0.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY crates crates
# Packages and objects stay in caches between builds, so the program is copied out within the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked --package kiemtin \
 && install -D -m 0755 target/release/kiemtin /out/kiemtin
COPY config /out/config
# Inside a container the loopback address reaches nobody: the image's own settings listen on all its networks. Who mounts
# another kiemtin.toml writes the same line into it.
RUN sed -i 's/^listen = .*/listen = "0.0.0.0:8080"/' /out/config/kiemtin.toml \
 && grep -qx 'listen = "0.0.0.0:8080"' /out/config/kiemtin.toml

FROM debian:bookworm-slim
# Root certificates for https publishers; the time zone is fixed in the program.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 10001 kiemtin \
 && useradd --system --uid 10001 --gid kiemtin --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin kiemtin \
 && install -d -m 0750 -o kiemtin -g kiemtin /data
COPY --from=build /out/kiemtin /usr/local/bin/kiemtin
COPY --from=build /out/config /app/config
COPY LICENSE /app/LICENSE
COPY crates/kiemtin-deliver/fonts/LICENSE /app/LICENSE-fonts
WORKDIR /app
USER 10001:10001
# The store in /data/var, the index in /data/index.
VOLUME ["/data"]
EXPOSE 8080
# SIGTERM ends the service cleanly: what was committed stays, the index is closed, the rest is fetched again next time.
STOPSIGNAL SIGTERM
# Ready when the store answers. bash opens the connection, so the image needs no HTTP client.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["/usr/local/bin/kiemtin"]
CMD ["serve", "--config", "/app/config", "--data", "/data"]
