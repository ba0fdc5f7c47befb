/**
 * Does a part of some work and adds the milliseconds it took to `timings`, also when it fails.
 *
 * @returns what the work returns
 */
export async function measurePart<Part extends string, T>(
  timings: { [P in Part]?: number | null },
  part: NoInfer<Part>,
  work: () => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  try {
    return await work();
  } finally {
    timings[part] = roundMs((timings[part] ?? 0) + performance.now() - startedMs);
  }
}

/** To a tenth. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
