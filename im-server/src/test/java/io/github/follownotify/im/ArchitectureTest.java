package io.github.follownotify.im;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
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
    static final ArchRule storeysStandOnEachOther = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("devices")
            .definedBy("..im.devices..")
            .layer("socketio")
            .definedBy("..im.socketio..")
            .layer("engineio")
            .definedBy("..im.engineio..")
            .whereLayer("devices")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("socketio")
            .mayOnlyBeAccessedByLayers("devices")
            .whereLayer("engineio")
            .mayOnlyBeAccessedByLayers("socketio", "devices");

    @ArchTest
    static final ArchRule engineioKnowsNoFeature = noClasses()
            .that()
            .resideInAPackage("..im.engineio..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..im.rooms..",
                    "..im.replay..",
                    "..im.broker..",
                    "..im.sequence..",
                    "..im.log..",
                    "io.github.follownotify.jwt..");

    @ArchTest
    static final ArchRule onlySocketioKnowsNettySocketio = noClasses()
            .that()
            .resideOutsideOfPackage("..im.socketio..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.corundumstudio..");

    @ArchTest
    static final ArchRule onlyTheTwoLowerStoreysKnowNetty = noClasses()
            .that()
            .resideOutsideOfPackages("..im.engineio..", "..im.socketio..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule onlyBrokerAndBridgeKnowTheBroker = noClasses()
            .that()
            .resideOutsideOfPackages("..im.broker..", "..im.bridge..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.rabbitmq..", "org.springframework.amqp..");
}
