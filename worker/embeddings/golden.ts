import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

/**
 * Sentences whose vectors are compared to find out whether two servers embed alike. They are short
 * and long (about 100 tokens, so that models of 128 take them), prose and code, in several scripts:
 * a wrong tokenizer, pooling or mask changes at least one of their vectors. The last two have equal
 * length, which shows an attention mask that is missing in batches (TEI issue 882).
 */
export const goldenSentences = [
  'The queue is a doorbell; Postgres is the truth.',
  'SELECT documents.url FROM documents WHERE documents.latest IS NOT NULL ' +
    'ORDER BY documents.id LIMIT 10;',
  'Die Größe eines Stücks wird in Wortteilen gezählt, nicht in Buchstaben – für jedes Modell anders.',
  '文書は段落ごとに分割され、ベクトルとして保存されます。',
  `${'A long passage repeats itself so that a limit on its length would show. '.repeat(6)}It ends here.`,
  'one two three four five six seven eight',
  'eight seven six five four three two one',
] as const;

/**
 * The cosine of 32 bit and 16 bit vectors of the same model differs from 1 by less than 0.001;
 * another pooling, mask, quantisation or model by more than 0.01.
 */
const minCosine = 0.99;

export interface Golden {
  readonly revision: string;
  readonly vectors: ReadonlyMap<string, readonly number[]>;
}

/**
 * Vectors of the golden sentences as the GPU host made them. They are kept in Postgres, so that
 * they can be read while the GPU host is away.
 */
export class GoldenVectors {
  readonly #pool: Pool;
  readonly #model: string;

  constructor(pool: Pool, model: string) {
    this.#pool = pool;
    this.#model = model;
  }

  /** @returns undefined when a sentence has no recorded vector for this model */
  async read(): Promise<Golden | undefined> {
    const rows = await ask<{ sentence: string; revision: string; vector: number[] }>(
      this.#pool,
      'SELECT sentence, revision, vector FROM golden_vectors WHERE model = $1 AND sentence = ANY($2)',
      [this.#model, goldenSentences],
    );
    const [first] = rows;
    if (first === undefined || rows.length < goldenSentences.length) return undefined;
    return {
      revision: first.revision,
      vectors: new Map(rows.map(({ sentence, vector }) => [sentence, vector])),
    };
  }

  async record(revision: string, vectors: readonly (readonly number[])[]): Promise<void> {
    const sentences = JSON.stringify(
      goldenSentences.map((sentence, index) => ({ sentence, vector: vectors[index] })),
    );
    await ask(
      this.#pool,
      `
      INSERT INTO golden_vectors (model, sentence, revision, vector)
      SELECT $1, golden.sentence, $2,
        ARRAY(SELECT jsonb_array_elements_text(golden.vector)::float4)
      FROM jsonb_to_recordset($3::jsonb) AS golden(sentence text, vector jsonb)
      ON CONFLICT (model, sentence) DO UPDATE
        SET revision = excluded.revision, vector = excluded.vector, recorded_at = now()`,
      [this.#model, revision, sentences],
    );
  }
}

/** Those that are not embedded otherwise by a server that only lacks the mask in some batches. */
export const steadySentences = goldenSentences.slice(0, -2);

/** How vectors of the golden sentences, or of the first of them, differ from the recorded ones. */
export function describeDifference(
  { vectors: golden }: Golden,
  vectors: readonly (readonly number[])[],
  sentences: readonly string[] = goldenSentences,
): string | undefined {
  for (const [index, sentence] of sentences.entries()) {
    const near = cosine(golden.get(sentence) ?? [], vectors[index] ?? []);
    if (!(near >= minCosine))
      return (
        `its vector of "${sentence.slice(0, 40)}" has a cosine of ${near.toFixed(3)} ` +
        `with the one recorded of the GPU host's TEI; ${minCosine} is the least`
      );
  }
  return undefined;
}

function cosine(one: readonly number[], other: readonly number[]): number {
  const dot = one.reduce((sum, value, index) => sum + value * (other[index] ?? NaN), 0);
  return dot / (Math.hypot(...one) * Math.hypot(...other));
}
