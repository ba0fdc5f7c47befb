import { z } from 'zod';

import { runProbe } from '../../healthchecks/probe.ts';
import { isModel, notTei, tei as probe, teiTarget } from '../../healthchecks/tei.ts';
import type { TeiSettings as TeiAddress } from '../../healthchecks/tei.ts';
import { follow, readJson } from '../../shared/http.ts';
import { fetchWithinLimit } from '../../shared/request-limits.ts';
import { readServiceUrl, writeAuthorization } from '../../shared/service-access.ts';
import { PulseError } from '../errors.ts';
import { describeLostCall, describeRefusal } from './faults.ts';

/** TEI's default of `max_client_batch_size`; it refuses a call with more texts. */
export const maxBatchSize = 32;
/** TEI's `payload_limit` is 2,000,000 bytes; the rest is for the JSON around the texts. */
const maxPayloadBytes = 1_990_000;
const infoLimitMs = 5_000;
/** A server may be restarted with another model between two calls. */
const infoFreshMs = 60_000;

const infoAnswer = z.object({
  model_id: z.string(),
  served_model_name: z.string().nullish(),
  model_sha: z.string().nullish(),
  max_input_length: z.number().int().positive(),
  max_client_batch_size: z.number().int().positive().default(maxBatchSize),
});
const tokenLists = z.array(z.array(z.object({ special: z.boolean() })));

export interface TeiSettings extends TeiAddress {
  readonly teiTimeoutMs: number;
}

/** What a server says about itself. */
export interface TeiInfo {
  /** The model, and its revision where the server says it: `Qwen/Qwen3-Embedding-0.6B@c54f2e6`. */
  readonly model: string;
  /** Most tokens of one input, including special tokens. */
  readonly inputLimit: number;
  /** Most texts of one call. */
  readonly batchLimit: number;
}

/** A text as JSON, encoded once. `bytes` includes the comma after it. */
export interface EncodedText {
  readonly json: string;
  readonly bytes: number;
}

export interface EmbedOptions {
  readonly truncate?: boolean;
}

export function encodeText(text: string): EncodedText {
  const json = JSON.stringify(text);
  return { json, bytes: Buffer.byteLength(json) + 1 };
}

/**
 * Client of one text-embeddings-inference (TEI) server. Every method throws a PulseError. Of kind
 * `away` it is no fault of the texts; of any other kind it may be one, or one of the server:
 * `GuardedTei` finds out.
 */
export class Tei {
  readonly payloadLimit = maxPayloadBytes;
  readonly #settings: TeiSettings;
  /** Scheme, host, port and path; headers with the login. */
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  #info: { readonly answer: Promise<TeiInfo>; readonly askedMs: number } | undefined;

  constructor(settings: TeiSettings) {
    this.#settings = settings;
    const { origin, prefix, login } = readServiceUrl(settings.teiUrl);
    this.#base = `${origin}${prefix}`;
    this.#headers = writeAuthorization({
      apiKey: settings.teiApiKey,
      login: settings.teiLogin ?? login,
    });
  }

  /**
   * Checks that the server serves the configured model and embeds a text.
   *
   * @throws PulseError of kind `away`, with the code that verification would give
   */
  async checkServes(): Promise<void> {
    const check = await runProbe(probe, teiTarget(this.#settings));
    if (check.code !== null) throw new PulseError(check.code, 'away', check.problem ?? '');
    await this.#refreshInfo();
  }

  /**
   * What the server says about itself; asked once a minute, and again after a failure.
   *
   * @throws PulseError TEI_MODEL when it serves another model
   */
  async info(): Promise<TeiInfo> {
    const known = this.#info;
    return known !== undefined && performance.now() - known.askedMs < infoFreshMs
      ? known.answer
      : this.#refreshInfo();
  }

  /** @returns the most tokens of one input, including special tokens */
  async inputLimit(): Promise<number> {
    return (await this.info()).inputLimit;
  }

  /**
   * Embeds texts. TEI refuses a text that is too long; it truncates none unless it is told to.
   *
   * @returns one list of the configured length per text, in their order; the numbers in it are not
   *   checked (`findVectorFault`)
   * @throws PulseError TEI_DIMENSION of kind `away` for lists of another length
   */
  async embed(
    texts: readonly EncodedText[],
    signal?: AbortSignal,
    { truncate = false }: EmbedOptions = {},
  ): Promise<number[][]> {
    await this.info();
    const inputs = texts.map(({ json }) => json).join(',');
    const body = `{"inputs":[${inputs}],"truncate":${truncate},"normalize":true}`;
    const answer = await this.#ask('/embed', body, this.#settings.teiTimeoutMs, signal);
    const fault = findAnswerFault(answer, texts.length, this.#settings.vectorDim);
    if (fault === undefined) return answer as number[][];
    this.#info = undefined;
    throw fault;
  }

  /** @returns the number of tokens of each text, without special tokens */
  async countTokens(texts: readonly string[]): Promise<number[]> {
    const { batchLimit } = await this.info();
    const counts: number[] = [];
    for (let start = 0; start < texts.length; start += batchLimit) {
      const body = JSON.stringify({
        inputs: texts.slice(start, start + batchLimit),
        add_special_tokens: false,
      });
      const lists = tokenLists.safeParse(
        await this.#ask('/tokenize', body, this.#settings.teiTimeoutMs),
      );
      if (!lists.success)
        throw new PulseError(
          'TEI_ANSWER',
          'away',
          'TEI /tokenize answered something else than lists of tokens',
        );
      counts.push(...lists.data.map((tokens) => tokens.filter(({ special }) => !special).length));
    }
    return counts;
  }

  #refreshInfo(): Promise<TeiInfo> {
    const answer = this.#askInfo();
    this.#info = { answer, askedMs: performance.now() };
    answer.catch(() => {
      this.#info = undefined;
    });
    return answer;
  }

  async #askInfo(): Promise<TeiInfo> {
    const found = infoAnswer.safeParse(await this.#ask('/info', undefined, infoLimitMs));
    if (!found.success) throw new PulseError('TEI_ANSWER', 'away', notTei);
    const { model_id, served_model_name, model_sha } = found.data;
    const { model } = teiTarget(this.#settings);
    if (!isModel(model, model_id, served_model_name)) {
      throw new PulseError(
        'TEI_MODEL',
        'away',
        `TEI serves ${model_id}, not ${model}: vectors of two models must not be mixed`,
      );
    }
    return {
      model: model_sha == null ? model_id : `${model_id}@${model_sha.slice(0, 7)}`,
      inputLimit: found.data.max_input_length,
      batchLimit: Math.min(maxBatchSize, found.data.max_client_batch_size),
    };
  }

  /** When `signal` fires its reason is thrown as it is: that is no failure of the server. */
  async #ask(
    path: string,
    body: string | undefined,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const timeout = AbortSignal.timeout(limitMs);
    let status: number;
    let words: string;
    let moved: string;
    try {
      const request = {
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        headers: {
          ...this.#headers,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { method: 'POST', body }),
      };
      const address = new URL(`${this.#base}${path}`);
      const followed = await follow(address, request, fetchWithinLimit);
      const { response } = followed;
      ({ moved } = followed);
      if (response.ok) return await readJson(response, path, moved);
      status = response.status;
      words = await response.text();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (path !== '/info') this.#info = undefined;
      throw describeLostCall(path, error, timeout.aborted ? limitMs : undefined);
    }
    if (path !== '/info') this.#info = undefined;
    throw describeRefusal(path, { status, words, moved });
  }
}

/** Another dimension is another model, even under the same name: no text is at fault. */
function findAnswerFault(
  answer: unknown,
  count: number,
  dimension: number,
): PulseError | undefined {
  if (!Array.isArray(answer) || answer.length !== count)
    return new PulseError(
      'TEI_VECTOR',
      'retryable',
      `TEI answered something else than ${count} vectors`,
    );
  const other: unknown = answer.find(
    (vector) => Array.isArray(vector) && vector.length !== dimension,
  );
  if (!Array.isArray(other)) return undefined;
  const found = `TEI's vectors have ${other.length} dimensions, not ${dimension}`;
  return new PulseError('TEI_DIMENSION', 'away', found);
}

/** What is wrong with a vector, if anything. `vector` is whatever `JSON.parse` made of the answer. */
export function findVectorFault(vector: unknown): PulseError | undefined {
  if (!Array.isArray(vector))
    return new PulseError('TEI_VECTOR', 'retryable', 'TEI answered something else than a vector');
  let zeros = 0;
  for (let index = 0; index < vector.length; index += 1) {
    const number: unknown = vector[index];
    if (number === 0) zeros += 1;
    else if (!Number.isFinite(number))
      return new PulseError(
        'TEI_VECTOR',
        'retryable',
        `number ${index} of a vector of TEI's is ${JSON.stringify(number)}`,
      );
  }
  return zeros === vector.length
    ? new PulseError('TEI_VECTOR', 'retryable', "all numbers of a vector of TEI's are 0")
    : undefined;
}
