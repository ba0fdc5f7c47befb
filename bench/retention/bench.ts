import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import { Intake } from '../../test/harness/intake.ts';
import type { Page } from '../../test/harness/intake.ts';
import { indexPath } from '../../worker/keywords/schema.ts';
import { deleteExpired } from '../../worker/records/retention.ts';
import type { Services } from '../../worker/services.ts';
import { formatSeconds } from '../row.ts';
import type { Bench, Report } from '../row.ts';
import { openBenchStack } from '../worker/stack.ts';
import type { BenchStack } from '../worker/stack.ts';

const pages = 1_000;
const changes = 50;
/** Rounds are left out, and said to be, when they take longer than this. */
const limitMs = 3_000_000;
const kept = { versions: 5, runDays: 30 };
const sentencesAPage = 12;
/** Pages stored at the same time, as `./pulse index` does it. */
const inFlight = 8;

/** What everything takes on disk, MiB, and rows. */
interface Sizes {
  readonly database: number;
  readonly keywords: number;
  readonly vectors: number;
  readonly versions: number;
  readonly points: number;
}

/** Changes the same pages again and again, and lets retention run after each round. */
export const retentionBench: Bench = async (report) => {
  await using stack = await openBenchStack();
  await stack.worker();
  const began = performance.now();
  const sizes: Sizes[] = [];
  let slowestMs = 0;
  for (let round = 1; round <= changes && performance.now() - began < limitMs; round += 1) {
    await changePages(stack.services, round);
    const startedMs = performance.now();
    await deleteExpired(stack.services.pool, kept);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    const measured = await measure(stack);
    sizes.push(measured);
    reportRound(round, measured, report);
  }
  const settled = sizes[Math.min(2 * kept.versions, sizes.length) - 1] as Sizes;
  const last = sizes.at(-1) as Sizes;
  const growth = (part: 'database' | 'keywords' | 'vectors') => ({
    measured: `${part}: after round ${Math.min(2 * kept.versions, sizes.length)}, at the end`,
    is: `${settled[part].toFixed(1)} MiB, ${last[part].toFixed(1)} MiB`,
    wanted: part === 'database' ? 'grows by its runs alone' : 'no growth',
  });
  return [
    {
      measured: `changes of each of ${pages} pages within ${limitMs / 60_000} minutes`,
      is: String(sizes.length),
      wanted: String(changes),
    },
    growth('database'),
    growth('keywords'),
    growth('vectors'),
    { measured: 'versions at the end', is: String(last.versions), wanted: `${pages * 5}` },
    { measured: 'points at the end', is: String(last.points), wanted: '' },
    { measured: 'slowest removal', is: formatSeconds(slowestMs), wanted: '' },
  ];
};

async function changePages(services: Services, round: number): Promise<void> {
  const intake = new Intake(services);
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < pages) await intake.submit(edition(next++, round));
    }),
  );
  for (;;) {
    const { rows } = await services.pool.query<{ left: number }>(
      "SELECT count(*)::int AS left FROM documents d JOIN versions v ON v.id = d.latest WHERE state = 'pending'",
    );
    if (rows[0]?.left === 0) return;
    await pause(250);
  }
}

/** Of the same size each time: what grows is what is left behind. */
function edition(number: number, round: number): Page {
  const sentence = (at: number) =>
    `Edition ${round} of page ${number} says in sentence ${at} that word${number}x${round}x${at} is new.`;
  return {
    url: `https://bench.example/changing/${number}`,
    title: `Page ${number}`,
    text: Array.from({ length: sentencesAPage }, (_, at) => sentence(at)).join('\n\n'),
  };
}

async function measure({ services, environment }: BenchStack): Promise<Sizes> {
  const { rows } = await services.pool.query<{ bytes: number; versions: number }>(
    `SELECT pg_database_size(current_database())::float8 AS bytes,
       (SELECT count(*)::int FROM versions) AS versions`,
  );
  const file = indexPath(String(environment['WEBHOOK_KEYWORD_DIR']));
  const { points, bytes } = await measureQdrant(environment);
  const mebi = (size: number) => size / 2 ** 20;
  return {
    database: mebi(rows[0]?.bytes ?? 0),
    keywords: mebi((await stat(file)).size),
    vectors: mebi(bytes),
    versions: rows[0]?.versions ?? 0,
    points,
  };
}

/** Points, and the size of their vectors: what Qdrant calls available and has not optimised away. */
async function measureQdrant(
  environment: BenchStack['environment'],
): Promise<{ points: number; bytes: number }> {
  const { WEBHOOK_QDRANT_URL: url, WEBHOOK_COLLECTION: name } = environment;
  const response = await fetch(`${url}/collections/${name}`);
  const { result } = (await response.json()) as {
    result: { points_count: number; config: { params: { vectors: { size: number } } } };
  };
  const bytesAPoint = 4 * (result.config.params.vectors.size ?? 0);
  return { points: result.points_count, bytes: result.points_count * bytesAPoint };
}

function reportRound(round: number, sizes: Sizes, report: Report): void {
  const { database, keywords, vectors, versions, points } = sizes;
  report(
    `round ${round}: database ${database.toFixed(1)} MiB, keywords ${keywords.toFixed(1)} MiB, ` +
      `vectors ${vectors.toFixed(1)} MiB, ${versions} versions, ${points} points`,
  );
}
