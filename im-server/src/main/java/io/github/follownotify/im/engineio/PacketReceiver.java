package io.github.follownotify.im.engineio;

import java.util.Arrays;
import java.util.function.Consumer;

/** What a client sends on a session: its own packets are answered here, messages go on. Home only. */
final class PacketReceiver {

    private final int protocol;
    private final Heartbeat heartbeat;
    private final Consumer<EnginePacket> answers;
    private final MessageHandler messages;
    private boolean listening = true;

    PacketReceiver(int protocol, Heartbeat heartbeat, Consumer<EnginePacket> answers, MessageHandler messages) {
        this.protocol = protocol;
        this.heartbeat = heartbeat;
        this.answers = answers;
        this.messages = messages;
    }

    /** Messages are ignored from here on. */
    void stopListening() {
        listening = false;
    }

    /** @return false when the client closes the session */
    boolean receive(byte[] packet, boolean binary) throws ProtocolException {
        if (binary) {
            message(packet, true);
            return true;
        }
        switch (packet.length == 0 ? 0 : packet[0]) {
            case '1' -> {
                return false;
            }
            case '2' -> {
                if (protocol == 4) {
                    throw new ProtocolException("ping from a client of Engine.IO 4");
                }
                heartbeat.heard();
                byte[] pong = packet.clone();
                pong[0] = '3';
                answers.accept(new EnginePacket(pong, false));
            }
            case '3' -> heartbeat.heard();
            case '4' -> message(Arrays.copyOfRange(packet, 1, packet.length), false);
            case '6' -> {
                // A noop has no meaning.
            }
            default -> throw new ProtocolException("unknown packet type");
        }
        return true;
    }

    private void message(byte[] content, boolean binary) throws ProtocolException {
        if (listening) {
            messages.message(content, binary);
        }
    }
}
