import { globSync, readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { canary } from '../../../healthchecks/canary.ts';
import { ollama } from '../../../healthchecks/ollama.ts';
import { postgres } from '../../../healthchecks/postgres.ts';
import { qdrant } from '../../../healthchecks/qdrant.ts';
import { redis } from '../../../healthchecks/redis.ts';
import { reranker } from '../../../healthchecks/reranker.ts';
import { tei } from '../../../healthchecks/tei.ts';
import { workers } from '../../../healthchecks/workers.ts';
import { codes } from '../../../shared/codes.ts';
import { explain, formatCodesPage } from '../../../shared/explain.ts';

const root = new URL('../../../', import.meta.url).pathname;
const catalogued = new Set(Object.keys(codes));
const sources = globSync('{cli,components,healthchecks,shared,worker}/**/*.ts', {
  cwd: root,
}).filter((path) => !/^shared\/codes|node_modules/.test(path));
const givenIn = sources.map((path) => ({
  path,
  given: [...readFileSync(root + path, 'utf8').matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(
    ([, code]) => code ?? '',
  ),
}));

/** What runs in a container of Postgres's image has its codes as words. */
const givenByScripts = [
  ...readFileSync(`${root}backup/backup.sh`, 'utf8').matchAll(/\b(BACKUP(?:_[A-Z]+)+)\b/g),
].map(([, code]) => code ?? '');

/** The codes of failed conversations are put together from the service's first word. */
const givenByProbes = [postgres, redis, tei, qdrant, ollama, reranker, workers, canary].flatMap(
  ({ trouble }) => Object.values(trouble),
);

/** So are those of the crawlers that are asked for lost pages: see worker/crawls/ask-sender.ts. */
const givenBySenders = ['FIRECRAWL', 'CHANGEDETECTION'].flatMap((sender) =>
  ['DNS', 'REFUSED', 'UNREACHABLE', 'TIMEOUT', 'AUTH', 'ANSWER'].map(
    (trouble) => `${sender}_${trouble}`,
  ),
);

/** A quoted text in capitals is a code when a code of the catalogue begins with its first word. */
const families = new Set([...catalogued].map((code) => code.split('_')[0]));

describe('the catalogue of codes', () => {
  test('has every code that the sources give', () => {
    const unknown = givenIn.flatMap(({ path, given }) =>
      given
        .filter(
          (code) =>
            families.has(code.split('_')[0]) && !catalogued.has(code) && !isSettingName(code),
        )
        .map((code) => `${path}: ${code}`),
    );
    expect(unknown).toEqual([]);
  });

  test('has no code that the sources never give', () => {
    const given = new Set<string>([
      ...givenIn.flatMap((source) => source.given),
      ...givenByProbes,
      ...givenBySenders,
      ...givenByScripts,
    ]);
    expect([...catalogued].filter((code) => !given.has(code))).toEqual([]);
  });

  test('is the same as docs/codes.md (written by npm run codes)', () => {
    expect(readFileSync(`${root}docs/codes.md`, 'utf8')).toBe(formatCodesPage());
  });

  test('explains each code in one sentence and gives advice in one line', () => {
    for (const [code, { meaning, tried, check }] of Object.entries(codes)) {
      expect(meaning, code).toMatch(/^[A-Z].*\.$/);
      expect(`${tried}${check}`, code).not.toMatch(/\n/);
    }
  });
});

describe('an explanation', () => {
  test('says what a code means, what was tried and what to check, however the code is typed', () => {
    const { meaning, tried, check } = codes.TEI_DIMENSION;
    expect(explain(' tei_dimension ')).toBe(
      `TEI_DIMENSION\n  means   ${meaning}\n  tried   ${tried}\n  check   ${check}\n`,
    );
  });

  test.each(['TEI_MOON', '', 'toString'])('of the unknown code %j does not exist', (code) => {
    expect(explain(code)).toBeUndefined();
  });
});

/**
 * Whether a name such as REDIS_URL, which begins like a code, is a variable of the environment. Of
 * WEBHOOK_ there are both, and the compiler knows those that are given as codes.
 */
function isSettingName(name: string): boolean {
  return name.endsWith('_URL') || name.startsWith('WEBHOOK_');
}
