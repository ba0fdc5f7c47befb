import { z } from 'zod';

import { canonicalizeUrl } from '../documents/canonical-url.ts';
import type { CrawlPage } from '../documents/crawl-page.ts';
import { documentIdOf } from '../documents/document-id.ts';
import { PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import { readChangeTimes } from '../records/change-times.ts';
import { storeCrawlPages } from '../records/crawl-pages.ts';
import type { Services } from '../services.ts';
import { askSender, SenderFault, wrongAnswer } from './ask-sender.ts';
import type { Sender } from './ask-sender.ts';

export interface ChangedetectionSettings {
  readonly changedetectionUrl: string;
  readonly changedetectionApiKey: string | undefined;
}

export interface ChangeDependencies {
  readonly pool: Services['pool'];
  readonly log: Logger;
  /** Reads a notification, where it holds up nothing else. */
  readonly read: (body: Buffer<ArrayBuffer>) => Promise<{
    readonly key: string;
    readonly pages: readonly CrawlPage[];
  }>;
  /** Tells the workers of documents with a new version; it lets nobody wait for Redis. */
  readonly enqueue: (documentIds: readonly string[]) => Promise<void>;
  /** The changes that were tried, by watch, the last one last: they wait for the others. */
  readonly tried: Map<string, number>;
}

const source = 'changedetection';
/** The rest has its turn an hour later. */
const maxSnapshots = 1_000;
/** One watch may be broken: after so many without an answer it is changedetection.io that is away. */
const maxAway = 3;

/** What is taken of a watch. Without a second snapshot `last_changed` is 0. */
const watches = z.record(
  z.string().regex(/^[\w-]{1,100}$/),
  z.object({
    url: z.string(),
    link: z.string().nullish(),
    title: z.string().nullish(),
    page_title: z.string().nullish(),
    last_changed: z.number().int().min(0),
  }),
);
type Watch = z.output<typeof watches>[string] & { readonly uuid: string };

/**
 * Fetches the snapshots of watches that have changed since the last notification of them, and
 * stores each as its notification would have been: one that comes later is no second version.
 *
 * @returns how many watches there are, how many had changed, and how many were new here
 * @throws SenderFault when the watches cannot be listed, or changedetection.io is away
 */
export async function fetchLostChanges(
  dependencies: ChangeDependencies,
  { changedetectionUrl, changedetectionApiKey: apiKey }: ChangedetectionSettings,
  signal: AbortSignal,
): Promise<{ watches: number; changed: number; stored: number; unread: number }> {
  const sender: Sender = {
    code: 'CHANGEDETECTION',
    url: changedetectionUrl,
    headers: apiKey === undefined ? {} : { 'x-api-key': apiKey },
  };
  const all = await listWatches(sender, signal);
  const changed = await findChanged(dependencies, all);
  const done = { watches: all.length, changed: changed.length, stored: 0, unread: 0 };
  let away = 0;
  for (const watch of changed.slice(0, maxSnapshots)) {
    // As the last one of all.
    dependencies.tried.delete(watch.uuid);
    dependencies.tried.set(watch.uuid, watch.last_changed);
    try {
      done.stored += await storeChange(dependencies, sender, watch, signal);
      away = 0;
    } catch (error) {
      signal.throwIfAborted();
      const isAway = error instanceof PulseError && error.kind === 'away';
      away = isAway ? away + 1 : 0;
      const isOfWatch = isAway ? error instanceof SenderFault : error instanceof PulseError;
      if (!isOfWatch || away >= maxAway) throw error;
      done.unread += 1;
      dependencies.log.warn({ err: error, watch: watch.uuid }, 'a changed page was not read');
    }
  }
  return done;
}

async function listWatches(sender: Sender, signal: AbortSignal): Promise<Watch[]> {
  const { status, body } = await askSender(sender, '/api/v1/watch', signal);
  if (status === 404) throw wrongAnswer(sender, 'GET /api/v1/watch: there is no such route');
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw wrongAnswer(sender, 'GET /api/v1/watch: the answer is no JSON');
  }
  const parsed = watches.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw wrongAnswer(sender, `GET /api/v1/watch: ${place}: ${issue?.message ?? ''}`);
  }
  return Object.entries(parsed.data).map(([uuid, watch]) => ({ uuid, ...watch }));
}

/**
 * @returns those whose last change was not reported, the newest change first; after them those that
 *   were tried in vain, in turn: a page that is no document, or was deleted, stays among them
 */
async function findChanged(
  { pool, tried }: Pick<ChangeDependencies, 'pool' | 'tried'>,
  all: readonly Watch[],
): Promise<Watch[]> {
  const known = await readChangeTimes(pool, all.map(idOf));
  const turns = new Map([...tried.keys()].map((uuid, index) => [uuid, index + 1]));
  const turnOf = ({ uuid, last_changed }: Watch): number =>
    tried.get(uuid) === last_changed ? (turns.get(uuid) ?? 0) : 0;
  return all
    .filter((watch) => {
      const reportedAt = known.get(idOf(watch))?.getTime() ?? 0;
      return watch.last_changed * 1_000 > reportedAt;
    })
    .sort((one, other) => turnOf(one) - turnOf(other) || other.last_changed - one.last_changed);
}

function idOf({ url }: Watch): string {
  return documentIdOf(canonicalizeUrl(url) ?? url);
}

/** @returns 1 when it was new here, else 0 */
async function storeChange(
  { pool, read, enqueue }: ChangeDependencies,
  sender: Sender,
  watch: Watch,
  signal: AbortSignal,
): Promise<number> {
  const path = `/api/v1/watch/${watch.uuid}/history/latest`;
  const { status, body: snapshot } = await askSender(sender, path, signal);
  // The watch was deleted since it was listed.
  if (status === 404) return 0;
  // As the body of docs/api.md: `watch_title` is the title, else that of the page, else the address.
  const body = Buffer.from(
    JSON.stringify({
      watch_uuid: watch.uuid,
      watch_url: watch.url,
      watch_title: watch.title || watch.page_title || watch.link || watch.url,
      change_datetime: String(watch.last_changed),
      current_snapshot: snapshot.toString(),
    }),
  );
  const bytes = body.length;
  const { key, pages } = await read(body);
  const { isNew, accepted } = await storeCrawlPages(pool, {
    crawl: null,
    via: 'reconciliation',
    delivery: { source, key, event: 'poll', outcome: 'stored', bytes },
    pages,
  });
  await enqueue(accepted.map(({ documentId }) => documentId));
  return isNew && accepted.length > 0 ? 1 : 0;
}
