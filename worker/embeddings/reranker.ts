import { z } from 'zod';

import { HttpStatusError, findCause } from '../../shared/cause.ts';
import { follow } from '../../shared/http.ts';
import { readServiceUrl, writeAuthorization } from '../../shared/service-access.ts';

export interface RerankSettings {
  readonly rerankUrl: string;
  readonly rerankApiKey?: string | undefined;
  readonly rerankLogin?: string | undefined;
  readonly rerankTimeoutMs?: number | undefined;
}

/** TEI's default of `max_client_batch_size` is 32. */
const mostTextsPerCall = 25;
/** In characters: a call stays below TEI's `payload_limit`, and TEI truncates what it cannot take. */
const maxTextLength = 8_000;
const defaultTimeoutMs = 2_000;
/** After a failure so long nothing is asked: a person would wait for it at every search. */
const restMs = 15_000;

const answer = z.array(z.object({ index: z.int().nonnegative(), score: z.number() }));

/** Of a body that is too large, and of more texts than TEI's `max_client_batch_size`. */
const tooLarge: readonly number[] = [413, 422];

/**
 * Client of a TEI with a model that scores a text for a query (`/rerank`). Every failure is an
 * Error whose message says what happened, without a secret.
 */
export class Reranker {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  #restsUntilMs = -Infinity;
  /** Fewer after it, or a proxy in front of it, has refused as many. */
  #textsPerCall = mostTextsPerCall;

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
    try {
      return await this.#askInParts(query, texts, signal);
    } catch (error) {
      this.#restsUntilMs = performance.now() + restMs;
      if (signal.aborted) throw new Error(`no answer in ${this.#timeoutMs} ms`, { cause: error });
      throw error;
    }
  }

  async #askInParts(
    query: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<number[]> {
    const size = this.#textsPerCall;
    const calls: Promise<number[]>[] = [];
    for (let start = 0; start < texts.length; start += size)
      calls.push(this.#askOrHalve(query, texts.slice(start, start + size), signal));
    return (await Promise.all(calls)).flat();
  }

  /** A call that is too large is sent again in halves, and later ones are no larger than those. */
  async #askOrHalve(
    query: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<number[]> {
    try {
      return await this.#ask(query, texts, signal);
    } catch (error) {
      const isTooLarge = error instanceof HttpStatusError && tooLarge.includes(error.status);
      // A text that is refused alone says nothing about their number.
      if (isTooLarge && texts.length === 1) this.#textsPerCall = mostTextsPerCall;
      if (!isTooLarge || texts.length === 1) throw error;
      this.#textsPerCall = Math.min(this.#textsPerCall, Math.ceil(texts.length / 2));
      return this.#askInParts(query, texts, signal);
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
      // Only the words say what model it has, or which limit was exceeded.
      const words = await response.text().catch(() => '');
      throw new HttpStatusError('/rerank', response.status, words.trim(), moved);
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
