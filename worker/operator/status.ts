import type { Check } from '../../healthchecks/probe.ts';
import type { Code } from '../../shared/codes.ts';
import type { Circuit } from '../circuit/circuit.ts';
import { waitMs } from '../drain.ts';
import { PulseError, toPulseError } from '../errors.ts';
import { readLastDeliveries } from '../records/last-deliveries.ts';
import type { LastDelivery } from '../records/last-deliveries.ts';
import { readScheduledTask } from '../records/scheduled-tasks.ts';
import type { ScheduledTaskRow } from '../records/scheduled-tasks.ts';
import type { Services } from '../services.ts';
import { readAlarms } from './alarms.ts';
import type { Alarms } from './alarms.ts';
import { canaryTask, readExpectedWorkers, verifyAll } from './canary.ts';
import type { CanaryDependencies, CanaryResult } from './canary.ts';
import { describeQueues } from './queue-report.ts';
import type { QueueReport } from './queue-report.ts';
import { measureVolume } from './volumes.ts';
import type { VolumeUse } from './volumes.ts';
import { listWorkers } from './workers.ts';
import type { ListedWorker } from './workers.ts';

/** A part that cannot be asked is null, and under `unknown`. The fields are JSON output. */
export interface StackStatus {
  readonly at: string;
  readonly checks: readonly Check[];
  readonly workers: { readonly expected: number | null; readonly items: ListedWorker[] } | null;
  readonly queue: Omit<QueueReport, 'depth' | 'throughput'> | null;
  readonly circuits: Readonly<Record<'tei' | 'qdrant', CircuitStatus>> | null;
  readonly volumes: readonly VolumeUse[] | null;
  readonly canary: CanaryStatus | null;
  /** Null as well where the stack has no Alertmanager of its own. */
  readonly alarms: Alarms | null;
  /** The last delivery of each sender. */
  readonly deliveries: readonly LastDelivery[] | null;
  readonly unknown: readonly UnknownPart[];
}

export interface CircuitStatus {
  readonly state: 'closed' | 'open' | 'half-open';
  readonly since: Date | null;
  readonly code: Code | null;
}

/** The last canary by the clock or on request. */
export interface CanaryStatus
  extends Pick<ScheduledTaskRow, 'state' | 'ranAt' | 'nextAt' | 'problem'>, CanaryResult {
  /** Null where none is sent by the clock. */
  readonly intervalSeconds: number | null;
}

export interface UnknownPart {
  readonly part: string;
  readonly code: Code;
  readonly problem: string;
}

export interface StatusDependencies {
  readonly services: Services;
  readonly canary: CanaryDependencies;
  readonly canaryIntervalMs: number;
  readonly keywordDir: string;
  /** Absent where the stack has none of its own. */
  readonly alertmanagerUrl: string | undefined;
}

/** A store that hangs must not hold up what the others say. */
const partLimitMs = 5_000;

/** Looks at everything at once. It takes as long as the slowest check, and throws nothing. */
export async function describeStack(dependencies: StatusDependencies): Promise<StackStatus> {
  const { services, canary, keywordDir, alertmanagerUrl } = dependencies;
  const { pool, circuits } = services;
  const unknown: UnknownPart[] = [];
  const orNull = async <T>(part: string, asked: Promise<T>): Promise<T | null> => {
    try {
      return await withLimit(asked);
    } catch (error) {
      const { code, message: problem } = toPulseError(error);
      unknown.push({ part, code, problem });
      return null;
    }
  };
  const [report, workers, queue, tei, qdrant, volume, lastCanary, alarms, deliveries] =
    await Promise.all([
      verifyAll(canary, false),
      orNull('workers', describeWorkers(services)),
      orNull('queue', describeQueues(services)),
      orNull('circuits', describeCircuit(circuits.tei)),
      orNull('circuits', describeCircuit(circuits.qdrant)),
      orNull('volumes', measureVolume('bm25', keywordDir)),
      orNull('canary', describeCanary(dependencies)),
      alertmanagerUrl === undefined ? null : orNull('alarms', readAlarms(alertmanagerUrl)),
      orNull('deliveries', readLastDeliveries(pool)),
    ]);
  return {
    at: report.verifiedAt,
    checks: report.checks,
    workers,
    queue,
    circuits: tei === null || qdrant === null ? null : { tei, qdrant },
    volumes: volume === null ? null : [volume],
    canary: lastCanary,
    alarms,
    deliveries,
    unknown,
  };
}

async function withLimit<T>(asked: Promise<T>): Promise<T> {
  const answer = await Promise.race([asked.then((value) => ({ value })), waitMs(partLimitMs)]);
  if (answer !== false) return answer.value;
  throw new PulseError('API_BUSY', 'away', `not answered within ${partLimitMs} ms`);
}

async function describeWorkers(services: Services): Promise<StackStatus['workers']> {
  const [expected, items] = await Promise.all([
    readExpectedWorkers(services.pool),
    listWorkers(services),
  ]);
  return { expected: expected ?? null, items };
}

async function describeCircuit(circuit: Circuit): Promise<CircuitStatus> {
  const state = await circuit.state();
  return state.kind === 'open'
    ? { state: state.kind, since: state.since, code: state.code }
    : { state: state.kind, since: null, code: null };
}

async function describeCanary({
  services,
  canaryIntervalMs,
}: StatusDependencies): Promise<CanaryStatus | null> {
  const last = await readScheduledTask(services.pool, canaryTask);
  if (last === undefined) return null;
  const { state, ranAt, nextAt, problem } = last;
  const none: CanaryResult = { found: null, away: [], passedAt: null, hops: [] };
  const intervalSeconds = Number.isFinite(canaryIntervalMs) ? canaryIntervalMs / 1_000 : null;
  const result = last.result as CanaryResult | null;
  return { intervalSeconds, state, ranAt, nextAt, problem, ...none, ...result };
}
