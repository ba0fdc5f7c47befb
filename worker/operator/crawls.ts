import type { Pool } from 'pg';

import type { Logger } from '../logs.ts';
import { readCrawl } from '../records/crawls.ts';
import type { CrawlStatus } from '../records/crawls.ts';
import { countUnseen, listUnseen } from '../records/unseen-documents.ts';
import type { UnseenOfHost } from '../records/unseen-documents.ts';
import type { Asker } from './asker.ts';
import { deleteDocuments } from './documents.ts';
import type { DocumentDependencies } from './documents.ts';

/** More than this share of a host's documents is a crawl that has not seen the host. */
const maxShare = 0.3;
/** Later, rows of its pages may be gone, and what it says of the site is old. */
const maxAgeDays = 7;
const batchSize = 500;
const shownUrls = 20;

/** What a prune would remove. Its fields are JSON output. */
export interface PrunePlan {
  readonly count: number;
  readonly hosts: readonly UnseenOfHost[];
  /** The first of them. */
  readonly urls: readonly string[];
}

/**
 * What a prune would do. With a refusal nothing is done, whatever is confirmed; without a plan
 * nothing can be said of what the crawl has not seen.
 */
export type PruneLook =
  | { readonly refusal: string; readonly plan?: undefined }
  | { readonly refusal: string | undefined; readonly plan: PrunePlan };

export type Pruned =
  | { readonly outcome: 'pruned'; readonly documents: number }
  | { readonly outcome: 'refused'; readonly reason: string; readonly plan?: PrunePlan };

export interface PruneDependencies extends Pick<DocumentDependencies, 'removals' | 'queues'> {
  readonly pool: Pool;
  readonly log: Logger;
}

/** @returns undefined when there is no such crawl */
export async function lookAtPrune(pool: Pool, id: string): Promise<PruneLook | undefined> {
  const crawl = await readCrawl(pool, id, true);
  if (crawl === undefined) return undefined;
  const unfit = findUnfit(crawl);
  if (unfit !== undefined) return { refusal: unfit };
  const plan = await planPrune(pool, id);
  return { refusal: findRefusal(plan), plan };
}

/**
 * Deletes the documents of a crawl's hosts that the crawl has not seen.
 *
 * @param confirm how many there are: with another number nothing is deleted
 * @param by for the log
 * @returns undefined when there is no such crawl
 */
export async function pruneCrawl(
  { pool, removals, queues, log }: PruneDependencies,
  id: string,
  confirm: number | undefined,
  by: Asker = {},
): Promise<Pruned | undefined> {
  const look = await lookAtPrune(pool, id);
  if (look === undefined) return undefined;
  if (look.plan === undefined) return { outcome: 'refused', reason: look.refusal };
  const { plan, refusal } = look;
  const reason = refusal ?? findMismatch(plan, confirm);
  if (reason !== undefined) return { outcome: 'refused', reason, plan };
  let documents = 0;
  // Asked again for each batch: what came in meanwhile is not among them any more.
  for (let batch; documents < plan.count; documents += batch.length) {
    batch = await listUnseen(pool, id, Math.min(batchSize, plan.count - documents));
    if (batch.length === 0) break;
    await deleteDocuments(
      { removals, queues },
      batch.map((document) => document.id),
    );
  }
  log.info({ crawl: id, documents, ...by }, 'a crawl was pruned');
  return { outcome: 'pruned', documents };
}

/** @returns why nothing can be said of what the crawl has not seen */
function findUnfit({ kind, state, endedAt, reconciled }: CrawlStatus): string | undefined {
  if (kind !== 'crawl') return 'it is a list of addresses, and says nothing of a site';
  if (state !== 'completed') return `it is ${state}: only one that was completed has seen a site`;
  if (reconciled.state !== 'complete')
    return `its pages are not known to be complete: reconciliation is ${reconciled.state}`;
  const ageDays = (Date.now() - (endedAt?.getTime() ?? 0)) / 86_400_000;
  return ageDays > maxAgeDays ? `it ended more than ${maxAgeDays} days ago` : undefined;
}

async function planPrune(pool: Pool, id: string): Promise<PrunePlan> {
  const hosts = await countUnseen(pool, id);
  const urls = (await listUnseen(pool, id, shownUrls)).map(({ url }) => url);
  return { count: hosts.reduce((sum, { unseen }) => sum + unseen, 0), hosts, urls };
}

function findRefusal({ hosts }: PrunePlan): string | undefined {
  const tooMany = hosts.find(({ documents, unseen }) => unseen > documents * maxShare);
  return (
    tooMany &&
    `it has not seen ${tooMany.unseen} of the ${tooMany.documents} documents of ` +
      `${tooMany.host}, which is more than ${maxShare * 100} %`
  );
}

function findMismatch({ count }: PrunePlan, confirm: number | undefined): string | undefined {
  if (confirm === count) return undefined;
  const noun = count === 1 ? 'document' : 'documents';
  return confirm === undefined
    ? `it would delete ${count} ${noun}: confirm with this number`
    : `it would delete ${count} ${noun}, not ${confirm}`;
}
