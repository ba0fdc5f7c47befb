/**
 * The worker: takes jobs from both queues until it gets a signal, then drains.
 *
 * Exit codes: 0 after a drain; 1 when it takes no jobs and will not recover, or at an unexpected
 * error; 2 for wrong settings.
 */
import { isCanary } from '../shared/canary.ts';
import { describeUnknownInstruction } from '../shared/model-instructions.ts';
import { waitMs, stopAll } from './drain.ts';
import { Heartbeat } from './heartbeat.ts';
import { embedDocument } from './indexing/embed-document.ts';
import { indexDocument } from './indexing/index-document.ts';
import { mergeInPauses } from './keywords/merge-in-pauses.ts';
import { judgeFolder } from './keywords/volume.ts';
import type { Logger } from './logs.ts';
import { documentsEnded } from './metrics/totals.ts';
import { openServices } from './open-services.ts';
import { keepIndexesMade } from './postgres/indexes.ts';
import { exitOnUncaughtErrors, runProgram } from './program.ts';
import type { AttemptContext } from './queue/attempt.ts';
import { pauseWhileUnavailable } from './queue/pause-while-unavailable.ts';
import { ProcessLock } from './queue/process-lock.ts';
import { startStage } from './queue/stages.ts';
import type { RunningStage } from './queue/stages.ts';
import { keepKeywordFiles } from './rebuild/keyword-upkeep.ts';
import type { Services } from './services.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { startSweep } from './sweep/sweep.ts';
import { waitForStores } from './wait-for-stores.ts';
import { startWatchdog } from './watchdog.ts';

/** How long it may take to close something, when the drain is over. Then the exit is forced. */
const closingMs = 2_000;

interface End {
  readonly exitCode: 0 | 1;
  readonly why: string;
}

async function run(settings: Settings): Promise<0 | 1> {
  const ending = Promise.withResolvers<End>();
  const stopping = new AbortController();
  void ending.promise.then(({ why }) => stopping.abort(new Error(why)));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => ending.resolve({ exitCode: 0, why: signal }));

  const services = openServices(settings);
  const { log } = services;
  startWatchdog(settings.wedgedAfterMs, settings.workerName, log);
  exitOnUncaughtErrors(log, 'WORKER_CRASHED');
  try {
    services.chunker.open();
    await waitForStores(services, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    throw error;
  }
  prepareIndexes(services, settings);
  void keepKeywordFiles(services, stopping.signal);
  void mergeInPauses(services, stopping.signal);
  void keepIndexesMade(services, stopping.signal);
  const stop = startWork(services, settings, (why) => {
    log.error({ code: 'WORKER_STUCK', why }, 'stuck; ending, to be restarted');
    ending.resolve({ exitCode: 1, why });
  });
  const readyMs = Math.round(performance.now());
  log.info({ concurrency: settings.batchSize, readyMs }, 'taking jobs');

  const { exitCode, why } = await ending.promise;
  await stop(why);
  log.info('stopped');
  return exitCode;
}

/**
 * Prepares the keyword index and Qdrant's collection, and asks whether TEI can embed. The worker
 * does not wait for them: without the keyword index the second stage works all the same, and
 * without the GPU host the first.
 */
function prepareIndexes(services: Services, settings: Settings): void {
  const { circuits, tei, vectors, log } = services;
  services.keywords.open().then(
    () => warnOfFuse(settings.keywordDir, log),
    // `keepKeywordFiles` says why it cannot be opened.
    () => undefined,
  );
  circuits.tei
    .run(() => tei.checkServes())
    .catch((error: unknown) =>
      log.warn(
        { err: error },
        'TEI cannot embed now; documents are found by keyword, and their vectors wait for it',
      ),
    );
  circuits.qdrant
    .run(() => vectors.ensureCollection())
    .then(() => warnOfInstruction(services, settings))
    .catch((error: unknown) =>
      log.warn(
        { err: error },
        'the vector collection cannot be prepared now; the first document tries again',
      ),
    );
}

/** A network file system is refused, which is an error of its own. */
function warnOfFuse(folder: string, log: Logger): void {
  const { use, name } = judgeFolder(folder);
  if (use === 'risky')
    log.warn(
      { code: 'KEYWORDS_FUSE', folder, fileSystem: name },
      `the keyword index is on ${name}: put the volume on a disk itself`,
    );
}

/** Says which text stands before documents where it is not what is configured, or not known. */
async function warnOfInstruction({ vectors, log }: Services, settings: Settings): Promise<void> {
  const unknown = describeUnknownInstruction(settings.embeddingModel, settings.documentInstruction);
  if (unknown !== undefined) log.warn(unknown);
  const wanted = vectors.identity.documentInstruction;
  const inUse = await vectors.documentInstruction();
  if (inUse !== wanted)
    log.warn(
      { inUse, wanted },
      'the collection was built with another text before its documents than is configured, and ' +
        'keeps it; ./pulse reindex --all builds it as configured',
    );
}

/**
 * Starts the two stages, the sweep and the heartbeat.
 *
 * @param onWedged called when this worker takes no jobs and will not recover
 * @returns drains, stops them and closes the services
 */
function startWork(
  services: Services,
  settings: Settings,
  onWedged: (why: string) => void,
): (why: string) => Promise<void> {
  const { queues, totals, log } = services;
  totals.start();
  const stages = startStages(services, settings, () =>
    onWedged('a job did not end after it was stopped'),
  );
  const [, embedding] = stages;
  const stopSweep = startSweep(services);
  const neededToEmbed = [services.embedder, services.circuits.qdrant];
  const stopPausing = pauseWhileUnavailable(embedding.worker, neededToEmbed);
  const heartbeat = new Heartbeat({
    queues,
    log,
    settings,
    stages,
    holdsBack: (queue) =>
      queue === 'embedding' && neededToEmbed.some(({ allowsCalls }) => !allowsCalls),
    onWedged,
  });
  return async (why) => {
    const active = stages.reduce((sum, stage) => sum + stage.active, 0);
    log.info({ why, active }, 'draining');
    await stopAll(
      [
        { name: 'sweep', deadlineMs: closingMs, stop: stopSweep },
        { name: 'circuits', deadlineMs: closingMs, stop: stopPausing },
        {
          name: 'stages',
          deadlineMs: settings.drainTimeoutMs + 2 * closingMs,
          stop: () => drain(stages, settings.drainTimeoutMs),
        },
        { name: 'heartbeat', deadlineMs: closingMs, stop: () => heartbeat.stop() },
        { name: 'counts', deadlineMs: closingMs, stop: () => totals.finish() },
        { name: 'services', deadlineMs: closingMs, stop: () => services.close() },
      ],
      log,
    );
  };
}

function startStages(
  services: Services,
  settings: Settings,
  onAbandoned: () => void,
): readonly [indexing: RunningStage, embedding: RunningStage] {
  const { log, records, tally } = services;
  const context: AttemptContext = {
    jobTimeoutMs: settings.jobTimeoutMs,
    log,
    processLock: new ProcessLock(),
    recordFailure: async (stage, documentId, worked, outcome, { code, message }) => {
      const version = worked ?? (await records.latestName(documentId));
      if (version === undefined) return;
      const url = (await records.urlsOf([documentId])).get(documentId);
      await records.recordFailure(version, { stage, outcome, code, reason: message });
      if (outcome === 'failed' && url !== undefined && !isCanary(url))
        tally.count(documentsEnded, { outcome, code });
    },
    onAbandoned,
  };
  return [
    startStage('indexing', (id) => indexDocument(services, id), settings, context),
    startStage('embedding', (id) => embedDocument(services, id), settings, context),
  ];
}

/** Takes no new jobs and waits for the active ones. When time is up, they are given back. */
async function drain(stages: readonly RunningStage[], timeoutMs: number): Promise<void> {
  const drained = Promise.all(stages.map(({ worker }) => worker.close())).then(() => true);
  if (await Promise.race([drained, waitMs(timeoutMs)])) return;
  for (const { worker } of stages) worker.cancelAllJobs('the worker stops');
  await drained;
}

await runProgram(() => run(readSettings(process.env)));
