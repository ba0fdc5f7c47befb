/** Subcommands of `queue` that change what happens to documents. */
import { documentsEnded } from '../metrics/totals.ts';
import { retryDocument } from '../operator/documents.ts';
import { listJobs } from '../operator/listing.ts';
import type { Services } from '../services.ts';
import { UsageError } from './command.ts';
import type { Answer, Context } from './command.ts';
import { parseTarget } from './target.ts';

interface Input {
  readonly what: string;
}

export async function retry({ services }: Context, { what }: Input): Promise<Answer> {
  const { records, queues } = services;
  const target = parseTarget(what);
  if (target.kind === 'document') return retryOne(services, target.documentId, what);
  const documentIds = await records.retryFailed(target.kind === 'code' ? target.code : undefined);
  await queues.enqueueAll('indexing', documentIds);
  return {
    value: { retried: documentIds.length },
    text: `${documentIds.length} document(s) are indexed again.`,
  };
}

async function retryOne(services: Services, documentId: string, what: string): Promise<Answer> {
  if (!(await retryDocument(services, documentId)))
    return {
      value: { retried: 0 },
      text: `${what} has neither failed nor been cancelled: ./pulse queue list failed`,
      ok: false,
    };
  return { value: { retried: 1 }, text: 'It is indexed again.' };
}

export async function cancel({ services }: Context, { what }: Input): Promise<Answer> {
  const target = parseTarget(what);
  if (target.kind === 'code')
    throw new UsageError("what waits has no code: name a URL, a document's id, or all");
  if (target.kind === 'document') return cancelDocument(services, target.documentId, what);
  return cancelAll(services);
}

async function cancelDocument(
  { records, queues, tally }: Services,
  documentId: string,
  what: string,
): Promise<Answer> {
  const cancelled = await records.cancel({ only: [documentId] });
  tally.count(documentsEnded, { outcome: 'cancelled', code: '' }, cancelled.length);
  await queues.withdraw(documentId);
  const ok = cancelled.length === 1;
  return {
    value: { cancelled: cancelled.length },
    text: ok
      ? 'It is not indexed; ./pulse queue retry takes it back.'
      : `${what} does not wait: ./pulse queue list waiting`,
    ok,
  };
}

async function cancelAll(services: Services): Promise<Answer> {
  const { records, queues, tally } = services;
  const active = await listJobs(services, ['active'], Number.MAX_SAFE_INTEGER);
  const cancelled = await records.cancel({ allBut: active.map(({ documentId }) => documentId) });
  tally.count(documentsEnded, { outcome: 'cancelled', code: '' }, cancelled.length);
  await queues.withdrawAll();
  return {
    value: { cancelled: cancelled.length },
    text: `${cancelled.length} waiting document(s) are not indexed; those being worked on are.`,
  };
}
