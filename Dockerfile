# One image for every role: `docker run … resync up`, or `resync serve gateway`, and so on.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p resync && cp target/release/resync /resync

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data resync && install -d -m 0700 -o resync /data
COPY --from=build /resync /usr/local/bin/resync
USER 10001
WORKDIR /data
VOLUME /data
ENV APP_DATA_DIR=/data
EXPOSE 8000
ENTRYPOINT ["resync"]
# A container publishes its ports itself; inside it the gateway must not listen on loopback only.
CMD ["up", "--listen", "0.0.0.0:8000"]
