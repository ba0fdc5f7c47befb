import { afterEach, describe, expect, test } from 'vitest';

import { ollama as ollamaProbe } from '../../../../healthchecks/ollama.ts';
import { runProbe } from '../../../../healthchecks/probe.ts';
import { tei as teiProbe, teiTarget } from '../../../../healthchecks/tei.ts';
import { Tei, encodeText } from '../../../../worker/embeddings/tei.ts';
import { startInstantTei } from '../../../doubles/instant-tei.ts';
import type { InstantTei } from '../../../doubles/instant-tei.ts';
import { httpPort } from '../../healthchecks/bad-servers.ts';
import type { HttpAnswer } from '../../healthchecks/bad-servers.ts';
import { patienceMs, patient } from '../../healthchecks/patient.ts';

const basic = (login: string): string => `Basic ${Buffer.from(login).toString('base64')}`;
const model = 'org/model';
const dimension = 8;
const [probe, ollama] = [patient(teiProbe), patient(ollamaProbe)];

let server: InstantTei | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: Partial<Parameters<typeof startInstantTei>[0]>) {
  server = await startInstantTei({ model, dimension, ...options });
  return server;
}

const info = { model_id: model, max_input_length: 512 };

/** The URL of a server with these answers. */
const serving = async (answers: Readonly<Record<string, HttpAnswer>>) =>
  `http://127.0.0.1:${await httpPort(answers)}`;

const settingsFor = (url: string, more: object = {}) => ({
  teiUrl: url,
  embeddingModel: model,
  vectorDim: dimension,
  teiTimeoutMs: patienceMs,
  ...more,
});
type Settings = ReturnType<typeof settingsFor>;

/** What the check says, and what the work gets; both have to agree. */
async function both(settings: Settings): Promise<{ check: string | null; use: string | null }> {
  const check = await runProbe(probe, teiTarget(settings));
  const use = await new Tei(settings).embed([encodeText('a text')]).then(
    () => null,
    (error: { code: string }) => error.code,
  );
  return { check: check.code, use };
}
const works = { check: null, use: null };
const refused = { check: 'TEI_AUTH', use: 'TEI_AUTH' };

describe('a TEI that lets in only who has a secret', () => {
  test.each([
    ['its own key', 'Bearer k+/1==', { teiApiKey: 'k+/1==' }],
    ['a short key', 'Bearer k', { teiApiKey: 'k' }],
    ['the login of a proxy', basic('me:p:ss/%'), { teiLogin: 'me:p:ss/%' }],
    ['a login beyond ASCII', basic('mé:wört'), { teiLogin: 'mé:wört' }],
    ['a login without a password', basic('me:'), { teiLogin: 'me:' }],
  ])('is checked and used with %s', async (_title, authorization, secret) => {
    const { url } = await start({ authorization, prefix: '/tei' });
    expect(await both(settingsFor(url, secret))).toEqual(works);
    expect(await both(settingsFor(`${url}/`, secret))).toEqual(works);
    expect(await both(settingsFor(url))).toEqual(refused);
    expect(await both(settingsFor(url, { teiApiKey: 'another' }))).toEqual(refused);
  });

  test('is reported without the secret in any form', async () => {
    const { url } = await start({ authorization: 'Bearer right' });
    const login = 'somebody:hunter2';
    for (const secret of [{ teiLogin: login }, { teiApiKey: 'hunter2' }]) {
      const check = await runProbe(probe, teiTarget(settingsFor(url, secret)));
      const quoted = await runProbe(
        {
          ...probe,
          ask: () => Promise.reject(new Error(`sent ${basic(login)}, ${login}, hunter2`)),
        },
        teiTarget(settingsFor(url, secret)),
      );
      const report = JSON.stringify([check, quoted]);
      expect(report).not.toContain('hunter2');
      if ('teiLogin' in secret) expect(report).not.toContain(basic(login).slice(6));
    }
  });
});

describe('a TEI that calls its model by another name', () => {
  test.each(['/data/model', 'qwen3-embedding', '/models/Qwen3 0.6B', './model'])(
    'as %s is used where the setting says so, and refused where it does not',
    async (model_id) => {
      const { url } = await start({ model: model_id });
      expect(await both(settingsFor(url, { teiModelId: model_id }))).toEqual(works);
      const other = { check: 'TEI_MODEL', use: 'TEI_MODEL' };
      expect(await both(settingsFor(url))).toEqual(other);
      expect(await both(settingsFor(url, { teiModelId: '/data/other' }))).toEqual(other);
    },
  );
});

test.each([
  ['/data/model', model, works],
  ['./model', model.toUpperCase(), works],
  ['/data/model', 'org/other', { check: 'TEI_MODEL', use: 'TEI_MODEL' }],
  ['org/other', model, { check: 'TEI_MODEL', use: 'TEI_MODEL' }],
  [model, 'embeddings', works],
])('a TEI of %s that is started with the name %s', async (served, servedName, outcome) => {
  const { url } = await start({ model: served, servedName });
  expect(await both(settingsFor(url))).toEqual(outcome);
});

describe('a TEI that is sent elsewhere', () => {
  test.each([302, 307, 308])(
    'keeps its key and the texts, and waits, after a redirection to another server (%i)',
    async (status) => {
      const other = await start({});
      const location = other.url.replace('127.0.0.1', 'localhost');
      const moved = { status, body: '', location: `${location}/embed?token=secret` };
      const tei = new Tei(settingsFor(await serving({ '/info': moved }), { teiApiKey: 'k' }));
      const fault = {
        code: 'TEI_ANSWER',
        kind: 'away',
        message: `TEI /info answered ${status}, a redirection to ${location}/embed, which is not followed`,
      };
      await expect(tei.info()).rejects.toMatchObject(fault);
      const url = await serving({ '/info': { status: 200, body: info }, '/embed': moved });
      await expect(new Tei(settingsFor(url)).embed([encodeText('a')])).rejects.toMatchObject({
        ...fault,
        message: fault.message.replace('/info', '/embed'),
      });
      expect(other.calls).toBe(0);
    },
  );

  test('works below another path of the same server, and a page of a login is named', async () => {
    const to = (location: string) => ({ status: 308, body: '', location });
    const answers = {
      '/info': to('/tei/info'),
      '/tei/info': { status: 200, body: info },
      '/embed': to('/tei/embed'),
    };
    const vector = [1, 0, 0, 0, 0, 0, 0, 0];
    const vectors = { '/tei/embed': { status: 200, body: [vector] } };
    const tei = new Tei(settingsFor(await serving({ ...answers, ...vectors })));
    expect(await tei.embed([encodeText('a')])).toEqual([vector]);
    const login = { '/embed': to('/login'), '/login': { status: 200, body: '<p>Sign in' } };
    const sentToLogin = new Tei(settingsFor(await serving({ ...answers, ...login })));
    await expect(sentToLogin.embed([encodeText('a')])).rejects.toMatchObject({
      message: expect.stringMatching(
        /something other than JSON, after a redirection to http:.*\/login: <p>Sign in$/,
      ),
    });
  });
});

describe('an Ollama behind a proxy', () => {
  // The double answers every known path after its login; Ollama's is not one of them.
  test.each([
    ['a bearer token', 'Bearer abc', { apiKey: 'abc' }],
    ['a login', basic('me:word'), { login: 'me:word' }],
  ])('is asked with %s', async (_title, authorization, secret) => {
    const { url } = await start({ authorization });
    expect((await runProbe(ollama, { url, ...secret })).problem).toContain('answered 404');
    expect((await runProbe(ollama, { url })).code).toBe('OLLAMA_AUTH');
  });
});
