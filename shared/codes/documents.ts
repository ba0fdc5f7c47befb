import type { Explanation } from './explanation.ts';

export const documents = {
  DOCUMENT_INVALID: {
    meaning: 'A document was refused: one of its fields is wrong, or it has no text.',
    tried: 'read every field; nothing of the document was stored',
    check:
      'the reason next to the code names every wrong field; correct them and send the ' +
      'document again',
  },
  DOCUMENT_TOO_LARGE: {
    meaning:
      'A line of input was longer than any document may be, and was skipped without being ' +
      'kept in memory.',
    tried: 'read the line up to its limit; nothing of it was stored',
    check:
      'a document has at most 10 million characters of text: leave out inlined files, or cut ' +
      'it into several documents with a URL each',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
