package io.github.follownotify.quickstart;

/** Printed when everything runs: the addresses, what to try by hand, how to stop. */
final class Welcome {

    private Welcome() {}

    static String to(Quickstart quickstart) {
        return """

                Follow Notify is running. Open  %1$s/

                Or follow by hand, Alice (1) and Bob (2):

                  ALICE=%2$s
                  BOB=%3$s

                  curl -i %1$s/followings -H "Authorization: Bearer $ALICE" -H 'Content-Type: application/json' -d '{"target": 2}'

                Bob's devices connect to Socket.IO at %4$s with auth: {token: BOB}.
                Everything is in memory. Ctrl-C stops it.""".formatted(
                        quickstart.url(),
                        quickstart.token(DemoTokens.ALICE, DemoSession.COMMAND_TOKEN_VALIDITY),
                        quickstart.token(DemoTokens.BOB, DemoSession.COMMAND_TOKEN_VALIDITY),
                        quickstart.socketUrl());
    }
}
