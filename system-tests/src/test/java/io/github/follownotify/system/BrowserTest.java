package io.github.follownotify.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * Needs Chromium and its driver: reported as skipped, with the reason, where they are missing. An assumption in a
 * method that runs before all tests would leave nothing to report.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BrowserTest.Condition.class)
@interface BrowserTest {

    /** Skips without a browser. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            try {
                Tools.requireChromium();
                return ConditionEvaluationResult.enabled("Chromium and its driver are there");
            } catch (TestAbortedException missing) {
                return ConditionEvaluationResult.disabled(missing.getMessage());
            }
        }
    }
}
