package io.github.follownotify.bench.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** Reads /proc. */
public final class Proc {

    /** USER_HZ: what the kernel shows to programs, on every architecture that runs a JVM. */
    static final double TICKS_PER_SECOND = 100;

    private static final long PAGE = 4096;
    private static final int UTIME = 11;
    private static final String LISTEN = "0A";

    private Proc() {}

    /** User and system time of a process and all its threads; 0 when it is gone. */
    static long cpuTicks(long pid) {
        String stat = readOrEmpty(Path.of("/proc", String.valueOf(pid), "stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        // The command's name, in brackets, may itself have blanks and brackets.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
    }

    /** Resident memory of a process; 0 when it is gone. */
    static long residentBytes(long pid) {
        String statm = readOrEmpty(Path.of("/proc", String.valueOf(pid), "statm"));
        return statm.isEmpty() ? 0 : Long.parseLong(statm.split(" ")[1]) * PAGE;
    }

    /** Ticks of the machine: user and system time of all processes, stolen time, and all time there is. */
    static Machine machine() {
        String[] fields = readOrEmpty(Path.of("/proc/stat"))
                .lines()
                .findFirst()
                .orElse("")
                .split(" +");
        long all = 0;
        for (int i = 1; i <= 8; i++) {
            all += Long.parseLong(fields[i]);
        }
        long ofProcesses = Long.parseLong(fields[1]) + Long.parseLong(fields[2]) + Long.parseLong(fields[3]);
        return new Machine(ofProcesses, Long.parseLong(fields[8]), all);
    }

    record Machine(long ofProcesses, long stolen, long all) {}

    /** The process that listens on a TCP port of this machine; none when it is another user's and we are not root. */
    public static OptionalLong listeningOn(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            readOrEmpty(Path.of(table)).lines().skip(1).forEach(line -> {
                String[] fields = line.trim().split(" +");
                if (fields[3].equals(LISTEN) && fields[1].endsWith(":%04X".formatted(port))) {
                    sockets.add("socket:[" + fields[9] + "]");
                }
            });
        }
        if (sockets.isEmpty()) {
            return OptionalLong.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holdsOneOf(sockets, process.resolve("fd"))) {
                    return OptionalLong.of(Long.parseLong(process.getFileName().toString()));
                }
            }
            return OptionalLong.empty();
        } catch (IOException noProc) {
            throw new UncheckedIOException(noProc);
        }
    }

    /** Soft limit of open files of this process, which the processes it starts inherit. */
    public static long openFilesLimit() {
        return readOrEmpty(Path.of("/proc/self/limits"))
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("max open files"))
                .map(line -> line.split(" +")[3])
                .map(limit -> limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit))
                .findFirst()
                .orElse(1024L);
    }

    private static boolean holdsOneOf(Set<String> sockets, Path descriptors) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(descriptors)) {
            for (Path file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException goneOrNotOurs) {
            return false;
        }
        return false;
    }

    private static String readOrEmpty(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException gone) {
            return "";
        } catch (IOException gone) {
            // A process that ends while its file is read answers "no such process".
            return "";
        }
    }
}
