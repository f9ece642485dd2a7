package io.github.follownotify.system;

import java.net.URI;

/** A program of the original design, as a team runs it that comes from there; only its connection URL is ours. */
final class OriginalProgram implements AutoCloseable {

    private final ClientProcess process;
    private final URI address;

    private OriginalProgram(ClientProcess process) {
        this.process = process;
        this.address = URI.create(
                "http://127.0.0.1:" + process.await("listening").get("port").asInt());
    }

    /**
     * The Socket.IO server; it joins its channel when the first client connects.
     *
     * @param manager {@code kombu} or {@code redis}
     * @param roomType {@code string} or {@code integer}
     */
    static OriginalProgram socketIoServer(
            PythonSocketIo generation, String manager, String url, String channel, String roomType) {
        return new OriginalProgram(ClientProcess.pythonScript(
                generation,
                "socketio, kombu, redis, jwt, werkzeug",
                "socketio_server.py",
                manager,
                url,
                channel,
                Users.SECRET,
                roomType));
    }

    /** The Flask application that emits. */
    static OriginalProgram flask(PythonSocketIo generation, String manager, String url, String channel) {
        return new OriginalProgram(ClientProcess.pythonScript(
                generation, "socketio, kombu, redis, flask", "flask_app.py", manager, url, channel));
    }

    /** Where it listens. */
    URI address() {
        return address;
    }

    @Override
    public void close() {
        process.close();
    }
}
