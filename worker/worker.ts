/** The worker: consumes both queues until a signal, then drains. Exit code 0 after a drain, 1 when wedged or broken, 2 for wrong settings. */
import type { QueueName } from '../healthchecks/names.ts';
import { embedDocument, indexDocument } from './documents/index-document.ts';
import { startHeartbeat } from './heartbeat.ts';
import { holdWhileOpen } from './queue/gate.ts';
import { startStage } from './queue/stages.ts';
import { startSweep } from './queue/sweep.ts';
import { openServices, waitForStores } from './services.ts';
import { readSettings, SettingsFault } from './settings.ts';
import type { Settings } from './settings.ts';

/** From the end of the drain to a forced exit: closing what does not answer any more. */
const closingMs = 5_000;

async function run(settings: Settings): Promise<void> {
  const stopping = new AbortController();
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => { stopping.abort(new Error(signal)); resolve(); });
  });
  const services = openServices(settings);
  const { log, records } = services;
  await waitForStores(services, stopping.signal);
  await services.chunker.open();
  // Not a condition of starting: without the GPU host the first stage works all the same.
  const { gpuHost, tei, vectors } = services;
  gpuHost.tei.run(() => tei.prove()).catch((error: unknown) => log.warn({ err: error }, 'TEI cannot embed now; documents are found by keyword, and their vectors wait for it'));
  gpuHost.qdrant.run(() => vectors.ensure()).catch((error: unknown) => log.warn({ err: error }, 'the vector collection cannot be prepared now; the first document tries again'));

  const failed = (stage: QueueName) => async (documentId: string, code: string, reason: string): Promise<void> => {
    const version = await records.latest(documentId);
    if (version !== undefined) await records.recordFailure(version, { stage, outcome: 'failed', code, reason });
  };
  const embedding = startStage('embedding', (documentId, signal) => embedDocument(services, documentId, signal), failed('embedding'), settings, log);
  const stages = [startStage('indexing', (documentId, signal) => indexDocument(services, documentId, signal), failed('indexing'), settings, log), embedding];
  const stopHolding = holdWhileOpen(embedding, [gpuHost.tei, gpuHost.qdrant]);
  const stopSweep = startSweep(services);
  const stopHeartbeat = startHeartbeat(services, stages, settings, () => {
    log.error({ alert: true }, 'wedged: jobs wait and none is taken; ending, to be restarted');
    process.exit(1);
  });
  log.info({ concurrency: settings.batchSize }, 'taking jobs');

  await signalled;
  log.info('draining');
  stopSweep();
  stopHolding();
  // No new jobs; those in hand are finished, or given back when time is up.
  const drained = Promise.all(stages.map((stage) => stage.close())).then(() => true);
  if (!await Promise.race([drained, after(settings.drainTimeoutMs)])) {
    for (const stage of stages) stage.cancelAllJobs('the worker stops');
    await Promise.race([drained, after(closingMs)]);
  }
  stopHeartbeat();
  await Promise.race([services.close(), after(closingMs)]);
  log.info('stopped');
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => { setTimeout(() => resolve(false), milliseconds).unref(); });
}

try {
  await run(readSettings(process.env));
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof SettingsFault ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(error instanceof SettingsFault ? 2 : 1);
}
