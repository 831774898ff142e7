package limits;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import static java.lang.Math.min;

/**
 * A token bucket: callers take tokens, time brings them back.
 */
public final class TokenBucket {
    /** How a request ended. */
    public enum Outcome {
        GRANTED, DENIED;

        public boolean ok() {
            return this == GRANTED;
        }
    }

    interface Clock {
        long now();

        default boolean isAfter(long then) {
            return now() > then;
        }
    }

    record Share(String owner, int tokens) {
        Share {
            if (tokens < 0) {
                throw new IllegalArgumentException("tokens: \" // " + tokens);
            }
        }
    }

    private final Map<String, Integer> taken = new HashMap<>();
    private final Clock clock;
    private long tokens;

    public TokenBucket(Clock clock, long tokens) {
        this.clock = clock;
        this.tokens = tokens;
    }

    /** Takes up to {@code wanted} tokens. */
    public Outcome take(String owner, int wanted, boolean force) {
        if (wanted <= 0 || owner == null) {
            return Outcome.DENIED;
        } else if (tokens < wanted && !force) {
            return Outcome.DENIED;
        } else {
            tokens -= wanted;
        }
        taken.merge(owner, wanted, (a, b) -> a > b ? a : b);
        return Outcome.GRANTED;
    }

    List<String> greedy(int limit) {
        List<String> found = new ArrayList<>();
        owners:
        for (Map.Entry<String, Integer> entry : taken.entrySet()) {
            for (char c : entry.getKey().toCharArray()) {
                if (c == '!') {
                    continue owners;
                }
            }
            if (entry.getValue() > limit) {
                found.add(entry.getKey());
            }
        }
        return found;
    }

    static int weight(String kind) {
        switch (kind) {
            case "read":
            case "list":
                return 1;
            case "write":
                return 5;
            default:
                return 10;
        }
    }

    static String label(Object value) {
        return switch (value) {
            case Integer i when i > 10 -> "many";
            case Integer i -> "few";
            case String s -> s;
            default -> "?";
        };
    }

    int refill(int depth) {
        int rounds = 0;
        do {
            try {
                while (clock.isAfter(rounds)) {
                    rounds++;
                }
            } catch (IllegalStateException | ArithmeticException e) {
                if (depth > 3) {
                    throw e;
                }
                return refill(depth + 1);
            } finally {
                tokens = min(tokens + 1, 100);
            }
        } while (rounds < depth && depth < 10);
        return rounds;
    }

    Runnable logger(boolean loud) {
        return new Runnable() {
            @Override
            public void run() {
                if (loud) {
                    System.out.println(tokens);
                }
            }
        };
    }
}
