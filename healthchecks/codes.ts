/** What a code means, what had been tried when it appeared, and what to look at next. One voice for logs, verification, `./pulse explain` and the runbook. */
export interface Explanation {
  readonly meaning: string;
  readonly tried: string;
  readonly check: string;
}

const postgres = {
  POSTGRES_UNREACHABLE: {
    meaning: 'No connection to Postgres: its name is unknown, nobody listens there, or the connection broke off.',
    tried: 'open a connection to the address in WEBHOOK_DATABASE_URL',
    check: 'is the Postgres container running and on the stack\'s network (./pulse status, ./pulse logs postgres)',
  },
  POSTGRES_TIMEOUT: {
    meaning: 'Postgres took the connection and did not answer in time.',
    tried: 'log in, write and read one row',
    check: 'a full disk, a lock held for long, or a host short of memory (./pulse logs postgres; SELECT * FROM pg_stat_activity)',
  },
  POSTGRES_AUTH: {
    meaning: 'Postgres refuses the user or the password.',
    tried: 'log in as the user in WEBHOOK_DATABASE_URL',
    check: 'run ./pulse up: Postgres\'s start sets the role\'s password from the stack\'s secret; then look whether the workers carry the same secret',
  },
  POSTGRES_ANSWER: {
    meaning: 'Postgres answers with an error, or what answers is not Postgres.',
    tried: 'log in, write and read one row',
    check: 'the problem\'s own words: a database that does not exist, a server still starting, a port that belongs to something else',
  },
  POSTGRES_VERSION: {
    meaning: 'The Postgres server is older than Pulse supports.',
    tried: 'read server_version_num',
    check: 'the address belongs to this stack\'s Postgres, and its image is version 15 or newer',
  },
  POSTGRES_WRITE: {
    meaning: 'Login works, but a row cannot be written, or does not read back as written.',
    tried: 'create a temporary table, insert a row, read it',
    check: 'a server in read-only mode or recovery, a full disk, missing rights of the user (./pulse logs postgres)',
  },
} as const;

const redis = {
  REDIS_UNREACHABLE: {
    meaning: 'No connection to Redis: its name is unknown, nobody listens there, or the connection broke off.',
    tried: 'open a connection to the address in REDIS_URL',
    check: 'is the Redis container running and on the stack\'s network (./pulse status, ./pulse logs redis)',
  },
  REDIS_TIMEOUT: {
    meaning: 'Redis took the connection and did not answer in time.',
    tried: 'log in, read its configuration and the queues',
    check: 'a slow script or disk (redis-cli SLOWLOG GET; INFO persistence), or a host short of memory',
  },
  REDIS_AUTH: {
    meaning: 'Redis refuses the password, or asks for one that was not given.',
    tried: 'log in with the password in REDIS_URL',
    check: 'run ./pulse up: it gives Redis and the workers the same secret',
  },
  REDIS_ANSWER: {
    meaning: 'Redis answers with an error, or what answers is not Redis.',
    tried: 'log in, read its configuration and the queues',
    check: 'the problem\'s own words: LOADING passes by itself, MISCONF and OOM need disk or memory, NOPERM needs the user\'s rights',
  },
  REDIS_PERSISTENCE: {
    meaning: 'Redis would lose queued jobs at a restart: the append-only file or snapshots are off, or the last write of them failed.',
    tried: 'read INFO persistence and CONFIG GET save',
    check: 'Redis runs with --appendonly yes and --save, and its volume has room (./pulse logs redis)',
  },
  REDIS_EVICTION: {
    meaning: 'Redis may throw queued jobs away when its memory is full.',
    tried: 'read CONFIG GET maxmemory-policy',
    check: 'Redis runs with --maxmemory-policy noeviction',
  },
  REDIS_QUEUES: {
    meaning: 'The queues\' keys cannot be read, or are of the wrong kind.',
    tried: 'count waiting, active and failed jobs of each queue',
    check: 'does another program use this Redis with the same key prefix; then ./pulse queue counts',
  },
} as const;

const tei = {
  TEI_UNREACHABLE: {
    meaning: 'No connection to the embedding server: its name is unknown, nobody listens there, or the connection broke off.',
    tried: 'reach the address in WEBHOOK_TEI_URL',
    check: 'is the embedding server running, and does a firewall or VPN stand between (./pulse status); documents wait for it and lose nothing',
  },
  TEI_TIMEOUT: {
    meaning: 'The embedding server took the request and did not answer in time.',
    tried: 'embed one sentence',
    check: 'a model still loading, a GPU at its limit, an overloaded CPU server (its log and its /metrics)',
  },
  TEI_AUTH: {
    meaning: 'The embedding server, or a proxy before it, asks for a login.',
    tried: 'reach the address in WEBHOOK_TEI_URL',
    check: 'the address leads to the server itself; Pulse sends it no key',
  },
  TEI_ANSWER: {
    meaning: 'The embedding server answers with an error, or what answers is not TEI.',
    tried: 'GET /health, GET /info, POST /embed',
    check: 'the problem\'s own words and the server\'s log; 429 and 503 pass by themselves, 424 is a fault of its model backend',
  },
  TEI_MODEL: {
    meaning: 'The embedding server serves another model than the one configured; their vectors must never be mixed.',
    tried: 'GET /info and compare its model_id with WEBHOOK_EMBEDDING_MODEL',
    check: 'start the server with the configured model, or configure the model it serves (which makes a new collection)',
  },
  TEI_DIMENSION: {
    meaning: 'An embedding has another length than configured.',
    tried: 'embed one sentence and count its numbers',
    check: 'WEBHOOK_VECTOR_DIM must be the model\'s own dimension',
  },
  TEI_VECTOR: {
    meaning: 'An embedding holds something that is not a finite number, or only zeros: it cannot be compared with any other.',
    tried: 'embed one sentence and look at its numbers',
    check: 'the server\'s version and number type (float16 overflows with some models); restart it, then ./pulse verify',
  },
} as const;

const qdrant = {
  QDRANT_UNREACHABLE: {
    meaning: 'No connection to Qdrant: its name is unknown, nobody listens there, or the connection broke off.',
    tried: 'reach the address in WEBHOOK_QDRANT_URL',
    check: 'is Qdrant running, and does a firewall or VPN stand between (./pulse status); documents wait for it and lose nothing',
  },
  QDRANT_TIMEOUT: {
    meaning: 'Qdrant took the request and did not answer in time.',
    tried: 'GET /readyz and the collection',
    check: 'Qdrant still recovering its collections, or a disk at its limit (its log)',
  },
  QDRANT_AUTH: {
    meaning: 'Qdrant refuses the API key, or asks for one that was not given.',
    tried: 'GET /readyz and the collection',
    check: 'the key configured for the stack is the one Qdrant was started with',
  },
  QDRANT_ANSWER: {
    meaning: 'Qdrant answers with an error, or what answers is not Qdrant.',
    tried: 'GET /readyz and the collection',
    check: 'the problem\'s own words and Qdrant\'s log; /readyz says 503 while it recovers',
  },
  QDRANT_COLLECTION: {
    meaning: 'The collection does not exist on this Qdrant.',
    tried: 'GET the collection by its alias',
    check: 'the workers make it at their start (./pulse logs webhook-worker-1); an emptied Qdrant is filled again by ./pulse audit --repair',
  },
  QDRANT_DIMENSION: {
    meaning: 'The collection was made for vectors of another size.',
    tried: 'compare the collection\'s vector size with WEBHOOK_VECTOR_DIM',
    check: 'model and dimension belong together and are part of the collection\'s name; a new model needs a new collection',
  },
  QDRANT_DISTANCE: {
    meaning: 'The collection compares vectors by another distance than Cosine.',
    tried: 'read the collection\'s configuration',
    check: 'somebody else made this collection: remove the alias, restart the workers, then ./pulse audit --repair',
  },
} as const;

const ollama = {
  OLLAMA_UNREACHABLE: {
    meaning: 'No connection to Ollama: its name is unknown, nobody listens there, or the connection broke off.',
    tried: 'reach the address in WEBHOOK_OLLAMA_URL',
    check: 'is Ollama running, and does a firewall or VPN stand between (./pulse status); indexing and search go on without it',
  },
  OLLAMA_TIMEOUT: {
    meaning: 'Ollama took the request and did not answer in time.',
    tried: 'GET /api/version',
    check: 'a host short of memory while a model loads (Ollama\'s log)',
  },
  OLLAMA_AUTH: {
    meaning: 'Ollama, or a proxy before it, asks for a login.',
    tried: 'GET /api/version',
    check: 'the address leads to Ollama itself; Pulse sends it no key',
  },
  OLLAMA_ANSWER: {
    meaning: 'Ollama answers with an error, or what answers is not Ollama.',
    tried: 'GET /api/version',
    check: 'the port in WEBHOOK_OLLAMA_URL belongs to Ollama',
  },
} as const;

const verification = {
  WORKERS_UNKNOWN: {
    meaning: 'Nobody could say which workers are alive: the record of their heartbeats cannot be read.',
    tried: 'read the workers\' heartbeats from Redis',
    check: 'the redis line of the same report; then ./pulse queue workers',
  },
  WORKERS_MISSING: {
    meaning: 'Fewer workers take jobs than the stack declares.',
    tried: 'count distinct workers with a fresh heartbeat that says they consume',
    check: './pulse status for restarts and OOM kills, ./pulse logs of the worker that is missing',
  },
  CANARY_NOT_TRIED: {
    meaning: 'The canary document was not sent, because something it cannot do without had failed already.',
    tried: 'nothing: see the failed checks before it',
    check: 'repair the failed check that is named, then ./pulse verify',
  },
  CANARY_REJECTED: {
    meaning: 'The front door did not take a document.',
    tried: 'submit a document as any document is submitted',
    check: 'the problem\'s own words; then the postgres and redis lines of the same report',
  },
  CANARY_FAILED: {
    meaning: 'A worker took the canary document and failed on it.',
    tried: 'index a small document through queue, worker, keyword index, TEI and Qdrant',
    check: './pulse explain with the code in the problem; ./pulse logs of the workers',
  },
  CANARY_NOT_INDEXED: {
    meaning: 'The canary document was accepted and never became findable by keyword.',
    tried: 'wait for a worker to put it into the keyword index',
    check: 'a paused queue or a long one (./pulse queue counts), workers that take nothing (./pulse queue why)',
  },
  CANARY_VECTORS_PENDING: {
    meaning: 'The canary document is found by keyword; its vectors wait for the embedding server or Qdrant.',
    tried: 'wait for its vectors to reach Qdrant',
    check: 'the tei and qdrant lines of the same report; the vectors follow by themselves once both are back',
  },
  CANARY_NOT_FOUND: {
    meaning: 'The canary document is recorded as indexed, and a search does not find it.',
    tried: 'search for a word (keyword) and a sentence (semantic) that only it contains',
    check: './pulse audit: Postgres, keyword index and Qdrant disagree; all workers mount the same bm25 volume',
  },
  CANARY_LEFT_BEHIND: {
    meaning: 'The canary document could not be removed afterwards.',
    tried: 'remove it from Postgres, the keyword index and Qdrant',
    check: 'the problem\'s own words; ./pulse audit lists what is left of canary.pulse.invalid',
  },
} as const;

export const codes = { ...postgres, ...redis, ...tei, ...qdrant, ...ollama, ...verification } as const satisfies Readonly<Record<string, Explanation>>;

export type Code = keyof typeof codes;
