package io.github.follownotify.system.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassDefinition;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Gives the classes of a running service other method bodies, as a debugger does: mutants cost no start of a JVM.
 *
 * <p>Loaded into the service's JVM as an agent, so it uses nothing but the JDK.
 */
public final class ClassReplacer {

    private ClassReplacer() {}

    /** Writes the jar that a JVM can load this class from. */
    static Path writeAgent(Path jar) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Agent-Class", ClassReplacer.class.getName());
        attributes.putValue("Can-Redefine-Classes", "true");
        String file = ClassReplacer.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                InputStream self = Objects.requireNonNull(
                        ClassReplacer.class.getClassLoader().getResourceAsStream(file))) {
            entries.putNextEntry(new JarEntry(file));
            self.transferTo(entries);
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
        return jar;
    }

    /** @param folder of class files, in folders named after their packages */
    public static void agentmain(String folder, Instrumentation service) throws Exception {
        Path root = Path.of(folder);
        ClassLoader loader = loaderOfMain(service);
        List<ClassDefinition> replaced = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(ClassReplacer::isTopLevelClass).toList()) {
                String type =
                        root.relativize(file).toString().replace(".class", "").replace('/', '.');
                replaced.add(new ClassDefinition(Class.forName(type, true, loader), Files.readAllBytes(file)));
            }
        }
        service.redefineClasses(replaced.toArray(ClassDefinition[]::new));
    }

    /** What is nested in it is as before, and the JVM refuses some of that. */
    private static boolean isTopLevelClass(Path file) {
        return file.toString().endsWith(".class") && !file.toString().contains("$");
    }

    private static ClassLoader loaderOfMain(Instrumentation service) {
        return Stream.of(service.getAllLoadedClasses())
                .filter(loaded -> loaded.getName().matches("io\\.github\\.follownotify\\.(follow|im)\\.[A-Za-z]+"))
                .findFirst()
                .orElseThrow()
                .getClassLoader();
    }
}
