package io.github.follownotify.bench.machine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** CPU and memory of the measured processes, and what others took of the machine, from one moment to another. */
public final class Meter {

    public static final String GENERATOR = "generator";

    private final Map<String, Set<Long>> roots;
    private Map<String, Long> ticks = Map.of();
    private Proc.Machine machine = Proc.machine();
    private long started = System.nanoTime();

    /** @param roots processes by what they are ("api", "broker"); their children count with them */
    public Meter(Map<String, Set<Long>> roots) {
        this.roots = new LinkedHashMap<>(roots);
        this.roots.put(GENERATOR, Set.of(ProcessHandle.current().pid()));
        start();
    }

    public void start() {
        ticks = ticks();
        machine = Proc.machine();
        started = System.nanoTime();
    }

    public Reading read() {
        Map<String, Long> now = ticks();
        Proc.Machine machineNow = Proc.machine();
        Map<String, ProcessUse> uses = new LinkedHashMap<>();
        long measured = 0;
        for (String name : roots.keySet()) {
            long used = Math.max(0, now.getOrDefault(name, 0L) - ticks.getOrDefault(name, 0L));
            measured += used;
            uses.put(name, new ProcessUse(used / Proc.TICKS_PER_SECOND, residentBytes(name)));
        }
        double all = Math.max(1, machineNow.all() - machine.all());
        long others = Math.max(0, machineNow.ofProcesses() - machine.ofProcesses() - measured);
        return new Reading(
                (System.nanoTime() - started) / 1e9,
                uses,
                new Disturbance(others / all, (machineNow.stolen() - machine.stolen()) / all));
    }

    public long residentBytes(String name) {
        return pids(name).map(Proc::residentBytes).sum();
    }

    private Map<String, Long> ticks() {
        return roots.keySet().stream()
                .collect(Collectors.toMap(
                        name -> name, name -> pids(name).map(Proc::cpuTicks).sum()));
    }

    private LongStream pids(String name) {
        return roots.getOrDefault(name, Set.of()).stream()
                .mapToLong(Long::longValue)
                .flatMap(Meter::withChildren);
    }

    private static LongStream withChildren(long pid) {
        // The generator starts the services: they are its children, and not its own work.
        if (pid == ProcessHandle.current().pid()) {
            return LongStream.of(pid);
        }
        return LongStream.concat(
                LongStream.of(pid),
                ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(ProcessHandle::pid));
    }

    public record Reading(double seconds, Map<String, ProcessUse> processes, Disturbance disturbance) {

        public double cpuSeconds(String name) {
            ProcessUse use = processes.get(name);
            return use == null ? 0 : use.cpuSeconds();
        }
    }

    /** @param residentBytes at the end */
    public record ProcessUse(double cpuSeconds, long residentBytes) {}

    /**
     * Shares of all the machine's processor time.
     *
     * @param others processes that are not measured
     * @param stolen what the hypervisor gave to other machines
     */
    public record Disturbance(double others, double stolen) {

        public double share() {
            return others + stolen;
        }
    }
}
