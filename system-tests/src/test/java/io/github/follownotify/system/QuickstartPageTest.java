package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

/** The page of the quick start in a real browser. */
@BrowserTest
class QuickstartPageTest {

    private static Installation quickstart;

    @TempDir
    private Path profile;

    private ChromeDriver browser;

    @BeforeAll
    static void startQuickstart() {
        quickstart = Installation.startQuickstart();
    }

    @AfterAll
    static void stopQuickstart() {
        if (quickstart != null) {
            quickstart.close();
        }
    }

    @BeforeEach
    void openBrowser() {
        browser = Browser.open(profile);
    }

    @AfterEach
    void closeBrowser() {
        browser.quit();
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "polling", "upgrade"})
    void showsAFollowOnTheOtherSideWithItsMilliseconds(String transport) {
        open("/?transport=" + transport);
        makeSureThatAliceDoesNotFollowBob();
        int before = notificationsOf("bob").size();

        click("alice-follow");

        await().atMost(Device.LIMIT).until(() -> notificationsOf("bob").size() == before + 1);
        WebElement newest = notificationsOf("bob").get(0);
        assertThat(newest.getText()).contains("Alice").contains("ms");
        assertThat(Double.parseDouble(newest.getDomAttribute("data-ms"))).isPositive();
        assertThat(notificationsOf("alice")).isEmpty();
        assertThat(errorsInTheConsole()).isEmpty();
    }

    @Test
    void replaysWhatWasMissedWhileOffline() {
        open("/");
        makeSureThatAliceDoesNotFollowBob();
        int before = notificationsOf("bob").size();

        click("bob-offline");
        awaitState("bob", "offline");
        click("alice-follow");
        await().atMost(Device.LIMIT).until(() -> isPressed("alice-follow"));
        click("bob-offline");

        await().atMost(Device.LIMIT).until(() -> notificationsOf("bob").size() == before + 1);
        assertThat(notificationsOf("bob").get(0).getDomAttribute("data-missed")).isEqualTo("true");
    }

    @Test
    void healsABrokenConnection() {
        open("/");
        makeSureThatAliceDoesNotFollowBob();
        int before = notificationsOf("bob").size();

        click("bob-cut");
        awaitState("bob", "connected");
        click("alice-follow");

        await().atMost(Device.LIMIT).until(() -> notificationsOf("bob").size() == before + 1);
    }

    @Test
    void showsTheInboxAfterAReload() {
        open("/");
        makeSureThatAliceDoesNotFollowBob();
        int shown = notificationsOf("bob").size() + 1;
        click("alice-follow");
        await().atMost(Device.LIMIT).until(() -> isPressed("alice-follow"));
        await().atMost(Device.LIMIT).until(() -> notificationsOf("bob").size() == shown);

        open("/");

        assertThat(notificationsOf("bob")).hasSize(shown);
        assertThat(notificationsOf("bob").get(0).getText()).contains("Alice");
    }

    @Test
    void givesTheLastColumnOfTheLogTheWidthOfAPhone() {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 375, "height", 812, "deviceScaleFactor", 1, "mobile", true));

        open("/");

        assertThat(browser.findElement(By.cssSelector("#log td:last-child"))
                        .getSize()
                        .getWidth())
                .isGreaterThan(250);
    }

    private void open(String path) {
        browser.get(quickstart.followApi().resolve(path).toString());
        awaitState("alice", "connected");
        awaitState("bob", "connected");
    }

    private void awaitState(String pane, String state) {
        await(pane + " is " + state)
                .atMost(Device.LIMIT)
                .ignoreExceptions()
                .until(() -> state.equals(element(pane + "-status").getDomAttribute("data-state")));
    }

    private void makeSureThatAliceDoesNotFollowBob() {
        await().atMost(Device.LIMIT).until(() -> element("alice-follow").isEnabled());
        if (isPressed("alice-follow")) {
            click("alice-follow");
            await().atMost(Device.LIMIT).until(() -> !isPressed("alice-follow"));
        }
    }

    private boolean isPressed(String button) {
        return "true".equals(element(button).getDomAttribute("aria-pressed"));
    }

    private void click(String id) {
        await().atMost(Device.LIMIT).until(() -> element(id).isEnabled());
        element(id).click();
    }

    private WebElement element(String id) {
        return browser.findElement(By.id(id));
    }

    private List<WebElement> notificationsOf(String pane) {
        return browser.findElements(By.cssSelector("#" + pane + "-notifications > li"));
    }

    private List<String> errorsInTheConsole() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(entry -> entry.getMessage())
                .toList();
    }
}
