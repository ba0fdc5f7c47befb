import type { Explanation } from './explanation.ts';

export const verification = {
  WORKERS_UNKNOWN: {
    meaning: 'It is unknown which workers are alive, because their heartbeats cannot be read.',
    tried: "read the workers' heartbeats from Redis",
    check: 'the redis line of the same report; then ./pulse queue workers',
  },
  WORKERS_MISSING: {
    meaning: 'Fewer workers take jobs than the stack declares.',
    tried: 'count distinct workers with a fresh heartbeat that says they consume',
    check: './pulse status for restarts and OOM kills, ./pulse logs of the worker that is missing',
  },
  WORKERS_IDLE: {
    meaning: 'Workers are alive and take no jobs, although jobs wait and nothing holds them back.',
    tried: 'count distinct workers with a fresh heartbeat that says they consume',
    check:
      './pulse queue why; a stuck worker ends itself within two minutes and is started again ' +
      '(./pulse logs of the worker that is named)',
  },
  CANARY_NOT_TRIED: {
    meaning: 'The canary document was not sent, because a service that it needs had failed.',
    tried: 'nothing: see the failed checks before it',
    check: 'repair the failed check that is named, then ./pulse verify',
  },
  CANARY_REJECTED: {
    meaning: 'The canary document was not accepted.',
    tried: 'submit it as every document is submitted',
    check: 'the text of the problem; then the postgres and redis lines of the same report',
  },
  CANARY_FAILED: {
    meaning: 'A worker took the canary document and failed on it.',
    tried: 'index a small document through queue, worker, keyword index, TEI and Qdrant',
    check: './pulse explain with the code in the problem; ./pulse logs of the workers',
  },
  CANARY_NOT_INDEXED: {
    meaning: 'The canary document was accepted and was not in the keyword index in time.',
    tried: 'wait for a worker to put it into the keyword index',
    check: 'a long queue (./pulse queue counts), or workers that take no jobs (./pulse queue why)',
  },
  CANARY_PAUSED: {
    meaning:
      'The queue is paused by an operator: the canary document was accepted, and whether it is ' +
      'indexed and found was not tried. A deployment goes on, and is not called proven.',
    tried: 'wait for a worker to take it',
    check: './pulse queue resume, then ./pulse verify',
  },
  CANARY_VECTORS_PENDING: {
    meaning:
      'The canary document is found by keyword; its vectors wait for the embedding server or ' +
      'Qdrant.',
    tried: 'wait for its vectors to reach Qdrant',
    check:
      'the tei and qdrant lines of the same report; the vectors follow by themselves once ' +
      'both are back',
  },
  CANARY_NOT_FOUND: {
    meaning: 'The canary document is recorded as indexed, and a search does not find it.',
    tried: 'search for a word (keyword) and a sentence (semantic) that only it contains',
    check:
      './pulse audit: Postgres, keyword index and Qdrant disagree; all workers mount the same ' +
      'bm25 volume',
  },
  CANARY_LEFT_BEHIND: {
    meaning: 'The canary document could not be removed afterwards.',
    tried: 'remove it from Postgres, the keyword index and Qdrant',
    check: 'the text of the problem; ./pulse audit lists what is left of canary.pulse.invalid',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
