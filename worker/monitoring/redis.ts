import { heartbeatFreshSeconds } from '../../shared/heartbeat.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import { sample } from '../metrics/definition.ts';
import type { Sample } from '../metrics/definition.ts';
import * as gauges from '../metrics/gauges.ts';
import { readHeartbeats } from '../queue/heartbeats.ts';
import type { LiveWorker } from '../queue/heartbeats.ts';
import type { Queues } from '../queue/queues.ts';

const jobStates = ['waiting', 'active', 'delayed'] as const;
const MiB = 2 ** 20;

export async function readQueues(queues: Queues): Promise<Sample[]> {
  const counts = await queues.counts();
  return (Object.keys(counts) as QueueName[]).flatMap((queue) => [
    ...jobStates.map((state) => sample(gauges.queueJobs, counts[queue][state], { queue, state })),
    sample(gauges.queueLimit, counts[queue].limit ?? Infinity, { queue }),
  ]);
}

export async function readWorkers(queues: Queues): Promise<Sample[]> {
  const oldestMs = Date.now() - heartbeatFreshSeconds * 1_000;
  const alive = (await readHeartbeats({ queues })).filter(
    ({ heartbeatAt }) => heartbeatAt.getTime() >= oldestMs,
  );
  const consuming = alive.filter((worker) => worker.consuming).length;
  return [
    sample(gauges.workers, consuming, { state: 'consuming' }),
    sample(gauges.workers, alive.length - consuming, { state: 'idle' }),
    ...alive.flatMap(describeWorker),
  ];
}

function describeWorker(worker: LiveWorker): Sample[] {
  const { startedAt, memoryMiB, memoryLimitMiB } = worker;
  const name = { worker: worker.name };
  return [
    sample(gauges.workerStartTime, Date.parse(startedAt) / 1_000, name),
    sample(gauges.workerMemory, memoryMiB * MiB, name),
    ...(memoryLimitMiB === null
      ? []
      : [sample(gauges.workerMemoryLimit, memoryLimitMiB * MiB, name)]),
  ];
}
