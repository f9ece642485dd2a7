# One image for either service: docker build --build-arg SERVICE=follow-api|im-server .
# Needs BuildKit, the builder of `docker compose` and of `docker build` since Docker 23.

FROM eclipse-temurin:25-jdk AS build
WORKDIR /source
COPY . .
# The cache mount keeps Maven and what it downloaded between builds, and out of every image.
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -B -ntp -pl follow-api,im-server,bench -am -Dmaven.test.skip=true -Dspotless.check.skip=true package
RUN mkdir /jars && cp */target/*-exec.jar /jars/


# Both services under load for a minute, with a database and a broker that exist only here: the JVM records the classes that they
# load and the profiles of their methods (JEP 483, 514, 515), so that a new container is fast from its first request. On the same
# image as the final one, because a JVM takes only caches of its own build.
FROM eclipse-temurin:25-jre AS recording
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mariadb-server rabbitmq-server && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /jars/ /recording/jars/
# Told its dialect, Hibernate does not ask the driver, whose question newer releases of MariaDB do not understand.
RUN SPRING_JPA_DATABASE_PLATFORM=org.hibernate.dialect.MySQLDialect \
    SPRING_JPA_PROPERTIES_HIBERNATE_BOOT_ALLOW_JDBC_METADATA_ACCESS=false \
    java -Dbench.root=/recording/jars -jar /recording/jars/bench-*-exec.jar record \
        --java="$JAVA_HOME" --out=/recording --java-options=-Xmx384m,-XX:+UseG1GC,-Xlog:aot=error || \
    { tail -n 50 /recording/logs/*.log; exit 1; }


FROM eclipse-temurin:25-jre
ARG SERVICE
RUN case "$SERVICE" in follow-api | im-server) ;; *) echo "build with --build-arg SERVICE=follow-api or im-server" >&2; exit 1 ;; esac; \
    groupadd --gid 10001 app && \
    useradd --uid 10001 --gid app --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin app && \
    # A volume mounted here begins with this owner, so that the service itself can keep a file in it.
    install -d -o app -g app /var/lib/follow-notify
COPY --chmod=755 deploy/image/ /usr/local/bin/
WORKDIR /app
# The very files of the recording, with their times: the JVM compares both. What changes least comes first.
COPY --from=recording /recording/unpacked/ours/${SERVICE}/lib/ ./lib/
COPY --from=recording /recording/unpacked/ours/${SERVICE}/app.jar /recording/unpacked/ours/${SERVICE}/app.aot ./
ENV SERVICE=${SERVICE}
USER 10001:10001
# follow-api listens on 8080 and answers health and metrics on 8081, im-server on 9092 and 9093.
EXPOSE 8080 8081 9092 9093
# Liveness: an orchestrator that replaces unhealthy containers must not do so because a database is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["healthy", "liveness"]
ENTRYPOINT ["serve"]
