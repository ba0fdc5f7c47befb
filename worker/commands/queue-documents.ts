/** Subcommands of `queue` that change what happens to documents. */
import { retryDocuments } from '../operator/documents.ts';
import type { Retried } from '../operator/documents.ts';
import { cancelDocuments } from '../operator/queue-documents.ts';
import { UsageError } from './command.ts';
import type { Answer, Context } from './command.ts';
import { parseTarget } from './target.ts';
import type { Target } from './target.ts';

interface Input {
  readonly what: string;
}

export async function retry({ services }: Context, { what }: Input): Promise<Answer> {
  const target = parseTarget(what);
  const retried = await retryDocuments(services, toChoice(target));
  if (target.kind !== 'document')
    return { value: { retried }, text: `${retried} document(s) are indexed again.` };
  const ok = retried === 1;
  return {
    value: { retried },
    text: ok
      ? 'It is indexed again.'
      : `${what} has neither failed nor been cancelled: ./pulse queue list failed`,
    ok,
  };
}

function toChoice(target: Target): Retried {
  if (target.kind === 'document') return { ids: [target.documentId] };
  return target.kind === 'code' ? { code: target.code } : { all: true };
}

export async function cancel({ services }: Context, { what }: Input): Promise<Answer> {
  const target = parseTarget(what);
  if (target.kind === 'code')
    throw new UsageError("what waits has no code: name a URL, a document's id, or all");
  if (target.kind === 'all') {
    const cancelled = await cancelDocuments(services, { all: true });
    return {
      value: { cancelled },
      text: `${cancelled} waiting document(s) are not indexed; those being worked on are.`,
    };
  }
  const cancelled = await cancelDocuments(services, { ids: [target.documentId] });
  const ok = cancelled === 1;
  return {
    value: { cancelled },
    text: ok
      ? 'It is not indexed; ./pulse queue retry takes it back.'
      : `${what} does not wait: ./pulse queue list waiting`,
    ok,
  };
}
