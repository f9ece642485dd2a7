package io.github.follownotify.follow.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Allows a filter to answer without reading the rest of the body.
 *
 * <p>Tomcat reads what is left of a body after the answer, in the request's thread, as slowly as it comes in. Only its
 * own request object can be told not to.
 */
class UnreadBodies extends ValveBase {

    private static final String FORGET = UnreadBodies.class.getName();

    UnreadBodies() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        Runnable forget = () -> request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        request.setAttribute(FORGET, forget);
        getNext().invoke(request, response);
    }

    /** The status has to be set before; the connection is closed after the answer. */
    static void forget(ServletRequest request) {
        if (request.getAttribute(FORGET) instanceof Runnable forget) {
            forget.run();
        }
    }
}
