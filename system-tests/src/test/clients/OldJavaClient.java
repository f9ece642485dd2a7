import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;

/**
 * The stock Java client 1.x as a process: says on standard output, one JSON line each, what happens to it, and obeys
 * the line "refresh TOKEN" on standard input. It ends when standard input ends.
 *
 * <p>A process run from source, because its classes have the names of those of the client 2.x, which the tests use,
 * too.
 *
 * <p>usage: java -cp 'JARS/*' OldJavaClient.java URL '{"query": "token=...", "authorization": "Bearer ...",
 * "transports": [...]}'
 */
class OldJavaClient {

    private static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** The transport that brought the last packet. */
    private static volatile String transport = "";

    public static void main(String[] arguments) throws Exception {
        JSONObject settings = new JSONObject(arguments[1]);
        IO.Options options = new IO.Options();
        options.forceNew = true;
        options.reconnectionDelay = 50;
        options.reconnectionDelayMax = 500;
        JSONArray transports = settings.getJSONArray("transports");
        options.transports = new String[transports.length()];
        for (int i = 0; i < transports.length(); i++) {
            options.transports[i] = transports.getString(i);
        }
        if (settings.has("query")) {
            options.query = settings.getString("query");
        }

        Socket socket = IO.socket(arguments[0], options);
        socket.io().on(Manager.EVENT_TRANSPORT, created -> watch((Transport) created[0], settings));
        for (String event : new String[] {
            Socket.EVENT_CONNECT,
            Socket.EVENT_CONNECT_ERROR,
            Socket.EVENT_DISCONNECT,
            Socket.EVENT_ERROR,
            Socket.EVENT_RECONNECT_ATTEMPT,
            "following notify",
            "token expiring"
        }) {
            socket.on(event, values -> say(event, values));
        }
        socket.connect();
        obey(socket);
        System.exit(0);
    }

    /** The only way to add a header in 1.x. */
    private static void watch(Transport created, JSONObject settings) {
        created.on(Transport.EVENT_PACKET, packet -> transport = created.name);
        created.on(Transport.EVENT_REQUEST_HEADERS, request -> {
            @SuppressWarnings("unchecked")
            Map<String, List<String>> headers = (Map<String, List<String>>) request[0];
            if (settings.has("authorization")) {
                headers.put("Authorization", List.of(settings.optString("authorization")));
            }
        });
    }

    private static void obey(Socket socket) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            if (words[0].equals("refresh")) {
                socket.emit("token refresh", new Object[] {words[1]}, (Ack) values -> say("refreshed", values));
            }
        }
    }

    private static synchronized void say(String event, Object... values) {
        try {
            JSONArray all = new JSONArray();
            for (Object value : values) {
                all.put(value instanceof Throwable failure ? failure.toString() : value);
            }
            out.println(new JSONObject()
                    .put("event", event)
                    .put("transport", transport)
                    .put("values", all));
        } catch (org.json.JSONException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
