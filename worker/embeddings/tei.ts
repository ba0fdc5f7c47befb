import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { z } from 'zod';

import { causeOf } from '../../healthchecks/cause.ts';
import { tei as probe } from '../../healthchecks/tei.ts';
import { runProbe } from '../../healthchecks/probe.ts';
import { tei as teiProbe } from '../../healthchecks/tei.ts';
import { PulseError, reasonOf } from '../errors.ts';
import { queryPrefix } from './instruction.ts';

/** TEI's own default of `max_client_batch_size`; one more is refused with 422. */
const largestBatch = 32;
/** A batch of 32 on a slow CPU takes some 15 s. */
const embedLimitMs = 120_000;
const infoLimitMs = 5_000;
/** Overload and a restart last seconds; what lasts longer is waited for outside of the call. */
const attempts = 2;

const info = z.object({ model_id: z.string(), max_input_length: z.number().int().positive(), max_client_batch_size: z.number().int().positive().default(largestBatch) });
const vectors = z.array(z.array(z.number()));
const tokenLists = z.array(z.array(z.object({ special: z.boolean() })));

export interface TeiSettings { readonly teiUrl: string; readonly embeddingModel: string; readonly vectorDim: number; readonly queryInstruction: string }

/** Client of text-embeddings-inference: vectors of the configured model and dimension, or a PulseError that says why not. */
export class Tei {
  readonly #settings: TeiSettings;
  #batch: number | undefined;

  constructor(settings: TeiSettings) {
    this.#settings = settings;
  }

  /** Whether the configured model is served and embeds. @throws PulseError of kind `away`, with the code that verification would give */
  async prove(): Promise<void> {
    const { teiUrl, embeddingModel, vectorDim } = this.#settings;
    const check = await runProbe(teiProbe, { url: teiUrl, model: embeddingModel, dimension: vectorDim });
    if (check.code !== null) throw new PulseError(check.code, 'away', check.problem ?? '');
  }

  /** Longest input in tokens, special ones counted. @throws PulseError TEI_MODEL when another model is served */
  async inputLimit(signal?: AbortSignal): Promise<number> {
    const found = info.parse(await this.#ask('/info', undefined, infoLimitMs, signal));
    if (found.model_id.toLowerCase() !== this.#settings.embeddingModel.toLowerCase()) {
      throw new PulseError('TEI_MODEL', 'away', `TEI serves ${found.model_id}, not ${this.#settings.embeddingModel}: vectors of two models must not be mixed`);
    }
    this.#batch = Math.min(largestBatch, found.max_client_batch_size);
    return found.max_input_length;
  }

  /** The vector of a search's words, with the instruction that the model wants before a query; both together must fit the model. */
  async embedQuery(query: string, signal?: AbortSignal): Promise<number[]> {
    const { embeddingModel, queryInstruction } = this.#settings;
    const [vector = []] = await this.embed([`${queryPrefix(embeddingModel, queryInstruction)}${query}`], signal);
    return vector;
  }

  /** One vector a document's text, as it is, in their order. The texts fit the model: nothing is truncated. */
  async embed(texts: readonly string[], signal?: AbortSignal): Promise<number[][]> {
    if (this.#batch === undefined) await this.inputLimit(signal);
    const all: number[][] = [];
    for (let start = 0; start < texts.length; start += this.#batch ?? largestBatch) {
      const batch = texts.slice(start, start + (this.#batch ?? largestBatch));
      const found = vectors.safeParse(await patience.execute(() => this.#ask('/embed', { inputs: batch, truncate: false, normalize: true }, embedLimitMs, signal), signal));
      if (!found.success || found.data.length !== batch.length) throw new PulseError('TEI_VECTOR', 'retryable', `TEI answered something else than ${batch.length} vectors of finite numbers`);
      const wrong = found.data.find((vector) => vector.length !== this.#settings.vectorDim);
      if (wrong !== undefined) throw new PulseError('TEI_DIMENSION', 'final', `TEI's vectors have ${wrong.length} dimensions, not ${this.#settings.vectorDim}`);
      all.push(...found.data);
    }
    return all;
  }

  /** Tokens of each text, special ones not counted. */
  async countTokens(texts: readonly string[]): Promise<number[]> {
    const counts: number[] = [];
    for (let start = 0; start < texts.length; start += largestBatch) {
      const inputs = texts.slice(start, start + largestBatch);
      const lists = tokenLists.parse(await patience.execute(() => this.#ask('/tokenize', { inputs, add_special_tokens: false }, embedLimitMs)));
      counts.push(...lists.map((tokens) => tokens.filter(({ special }) => !special).length));
    }
    return counts;
  }

  async #ask(path: string, body: unknown, limitMs: number, signal?: AbortSignal): Promise<unknown> {
    const timeout = AbortSignal.timeout(limitMs);
    let response: Response;
    try {
      response = await fetch(`${this.#settings.teiUrl}${path}`, {
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        ...(body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      if (response.ok) return await response.json();
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new PulseError(probe.trouble[timeout.aborted ? 'timeout' : causeOf(error).trouble], 'away', `TEI ${path}: ${reasonOf(error)}`, error);
    }
    const words = (await response.text()).slice(0, 300);
    throw new PulseError('TEI_ANSWER', kindOf(response.status), `TEI ${path} answered ${response.status}: ${words}`);
  }
}

/** 424 is a failed backend, 429 overload, 5xx a server in trouble: all pass. The rest is about what was sent. */
function kindOf(status: number): PulseError['kind'] {
  return status === 408 || status === 424 || status === 429 || status >= 500 ? 'away' : 'final';
}

const patience = retry(handleWhen((error) => error instanceof PulseError && error.code === 'TEI_ANSWER' && error.kind === 'away'), {
  maxAttempts: attempts,
  backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 2_000 }),
});
