import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findTokenizer } from '../../../../worker/chunks/tokenizer-files.ts';
import type { TokenizerFiles } from '../../../../worker/chunks/tokenizer-files.ts';
import { makeTestFolder } from '../../../harness/test-folder.ts';
import { fillCache } from './tokenizers.ts';

const model = 'someone/some-model';
const commit = 'c'.repeat(40);
const onHub = {
  'config.json': '{"max_position_embeddings": 512}',
  'tokenizer.json': '{"of": "the hub"}',
};

let hub: Server;
/** What the hub asks for; undefined for a model that everybody may read. */
let token: string | undefined;
let asked: string[];
let answers: Record<string, string>;
let hfHome: string;

beforeEach(async () => {
  hfHome = makeTestFolder();
  asked = [];
  answers = onHub;
  // Like the hub: small files at once, large ones after a redirection, the revision in a header.
  token = undefined;
  hub = createServer(({ url = '', headers }, response) => {
    asked.push(url);
    if (token !== undefined && headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end('Invalid username or password.');
      return;
    }
    const [, moved, name = ''] =
      /^\/(blobs\/|someone\/some-model\/resolve\/\w+\/)(.+)$/.exec(url) ?? [];
    if (answers[name] === undefined) response.writeHead(404).end('Entry not found');
    else if (name === 'tokenizer.json' && moved !== 'blobs/')
      response.writeHead(302, { location: `/blobs/${name}` }).end();
    else response.writeHead(200, { 'x-repo-commit': commit }).end(answers[name]);
  });
  await new Promise<void>((resolve) => {
    hub.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(() => {
  hub.close();
  hub.closeAllConnections();
});

const usable = (files: TokenizerFiles): TokenizerFiles => {
  if (files['tokenizer.json']?.['broken'] === true) throw new Error('is no tokenizer');
  return files;
};
const find = async (hfToken?: string) =>
  findTokenizer(
    {
      hfHome,
      hfToken,
      hfEndpoint: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
      embeddingModel: model,
    },
    usable,
  );
const repository = (): string => join(hfHome, 'hub', 'models--someone--some-model');

describe('the files of the tokenizer', () => {
  test('come from the cache volume, in the revision of main, without asking the hub', async () => {
    fillCache(hfHome, model, { 'tokenizer.json': '{"of": "another revision"}' }, 'b'.repeat(40));
    fillCache(hfHome, model, { 'tokenizer.json': '{"of": "main"}', 'config.json': '{}' });
    expect(await find()).toEqual({
      made: { 'tokenizer.json': { of: 'main' }, 'config.json': {} },
      problems: [],
    });
    expect(asked).toEqual([]);
  });

  test('of a gated model are downloaded with the token, and without it say what is missing', async () => {
    token = 'hf_right';
    const { made, problems } = await find();
    expect(made).toBeUndefined();
    expect(problems.join()).toMatch(/config\.json: status 401: .*pulse:huggingfaceToken/);
    expect((await find('hf_wrong')).problems.join()).not.toContain('hf_wrong');
    expect(await find('hf_right')).toMatchObject({ made: { 'tokenizer.json': { of: 'the hub' } } });
  });

  test('are downloaded once into the cache volume, in the layout that other programs read', async () => {
    expect((await find()).made).toEqual({
      'config.json': { max_position_embeddings: 512 },
      'tokenizer.json': { of: 'the hub' },
    });
    expect(readFileSync(join(repository(), 'refs/main'), 'utf8')).toBe(commit);
    expect(readFileSync(join(repository(), 'snapshots', commit, 'tokenizer.json'), 'utf8')).toBe(
      onHub['tokenizer.json'],
    );
    asked = [];
    expect((await find()).made).toEqual({
      'config.json': { max_position_embeddings: 512 },
      'tokenizer.json': { of: 'the hub' },
    });
    expect(asked).toEqual([]);
  });

  test('are complete even with several downloads at the same time', async () => {
    const found = await Promise.all(Array.from({ length: 8 }, find));
    for (const { made, problems } of found)
      expect([made?.['tokenizer.json'], problems]).toEqual([{ of: 'the hub' }, []]);
    expect(readdirSync(join(repository(), 'snapshots', commit)).sort()).toEqual([
      'config.json',
      'tokenizer.json',
    ]);
  });

  test.each([
    ['cut off', '{"of": "the vol'],
    ['no tokenizer', '{"broken": true}'],
    ['empty', ''],
  ])(
    'that are %s in the cache are downloaded again, and the report names them',
    async (_what, content) => {
      const snapshot = fillCache(hfHome, model, { 'tokenizer.json': content });
      const { made, problems } = await find();
      expect(made?.['tokenizer.json']).toEqual({ of: 'the hub' });
      expect(problems).toEqual([
        expect.stringMatching(
          /models--someone--some-model: (tokenizer\.json \(\d+ characters\) is no JSON object|is no tokenizer)/,
        ),
      ]);
      expect((await find()).problems).toEqual([]);
      expect(readFileSync(join(snapshot, 'tokenizer.json'), 'utf8')).toBe(content);
    },
  );

  test('that exist nowhere cause no crash, and the report says what was tried', async () => {
    writeFileSync(join(hfHome, 'hub'), 'in the way of the folder');
    answers = {};
    expect(await find()).toEqual({
      made: undefined,
      problems: [expect.stringMatching(/^http:.*tokenizer\.json: status 404$/)],
    });
  });

  test('are used even when they cannot be stored', async () => {
    writeFileSync(join(hfHome, 'hub'), 'in the way of the folder');
    const { made, problems } = await find();
    expect(made?.['tokenizer.json']).toEqual({ of: 'the hub' });
    expect(problems).toEqual([expect.stringMatching(/models--someone--some-model: ENOTDIR/)]);
  });
});
