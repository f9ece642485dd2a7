package io.github.follownotify.follow.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.HealthyFollowApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.yaml.snakeyaml.Yaml;

/** What is documented is what there is: no operation and no problem more or less. */
class ApiDocumentsTest extends HealthyFollowApi {

    private static final Path DOCS = Path.of("..", "docs");

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping handlers;

    @Test
    void openapiHasEveryOperationAndNoOther() throws IOException {
        Map<String, Map<String, Object>> paths = section(openapi(), "paths");

        Set<String> documented = paths.entrySet().stream()
                .flatMap(path -> path.getValue().keySet().stream().map(method -> method + " " + path.getKey()))
                .collect(Collectors.toSet());
        Set<String> handled = handlers.getHandlerMethods().keySet().stream()
                .flatMap(mapping -> mapping.getMethodsCondition().getMethods().stream()
                        .flatMap(method -> mapping.getPatternValues().stream()
                                .map(path -> method.name().toLowerCase(java.util.Locale.ROOT) + " " + path)))
                .collect(Collectors.toSet());

        assertThat(documented).isNotEmpty().isEqualTo(handled);
    }

    /**
     * Where it is known only after the change that the answer can't be had, a refused request has changed something.
     */
    @Test
    void everyOperationThatAnswersKnowsTheMediaTypeBeforeItIsDone() {
        handlers.getHandlerMethods().forEach((mapping, method) -> {
            boolean answersNothing = method.getReturnType().getParameterType() == void.class;
            boolean isForErrors = method.getBeanType().getSimpleName().equals("UnhandledErrors");

            assertThat(answersNothing
                            || isForErrors
                            || mapping.getProducesCondition()
                                    .getProducibleMediaTypes()
                                    .equals(Set.of(MediaType.APPLICATION_JSON)))
                    .as("%s has produces = application/json", mapping)
                    .isTrue();
        });
    }

    @Test
    void openapiAndTheListOfProblemsHaveEveryType() throws IOException {
        List<String> types = Arrays.stream(Problem.values())
                .map(problem -> problem.type().toString())
                .toList();
        Map<String, Object> problem = section(section(section(openapi(), "components"), "schemas"), "Problem");
        Map<String, Object> type = section(section(problem, "properties"), "type");

        assertThat(type.get("enum"))
                .isInstanceOf(Collection.class)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .containsExactlyElementsOf(types);
        String page = Files.readString(DOCS.resolve("problems.md"));
        assertThat(Arrays.stream(Problem.values()).map(kind -> "| `%s` | %d |"
                        .formatted(kind.type(), kind.status().value())))
                .allMatch(page::contains);
    }

    private static Map<String, Object> openapi() throws IOException {
        return new Yaml().load(Files.readString(DOCS.resolve("openapi.yaml")));
    }

    // The document's structure is checked by the assertions that read it.
    @SuppressWarnings("unchecked")
    private static <T> Map<String, T> section(Map<String, ?> parent, String name) {
        return (Map<String, T>) Objects.requireNonNull(parent.get(name), name);
    }
}
