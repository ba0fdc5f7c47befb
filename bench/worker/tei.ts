/**
 * Speaks text-embeddings-inference's protocol with vectors made beforehand, in a process of its
 * own: what a benchmark measures is the worker.
 *
 * Usage: `node bench/worker/tei.ts <model> <dimension> <delay>`
 *
 * - `model`: the name it states at /info
 * - `dimension`: numbers in a vector (default: 1024)
 * - `delay`: how long each call to /embed takes, in milliseconds (default: 0)
 *
 * It prints its URL and serves until it is killed.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const [model = '', dimension = '1024', delay = '0'] = process.argv.slice(2);
const largestBatch = 32;

/**
 * Seventeen normalised vectors as TEI writes them (float32, eight digits), given out in turn:
 * neighbours differ, and none is made while the clock runs.
 */
const vectors = Array.from({ length: 17 }, (_, seed) => {
  const values = Array.from({ length: Number(dimension) }, (_unused, index) =>
    Math.sin(index * (seed + 1) + seed),
  );
  const length = Math.hypot(...values);
  return `[${values.map((value) => Number((value / length).toPrecision(8))).join(',')}]`;
});
let dealt = 0;

const info = JSON.stringify({
  model_id: model,
  model_sha: null,
  model_dtype: 'float32',
  model_type: { embedding: { pooling: 'mean' } },
  max_concurrent_requests: 512,
  max_input_length: 8192,
  max_batch_tokens: 16_384,
  max_client_batch_size: largestBatch,
  auto_truncate: false,
  tokenization_workers: 1,
  version: '1.9.3',
});

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  response.setHeader('content-type', 'application/json');
  if (request.url === '/info') return response.end(info);
  if (request.url !== '/embed') return response.end();
  const { inputs: one } = JSON.parse(Buffer.concat(parts).toString()) as {
    inputs: string | string[];
  };
  const inputs = [one].flat();
  if (inputs.length > largestBatch)
    return response.writeHead(422).end(
      JSON.stringify({
        error: `batch size ${inputs.length} > ${largestBatch}`,
        error_type: 'Validation',
      }),
    );
  if (delay !== '0') await pause(Number(delay));
  return response.end(`[${inputs.map(() => vectors[dealt++ % vectors.length]).join(',')}]`);
}
