/**
 * Speaks text-embeddings-inference's protocol and answers at once, for tests where the model is not
 * the point. A text's vector is the normalised sum of its words' vectors, so texts that share words
 * are near each other.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { probeText } from '../../healthchecks/tei.ts';
import { goldenSentences } from '../../worker/embeddings/golden.ts';

/**
 * How a call to /embed fails: TEI's own answers, a cut connection, no answer ever, vectors of
 * another model, or vectors without a direction (serde writes NaN as null).
 */
export type Failure =
  | 'overloaded'
  | 'backend'
  | 'unavailable'
  | 'refused'
  | 'cut'
  | 'hang'
  | 'wrong-dimension'
  | 'nan'
  | 'zeros';

export interface InstantTei {
  readonly url: string;
  /** Calls to /embed, the failed ones included. */
  readonly calls: number;
  /** Texts embedded. */
  readonly texts: number;
  /** The most texts that one call brought. */
  readonly largestCall: number;
  /** From now on every call to /embed fails like this; without a mode none does. */
  fail(mode?: Failure): void;
  /**
   * From now on calls with this word in one of their texts fail like this, and others do not. With
   * `nan` and `zeros` only the vector of that text is wrong.
   */
  failFor(word: string, mode: Failure): void;
  /**
   * Keeps calls to /embed waiting until `release`, but for those by which Pulse checks a server: a
   * check that is kept waiting would open the circuit, and no document would be embedded.
   */
  hold(): void;
  release(): void;
  /** As after a restart with other arguments. */
  become(changed: {
    readonly model?: string;
    readonly maxBatch?: number;
    /** Whether its vectors are others, as by a wrong pooling. */
    readonly skewed?: boolean;
  }): void;
  close(): Promise<void>;
}

interface Options {
  readonly port?: number;
  /** `0.0.0.0` for callers in containers. */
  readonly host?: string;
  readonly model: string;
  /** `--served-model-name`. */
  readonly servedName?: string;
  readonly dimension: number;
  readonly maxBatch?: number;
  readonly maxInputLength?: number;
  /** The whole header that it, or a proxy in front of it, asks for; else 401. */
  readonly authorization?: string;
  /** Below which a proxy serves it, as `/tei`. */
  readonly prefix?: string;
}

const answers: Partial<Record<Failure, [status: number, error: string, type: string]>> = {
  overloaded: [429, 'Model is overloaded', 'Overloaded'],
  backend: [424, 'inference failed', 'Backend'],
  unavailable: [503, 'unhealthy', 'Unhealthy'],
  refused: [422, 'tokenizer error', 'Tokenizer'],
};

export async function startInstantTei({
  port = 0,
  host = '127.0.0.1',
  model,
  servedName,
  dimension,
  maxBatch = 32,
  maxInputLength = 512,
  authorization,
  prefix = '',
}: Options): Promise<InstantTei> {
  const counted = { calls: 0, texts: 0, largestCall: 0 };
  let gate: PromiseWithResolvers<void> | undefined;
  let general: Failure | undefined;
  let special: { word: string; mode: Failure } | undefined;

  function embed(body: Record<string, unknown>, response: ServerResponse): void {
    counted.calls += 1;
    const texts = textsOf(body);
    const poisoned = (text: string): boolean =>
      special !== undefined && text.includes(special.word);
    const failure = texts.some(poisoned) ? special?.mode : general;
    const answer = failure && answers[failure];
    if (failure === 'hang') return;
    if (failure === 'cut') {
      response.destroy();
      return;
    }
    if (answer !== undefined) {
      refuse(response, ...answer);
      return;
    }
    const longest = Math.max(0, ...texts.map((text) => tokens(text).length));
    if (texts.length === 0 || texts.includes('')) {
      refuse(response, 400, '`inputs` cannot be empty', 'Empty');
    } else if (texts.length > limits.maxBatch) {
      refuse(
        response,
        413,
        `batch size ${texts.length} > maximum allowed batch size ${limits.maxBatch}`,
        'Validation',
      );
    } else if (longest > maxInputLength && body['truncate'] !== true) {
      refuse(
        response,
        413,
        'Input validation error: `inputs` must have less than ' +
          `${maxInputLength} tokens. Given: ${longest}`,
        'Validation',
      );
    } else {
      counted.texts += texts.length;
      counted.largestCall = Math.max(counted.largestCall, texts.length);
      const size = failure === 'wrong-dimension' ? dimension + 1 : dimension;
      const none = (text: string): boolean =>
        (failure === 'nan' || failure === 'zeros') && (general === failure || poisoned(text));
      reply(
        response,
        200,
        texts.map((text) => {
          if (none(text)) return Array.from({ length: size }, () => (failure === 'nan' ? null : 0));
          const vector = vectorOf(text, size);
          return limits.skewed ? vector.toReversed() : vector;
        }),
      );
    }
  }

  const limits = { model, maxBatch, skewed: false };
  const info = () => ({
    model_id: limits.model,
    model_sha: null,
    model_dtype: 'float32',
    served_model_name: servedName ?? limits.model,
    model_type: { embedding: { pooling: 'mean' } },
    max_concurrent_requests: 512,
    max_input_length: maxInputLength,
    max_batch_tokens: 16_384,
    max_batch_requests: null,
    max_client_batch_size: limits.maxBatch,
    auto_truncate: false,
    tokenization_workers: 1,
    version: '1.9.3',
    sha: null,
    docker_label: 'instant',
  });
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) =>
      refuse(response, 422, String(error), 'Tokenizer'),
    );
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401).end();
      return;
    }
    const path = request.url?.startsWith(prefix) ? request.url.slice(prefix.length) : 'elsewhere';
    switch (`${request.method} ${path}`) {
      case 'GET /health':
        response.end();
        break;
      case 'GET /info':
        reply(response, 200, info());
        break;
      case 'POST /embed': {
        const body = await bodyOf(request);
        if (!textsOf(body).every((text) => textsOfChecks.has(text))) await gate?.promise;
        embed(body, response);
        break;
      }
      case 'POST /tokenize':
        reply(response, 200, textsOf(await bodyOf(request)).map(tokens));
        break;
      default:
        response.writeHead(404).end();
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    get calls() {
      return counted.calls;
    },
    get texts() {
      return counted.texts;
    },
    get largestCall() {
      return counted.largestCall;
    },
    fail: (mode) => {
      general = mode;
      special = undefined;
    },
    failFor: (word, mode) => {
      special = { word, mode };
    },
    hold: () => {
      gate = Promise.withResolvers();
    },
    release: () => {
      gate?.resolve();
      gate = undefined;
    },
    become: (changed) => {
      Object.assign(limits, changed);
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

const textsOfChecks: ReadonlySet<string> = new Set([probeText, ...goldenSentences]);

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
}

function textsOf(body: Record<string, unknown>): string[] {
  const inputs = body['inputs'];
  return typeof inputs === 'string' ? [inputs] : (inputs as string[]);
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, error: string, error_type: string): void {
  reply(response, status, { error, error_type });
}

function tokens(
  text: string,
): { id: number; text: string; special: boolean; start: number | null; stop: number | null }[] {
  const words = [...text.matchAll(/\S+/g)].map((match) => ({
    id: 1000 + (seedOf(match[0]) % 29_000),
    text: match[0],
    special: false,
    start: match.index,
    stop: match.index + match[0].length,
  }));
  const nowhere = { start: null, stop: null };
  const mark = (id: number, name: string) => ({ id, text: name, special: true, ...nowhere });
  return [mark(101, '[CLS]'), ...words, mark(102, '[SEP]')];
}

function vectorOf(text: string, dimension: number): number[] {
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
