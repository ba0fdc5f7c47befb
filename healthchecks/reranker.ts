import { fetchJson, readPath } from '../shared/http.ts';
import { hidePassword } from '../shared/redaction.ts';
import { writeAuthorization } from '../shared/service-access.ts';
import type { ServiceAccess } from '../shared/service-access.ts';
import { fail, pass } from './probe.ts';
import type { Probe } from './probe.ts';
import { serviceTroubleCodes } from './trouble-codes.ts';

export interface RerankerTarget extends ServiceAccess {
  readonly url: string;
}

export interface RerankerFound {
  readonly modelId: unknown;
  /** The kind of the model, by TEI: `{"reranker": {…}}`; undefined where nothing says it. */
  readonly modelType: unknown;
  /** In the place of the scores of two texts; undefined where they were not asked for. */
  readonly ranks: unknown;
}

const texts = ['Is anybody there?', 'A lantern of granite.'];

export const reranker: Probe<RerankerTarget, RerankerFound> = {
  service: 'reranker',
  question: 'does it score two texts for a query, with a model that is made for that?',
  // As of TEI; a search waits for a far shorter time.
  timeLimitMs: 15_000,
  trouble: serviceTroubleCodes('RERANK'),
  address: ({ url }) => hidePassword(url),

  async ask({ url, apiKey, login }, signal) {
    const headers = writeAuthorization({ apiKey, login });
    // Behind a proxy that passes /rerank alone nothing says what the model is.
    const info = await fetchJson(url, '/info', signal, { headers }).catch(() => undefined);
    const modelType = readPath(info, 'model_type');
    const found = { modelId: readPath(info, 'model_id'), modelType };
    if (isOtherModel(modelType)) return { ...found, ranks: undefined };
    const body = { query: 'Who is there?', texts, truncate: true };
    return { ...found, ranks: await fetchJson(url, '/rerank', signal, { headers, body }) };
  },

  judge({ modelId, modelType, ranks }) {
    if (isOtherModel(modelType))
      return fail('RERANK_MODEL', `${String(modelId)} is a model for ${Object.keys(modelType)[0]}`);
    const scored = texts.every((_, index) =>
      Array.isArray(ranks) ? ranks.some((rank) => isScoreOf(rank, index)) : false,
    );
    if (!scored) return fail('RERANK_ANSWER', '/rerank answered no score for each text');
    return pass(`${typeof modelId === 'string' ? modelId : 'it'} scores texts for a query`);
  },
};

function isOtherModel(modelType: unknown): modelType is object {
  return typeof modelType === 'object' && modelType !== null && !('reranker' in modelType);
}

function isScoreOf(rank: unknown, index: number): boolean {
  return readPath(rank, 'index') === index && Number.isFinite(readPath(rank, 'score'));
}
