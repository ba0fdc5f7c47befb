/** Enough to hide the latency of Postgres, few enough for its connections. */
const maxInFlight = 4;

interface Handling<Item> {
  /** It is several times in memory while it is handled, so no other is meanwhile. */
  readonly isLarge: (item: Item) => boolean;
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
  { isLarge, signal }: Handling<Item>,
  handle: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  try {
    for await (const item of items) {
      const limit = isLarge(item) ? 1 : maxInFlight;
      while (running.size >= limit) await Promise.race(running);
      if (failures.length > 0) break;
      signal?.throwIfAborted();
      const one: Promise<void> = handle(item)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(one));
      running.add(one);
      if (isLarge(item)) await one;
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
