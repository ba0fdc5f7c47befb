import { documentIdOf } from '../documents/document-id.ts';
import type { Services } from '../services.ts';
import { UsageError } from './command.ts';
import { parseUrl } from './target.ts';

/** Which documents: one, those of a host, or all. */
export interface Selection {
  readonly url?: string | undefined;
  readonly domain?: string;
  readonly all?: true;
}

const atATime = 1_000;

/** @throws UsageFault unless exactly one of the three is named */
export function requireOneSelection(selection: Selection): Selection {
  const named = [selection.url, selection.domain, selection.all].filter((one) => one !== undefined);
  if (named.length !== 1) throw new UsageError('name one: a URL, --domain <host>, or --all');
  return selection;
}

/** Ids of the documents that are there, in pages. */
export async function* readSelectionPages(
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
      limit: atATime,
      ...(after !== undefined && { after }),
    });
    if (page.length > 0) yield page;
    after = page.length === atATime ? page.at(-1) : undefined;
  } while (after !== undefined);
}

export async function readSelectedIds(services: Services, selection: Selection): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of readSelectionPages(services, selection)) ids.push(...page);
  return ids;
}
