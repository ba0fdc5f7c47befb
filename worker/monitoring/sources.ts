import { keepAnswer } from '../keep-answer.ts';
import { sample } from '../metrics/definition.ts';
import { buildInfo } from '../metrics/gauges.ts';
import { readFigures } from '../records/figures.ts';
import type { Services } from '../services.ts';
import { askDependencies, readCircuits, readDependency } from './dependencies.ts';
import { readAudit, readDeliveries, showFigures } from './postgres.ts';
import { readQueues, readWorkers } from './redis.ts';
import type { Source } from './samples.ts';
import { readStandstill } from './standstill.ts';
import { readVolume } from './volume.ts';

export interface SourceOptions {
  readonly services: Services;
  readonly settings: { readonly keywordDir: string; readonly embeddingModel: string };
  readonly version: string;
  readonly isSchemaReady: () => boolean;
  /** How long each may take. */
  readonly limitMs: number;
}

/**
 * Who asks waits no longer for a new count where there is an old one: counting a million takes
 * long.
 */
const patienceMs = 50;

/** @returns everything that gauges are read from */
export function listSources(options: SourceOptions): Source[] {
  const { services, settings, version, isSchemaReady, limitMs } = options;
  const { pool, queues, circuits } = services;
  const questions = askDependencies(services, isSchemaReady, limitMs);
  const figures = keepAnswer(() => readFigures(pool), patienceMs);
  const standstill = keepAnswer(() => readStandstill(services), patienceMs);
  const build = sample(buildInfo, 1, { version, model: settings.embeddingModel });
  return [
    { name: 'build', read: async () => [build] },
    ...Object.entries(questions).map(([service, question]) => ({
      name: service,
      // Earlier than the limit of all sources: that it is away is an answer.
      read: () => readDependency(service, question, 0.9 * limitMs),
    })),
    { name: 'circuits', read: () => readCircuits(circuits) },
    { name: 'queues', read: () => readQueues(queues) },
    { name: 'workers', read: () => readWorkers(queues) },
    { name: 'standstill', read: standstill },
    { name: 'figures', read: async () => showFigures(await figures()) },
    { name: 'deliveries', read: () => readDeliveries(pool) },
    { name: 'audit', read: () => readAudit(pool) },
    { name: 'volume', read: () => readVolume('bm25', settings.keywordDir) },
  ];
}
