import { v5 as uuidv5 } from 'uuid';

/** Comes before every document's id: where a walk through all ids begins. */
export const lowestDocumentId = '00000000-0000-0000-0000-000000000000';

const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * @param url canonical
 * @returns the id of the document with this URL, the same in every process
 */
export function documentIdOf(url: string): string {
  return uuidv5(url, uuidv5.URL);
}

/** Whether a text has the form of a document's id: a UUID in lower case. */
export function isDocumentId(text: string): boolean {
  return form.test(text);
}
