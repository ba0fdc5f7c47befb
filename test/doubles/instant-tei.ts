/**
 * Speaks text-embeddings-inference's protocol and answers at once, for tests where the model is not the point.
 * A text's vector is the normalised sum of its words' vectors, so texts that share words are near each other.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a call to /embed fails: TEI's own answers, a connection cut, no answer ever, or vectors of another model. */
export type Failure = 'overloaded' | 'backend' | 'unavailable' | 'cut' | 'hang' | 'wrong-dimension';

export interface InstantTei {
  readonly url: string;
  /** Calls to /embed, the failed ones included. */
  readonly calls: number;
  /** Texts embedded. */
  readonly texts: number;
  /** From now on every call to /embed fails so; without a mode all is well again. */
  fail(mode?: Failure): void;
  close(): Promise<void>;
}

interface Options {
  readonly port?: number;
  readonly model: string;
  readonly dimension: number;
  readonly maxBatch?: number;
  readonly maxInputLength?: number;
}

const answers: Partial<Record<Failure, [status: number, error: string, type: string]>> = {
  overloaded: [429, 'Model is overloaded', 'Overloaded'],
  backend: [424, 'inference failed', 'Backend'],
  unavailable: [503, 'unhealthy', 'Unhealthy'],
};

export async function startInstantTei({ port = 0, model, dimension, maxBatch = 32, maxInputLength = 512 }: Options): Promise<InstantTei> {
  const counted = { calls: 0, texts: 0 };
  let failure: Failure | undefined;

  function embed(body: Record<string, unknown>, response: ServerResponse): void {
    counted.calls += 1;
    const answer = failure && answers[failure];
    if (failure === 'hang') {
      return;
    }
    if (failure === 'cut') {
      response.destroy();
      return;
    }
    if (answer !== undefined) {
      refuse(response, ...answer);
      return;
    }
    const texts = textsOf(body);
    const longest = Math.max(0, ...texts.map((text) => tokens(text).length));
    if (texts.length === 0 || texts.includes('')) {
      refuse(response, 400, '`inputs` cannot be empty', 'Empty');
    } else if (texts.length > maxBatch) {
      refuse(response, 413, `batch size ${texts.length} > maximum allowed batch size ${maxBatch}`, 'Validation');
    } else if (longest > maxInputLength && body['truncate'] !== true) {
      refuse(response, 413, `Input validation error: \`inputs\` must have less than ${maxInputLength} tokens. Given: ${longest}`, 'Validation');
    } else {
      counted.texts += texts.length;
      const size = failure === 'wrong-dimension' ? dimension + 1 : dimension;
      reply(response, 200, texts.map((text) => vectorOf(text, size)));
    }
  }

  const info = {
    model_id: model, model_sha: null, model_dtype: 'float32', model_type: { embedding: { pooling: 'mean' } },
    max_concurrent_requests: 512, max_input_length: maxInputLength, max_batch_tokens: 16_384, max_batch_requests: null,
    max_client_batch_size: maxBatch, auto_truncate: false, tokenization_workers: 1, version: '1.9.3', sha: null, docker_label: 'instant',
  };
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => refuse(response, 422, String(error), 'Tokenizer'));
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (`${request.method} ${request.url}`) {
      case 'GET /health': response.end(); break;
      case 'GET /info': reply(response, 200, info); break;
      case 'POST /embed': embed(await bodyOf(request), response); break;
      case 'POST /tokenize': reply(response, 200, textsOf(await bodyOf(request)).map(tokens)); break;
      default: response.writeHead(404).end();
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() { return counted.calls; },
    get texts() { return counted.texts; },
    fail: (mode) => { failure = mode; },
    close: () => new Promise((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeAllConnections();
    }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  return JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
}

function textsOf(body: Record<string, unknown>): string[] {
  const inputs = body['inputs'];
  return typeof inputs === 'string' ? [inputs] : inputs as string[];
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, error: string, error_type: string): void {
  reply(response, status, { error, error_type });
}

function tokens(text: string): { id: number; text: string; special: boolean; start: number | null; stop: number | null }[] {
  const words = [...text.matchAll(/\S+/g)].map((match) => ({
    id: 1000 + seedOf(match[0]) % 29_000, text: match[0], special: false, start: match.index, stop: match.index + match[0].length,
  }));
  const mark = (id: number, mark: string) => ({ id, text: mark, special: true, start: null, stop: null });
  return [mark(101, '[CLS]'), ...words, mark(102, '[SEP]')];
}

export function vectorOf(text: string, dimension: number): number[] {
  const sum = new Float64Array(dimension);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) {
    let state = seedOf(word) || 1;
    for (let index = 0; index < dimension; index++) {
      // xorshift32: the same word gives the same numbers on every machine
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      sum[index]! += state / 2 ** 31;
    }
  }
  const length = Math.hypot(...sum) || 1;
  return Array.from(sum, (value) => Math.fround(value / length));
}

/** FNV-1a. */
function seedOf(word: string): number {
  let hash = 0x811c9dc5;
  for (const character of word) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  }
  return hash >>> 0;
}
