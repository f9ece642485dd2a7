package io.github.follownotify.system;

import java.io.File;
import java.nio.file.Path;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The Chromium of this machine, driven by the driver of this machine. */
final class Browser {

    private Browser() {}

    /**
     * Each has a driver service of its own: quitting a browser ends its service, and an ended one does not start again.
     *
     * @param profile an empty folder for everything that the browser remembers
     */
    static ChromeDriver open(Path profile) {
        ChromeDriverService driver = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(Tools.find("chromedriver")))
                .usingAnyFreePort()
                .build();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(Tools.find("chromium"));
        options.addArguments(
                "--headless",
                // Containers and CI machines run as root, where Chromium's sandbox refuses to start.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1280,1000",
                "--user-data-dir=" + profile);
        return new ChromeDriver(driver, options);
    }
}
