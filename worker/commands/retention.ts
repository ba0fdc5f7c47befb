import { retention as definition } from '../../shared/commands/retention.ts';
import { countExpired, deleteExpired, kinds } from '../records/retention.ts';
import type { Expired, Kind, Retention } from '../records/retention.ts';
import { UsageError, workerCommand } from './command.ts';

const namesOf: Readonly<Record<Kind, string>> = {
  versions: 'old version(s)',
  runs: 'old run(s)',
  deliveries: 'old webhook(s)',
  crawlPages: 'page(s) of old crawls',
  crawls: 'old crawl(s)',
};

export const retention = workerCommand(
  definition,
  async ({ services: { pool }, startProgress }, input) => {
    const kept: Retention = {
      versions: input.versions,
      versionDays: input.versionsFor,
      runDays: input.runsFor,
      deliveryDays: input.deliveriesFor,
      crawlPageDays: input.crawlPagesFor,
      crawlDays: input.crawlsFor,
    };
    if (Object.values(kept).every((limit) => limit === undefined))
      throw new UsageError(
        'say what to keep: --versions <n>, --versions-for <days>, --runs-for <days>, ' +
          '--deliveries-for <days>, --crawl-pages-for <days>, --crawls-for <days>',
      );
    const expired = await countExpired(pool, kept);
    if (!input.yes)
      return {
        value: { ...none, ...expired, removed: false },
        text: `${formatExpired(expired)} would be removed. Nothing was: add --yes to do it.`,
      };
    const progress = startProgress('rows removed');
    const total = Object.values(expired).reduce((sum, rows) => sum + rows, 0);
    const removed = await deleteExpired(pool, kept, (done) => progress.update({ done, total }));
    progress.end();
    return {
      value: { ...none, ...removed, removed: true },
      text: `${formatExpired(removed)} removed, and their space freed.`,
    };
  },
);

/** Scripts read these two, whatever was asked for. */
const none = { versions: 0, runs: 0 };

function formatExpired(expired: Expired): string {
  const parts = kinds.flatMap((kind) =>
    expired[kind] === undefined ? [] : `${expired[kind]} ${namesOf[kind]}`,
  );
  return parts.length === 1
    ? parts.join('')
    : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
