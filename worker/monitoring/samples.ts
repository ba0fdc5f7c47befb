import { waitMs } from '../drain.ts';
import type { Logger } from '../logs.ts';
import type { Sample } from '../metrics/definition.ts';

/** Something that values of gauges are read from. */
export interface Source {
  readonly name: string;
  /** It is asked once at the start, so that nobody waits for the first answer. */
  readonly isCostly?: boolean;
  /** @throws when it does not know them now: they are left out */
  readonly read: () => Promise<readonly Sample[]>;
}

/**
 * Reads all sources at once.
 *
 * @param limitMs what has not answered by then is left out
 */
export async function readSamples(
  sources: readonly Source[],
  limitMs: number,
  log: Logger,
): Promise<Sample[]> {
  const late = waitMs(limitMs);
  const read = await Promise.all(
    sources.map(async ({ name, read: ask }) => {
      const samples = ask().catch((error: unknown) => {
        log.debug({ err: error, source: name }, 'metrics were left out');
        return [];
      });
      return (await Promise.race([samples, late])) || [];
    }),
  );
  return read.flat();
}
