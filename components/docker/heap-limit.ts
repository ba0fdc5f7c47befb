/**
 * Share of the memory limit for the JavaScript heap; the rest is for code, threads, buffers and
 * SQLite's cache.
 */
const heapShare = 2 / 3;

/**
 * From 2 GiB on V8 lets a heap grow to four times what it holds before it collects, below to twice
 * at most (its MemoryController). Under load a worker then takes 304 instead of 219 MiB (npm run
 * bench worker), and the difference is garbage.
 */
const largestHeapMiB = 2_000;

/** @returns MiB of JavaScript heap for a worker with this memory limit */
export function heapLimit(memoryMiB: number): number {
  return Math.min(Math.floor(memoryMiB * heapShare), largestHeapMiB);
}
