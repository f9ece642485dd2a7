package io.github.follownotify.jwt;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A token that is not valid. Neither the message nor the cause's message contains the token. */
public final class InvalidTokenException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    InvalidTokenException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    InvalidTokenException(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }

    /** Why a token was refused, with the code that clients see. */
    public enum Reason {
        MISSING("token_missing"),
        EXPIRED("token_expired"),
        INVALID("token_invalid"),
        /** The issuer's keys are not at hand: nothing is known against the token, trying again later may succeed. */
        UNVERIFIABLE("token_unverifiable");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }
}
