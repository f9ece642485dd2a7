package io.github.follownotify.system.harness;

/**
 * What a run does.
 *
 * @param seed decides everything that chance decides
 * @param follows least number of follows: there are more when the faults take longer
 * @param faults number of faults, spread evenly over the follows, or one after the other when they take longer
 * @param devices number of connected devices that speak like stock clients; every tenth user has two
 * @param stockDevices number of real stock clients beside them, each a process
 * @param perSecond follows per second
 * @param overlapping whether a fault may happen before everything has recovered from the one before
 */
record Settings(long seed, int follows, int faults, int devices, int stockDevices, int perSecond, boolean overlapping) {

    /** As the system properties {@code harness.seed}, {@code harness.follows}, … say, or a short run. */
    static Settings fromSystemProperties(Settings otherwise) {
        return new Settings(
                Long.getLong("harness.seed", otherwise.seed),
                Integer.getInteger("harness.follows", otherwise.follows),
                Integer.getInteger("harness.faults", otherwise.faults),
                Integer.getInteger("harness.devices", otherwise.devices),
                Integer.getInteger("harness.stock-devices", otherwise.stockDevices),
                Integer.getInteger("harness.per-second", otherwise.perSecond),
                Boolean.getBoolean("harness.overlapping"));
    }

    int users() {
        return Math.max(1, devices * 10 / 11);
    }
}
