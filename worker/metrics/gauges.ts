/**
 * What is looked at when somebody asks: the gauges of /metrics. docs/monitoring.md lists them; a
 * test compares the two.
 */
import { gauge } from './definition.ts';

export const buildInfo = gauge(
  'pulse_build_info',
  'Always 1; the release of the replica that answered, and the model of the stack.',
  ['version', 'model'],
);

export const documents = gauge(
  'pulse_documents',
  'Documents by state; of a large stack as they were up to half a minute ago.',
  ['state'],
);
export const oldestPending = gauge(
  'pulse_oldest_pending_seconds',
  'For how long the oldest version that was never through the stage has waited; 0 for none.',
  ['stage'],
);

export const queueJobs = gauge(
  'pulse_queue_jobs',
  'Jobs of a queue in Redis by state, and documents that failed in its stage.',
  ['queue', 'state'],
);
export const queueLimit = gauge(
  'pulse_queue_limit',
  'Jobs of a queue that all workers together may work on; +Inf for no limit.',
  ['queue'],
);
export const queueBlocked = gauge(
  'pulse_queue_blocked',
  '1 for what keeps all documents waiting, by its code.',
  ['code'],
);

export const workers = gauge('pulse_workers', 'Workers by whether they take jobs.', ['state']);
export const workersExpected = gauge('pulse_workers_expected', 'Workers that the stack declares.');
export const workerStartTime = gauge(
  'pulse_worker_start_time_seconds',
  'When a worker was started, in seconds since 1970.',
  ['worker'],
);
export const workerMemory = gauge(
  'pulse_worker_memory_bytes',
  'Memory of a worker that counts against its limit, without the file cache that can be dropped.',
  ['worker'],
);
export const workerMemoryLimit = gauge(
  'pulse_worker_memory_limit_bytes',
  'Memory that a worker may have; left out where there is no limit.',
  ['worker'],
);

export const dependencyUp = gauge(
  'pulse_dependency_up',
  '1 while a service does what Pulse needs of it, else 0.',
  ['service'],
);
export const dependencyLatency = gauge(
  'pulse_dependency_latency_seconds',
  'Time of its last answer; left out while it gives none.',
  ['service'],
);
export const circuitOpen = gauge(
  'pulse_circuit_open',
  '1 while a service of the GPU host is not called, because it was away, else 0.',
  ['service'],
);

export const lastDelivery = gauge(
  'pulse_webhook_last_delivery_timestamp_seconds',
  'When a sender delivered last, in seconds since 1970; left out before the first time.',
  ['source'],
);
export const crawls = gauge('pulse_crawls', 'Crawls of the last year by state.', ['state']);
export const crawlPagesMissing = gauge(
  'pulse_crawl_pages_missing',
  'Pages that have not arrived, of crawls that ended in the last three days, as their sender counts.',
);

export const volumeSize = gauge(
  'pulse_volume_size_bytes',
  'Size of the file system that a volume is on.',
  ['volume'],
);
export const volumeFree = gauge(
  'pulse_volume_free_bytes',
  'What is left of it for the containers.',
  ['volume'],
);

export const canaryInterval = gauge(
  'pulse_canary_interval_seconds',
  'How often a document is sent through everything; 0 for never.',
);
export const canaryLastSuccess = gauge(
  'pulse_canary_last_success_timestamp_seconds',
  'When one was last found, in seconds since 1970; left out before the first time.',
);
export const canaryHop = gauge(
  'pulse_canary_hop_duration_seconds',
  'Time that each step of the last one took.',
  ['hop'],
);

export const auditFindings = gauge(
  'pulse_audit_findings',
  'What the last ./pulse audit found and did not repair; left out before the first.',
  ['kind'],
);
export const auditTime = gauge(
  'pulse_audit_timestamp_seconds',
  'When that was, in seconds since 1970.',
);

export const gauges = [
  buildInfo,
  documents,
  oldestPending,
  queueJobs,
  queueLimit,
  queueBlocked,
  workers,
  workersExpected,
  workerStartTime,
  workerMemory,
  workerMemoryLimit,
  dependencyUp,
  dependencyLatency,
  circuitOpen,
  lastDelivery,
  crawls,
  crawlPagesMissing,
  volumeSize,
  volumeFree,
  canaryInterval,
  canaryLastSuccess,
  canaryHop,
  auditFindings,
  auditTime,
];
