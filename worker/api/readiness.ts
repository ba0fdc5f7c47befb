import { waitMs } from '../drain.ts';
import { askDependencies } from '../monitoring/dependencies.ts';
import type { Services } from '../services.ts';

/** Who asks more often is told what was found last: anybody may ask, and asking costs. */
const keptMs = 2_000;
const limitMs = 2_000;

export interface Readiness {
  /** Documents can come in, and searches by keyword are answered. */
  readonly ready: boolean;
  /** The services that are away, whether the API needs them or only does less without them. */
  readonly degraded: readonly string[];
  readonly checks: Readonly<Record<string, 'ok' | 'away'>>;
}

/** @returns looks at what the API works with, all at once */
export function startReadiness(
  services: Services,
  isSchemaReady: () => boolean,
): () => Promise<Readiness> {
  const questions = askDependencies(services, isSchemaReady, limitMs);
  const look = async (): Promise<Readiness> => {
    const found = await Promise.all(
      Object.entries(questions).map(async ([name, question]) => {
        const isGood = await Promise.race([question().catch(() => false), waitMs(limitMs)]);
        return [name, isGood ? 'ok' : 'away'] as const;
      }),
    );
    const checks = Object.fromEntries(found);
    return {
      ready: checks['postgres'] === 'ok' && checks['keywords'] === 'ok',
      degraded: found.filter(([, state]) => state === 'away').map(([name]) => name),
      checks,
    };
  };
  let last: Promise<Readiness> | undefined;
  let lookedAtMs = -Infinity;
  return () => {
    if (last === undefined || performance.now() - lookedAtMs > keptMs)
      [last, lookedAtMs] = [look(), performance.now()];
    return last;
  };
}
