import { expect, test } from 'vitest';

import { ollama } from '../../../healthchecks/ollama.ts';
import { runProbe } from '../../../healthchecks/probe.ts';
import type { Check } from '../../../healthchecks/probe.ts';
import { qdrant } from '../../../healthchecks/qdrant.ts';
import { reranker } from '../../../healthchecks/reranker.ts';
import { tei } from '../../../healthchecks/tei.ts';
import { httpPort, speakingPort } from './bad-servers.ts';
import { patient } from './patient.ts';

const model = { model: 'org/model', dimension: 3 };
const collection = { collection: 'pulse-test', dimension: 3 };

const probes: Readonly<Record<string, (url: string) => Promise<Check>>> = {
  TEI: (url) => runProbe(patient(tei), { url, ...model }),
  QDRANT: (url) => runProbe(patient(qdrant), { url, ...collection }),
  RERANK: (url) => runProbe(patient(reranker), { url }),
  OLLAMA: (url) => runProbe(patient(ollama), { url }),
};

/** What a server of another protocol sends first: a frame of HTTP/2 (gRPC), an alert of TLS. */
const protocols = {
  gRPC: '00000604000000000000050000400000000000',
  TLS: '15030300020232',
};

for (const [service, ask] of Object.entries(probes))
  test.each(Object.entries(protocols))(
    `the probe of ${service} says what to look for where %s is spoken`,
    async (_protocol, bytes) => {
      const port = await speakingPort(Buffer.from(bytes, 'hex'));
      expect(await ask(`http://127.0.0.1:${port}`)).toMatchObject({
        code: `${service}_ANSWER`,
        problem: expect.stringMatching(/no HTTP\/1\.1 .*gRPC.*6334.*6333.*TLS \(https:\/\//),
      });
    },
  );

const info = { status: 200, body: { model_id: 'org/model', version: '1.9.0' } };
const embedding = { status: 200, body: [[1, 0, 0]] };

test.each([404, 405])(
  'a proxy of TEI that does not pass /health is no fault (%i)',
  async (status) => {
    const answers = { '/health': { status, body: 'no' }, '/info': info, '/embed': embedding };
    const port = await httpPort(answers);
    expect(await probes['TEI']?.(`http://127.0.0.1:${port}`)).toMatchObject({ ok: true });
  },
);

test.each([429, 500, 503])('a TEI that is not well says so at /health (%i)', async (status) => {
  const answers = { '/health': { status, body: 'no' }, '/info': info, '/embed': embedding };
  const port = await httpPort(answers);
  expect(await probes['TEI']?.(`http://127.0.0.1:${port}`)).toMatchObject({
    code: 'TEI_ANSWER',
    problem: `GET /health answered ${status}: no`,
  });
});

test('an address that was copied with a path of its API shows where the question went', async () => {
  const port = await httpPort({});
  expect(await probes['TEI']?.(`http://127.0.0.1:${port}/embed`)).toMatchObject({
    problem: expect.stringMatching(/^GET \/embed\/info answered 404/),
  });
  expect(await probes['QDRANT']?.(`http://127.0.0.1:${port}/dashboard/`)).toMatchObject({
    problem: expect.stringMatching(/^GET \/dashboard\/readyz answered 404/),
  });
});

test.each([{ name: 'embeddings', version: '0.3.1' }, { model_id: 7 }, [], null])(
  'a server whose /info names no model is another server (%j)',
  async (body) => {
    const answers = { '/health': info, '/info': { status: 200, body }, '/embed': embedding };
    const port = await httpPort(answers);
    expect(await probes['TEI']?.(`http://127.0.0.1:${port}`)).toMatchObject({
      code: 'TEI_ANSWER',
      problem: 'what answers /info is not text-embeddings-inference',
    });
  },
);
