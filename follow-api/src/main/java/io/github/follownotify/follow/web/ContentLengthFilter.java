package io.github.follownotify.follow.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/**
 * Sends a response when it is complete, with its length, in one write. Spring flushes each response, so Tomcat would send
 * the body as a chunk, and the last chunk in a second write. A body larger than Tomcat's buffer (8 KB) is still chunked.
 * Nothing can be streamed through this filter.
 */
class ContentLengthFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, new Unflushed(response));
    }

    private static final class Unflushed extends HttpServletResponseWrapper {

        Unflushed(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void flushBuffer() {
            // Tomcat flushes when the request ends.
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            ServletOutputStream output = super.getOutputStream();
            return new ServletOutputStream() {

                @Override
                public void write(int value) throws IOException {
                    output.write(value);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    output.write(bytes, offset, length);
                }

                @Override
                public void flush() {
                    // As above.
                }

                @Override
                public void close() throws IOException {
                    output.close();
                }

                @Override
                public boolean isReady() {
                    return output.isReady();
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    output.setWriteListener(listener);
                }
            };
        }
    }
}
