package io.github.follownotify.im;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packagesOf = ImServer.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule featuresDependOnEachOtherInOneDirection =
            slices().matching("io.github.follownotify.im.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlySocketioKnowsNetty = noClasses()
            .that()
            .resideOutsideOfPackage("..im.socketio..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "com.corundumstudio..");

    @ArchTest
    static final ArchRule onlyEventsKnowsTheBroker = noClasses()
            .that()
            .resideOutsideOfPackage("..im.events..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.rabbitmq..", "org.springframework.amqp..");
}
