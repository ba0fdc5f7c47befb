import type { Explanation } from './explanation.ts';

export const worker = {
  WORKER_STUCK: {
    meaning:
      'A worker took no job although jobs waited and nothing held it back, or a job in it did ' +
      'not end when it was told to; it ended itself.',
    tried: 'look every two seconds whether jobs wait and are taken',
    check:
      'Docker has started it again (./pulse status); if it comes back, the lines before it in ' +
      './pulse logs, and ./pulse queue why',
  },
  WORKER_BLOCKED: {
    meaning:
      "A worker's event loop was blocked for long, so that it could do nothing; the worker " +
      'was ended.',
    tried: 'check the event loop twice a second, from a process of its own',
    check:
      'Docker has started it again; a document that does this each time fails with ' +
      'INDEXING_POISON (./pulse queue list failed)',
  },
  WORKER_CRASHED: {
    meaning: 'A worker met an error that nothing caught, and ended itself.',
    tried: 'go on after any error of a document or a service',
    check: 'Docker has started it again; report the line with its stack, it is a fault of Pulse',
  },
  WORKER_ERROR: {
    meaning: 'A worker had an error that no other code names.',
    tried: 'what the line says',
    check: 'the text of the line and of those around it (./pulse logs)',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
