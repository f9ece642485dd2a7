package io.github.follownotify.jwt;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.AppenderAttachable;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.regex.Pattern;

/**
 * Removes whatever resembles a JSON Web Token from all logs, plain text and JSON, stack traces included.
 *
 * <p>Libraries quote what they cannot parse; a mask at the last step needs no list of them.
 */
final class TokenMask extends EncoderBase<Object> {

    /**
     * A header begins like this in Base64, because its JSON begins with a brace and a quotation mark. The parts after
     * it may be missing or broken.
     */
    private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{8,}(\\.[A-Za-z0-9_-]*)*");

    private static final String MASK = "[token]";

    private final Encoder<Object> encoder;

    private TokenMask(Encoder<Object> encoder) {
        this.encoder = encoder;
    }

    /** Wraps every appender that writes, unless it is already wrapped. */
    static void install(LoggerContext logging) {
        for (Logger logger : logging.getLoggerList()) {
            install(logger);
        }
    }

    @SuppressWarnings("unchecked") // An encoder takes what its appender is given, whatever that is.
    private static void install(AppenderAttachable<?> parent) {
        Iterator<? extends Appender<?>> appenders = parent.iteratorForAppenders();
        while (appenders.hasNext()) {
            Appender<?> appender = appenders.next();
            if (appender instanceof AppenderAttachable<?> nested) {
                install(nested);
            }
            if (appender instanceof OutputStreamAppender<?> writing && !(writing.getEncoder() instanceof TokenMask)) {
                OutputStreamAppender<Object> target = (OutputStreamAppender<Object>) writing;
                TokenMask mask = new TokenMask(target.getEncoder());
                mask.setContext(target.getContext());
                mask.start();
                target.setEncoder(mask);
            }
        }
    }

    @Override
    public byte[] headerBytes() {
        return encoder.headerBytes();
    }

    @Override
    public byte[] encode(Object event) {
        return masked(encoder.encode(event));
    }

    @Override
    public byte[] footerBytes() {
        return encoder.footerBytes();
    }

    /**
     * As ISO 8859-1, which keeps every byte as it is: a token is ASCII in all character sets that logs are written in.
     */
    static byte[] masked(byte[] line) {
        if (!mayHoldAToken(line)) {
            return line;
        }
        String text = new String(line, StandardCharsets.ISO_8859_1);
        return TOKEN.matcher(text).replaceAll(MASK).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean mayHoldAToken(byte[] line) {
        for (int i = 0; i + 2 < line.length; i++) {
            if (line[i] == 'e' && line[i + 1] == 'y' && line[i + 2] == 'J') {
                return true;
            }
        }
        return false;
    }
}
