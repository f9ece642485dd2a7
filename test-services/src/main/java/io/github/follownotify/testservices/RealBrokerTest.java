package io.github.follownotify.testservices;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Needs RabbitMQ itself: reported as skipped, with the reason, on the embedded broker. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RealBrokerTest.Condition.class)
public @interface RealBrokerTest {

    /** Skips on the embedded broker. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return TestServices.broker().real()
                    ? ConditionEvaluationResult.enabled("a real broker is there")
                    : ConditionEvaluationResult.disabled("needs a real RabbitMQ, this run has the embedded broker");
        }
    }
}
