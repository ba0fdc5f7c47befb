/** Documents as resources of the protocol. */
const prefix = 'pulse://documents/';

export const resourceTemplate = `${prefix}{id}`;

export function resourceOf(documentId: string): string {
  return prefix + documentId;
}

/** @returns the id of a document's resource, or the text as it is */
export function withoutResource(text: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
