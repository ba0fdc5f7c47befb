import { isCode } from '../../shared/explain.ts';
import { canonicalizeUrl } from '../documents/canonical-url.ts';
import { documentIdOf, isDocumentId } from '../documents/document-id.ts';
import { UsageError } from './command.ts';

export type Target =
  | { readonly kind: 'all' }
  | { readonly kind: 'document'; readonly documentId: string }
  | { readonly kind: 'code'; readonly code: string };

/**
 * Reads what a user may name: `all`, a document's URL or id, an error code.
 *
 * @throws UsageError
 */
export function parseTarget(text: string): Target {
  if (text === 'all') return { kind: 'all' };
  if (isDocumentId(text.toLowerCase())) return { kind: 'document', documentId: text.toLowerCase() };
  if (isCode(text.toUpperCase())) return { kind: 'code', code: text.toUpperCase() };
  return { kind: 'document', documentId: documentIdOf(parseUrl(text)) };
}

function parseUrl(text: string): string {
  const url = canonicalizeUrl(text);
  if (url === undefined)
    throw new UsageError(
      `${text} is neither a URL, nor a document's id, ` +
        "nor a code (./pulse explain lists them), nor 'all'",
    );
  return url;
}
