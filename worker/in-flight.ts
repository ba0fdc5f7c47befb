/** Enough to hide the latency of Postgres, few enough for its connections. */
const maxInFlight = 4;

interface Handling<Item> {
  /** It is several times in memory while it is handled, so no other is meanwhile. */
  readonly isLarge: (item: Item) => boolean;
  /** Items of one key are handled one after the other, in their order; undefined: it has none. */
  readonly keyOf: (item: Item) => string | undefined;
  /** Stops it before the next item. */
  readonly signal?: AbortSignal;
}

/**
 * Handles items while they come in, a few at the same time. After a failure no further one is
 * begun.
 *
 * @throws the first failure, of the items, of their handling or of the signal, once nothing is in
 *   hand any more
 */
export async function handleInFlight<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  { isLarge, keyOf, signal }: Handling<Item>,
  handle: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  /** By key, what is in hand last. */
  const latest = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  const handleAfter = async (earlier: Promise<void> | undefined, item: Item): Promise<void> => {
    await earlier;
    if (failures.length === 0) await handle(item);
  };
  const begin = (item: Item): Promise<void> => {
    const key = keyOf(item);
    const one: Promise<void> = handleAfter(key === undefined ? undefined : latest.get(key), item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        running.delete(one);
        if (key !== undefined && latest.get(key) === one) latest.delete(key);
      });
    running.add(one);
    if (key !== undefined) latest.set(key, one);
    return one;
  };
  try {
    for await (const item of items) {
      const limit = isLarge(item) ? 1 : maxInFlight;
      while (running.size >= limit) await Promise.race(running);
      if (failures.length > 0) break;
      signal?.throwIfAborted();
      const one = begin(item);
      if (isLarge(item)) await one;
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
