import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 100;

/**
 * Tries until it no longer throws, and gives what it returned; the last refusal is the reason when
 * time is up.
 */
export async function eventually<T>(attempt: () => Promise<T>, limitMs: number): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(everyMs);
    }
  }
}
