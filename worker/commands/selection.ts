import { documentIdOf } from '../documents/document-id.ts';
import type { Services } from '../services.ts';
import { UsageError } from './command.ts';
import { parseUrl } from './target.ts';

/** Which documents: one, those of a host, or all. */
export interface Selection {
  readonly url?: string | undefined;
  readonly domain?: string | undefined;
  readonly all?: true | undefined;
}

const pageSize = 1_000;

/** @throws UsageError unless exactly one of the three is named */
export function requireOneSelection(selection: Selection): Selection {
  const named = [selection.url, selection.domain, selection.all].filter((one) => one !== undefined);
  if (named.length !== 1) throw new UsageError('name one: a URL, --domain <host>, or --all');
  return selection;
}

/** Reads the ids of those documents that exist, some at a time. */
async function* readSelectionPages(
  { records }: Services,
  { url, domain }: Selection,
): AsyncGenerator<string[]> {
  if (url !== undefined) {
    yield [...(await records.urlsOf([documentIdOf(parseUrl(url))])).keys()];
    return;
  }
  let after: string | undefined;
  do {
    const page: string[] = await records.documents({
      domain: domain?.toLowerCase(),
      limit: pageSize,
      ...(after !== undefined && { after }),
    });
    if (page.length > 0) yield page;
    after = page.length === pageSize ? page.at(-1) : undefined;
  } while (after !== undefined);
}

/** Reads the ids of those documents that exist. */
export async function readSelectedIds(services: Services, selection: Selection): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of readSelectionPages(services, selection)) ids.push(...page);
  return ids;
}
