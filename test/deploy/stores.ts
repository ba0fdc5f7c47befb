import pg from 'pg';
import type { Pool } from 'pg';
import { expect } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import type { Ended, Project } from './project.ts';

/** Carries out one statement; it may write even where the role's transactions are read-only. */
const psql = [
  'export PGOPTIONS="-c default_transaction_read_only=off"',
  'export PGPASSWORD="$POSTGRES_PASSWORD"',
  'psql -h "$(hostname)" -U "$POSTGRES_USER" -d "$POSTGRES_DB" --tuples-only -c "$1"',
].join('\n');
const setInRedis = 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli config set "$1" "$2"';

/** Runs a shell script in a store's container; `$1` and so on are the arguments. */
function runInStore(
  project: Project,
  store: 'postgres' | 'redis',
  script: string,
  ...args: readonly string[]
): Promise<Ended> {
  return project.docker('exec', project.container(store), 'sh', '-c', script, 'sh', ...args);
}

export async function countDocuments(project: Project): Promise<number> {
  return Number(await query(project, 'SELECT count(*) FROM documents'));
}

/** @returns the addresses of the documents that begin like this, each as often as it is stored */
export async function listDocuments(project: Project, beginning: string): Promise<string[]> {
  const statement = `SELECT url FROM documents WHERE url LIKE '${beginning}%'`;
  return (await query(project, statement)).split('\n').map((line) => line.trim());
}

/**
 * @returns the address of each page that came with a delivery of this crawl, as often as all is
 *   there: the crawl, the delivery, what became of the page, and its document
 */
export async function listDelivered(
  project: Project,
  { name, beginning }: { readonly name: string; readonly beginning: string },
): Promise<string[]> {
  const statement = `SELECT page.url FROM crawls crawl
    JOIN deliveries delivery ON delivery.crawl_id = crawl.id
    JOIN crawl_pages page ON page.crawl_id = crawl.id
      AND page.url = '${beginning}' || substr(delivery.key, length(crawl.id) + 2)
    JOIN documents document ON document.id = page.document_id AND document.url = page.url
    WHERE crawl.id = '${name}'`;
  return (await query(project, statement)).split('\n').map((line) => line.trim());
}

/** Every one of these documents is stored once, no other begins like them, all stores agree. */
export async function expectEachOnce(
  project: Project,
  { beginning, urls }: { readonly beginning: string; readonly urls: readonly string[] },
): Promise<void> {
  expect((await listDocuments(project, beginning)).sort()).toEqual([...urls].sort());
  await eventually('all stores with the same', async () =>
    expect(await project.pulse('audit', '--json')).toMatchObject({ code: 0 }),
  );
}

async function query(project: Project, statement: string): Promise<string> {
  const asked = await runInStore(project, 'postgres', psql, statement);
  expect(asked).toMatchObject({ code: 0 });
  return asked.stdout.trim();
}

/** Makes both stores faulty in ways that their own health checks do not notice, until disposed. */
export async function spoilStores(project: Project): Promise<AsyncDisposable> {
  const change = async (policy: string, transactions: string): Promise<void> => {
    const alterRole = `ALTER ROLE CURRENT_USER ${transactions}`;
    expect([
      await runInStore(project, 'redis', setInRedis, 'maxmemory-policy', policy),
      await runInStore(project, 'postgres', psql, alterRole),
    ]).toMatchObject([{ code: 0 }, { code: 0 }]);
  };
  await change('allkeys-lru', 'SET default_transaction_read_only = on');
  return {
    [Symbol.asyncDispose]: () => change('noeviction', 'RESET default_transaction_read_only'),
  };
}

/** Connections of this process to a stack's Postgres, by the port that it publishes. */
export async function openPool(project: Project): Promise<Pool> {
  const worker = project.container('webhook-worker-1');
  const { stdout } = await project.docker('inspect', worker, '--format', '{{json .Config.Env}}');
  const [, inside = ''] = /"WEBHOOK_DATABASE_URL=([^"]+)"/.exec(stdout) ?? [];
  const url = new URL(inside);
  url.host = `127.0.0.1:${String(project.setting('postgresPort'))}`;
  return new pg.Pool({ connectionString: url.href, max: 2 });
}
