import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { httpHealthCommand } from '../../healthchecks/container.ts';
import { startServer, type Server } from '../harness/server.ts';

const model = 'sentence-transformers/all-MiniLM-L6-v2';

describe('the model behind the embedded TEI', () => {
  let running: Server;
  beforeAll(async () => {
    running = await startServer({
      name: 'tei',
      port: 8080,
      command: ['--model-id', model, '--port', '8080'],
      check: httpHealthCommand(8080, '/health'),
    });
  });
  afterAll(() => running[Symbol.asyncDispose]());

  const post = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://${running.authority}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const embed = async (...inputs: string[]) =>
    (await post('/embed', { inputs })).body as number[][];
  const similarity = (one: number[], other: number[]) =>
    one.reduce((sum, value, index) => sum + value * other[index]!, 0);

  test('gives the vector that its authors publish for their example', async () => {
    const [vector] = await embed('This is an example sentence');
    expect(vector).toHaveLength(384);
    [0.0677, 0.0635, 0.0487, 0.0793, 0.0374].forEach((value, index) =>
      expect(vector![index]).toBeCloseTo(value, 3),
    );
  });

  test('gives related sentences nearer vectors than unrelated ones', async () => {
    const [question, answer, other] = await embed(
      'How do I reset my password?',
      'Steps to recover a forgotten login',
      'Beat two eggs into the flour',
    );
    expect(similarity(question!, answer!)).toBeGreaterThan(0.5);
    expect(similarity(question!, other!)).toBeLessThan(0.2);
  });

  test('gives a text the same vector alone and among longer ones', async () => {
    const [alone] = await embed('a short text');
    const [among] = await embed(
      'a short text',
      'a much longer text '.repeat(40),
      'another one '.repeat(9),
    );
    expect(similarity(alone!, among!)).toBeCloseTo(1, 5);
  });

  test('states its limits and enforces them', async () => {
    const info = await (await fetch(`http://${running.authority}/info`)).json();
    expect(info).toMatchObject({
      model_id: model,
      max_input_length: 256,
      max_client_batch_size: 32,
      model_type: { embedding: { pooling: 'mean' } },
    });
    expect(await post('/embed', { inputs: Array(33).fill('text') })).toEqual({
      status: 413,
      body: { error: 'batch size 33 > maximum allowed batch size 32', error_type: 'Validation' },
    });
    expect(await post('/embed', { inputs: 'word '.repeat(300), truncate: false })).toMatchObject({
      status: 413,
      body: { error_type: 'Validation' },
    });
    expect(await post('/embed', { inputs: 'word '.repeat(300), truncate: true })).toMatchObject({
      status: 200,
    });
    expect(await post('/embed', { inputs: [] })).toEqual({
      status: 400,
      body: { error: '`inputs` cannot be empty', error_type: 'Empty' },
    });
  });

  test('says where each token stands in the text', async () => {
    const { body } = await post('/tokenize', { inputs: ['wörld peace'] });
    expect(body[0]).toMatchObject([
      { special: true },
      { text: 'wörld', start: 0, stop: 5 },
      { text: 'peace', start: 6, stop: 11 },
      { special: true },
    ]);
  });
});
