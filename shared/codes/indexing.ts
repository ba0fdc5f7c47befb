import type { Explanation } from './explanation.ts';

export const indexing = {
  INDEXING_ERROR: {
    meaning: 'A document could not be indexed, for a reason that no other code names.',
    tried: 'clean, chunk, write the keyword index and the vectors, several times',
    check:
      "the reason next to the code (./pulse queue list), then the worker's log for that " +
      'document (./pulse logs)',
  },
  INDEXING_TIMEOUT: {
    meaning: 'Indexing a document took longer than one job may.',
    tried: 'the stage the document was in, several times, each up to WEBHOOK_INDEXING_JOB_TIMEOUT',
    check:
      'the size of the document and the timings of its runs; an overloaded host or GPU host; ' +
      'the setting indexingJobTimeout',
  },
  INDEXING_POISON: {
    meaning: 'Workers died while they worked on this document and on nothing else.',
    tried: 'index it again, alone in its process, so that no other document can be the cause',
    check:
      './pulse status for OOM kills (workerMemory), ./pulse logs for the last lines before ' +
      "the worker's end; then ./pulse queue retry with its URL",
  },
  INDEXING_TOKENIZER: {
    meaning:
      "There is nothing to count tokens with: the model's tokenizer is not in the cache " +
      'volume, cannot be downloaded, and TEI does not answer.',
    tried: 'read the tokenizer from the cache volume, download it, ask TEI',
    check:
      "bring TEI up once, or copy the model's tokenizer.json into the hf_cache volume; " +
      'documents wait, and nothing is lost',
  },
  TOKENIZER_FILES: {
    meaning:
      "The files of the model's tokenizer could not be read from the cache volume, or not be " +
      'downloaded. Indexing goes on while another source works.',
    tried:
      'read them from the hf_cache volume, then download them; where both failed TEI counts ' +
      'the tokens, and they are looked for again every minute',
    check:
      'the problems next to the code name file and cause: free disk space, owner 99:100 of ' +
      "the volume, HF_ENDPOINT and the model's name; a broken file may be deleted",
  },
} as const satisfies Readonly<Record<string, Explanation>>;
