package io.github.follownotify.follow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.persistence.Entity;
import org.springframework.data.repository.Repository;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(packages = "io.github.follownotify.follow", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule featuresDependOnEachOtherInOneDirection =
            slices().matching("io.github.follownotify.follow.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule requestsNeverTouchTheBroker = noClasses()
            .that()
            .resideOutsideOfPackages("..follow.relay..", "..follow.pythonsocketio..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..follow.relay..",
                    "..follow.pythonsocketio..",
                    "org.springframework.amqp..",
                    "com.rabbitmq..",
                    "io.lettuce..");

    @ArchTest
    static final ArchRule tablesAndHandlersAreNobodyElsesBusiness = classes()
            .that()
            .areAnnotatedWith(Entity.class)
            .or()
            .areAnnotatedWith(RestController.class)
            .or()
            .areAssignableTo(Repository.class)
            .should()
            .bePackagePrivate();

    @ArchTest
    static final ArchRule publishersAreNobodyElsesBusiness = classes()
            .that()
            .resideInAnyPackage("..follow.relay..", "..follow.pythonsocketio..")
            .and()
            .areTopLevelClasses()
            .should()
            .notBePublic();
}
