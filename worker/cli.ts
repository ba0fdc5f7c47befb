/**
 * The command line inside the image; `./pulse` runs it in a healthy worker. Answers on standard
 * output, progress on standard error. Exit codes: 0 done, 1 failed, 2 wrong use or settings.
 */
import { buildProgram } from '../shared/commands/build.ts';
import { audit } from './commands/audit.ts';
import { bindCommand } from './commands/command.ts';
import { crawls } from './commands/crawls.ts';
import { deleteDocuments } from './commands/delete.ts';
import { indexDocuments } from './commands/index-documents.ts';
import { keywords } from './commands/keywords.ts';
import { list } from './commands/list.ts';
import { queue } from './commands/queue.ts';
import { reindex } from './commands/reindex.ts';
import { retention } from './commands/retention.ts';
import { reportError, runWork } from './commands/run.ts';
import { schedule } from './commands/schedule.ts';
import { search } from './commands/search.ts';
import { senders } from './commands/senders.ts';
import { status } from './commands/status.ts';
import { verify } from './commands/verify.ts';
import { stopAll } from './drain.ts';
import { openServices } from './open-services.ts';
import { readSettings } from './settings.ts';

/** A command does not wait longer for its counts to be added. */
const countsMs = 1_000;
/** A person would only type it again: on a busy host a connection takes seconds. */
const connectLimitMs = 20_000;

const commands = [
  indexDocuments,
  list,
  search,
  deleteDocuments,
  reindex,
  verify,
  queue,
  crawls,
  audit,
  keywords,
  retention,
  schedule,
  senders,
  status,
].map((command) =>
  bindCommand(command, async (work, input) => {
    const settings = readSettings({ ...process.env, WEBHOOK_LOG_LEVEL: 'ERROR' });
    const services = openServices(settings, { connectLimitMs });
    try {
      process.exitCode = await runWork(work, { services, settings }, input);
    } finally {
      const { log, totals } = services;
      const counts = { name: 'counts', deadlineMs: countsMs, stop: () => totals.finish() };
      await stopAll([counts], log);
      await services.close();
    }
  }),
);

try {
  await buildProgram('pulse', 'The command line of a worker.', commands, 'image').parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}
