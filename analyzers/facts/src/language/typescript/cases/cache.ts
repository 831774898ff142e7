import type { Clock } from './clock';

/** What the cache holds. */
export interface Entry<T> {
  value: T;
  expires?: number;
  touch(now: number): void;
}

type Key = string | number;

export enum Policy {
  Lru,
  Fifo,
}

export abstract class Cache<T> {
  protected readonly entries = new Map<Key, Entry<T>>();
  private hits = 0;

  constructor(private readonly clock: Clock, protected limit: number = 10) {}

  abstract evict(policy: Policy): Key | undefined;

  /** The value, unless it has expired. */
  get(key: Key): T | undefined {
    const entry = this.entries.get(key);
    if (!entry || (entry.expires !== undefined && entry.expires < this.clock.now())) {
      return undefined;
    }
    this.hits++;
    return entry.value;
  }

  put(key: Key, value: T, ttl?: number): this {
    while (this.entries.size >= this.limit) {
      const victim = this.evict(Policy.Lru);
      if (victim === undefined) {
        break;
      }
      this.entries.delete(victim);
    }
    const touch = (now: number) => {
      if (ttl) this.put(key, value, ttl - now);
    };
    this.entries.set(key, { value, touch, expires: ttl ? this.clock.now() + ttl : undefined });
    return this;
  }

  private static order(a: Key, b: Key): number {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    else if (typeof a === 'string') return 1;
    else return String(a) < String(b) ? -1 : 1;
  }
}

namespace internal {
  export function weigh(policy: Policy, sizes: readonly number[]): number {
    let total = 0;
    outer: for (const size of sizes) {
      switch (policy) {
        case Policy.Lru:
          total += size;
          break;
        case Policy.Fifo:
          if (size > 100) break outer;
          continue;
        default:
          throw new Error(`no policy ${policy}`);
      }
    }
    return total;
  }
}

export function memo<A, R>(compute: (argument: A) => R): (argument: A) => R {
  const known = new Map<A, R>();
  return function remembered(argument: A): R {
    try {
      return known.get(argument) ?? compute(argument);
    } catch (error: unknown) {
      for (const key in known) if (key) known.clear();
      throw error;
    }
  };
}

function fib(n: number): number;
function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
