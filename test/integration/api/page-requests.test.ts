import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { AnswerCheck } from '../../harness/answer-check.ts';
import { keys } from '../../harness/api-process.ts';
import { deliverCrawl, deliverUnseen } from '../../harness/crawls.ts';
import { blocks, root } from '../../harness/docs/blocks.ts';
import { isShell } from '../../harness/docs/scripts.ts';
import { eventually } from '../../harness/eventually.ts';
import { serveApi } from '../../harness/served-api.ts';

const execute = promisify(execFile);
const own = relative(root, import.meta.filename);
const shown = blocks.filter(({ marks }) => marks.some((mark) => mark.test === own));
const check = await AnswerCheck.open();

const served = serveApi({ withWorker: true });
const query = (statement: string, ...values: unknown[]) =>
  served.stack.services.pool.query(statement, values);
const url = 'https://docs.example.org/page';
/** Of `$id` in a block, by what stands in it. */
const ids = { document: documentIdOf(url), crawl: '', unseen: '' };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pulse-requests-'));
  const lines = [
    { url: `${url}/1`, text: 'One.' },
    { url: 'none', text: 'Two.' },
  ];
  await writeFile(join(folder, 'pages.jsonl'), lines.map((one) => JSON.stringify(one)).join('\n'));
  const { pool } = served.stack.services;
  const pages = ['https://docs.example.org/seen', 'https://docs.example.org/lost'];
  await deliverCrawl(pool, pages);
  ids.crawl = await deliverCrawl(pool, pages, { end: { state: 'completed', reason: null } });
  ids.unseen = await deliverUnseen(pool);
  await eventually('an index that a worker made', async () =>
    expect(await served.api.ask('/api/search?q=granite')).toMatchObject({ status: 200 }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** The page is indexed, or put aside where a block retries it, and another one has failed. */
async function bringPages(text: string): Promise<void> {
  for (const address of [url, `${url}/failed`]) {
    await served.api.ask('/api/documents', { body: { url: address, text: `Of ${address}.` } });
    await eventually('a page that is done with', async () => {
      const { body } = await served.api.ask(`/api/documents/${documentIdOf(address)}?wait=30`);
      expect(body['state']).toMatch(/^(indexed|failed|cancelled)$/);
    });
  }
  const failed =
    "UPDATE versions SET state = 'failed', code = 'TEI_TIMEOUT' WHERE document_id = $1";
  await query(failed, documentIdOf(`${url}/failed`));
  if (text.includes('/retry'))
    await query("UPDATE versions SET state = 'cancelled' WHERE document_id = $1", ids.document);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Runs a block as it is written, and reads what each request of it is answered. */
async function send(text: string): Promise<Answer[]> {
  const [of = 'document'] = /prune/.test(text) ? ['unseen'] : (/crawl(?=s)/.exec(text) ?? []);
  // ./pulse prints a key, and the address is that of the stack dev.
  const prelude = `
set -e
function ./pulse { [ "$*" = 'api key --admin' ] && echo '${keys.api}' || echo '${keys.search}'; }
function curl {
  command curl --silent --show-error --write-out '\\n%{http_code}\\n-- end --\\n' \\
    --connect-to ::127.0.0.1:${served.api.port} "$@"
}
`;
  const { stdout } = await execute('bash', ['--norc', '-c', prelude + text], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      api: served.api.url,
      key: `Authorization: Bearer ${keys.api}`,
      secret: keys.hooks,
      id: ids[of as keyof typeof ids],
    },
  });
  return stdout
    .split('\n-- end --\n')
    .slice(0, -1)
    .map((one) => {
      const [, body = '', status = ''] = /^([^]*)\n(\d+)$/.exec(one) ?? [];
      return { status: Number(status), body: body === '' ? undefined : JSON.parse(body) };
    });
}

/** What the comments below each request say: the status, and names of what is answered. */
function readShown(text: string): { status: number | undefined; names: string[] }[][] {
  return text
    .split(/^(?=curl )/m)
    .filter((part) => part.startsWith('curl '))
    .map((part) => {
      const comments = [...part.matchAll(/^# (.*)$/gm)].map(([, line = '']) => line).join('\n');
      return comments
        .split(/^(?=\d{3} )/m)
        .filter((one) => one !== '')
        .map((one) => ({
          status: /^\d{3} /.test(one) ? Number.parseInt(one, 10) : undefined,
          names: [...one.matchAll(/(?<![:[])"(\w+)"/g)].map(([, name = '']) => name),
        }));
    });
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = Array.isArray(value) ? [] : Object.keys(value);
  return [...fields, ...Object.values(value).flatMap(namesIn)];
}

test.each(shown.filter(isShell))('$place is answered as it says', async ({ text }) => {
  await bringPages(text);
  const answers = await send(text);
  const said = readShown(text);
  expect(answers).toHaveLength(said.length);
  for (const [index, { status, body }] of answers.entries()) {
    const ways = said[index] ?? [];
    const statuses = ways.flatMap((one) => one.status ?? []);
    if (statuses.length > 0) expect(statuses, JSON.stringify(body)).toContain(status);
    else expect(status, JSON.stringify(body)).toBeLessThan(300);
    const names = ways.find((one) => one.status === undefined || one.status === status)?.names;
    expect(namesIn(body)).toEqual(expect.arrayContaining(names ?? []));
  }
});

/** What a block of JSON is the answer of; a part of one is put into the whole. */
const answers = {
  deliveryId: { method: 'POST', path: '/api/webhook/firecrawl', status: 202 },
  query: { method: 'POST', path: '/api/search', status: 200 },
  explain: { method: 'POST', path: '/api/search', status: 200 },
  facets: { method: 'POST', path: '/api/search', status: 200 },
  type: { method: 'POST', path: '/api/documents', status: 503 },
};
/** An id is shown by its beginning alone. */
const parse = (text: string): Record<string, unknown> => {
  const whole = text.replaceAll(/"[0-9a-f]{4,8}-?\.\.\."/g, `"${ids.document}"`);
  return JSON.parse(/^\s*\{/.test(whole) ? whole : `{${whole}}`) as Record<string, unknown>;
};
const ofJson = shown.filter(({ language }) => language === 'json');

test.each(ofJson)('$place is an answer that the API gives', ({ text }) => {
  const part = parse(text);
  const [name = ''] = Object.keys(part);
  const whole = parse(ofJson.find((one) => one.text.includes('"results"'))?.text ?? '');
  const [result] = whole['results'] as object[];
  const bodies: Record<string, object> = {
    explain: { ...whole, results: [{ ...result, ...part }] },
    facets: { ...whole, ...part },
  };
  const problem = name === 'type';
  expect(
    check.findFault({
      ...answers[name as keyof typeof answers],
      type: problem ? 'application/problem+json' : 'application/json',
      body: bodies[name] ?? part,
    }),
  ).toBeUndefined();
});
