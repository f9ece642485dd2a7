package io.github.follownotify.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class QuickstartSettingsTest {

    @Test
    void listensOnThisMachineOnlyAndOnTheDocumentedPorts() {
        QuickstartSettings defaults = QuickstartSettings.of();

        assertThat(defaults).isEqualTo(new QuickstartSettings("127.0.0.1", 8080, 9092, 8081, 9093, "warn"));
        assertThat(defaults.isLocalOnly()).isTrue();
        assertThat(defaults.host()).isEqualTo("localhost");
    }

    @Test
    void takesOtherPortsFromArguments() {
        QuickstartSettings chosen = QuickstartSettings.of("--quickstart.port=18080", "--quickstart.socket-port=19092");

        assertThat(chosen.port()).isEqualTo(18080);
        assertThat(chosen.socketPort()).isEqualTo(19092);
    }

    @Test
    void takesOtherPortsFromSystemProperties() {
        System.setProperty("quickstart.port", "18080");
        try {
            assertThat(QuickstartSettings.of().port()).isEqualTo(18080);
        } finally {
            System.clearProperty("quickstart.port");
        }
    }

    @Test
    void choosesAFreePortForEachZero() {
        QuickstartSettings free = QuickstartSettings.of(
                        "--quickstart.port=0",
                        "--quickstart.socket-port=0",
                        "--quickstart.management-port=0",
                        "--quickstart.socket-management-port=0")
                .withFreePorts();

        assertThat(new int[] {free.port(), free.socketPort(), free.managementPort(), free.socketManagementPort()})
                .doesNotContain(0)
                .doesNotHaveDuplicates();
    }

    @Test
    void saysWhichPortsAreTakenAndHowToChooseOthers() throws Exception {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            QuickstartSettings settings = QuickstartSettings.of(
                    "--quickstart.port=" + first.getLocalPort(),
                    "--quickstart.socket-port=" + second.getLocalPort(),
                    "--quickstart.management-port=0",
                    "--quickstart.socket-management-port=0");

            assertThatThrownBy(settings::withFreePorts)
                    .isInstanceOf(UnusableSettingsException.class)
                    .hasMessage("""
                            Port %d for the page and the HTTP API is taken. Choose another with -Dquickstart.port=… or QUICKSTART_PORT=…
                            Port %d for Socket.IO is taken. Choose another with -Dquickstart.socket-port=… or QUICKSTART_SOCKET_PORT=…""".formatted(first.getLocalPort(), second.getLocalPort()));
        }
    }

    @Test
    void refusesOnePortForTwoPurposes() {
        assertThatThrownBy(() -> QuickstartSettings.of("--quickstart.port=18080", "--quickstart.socket-port=18080"))
                .isInstanceOf(UnusableSettingsException.class)
                .hasMessage("Port 18080 is chosen for two purposes.");
    }

    @Test
    void refusesWhatIsNoPort() {
        assertThatThrownBy(() -> QuickstartSettings.of("--quickstart.port=65536"))
                .isInstanceOf(UnusableSettingsException.class)
                .hasMessage("A port is a number from 0 to 65535, not 65536.");
        assertThatThrownBy(() -> QuickstartSettings.of("--quickstart.socket-port=web"))
                .isInstanceOf(UnusableSettingsException.class)
                .hasMessage("quickstart.socket-port can't be \"web\".");
    }

    @Test
    void refusesAnUnknownArgument() {
        assertThatThrownBy(() -> QuickstartSettings.of("--port=1"))
                .isInstanceOf(UnusableSettingsException.class)
                .hasMessageStartingWith("Unknown argument --port=1. There are --quickstart.port,");
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThatThrownBy(() -> QuickstartSettings.of("--quickstart.address=not an address")
                        .withFreePorts())
                .isInstanceOf(UnusableSettingsException.class)
                .hasMessage("quickstart.address can't be \"not an address\".");
    }
}
