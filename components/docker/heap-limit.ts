/**
 * Share of the memory limit for the JavaScript heap; the rest is code, threads, buffers and
 * SQLite's cache.
 */
const share = 2 / 3;

/**
 * MiB. From 2 GiB on V8 lets a heap grow to four times what it holds before it collects, below to
 * twice at most (its MemoryController): 304 in place of 219 MiB under load (npm run bench worker),
 * for garbage alone.
 */
const largest = 2_000;

/** MiB of JavaScript heap in a worker of so many MiB. */
export function heapLimit(memory: number): number {
  return Math.min(Math.floor(memory * share), largest);
}
