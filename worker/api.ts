/**
 * The API: takes documents and answers searches over HTTP until it gets a signal.
 *
 * Exit codes: 0 after a stop; 1 at an unexpected error, or when Postgres has a newer schema; 2 for
 * wrong settings.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { rejectOnAbort } from '../shared/abort.ts';
import { Enqueuer } from './api/enqueuer.ts';
import { PageReader } from './api/page-reader.ts';
import { buildServer } from './api/server.ts';
import { readApiSettings } from './api/settings.ts';
import type { ApiSettings } from './api/settings.ts';
import { stopAll } from './drain.ts';
import { openServices } from './open-services.ts';
import { exitOnUncaughtErrors, runProgram } from './program.ts';
import { runSchedule } from './schedule/schedule.ts';
import { listTasks } from './schedule/tasks.ts';
import { waitForPostgres } from './wait-for-stores.ts';

/** A statement takes milliseconds, and callers wait 15 s at most. */
const queryLimitMs = 10_000;
/** With the linger, the whole stop takes 10 s at most. */
const closingMs = { server: 4_500, rest: 500 };

async function run(settings: ApiSettings): Promise<0> {
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => stopping.abort(new Error(signal)));
  const services = openServices(settings, { keywordAccess: 'read', queryLimitMs });
  const { log } = services;
  exitOnUncaughtErrors(log, 'API_CRASHED');

  const enqueuer = new Enqueuer(services.queues, log);
  const reader = new PageReader();
  services.totals.start();
  let isSchemaReady = false;
  let schedule: Promise<void> | undefined;
  const server = await buildServer({
    settings,
    services,
    enqueuer,
    reader,
    stopping: stopping.signal,
    isSchemaReady: () => isSchemaReady,
  });
  try {
    const away = Promise.withResolvers<void>();
    const prepared = waitForPostgres(services, stopping.signal, away.resolve).then(() => {
      isSchemaReady = true;
    });
    // The proxy sends requests as soon as something listens. Without Postgres they are answered too.
    await Promise.race([prepared, away.promise]);
    const { host, port } = settings;
    await server.listen({ host, port });
    log.info({ host, port }, 'listening');
    await prepared;
    log.info({ readyMs: Math.round(performance.now()) }, 'taking documents');
    const tasks = listTasks({ settings, services, enqueuer, reader });
    schedule = runSchedule(services, tasks, stopping.signal);
    await rejectOnAbort(stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }

  log.info({ why: String(stopping.signal.reason) }, 'stopping');
  // The proxy has to see that /health says so before this server closes.
  await sleep(settings.lingerMs);
  await stopAll(
    [
      { name: 'server', deadlineMs: closingMs.server, stop: () => server.close() },
      { name: 'schedule', deadlineMs: closingMs.rest, stop: () => schedule },
      { name: 'enqueuer', deadlineMs: closingMs.rest, stop: () => enqueuer.finish() },
      { name: 'page reader', deadlineMs: closingMs.rest, stop: () => reader.close() },
      { name: 'counts', deadlineMs: closingMs.rest, stop: () => services.totals.finish() },
      { name: 'services', deadlineMs: closingMs.rest, stop: () => services.close() },
    ],
    log,
  );
  log.info('stopped');
  return 0;
}

await runProgram(() => run(readApiSettings(process.env)));
