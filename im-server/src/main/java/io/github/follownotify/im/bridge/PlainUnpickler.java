package io.github.follownotify.im.bridge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pickle of plain values: None, bool, int, float, str, bytes, list, tuple, dict with plain keys.
 *
 * <p>A pickle is a program for a small machine, and most of its dangers are instructions. Only those that a pickle of
 * plain values has are carried out; one that names a class or a callable, refers to something outside, or is not known
 * ends the reading before it does anything. What is left is bounded: no length reaches beyond the message, containers
 * are filled in linear time, and no value is hashed but a key that is text or a number.
 *
 * <p>The result may still contain a container many times, or itself: whoever walks through it has to count.
 *
 * <p>Tuples come as {@code Object[]}, lists as {@code List}: python-socketio gives them different meanings.
 */
final class PlainUnpickler extends Unpickler {

    private static final int LONGEST_NUMBER = 400;

    private final Remaining remaining;

    private PlainUnpickler(byte[] pickle) {
        remaining = new Remaining(pickle);
    }

    static @Nullable Object read(byte[] pickle) {
        PlainUnpickler unpickler = new PlainUnpickler(pickle);
        try {
            Object value = unpickler.load(unpickler.remaining);
            if (unpickler.remaining.available() > 0) {
                throw new RefusedException(Reason.UNREADABLE);
            }
            return value;
        } catch (RefusedException refused) {
            throw refused;
        } catch (IOException | RuntimeException broken) {
            // The library says with any kind of exception that the stack or a number is not what it should be.
            throw new RefusedException(Reason.UNREADABLE);
        }
    }

    @Override
    protected Object dispatch(short instruction) throws IOException {
        switch (instruction) {
            case Opcodes.GLOBAL,
                    Opcodes.STACK_GLOBAL,
                    Opcodes.REDUCE,
                    Opcodes.BUILD,
                    Opcodes.INST,
                    Opcodes.OBJ,
                    Opcodes.NEWOBJ,
                    Opcodes.NEWOBJ_EX,
                    Opcodes.PERSID,
                    Opcodes.BINPERSID,
                    Opcodes.EXT1,
                    Opcodes.EXT2,
                    Opcodes.EXT4 -> throw new RefusedException(Reason.NAMES_A_CLASS);
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
            case Opcodes.DICT -> {
                Map<Object, Object> dict = new LinkedHashMap<>();
                put(stack.pop_all_since_marker(), dict);
                stack.add(dict);
            }
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                Object key = stack.pop();
                dict().put(key(key), value);
            }
            case Opcodes.SETITEMS -> {
                List<Object> items = stack.pop_all_since_marker();
                put(items, dict());
            }
            case Opcodes.APPENDS -> {
                List<Object> items = stack.pop_all_since_marker();
                list().addAll(items);
            }
            // Each has a length in front, in as many bytes. The library would allocate it unseen.
            case Opcodes.SHORT_BINSTRING, Opcodes.SHORT_BINUNICODE, Opcodes.SHORT_BINBYTES, Opcodes.LONG1 ->
                checkLength(1, instruction);
            case Opcodes.BINSTRING, Opcodes.BINUNICODE, Opcodes.BINBYTES, Opcodes.LONG4 -> checkLength(4, instruction);
            case Opcodes.BINUNICODE8, Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> checkLength(8, instruction);
            case Opcodes.INT, Opcodes.LONG, Opcodes.FLOAT, Opcodes.GET, Opcodes.PUT -> {
                remaining.requireLineOfAtMost(LONGEST_NUMBER);
                return super.dispatch(instruction);
            }
            case Opcodes.MARK,
                    Opcodes.STOP,
                    Opcodes.NONE,
                    Opcodes.NEWTRUE,
                    Opcodes.NEWFALSE,
                    Opcodes.BININT,
                    Opcodes.BININT1,
                    Opcodes.BININT2,
                    Opcodes.BINFLOAT,
                    Opcodes.STRING,
                    Opcodes.UNICODE,
                    Opcodes.EMPTY_LIST,
                    Opcodes.LIST,
                    Opcodes.APPEND,
                    Opcodes.EMPTY_TUPLE,
                    Opcodes.TUPLE,
                    Opcodes.TUPLE1,
                    Opcodes.TUPLE2,
                    Opcodes.TUPLE3,
                    Opcodes.BINGET,
                    Opcodes.LONG_BINGET,
                    Opcodes.BINPUT,
                    Opcodes.LONG_BINPUT,
                    Opcodes.MEMOIZE,
                    Opcodes.FRAME,
                    Opcodes.PROTO -> {
                return super.dispatch(instruction);
            }
            default -> throw new RefusedException(Reason.UNREADABLE);
        }
        return NO_RETURN_VALUE;
    }

    private void checkLength(int bytesOfLength, short instruction) throws IOException {
        long length = remaining.peekLength(bytesOfLength);
        long most = instruction == Opcodes.LONG4 ? LONGEST_NUMBER : remaining.available() - bytesOfLength;
        if (length < 0 || length > most) {
            throw new RefusedException(Reason.UNREADABLE);
        }
        Object unused = super.dispatch(instruction);
    }

    @SuppressWarnings("unchecked") // only this class makes maps
    private Map<Object, Object> dict() {
        return (Map<Object, Object>) stack.peek();
    }

    @SuppressWarnings("unchecked") // lists are only made here and in the library, as lists of anything
    private List<Object> list() {
        return (ArrayList<Object>) stack.peek();
    }

    private static void put(List<Object> items, Map<Object, Object> dict) {
        for (int i = 0; i < items.size(); i += 2) {
            dict.put(key(items.get(i)), items.get(i + 1));
        }
    }

    /** As JSON writes it. A container as a key would be hashed through and through, itself included. */
    private static String key(@Nullable Object key) {
        if (key instanceof String
                || key instanceof Integer
                || key instanceof Long
                || key instanceof Boolean
                || key instanceof BigInteger) {
            return key.toString();
        }
        throw new RefusedException(Reason.INVALID);
    }

    /** The message, with a view of what comes. */
    private static final class Remaining extends ByteArrayInputStream {

        Remaining(byte[] bytes) {
            super(bytes);
        }

        /**
         * @return the little-endian number in the next bytes; negative when there are not as many, or when it is huge
         */
        synchronized long peekLength(int bytes) {
            if (count - pos < bytes) {
                return -1;
            }
            long length = 0;
            for (int i = bytes - 1; i >= 0; i--) {
                length = length << 8 | (buf[pos + i] & 0xFF);
            }
            return length;
        }

        synchronized void requireLineOfAtMost(int bytes) {
            for (int at = pos; at < count && at <= pos + bytes; at++) {
                if (buf[at] == '\n') {
                    return;
                }
            }
            throw new RefusedException(Reason.UNREADABLE);
        }
    }
}
