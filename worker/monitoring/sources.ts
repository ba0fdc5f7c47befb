import { keepForAWhile } from '../keep-for-a-while.ts';
import { sample } from '../metrics/definition.ts';
import type { Sample } from '../metrics/definition.ts';
import { buildInfo, canaryInterval } from '../metrics/gauges.ts';
import type { StackStatus } from '../operator/status.ts';
import { readFigures } from '../records/figures.ts';
import type { Services } from '../services.ts';
import { readCertificate } from './certificate.ts';
import { askDependencies, readCircuits, readDependency, readGpuHost } from './dependencies.ts';
import {
  readAudit,
  readCanary,
  readDeliveries,
  showExpectedWorkers,
  readRoom,
  showFigures,
} from './postgres.ts';
import { readQueues, readRedisMemory, readWorkers } from './redis.ts';
import type { Source } from './samples.ts';
import { readStandstill } from './standstill.ts';
import { readVolume } from './volume.ts';

export interface SourceOptions {
  readonly services: Services;
  readonly settings: {
    readonly keywordDir: string;
    readonly embeddingModel: string;
    /** Infinite where none is sent by the clock. */
    readonly canaryIntervalMs: number;
    readonly frontDoor: string | undefined;
    readonly frontDoorTlsPort: number | undefined;
  };
  readonly version: string;
  /** How the stack was, as it is looked at by the clock; undefined before the first time. */
  readonly lookedUp: () => Pick<StackStatus, 'checks'> | undefined;
  readonly isSchemaReady: () => boolean;
  /** How long each may take. */
  readonly limitMs: number;
}

/** Counting a million documents takes up to two seconds (measured): no scrape waits for it. */
const patienceMs = 50;
const keptMs = 30_000;

/** @returns everything that gauges are read from */
export function listSources(options: SourceOptions): Source[] {
  const { services, settings, version, lookedUp, isSchemaReady, limitMs } = options;
  const { pool, queues, circuits } = services;
  const { postgres, redis, keywords } = askDependencies(services, isSchemaReady, limitMs);
  const figures = keepForAWhile(() => readFigures(pool), keptMs, patienceMs);
  const standstill = keepForAWhile(() => readStandstill(services), keptMs, patienceMs);
  const build = sample(buildInfo, 1, { version, model: settings.embeddingModel });
  const { canaryIntervalMs, frontDoor: host, frontDoorTlsPort: port } = settings;
  const seconds = Number.isFinite(canaryIntervalMs) ? canaryIntervalMs / 1_000 : 0;
  const interval = sample(canaryInterval, seconds, {});
  const askFrontDoor = async (): Promise<Sample[]> =>
    host === undefined || port === undefined ? [] : readCertificate({ host, port }, limitMs);
  const certificate = keepForAWhile(askFrontDoor, keptMs, patienceMs);
  const room = keepForAWhile(() => readRoom(pool), keptMs, patienceMs);
  return [
    { name: 'settings', read: async () => [build, interval] },
    ...Object.entries({ postgres, redis, keywords }).map(([service, question]) => ({
      name: service,
      // Earlier than the limit of all sources: that it is away is an answer.
      read: () => readDependency(service, question, 0.9 * limitMs),
    })),
    { name: 'gpu host', read: () => readGpuHost(circuits, lookedUp()?.checks) },
    { name: 'circuits', read: () => readCircuits(circuits) },
    { name: 'queues', read: () => readQueues(queues) },
    { name: 'workers', read: () => readWorkers(queues) },
    { name: 'standstill', isCostly: true, read: standstill },
    { name: 'figures', isCostly: true, read: async () => showFigures(await figures()) },
    { name: 'room of Postgres', read: room },
    { name: 'memory of Redis', read: () => readRedisMemory(queues) },
    { name: 'deliveries', read: () => readDeliveries(pool) },
    { name: 'audit', read: () => readAudit(pool) },
    { name: 'certificate', read: certificate },
    { name: 'canary', read: () => readCanary(pool) },
    { name: 'expected workers', read: () => showExpectedWorkers(pool) },
    { name: 'volume', read: () => readVolume('bm25', settings.keywordDir) },
  ];
}
