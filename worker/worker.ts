/**
 * The worker: consumes both queues until a signal, then drains. Exit code 0 after a drain, 1 when
 * wedged or broken, 2 for wrong settings.
 */
import type { QueueName } from '../shared/queue-names.ts';
import { waitMs, stopAll } from './drain.ts';
import { toPulseError } from './errors.ts';
import { Heartbeat } from './heartbeat.ts';
import { embedDocument, indexDocument } from './indexing/index-document.ts';
import { pauseWhileUnavailable } from './queue/pause-while-unavailable.ts';
import { ProcessLock } from './queue/process-lock.ts';
import { startStage } from './queue/stages.ts';
import type { RunningStage, Stage, StageContext } from './queue/stages.ts';
import { rebuildKeywordIndexIfNeeded } from './rebuild/keyword-index.ts';
import { openServices, waitForStores } from './services.ts';
import type { Services } from './services.ts';
import { readSettings, SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';
import { startSweep } from './sweep/sweep.ts';
import { startWatchdog } from './watchdog.ts';

/** From the end of the drain to a forced exit: closing what does not answer any more. */
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
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => {
      log.fatal(
        { err: error, code: 'WORKER_CRASHED' },
        'something nobody catches; ending, to be restarted',
      );
      process.exit(1);
    });
  }
  try {
    services.chunker.open();
    await waitForStores(services, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    throw error;
  }
  // Not conditions of starting: without its file the second stage works all the same, and without the GPU host the first.
  rebuildKeywordIndexIfNeeded(services)
    .then((rebuilt) => {
      if (rebuilt !== undefined)
        log.info({ ...rebuilt }, 'the keyword index was made anew from Postgres');
    })
    .catch((error: unknown) =>
      log.error({ err: error }, 'the keyword index cannot be used; documents wait until it can'),
    );
  const { circuits, tei, vectors } = services;
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
    .catch((error: unknown) =>
      log.warn(
        { err: error },
        'the vector collection cannot be prepared now; the first document tries again',
      ),
    );

  const wedged = (why: string): void => {
    log.error({ code: 'WORKER_STUCK', why }, 'stuck; ending, to be restarted');
    ending.resolve({ exitCode: 1, why });
  };
  const stages = startStages(services, settings, () =>
    wedged('a job did not end when it was told to'),
  );
  const stopSweep = startSweep(services);
  const gates = [services.embedder, circuits.qdrant];
  const stopHolding = pauseWhileUnavailable(stages[1].worker, gates);
  const heartbeat = new Heartbeat(
    services,
    stages,
    settings,
    (name) => name === 'embedding' && gates.some(({ allowsCalls }) => !allowsCalls),
    wedged,
  );
  log.info(
    { concurrency: settings.batchSize, readyMs: Math.round(performance.now()) },
    'taking jobs',
  );

  const { exitCode, why } = await ending.promise;
  log.info({ why, active: stages.reduce((sum, { active }) => sum + active, 0) }, 'draining');
  await stopAll(
    [
      { name: 'sweep', deadlineMs: closingMs, stop: stopSweep },
      { name: 'circuits', deadlineMs: closingMs, stop: stopHolding },
      // No new jobs; those in hand are finished, or given back when time is up.
      {
        name: 'stages',
        deadlineMs: settings.drainTimeoutMs + 2 * closingMs,
        stop: () => drain(stages, settings.drainTimeoutMs),
      },
      { name: 'heartbeat', deadlineMs: closingMs, stop: () => heartbeat.stop() },
      { name: 'services', deadlineMs: closingMs, stop: () => services.close() },
    ],
    log,
  );
  log.info('stopped');
  return exitCode;
}

function startStages(
  services: Services,
  settings: Settings,
  onAbandoned: () => void,
): readonly [indexing: RunningStage, embedding: RunningStage] {
  const { log, records } = services;
  const recordFailure: StageContext['recordFailure'] = async (
    stage,
    documentId,
    begun,
    outcome,
    { code, message },
  ) => {
    const version = begun ?? (await records.latestName(documentId));
    if (version !== undefined)
      await records.recordFailure(version, { stage, outcome, code, reason: message });
  };
  const context: StageContext = {
    settings,
    log,
    processLock: new ProcessLock(),
    recordFailure,
    onAbandoned,
  };
  const stage = (
    name: QueueName,
    work: (services: Services, ...rest: Parameters<Stage>) => Promise<void>,
  ): RunningStage => startStage(name, (...rest) => work(services, ...rest), context);
  return [stage('indexing', indexDocument), stage('embedding', embedDocument)];
}

async function drain(stages: readonly RunningStage[], timeoutMs: number): Promise<void> {
  const drained = Promise.all(stages.map(({ worker }) => worker.close())).then(() => true);
  if (await Promise.race([drained, waitMs(timeoutMs)])) return;
  for (const { worker } of stages) worker.cancelAllJobs('the worker stops');
  await drained;
}

try {
  process.exit(await run(readSettings(process.env)));
} catch (error) {
  const { code, message, stack } = toPulseError(error);
  process.stderr.write(
    error instanceof SettingsError
      ? `${message}\n`
      : `${JSON.stringify({ level: 'fatal', alert: true, code, msg: message, stack })}\n`,
  );
  process.exit(error instanceof SettingsError ? 2 : 1);
}
