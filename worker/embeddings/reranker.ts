import { z } from 'zod';

import { findCause } from '../../shared/cause.ts';
import { follow } from '../../shared/http.ts';
import { readServiceUrl, writeAuthorization } from '../../shared/service-access.ts';

export interface RerankSettings {
  readonly rerankUrl: string;
  readonly rerankApiKey?: string | undefined;
  readonly rerankLogin?: string | undefined;
  readonly rerankTimeoutMs?: number | undefined;
}

/** TEI's default of `max_client_batch_size` is 32. */
const textsPerCall = 25;
/** In characters: a call stays below TEI's `payload_limit`, and TEI truncates what it cannot take. */
const maxTextLength = 8_000;
const defaultTimeoutMs = 2_000;
/** After a failure so long nothing is asked: a person would wait for it at every search. */
const restMs = 15_000;

const answer = z.array(z.object({ index: z.int().nonnegative(), score: z.number() }));

/**
 * Client of a TEI with a model that scores a text for a query (`/rerank`). Every failure is an
 * Error whose message says what happened, without a secret.
 */
export class Reranker {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  #restsUntilMs = -Infinity;

  constructor({ rerankUrl, rerankApiKey, rerankLogin, rerankTimeoutMs }: RerankSettings) {
    const { origin, prefix, login } = readServiceUrl(rerankUrl);
    this.#base = `${origin}${prefix}`;
    this.#headers = {
      ...writeAuthorization({ apiKey: rerankApiKey, login: rerankLogin ?? login }),
      'content-type': 'application/json',
    };
    this.#timeoutMs = rerankTimeoutMs ?? defaultTimeoutMs;
  }

  /** Whether it may be asked: not for a while after a failure. */
  get isReady(): boolean {
    return performance.now() >= this.#restsUntilMs;
  }

  /**
   * @returns a score from 0 to 1 for each text, in their order
   * @throws Error when it does not answer within the time limit, or not as it should
   */
  async score(query: string, texts: readonly string[]): Promise<number[]> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const calls: Promise<number[]>[] = [];
    for (let start = 0; start < texts.length; start += textsPerCall)
      calls.push(this.#ask(query, texts.slice(start, start + textsPerCall), signal));
    try {
      return (await Promise.all(calls)).flat();
    } catch (error) {
      this.#restsUntilMs = performance.now() + restMs;
      if (signal.aborted) throw new Error(`no answer in ${this.#timeoutMs} ms`, { cause: error });
      throw error;
    }
  }

  async #ask(query: string, texts: readonly string[], signal: AbortSignal): Promise<number[]> {
    const cut = (text: string): string => text.slice(0, maxTextLength).toWellFormed();
    const body = JSON.stringify({ query: cut(query), texts: texts.map(cut), truncate: true });
    const { response, moved } = await follow(new URL(`${this.#base}/rerank`), {
      method: 'POST',
      headers: this.#headers,
      body,
      signal,
    }).catch((error: unknown) => {
      throw new Error(`/rerank: ${findCause(error).message}`, { cause: error });
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`/rerank answered ${response.status}${moved}`);
    }
    const ranks = answer.safeParse(await response.json().catch(() => undefined));
    const scores = new Map(ranks.data?.map(({ index, score }) => [index, score]));
    return texts.map((_, index) => {
      const score = scores.get(index);
      if (score === undefined) throw new Error('/rerank answered no score for each text');
      return score;
    });
  }
}
