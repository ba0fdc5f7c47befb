import { isDocumentId } from '../documents/document-id.ts';
import { PulseError } from '../errors.ts';

/** What a route of one document is given, as `/api/documents/:id`. */
export interface OfDocument {
  readonly Params: { readonly id: string };
}

/** @throws PulseError API_NOT_FOUND where no document can have this id */
export function requireDocumentId(id: string): void {
  if (!isDocumentId(id)) throw documentNotFound();
}

export function documentNotFound(): PulseError {
  return new PulseError('API_NOT_FOUND', 'final', 'there is no such document');
}
