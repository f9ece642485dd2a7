# One image for either service: docker build --build-arg SERVICE=follow-api|im-server .
# Needs BuildKit, the builder of `docker compose` and of `docker build` since Docker 23.

FROM eclipse-temurin:25-jdk AS build
WORKDIR /source
COPY . .
# The cache mount keeps Maven and what it downloaded between builds, and out of every image.
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -B -ntp -pl follow-api,im-server -am -Dmaven.test.skip=true -Dspotless.check.skip=true package
RUN for service in follow-api im-server; do \
        cp "$service"/target/*-exec.jar app.jar && \
        java -Djarmode=tools -jar app.jar extract --layers --destination "/layers/$service" || exit 1; \
    done


FROM eclipse-temurin:25-jre
ARG SERVICE
RUN case "$SERVICE" in follow-api | im-server) ;; *) echo "build with --build-arg SERVICE=follow-api or im-server" >&2; exit 1 ;; esac; \
    groupadd --gid 10001 app && \
    useradd --uid 10001 --gid app --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin app && \
    # A volume mounted here begins with this owner, so that the service itself can keep a file in it.
    install -d -o app -g app /var/lib/follow-notify
COPY --chmod=755 deploy/image/ /usr/local/bin/
WORKDIR /app
# What changes least comes first: a change in our own code moves one small layer and the cache below.
COPY --from=build /layers/${SERVICE}/dependencies/ ./
COPY --from=build /layers/${SERVICE}/snapshot-dependencies/ ./
COPY --from=build /layers/${SERVICE}/spring-boot-loader/ ./
COPY --from=build /layers/${SERVICE}/application/ ./
# Start-up recorded once (JEP 483, 514): the context is refreshed without a database or a broker, then the process ends.
RUN --mount=type=tmpfs,target=/tmp \
    JWT_SECRET=only-for-the-recording-of-the-start-up \
    SPRING_FLYWAY_ENABLED=false \
    SPRING_JPA_HIBERNATE_DDL_AUTO=none \
    SPRING_JPA_PROPERTIES_HIBERNATE_BOOT_ALLOW_JDBC_METADATA_ACCESS=false \
    SPRING_JPA_DATABASE_PLATFORM=org.hibernate.dialect.MySQLDialect \
    timeout 300 java -XX:+UseG1GC -XX:AOTCacheOutput=app.aot -Xlog:aot=error -Dspring.context.exit=onRefresh -jar app.jar && \
    test -s app.aot
ENV SERVICE=${SERVICE}
USER 10001:10001
# follow-api listens on 8080 and answers health and metrics on 8081, im-server on 9092 and 9093.
EXPOSE 8080 8081 9092 9093
# Liveness: an orchestrator that replaces unhealthy containers must not do so because a database is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["healthy", "liveness"]
ENTRYPOINT ["serve"]
