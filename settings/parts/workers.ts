/** The workers and the image that they run. */
import { cpus, duration, integer, mebibytes } from '../kinds/numbers.ts';
import { choice, imageReference } from '../kinds/texts.ts';
import { officialImages } from '../official-images.ts';
import { setting } from '../setting.ts';

export const workers = {
  replicas: setting({
    key: 'workerReplicas',
    kind: integer(1, 64),
    default: '8',
    description: 'how many worker containers',
    example: '8',
  }),
  memoryMiB: setting({
    key: 'workerMemory',
    kind: mebibytes(256),
    default: '4GiB',
    description:
      'memory limit of one worker; two thirds of it, 2000MiB at most, are its JavaScript heap',
    example: '4GiB',
  }),
  memoryReservationMiB: setting({
    key: 'workerMemoryReservation',
    kind: mebibytes(64),
    default: '2GiB',
    description: 'memory the engine keeps for a worker under pressure',
    example: '2GiB',
  }),
  cpus: setting({
    key: 'workerCpus',
    kind: cpus,
    default: '2.0',
    description: 'CPU limit of one worker',
  }),
  cpuShares: setting({
    key: 'workerCpuShares',
    kind: integer(2, 262144),
    default: '1024',
    description: 'weight of a worker when CPUs are short; stands for a CPU reservation',
    example: '1024',
  }),
  nofile: setting({
    key: 'workerNofile',
    kind: integer(1024, 1_048_576),
    default: '65535',
    description: "open files a worker may have; not above the engine's own hard limit",
    example: '65535',
  }),
  nofileHard: setting({
    key: 'workerNofileHard',
    kind: integer(1024, 1_048_576),
    description:
      'open files up to which a worker may raise its own limit; absent, the same as `workerNofile`',
    example: '65535',
  }),
  batchSize: setting({
    key: 'workerBatchSize',
    kind: integer(1, 64),
    default: '4',
    description: 'jobs of each queue that one worker works on at a time',
    example: '4',
    env: 'WEBHOOK_WORKER_BATCH_SIZE',
  }),
  globalConcurrency: setting({
    key: 'globalConcurrency',
    kind: integer(1, 1024),
    description:
      'jobs of each queue that all workers together work on at a time; ' +
      'as many as they can when absent',
    env: 'WEBHOOK_GLOBAL_CONCURRENCY',
  }),
  jobTimeoutSeconds: setting({
    key: 'indexingJobTimeout',
    kind: duration,
    default: '10m',
    description: 'longest time one job may take',
    example: '10m',
    env: 'WEBHOOK_INDEXING_JOB_TIMEOUT',
  }),
  drainTimeoutSeconds: setting({
    key: 'drainTimeout',
    kind: duration,
    default: '20s',
    description: 'how long a stopping worker may finish the jobs in hand',
    env: 'WEBHOOK_DRAIN_TIMEOUT',
  }),
  logLevel: setting({
    key: 'logLevel',
    kind: choice('DEBUG', 'INFO', 'WARNING', 'ERROR'),
    default: 'INFO',
    description: 'least important log line that is written',
    example: 'INFO',
    env: 'WEBHOOK_LOG_LEVEL',
  }),
};

export const workerImage = {
  held: setting({
    key: 'workerImage',
    kind: imageReference,
    description:
      'image of an earlier release, which `./pulse rollback` writes here; ' +
      'absent, the image is built from the sources',
    example: 'pulse_webhook-worker:4c1de0f9a6b27d35',
  }),
  baseImage: setting({
    key: 'workerBaseImage',
    kind: imageReference,
    default: officialImages.node,
    description: 'Node 24 image on which the worker is built',
    example: officialImages.node,
  }),
};
