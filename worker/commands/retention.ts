import { retention as definition } from '../../shared/commands/retention.ts';
import { countExpired, deleteExpired } from '../records/retention.ts';
import type { Retention } from '../records/retention.ts';
import { UsageError, workerCommand } from './command.ts';

export const retention = workerCommand(
  definition,
  async ({ services: { pool }, startProgress }, { versions, versionsFor, runsFor, yes }) => {
    const kept: Retention = { versions, versionDays: versionsFor, runDays: runsFor };
    if (Object.values(kept).every((limit) => limit === undefined))
      throw new UsageError(
        'say what to keep: --versions <n>, --versions-for <days>, --runs-for <days>',
      );
    const expired = await countExpired(pool, kept);
    if (!yes)
      return {
        value: { ...expired, removed: false },
        text:
          `${expired.versions} old version(s) and ${expired.runs} old run(s) would be removed. ` +
          'Nothing was: add --yes to do it.',
      };
    const progress = startProgress('rows removed');
    const total = expired.versions + expired.runs;
    const removed = await deleteExpired(pool, kept, (done) => progress.update({ done, total }));
    progress.end();
    return {
      value: { ...removed, removed: true },
      text:
        `${removed.versions} old version(s) and ${removed.runs} old run(s) removed, ` +
        'and their space freed.',
    };
  },
);
