import { describe, expect, test } from 'vitest';

import { ollama } from '../../../healthchecks/ollama.ts';
import { postgres, type PostgresFound } from '../../../healthchecks/postgres.ts';
import { qdrant, type QdrantFound } from '../../../healthchecks/qdrant.ts';
import { redis, type RedisFound } from '../../../healthchecks/redis.ts';
import { tei, type TeiFound } from '../../../healthchecks/tei.ts';
import { workers } from '../../../healthchecks/workers.ts';
import { codes } from '../../../shared/codes.ts';

describe('the judgement of Postgres', () => {
  const judge = (found: Partial<PostgresFound>) =>
    postgres.judge(
      { versionNumber: 150018, wrote: 'w', read: 'w', refusal: undefined, ...found },
      { url: '' },
    );

  test('accepts a row that reads back as written, and names the version', () => {
    expect(judge({})).toEqual({ ok: true, evidence: 'Postgres 15.18: login, write and read' });
  });
  test('refuses a server older than 15', () => {
    expect(judge({ versionNumber: 149999 })).toMatchObject({
      ok: false,
      code: 'POSTGRES_VERSION',
      problem: expect.stringContaining('version 14'),
    });
    expect(judge({ versionNumber: 150000 }).ok).toBe(true);
  });
  test('refuses a server that names no version', () => {
    expect(judge({ versionNumber: Number.NaN })).toMatchObject({ code: 'POSTGRES_VERSION' });
  });
  test('refuses a server that takes no writes in the words of Postgres, with the code of its own', () => {
    const refusal = {
      state: '25006',
      message: 'cannot execute CREATE TABLE in a read-only transaction',
    };
    expect(judge({ refusal, read: undefined })).toMatchObject({
      code: 'POSTGRES_READ_ONLY',
      problem: refusal.message,
    });
  });
  test.each([
    ['53100', 'could not extend file "base/1/2": No space left on device'],
    ['42501', 'permission denied to create temporary tables in database "pulse_postgres"'],
    [undefined, 'refused'],
  ])('refuses a write that fails with %s in the words of Postgres', (state, message) => {
    expect(judge({ refusal: { state, message }, read: undefined })).toMatchObject({
      code: 'POSTGRES_WRITE',
      problem: message,
    });
  });
  test('refuses a row that reads back changed', () => {
    expect(judge({ read: 'v' })).toMatchObject({
      code: 'POSTGRES_WRITE',
      problem: 'wrote w, read v',
    });
  });
});

describe('the judgement of Redis', () => {
  const healthy = { aof_enabled: '1', aof_last_write_status: 'ok', rdb_last_bgsave_status: 'ok' };
  const judge = (found: Partial<RedisFound>) =>
    redis.judge(
      {
        version: '7.0.15',
        persistence: healthy,
        save: '60 1000',
        evictionPolicy: 'noeviction',
        queues: [{ name: 'indexing', jobs: '0 waiting' }],
        ...found,
      },
      { url: '' },
    );

  test('refuses a server older than 6.2', () => {
    expect(judge({ version: '6.0.16' })).toMatchObject({
      code: 'REDIS_VERSION',
      problem: expect.stringContaining('6.0.16'),
    });
    expect(judge({ version: '6.2.0' }).ok).toBe(true);
  });
  test('accepts a server that keeps every accepted job, and shows the job counts', () => {
    expect(judge({})).toMatchObject({
      ok: true,
      evidence: expect.stringContaining('indexing 0 waiting'),
    });
  });
  test.each([
    [{ persistence: { ...healthy, aof_enabled: '0' } }, 'append-only file is off'],
    [
      { persistence: { ...healthy, aof_last_write_status: 'err' } },
      'last write of the append-only file: err',
    ],
    [{ persistence: { ...healthy, rdb_last_bgsave_status: 'err' } }, 'last snapshot: err'],
    [{ save: '' }, 'no snapshots are configured'],
  ])('refuses a server that may lose jobs: %j', (found, problem) => {
    expect(judge(found)).toMatchObject({
      code: 'REDIS_PERSISTENCE',
      problem: expect.stringContaining(problem),
    });
  });
  test('refuses a replica, which takes no jobs', () => {
    expect(judge({ role: 'slave' })).toMatchObject({ code: 'REDIS_READ_ONLY' });
    expect(judge({ role: 'master' }).ok).toBe(true);
  });
  test('names every fault of persistence at once', () => {
    expect(judge({ save: '', persistence: { ...healthy, aof_enabled: '0' } })).toMatchObject({
      problem: 'the append-only file is off; no snapshots are configured',
    });
  });
  test('refuses an eviction policy that deletes jobs', () => {
    expect(judge({ evictionPolicy: 'allkeys-lru' })).toMatchObject({
      code: 'REDIS_EVICTION',
      problem: 'maxmemory-policy is allkeys-lru',
    });
  });
  test('refuses a queue whose keys cannot be read', () => {
    const jobs = new Error('WRONGTYPE Operation against a key holding the wrong kind of value');
    expect(judge({ queues: [{ name: 'embedding', jobs }] })).toMatchObject({
      code: 'REDIS_QUEUES',
      problem: expect.stringMatching(/^embedding: .*WRONGTYPE/),
    });
  });
});

describe('the judgement of TEI', () => {
  const target = { url: '', model: 'sentence-transformers/all-MiniLM-L6-v2', dimension: 3 };
  const judge = (found: Partial<TeiFound>) =>
    tei.judge(
      { version: '1.9.3', modelId: target.model, embedding: [0.6, 0, 0.8], ...found },
      target,
    );

  test('accepts the configured model, in whatever case the server writes it', () => {
    expect(judge({}).ok).toBe(true);
    expect(judge({ modelId: 'Sentence-Transformers/all-minilm-l6-v2' }).ok).toBe(true);
  });
  test('refuses a server older than 1.8, whose vectors may be wrong', () => {
    expect(judge({ version: '1.7.4' })).toMatchObject({
      code: 'TEI_VERSION',
      problem: expect.stringContaining('1.7.4'),
    });
    expect(judge({ version: '1.8.0' }).ok).toBe(true);
  });
  test.each(['all-MiniLM-L6-v2', 'other/all-MiniLM-L6-v2', '/data/all-MiniLM-L6-v2'])(
    'refuses the model %j',
    (modelId) => {
      expect(judge({ modelId })).toMatchObject({
        code: 'TEI_MODEL',
        problem: expect.stringContaining(target.model),
      });
    },
  );
  test.each([[[1, 2]], [[1, 2, 3, 4]], [[]], [undefined], ['abc']])(
    'refuses the embedding %j because of its length',
    (embedding) => {
      expect(judge({ embedding })).toMatchObject({
        code: 'TEI_DIMENSION',
        problem: expect.stringContaining('configured are 3'),
      });
    },
  );
  test.each([[[1, null, 3]], [[1, 2, 'NaN']], [[0, 0, 0]]])(
    'refuses the embedding %j because of its numbers',
    (embedding) => {
      expect(judge({ embedding })).toMatchObject({ code: 'TEI_VECTOR' });
    },
  );
});

describe('the judgement of Qdrant', () => {
  const judge = (collection: QdrantFound['collection'], version: unknown = '1.19.0') =>
    qdrant.judge({ version, collection }, { url: '', collection: 'pulse-dev', dimension: 384 });

  test('accepts a collection of the configured size with Cosine distance', () => {
    expect(judge({ size: 384, distance: 'Cosine', points: 12 })).toEqual({
      ok: true,
      evidence: '12 points of 384 dimensions, Cosine',
    });
  });
  test.each(['1.9.7', 'v0.11.0'])('refuses the version %s', (version) => {
    expect(judge({ size: 384, distance: 'Cosine', points: 0 }, version)).toMatchObject({
      code: 'QDRANT_VERSION',
      problem: expect.stringContaining(version),
    });
  });
  test.each(['1.10.0', 'v1.19.2-dev', '2.0', undefined])('accepts the version %s', (version) => {
    expect(judge({ size: 384, distance: 'Cosine', points: 0 }, version).ok).toBe(true);
  });
  test('refuses a missing collection', () => {
    expect(judge('absent')).toMatchObject({
      code: 'QDRANT_COLLECTION',
      problem: expect.stringContaining('pulse-dev'),
    });
  });
  test('refuses a collection of another vector size or with named vectors', () => {
    expect(judge({ size: 1024, distance: 'Cosine', points: 0 })).toMatchObject({
      code: 'QDRANT_DIMENSION',
    });
    expect(judge({ size: undefined, distance: undefined, points: 0 })).toMatchObject({
      code: 'QDRANT_DIMENSION',
      problem: 'pulse-dev has no vector without a name; it needs one of 384 numbers',
    });
  });
  test('refuses a collection with another distance', () => {
    expect(judge({ size: 384, distance: 'Dot', points: 0 })).toMatchObject({
      code: 'QDRANT_DISTANCE',
      problem: 'pulse-dev compares by Dot',
    });
  });
});

describe('the judgement of Ollama', () => {
  test('accepts a server that names its version, and refuses any other', () => {
    expect(ollama.judge({ version: '0.12.1' }, { url: '' })).toEqual({
      ok: true,
      evidence: 'Ollama 0.12.1',
    });
    expect(ollama.judge({ version: undefined }, { url: '' })).toMatchObject({
      code: 'OLLAMA_ANSWER',
    });
  });
});

describe('the judgement of the workers', () => {
  const nowMs = Date.UTC(2026, 0, 1);
  const seen = (name: string, secondsAgo = 1, consuming = true) => ({
    name,
    consuming,
    heartbeatAt: new Date(nowMs - secondsAgo * 1000),
  });
  const judge = (...heartbeats: ReturnType<typeof seen>[]) =>
    workers.judge({ heartbeats, nowMs }, { pipeline: { workers: async () => [] }, expected: 2 });

  test('accepts as many workers that take jobs as are declared', () => {
    expect(judge(seen('w-2'), seen('w-1'))).toEqual({
      ok: true,
      evidence: '2 take jobs: w-1, w-2',
    });
  });
  test('accepts more workers than declared, as during an update', () => {
    expect(judge(seen('w-1'), seen('w-2'), seen('w-3')).ok).toBe(true);
  });
  test('counts a worker only once that is seen twice', () => {
    expect(judge(seen('w-1'), seen('w-1'))).toMatchObject({
      code: 'WORKERS_MISSING',
      problem: '1 of 2 workers take jobs',
    });
  });
  test('distinguishes workers that take no jobs from missing workers', () => {
    expect(judge(seen('w-1'), seen('w-2', 1, false))).toMatchObject({
      code: 'WORKERS_IDLE',
      problem: '1 of 2 workers take jobs; w-2 is up and takes none',
    });
  });
  test('counts neither old heartbeats nor workers that take no jobs, and names them', () => {
    const problem = '0 of 2 workers take jobs; w-1 last seen 16 s ago; w-2 is up and takes none';
    expect(judge(seen('w-1', 16), seen('w-2', 1, false))).toMatchObject({
      code: 'WORKERS_MISSING',
      problem,
    });
    expect(judge(seen('w-1', 15), seen('w-2')).ok).toBe(true);
  });
});

test('every fault says what was tried and what to check', () => {
  for (const { tried, check, meaning } of Object.values(codes))
    expect(Math.min(tried.length, check.length, meaning.length)).toBeGreaterThan(5);
  const fault = ollama.judge({ version: 1 }, { url: '' });
  expect(fault).toMatchObject({
    tried: codes.OLLAMA_ANSWER.tried,
    check: codes.OLLAMA_ANSWER.check,
  });
});
