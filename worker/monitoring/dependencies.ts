import type { Check } from '../../healthchecks/probe.ts';
import type { Circuits } from '../circuit/circuits.ts';
import { waitMs } from '../drain.ts';
import type { Sample } from '../metrics/definition.ts';
import { sample } from '../metrics/definition.ts';
import { circuitOpen, dependencyLatency, dependencyUp } from '../metrics/gauges.ts';
import { ask } from '../postgres/connection.ts';
import type { Services } from '../services.ts';

/** Asks whether a service does what Pulse needs of it; false or an error is no. */
export type Question = () => Promise<boolean>;

/** A row, but not from a standby or a primary that was demoted: documents cannot come in there. */
const takesWrites = "SELECT 1 WHERE current_setting('transaction_read_only') = 'off'";

/** @returns what is asked of each service that the API works with */
export function askDependencies(
  { pool, keywords, queues, circuits }: Services,
  isSchemaReady: () => boolean,
  limitMs: number,
): Readonly<Record<'postgres' | 'keywords' | 'redis' | keyof Circuits, Question>> {
  const isCallable = async (name: keyof Circuits) =>
    (await circuits[name].state()).kind === 'closed';
  return {
    postgres: async () =>
      isSchemaReady() && (await ask(pool, { text: takesWrites, limitMs })).length === 1,
    keywords: () => keywords.open().then(() => true),
    redis: () => queues.redis.ping().then(() => true),
    tei: () => isCallable('tei'),
    qdrant: () => isCallable('qdrant'),
  };
}

const gpuHostServices = ['tei', 'qdrant', 'ollama'];

/** Answers within the time limit: what has not answered by then is away. */
export async function readDependency(
  service: string,
  question: Question,
  limitMs: number,
): Promise<Sample[]> {
  const startedMs = performance.now();
  const isUp = await Promise.race([question().catch(() => false), waitMs(limitMs)]);
  const seconds = (performance.now() - startedMs) / 1_000;
  return [
    sample(dependencyUp, Number(isUp), { service }),
    ...(isUp ? [sample(dependencyLatency, seconds, { service })] : []),
  ];
}

/**
 * Services of the GPU host are asked by the clock, never by a scrape.
 *
 * @param checks what came of it last; undefined before the first time
 */
export async function readGpuHost(
  circuits: Circuits,
  checks: readonly Check[] | undefined,
): Promise<Sample[]> {
  const found = checks?.filter(({ name }) => gpuHostServices.includes(name));
  if (found === undefined)
    return ofEachCircuit(circuits, (service, isClosed) =>
      sample(dependencyUp, Number(isClosed), { service }),
    );
  return found.flatMap(({ name: service, ok, latencyMs }) => [
    sample(dependencyUp, Number(ok), { service }),
    ...(ok ? [sample(dependencyLatency, latencyMs / 1_000, { service })] : []),
  ]);
}

/** What this process knows of them, also while Redis is away. */
export function readCircuits(circuits: Circuits): Promise<Sample[]> {
  return ofEachCircuit(circuits, (service, isClosed) =>
    sample(circuitOpen, Number(!isClosed), { service }),
  );
}

function ofEachCircuit(
  circuits: Circuits,
  show: (service: string, isClosed: boolean) => Sample,
): Promise<Sample[]> {
  const names = ['tei', 'qdrant'] as const;
  return Promise.all(
    names.map(async (name) => show(name, (await circuits[name].state()).kind === 'closed')),
  );
}
