import { HttpStatusError } from '../shared/cause.ts';
import { fetchJson, fetchText, readPath } from '../shared/http.ts';
import { hidePassword } from '../shared/redaction.ts';
import { writeAuthorization } from '../shared/service-access.ts';
import type { ServiceAccess } from '../shared/service-access.ts';
import { isOlderThan } from '../shared/version.ts';
import { fail, pass } from './probe.ts';
import type { Probe } from './probe.ts';
import { serviceTroubleCodes } from './trouble-codes.ts';

export interface TeiTarget extends ServiceAccess {
  readonly url: string;
  /** What the server has to call its model. */
  readonly model: string;
  readonly dimension: number;
}

/** The settings that say where a TEI is and what it serves. */
export interface TeiSettings {
  readonly teiUrl: string;
  readonly teiApiKey?: string | undefined;
  readonly teiLogin?: string | undefined;
  /** What it calls the model; absent, by the model's own name. */
  readonly teiModelId?: string | undefined;
  readonly embeddingModel: string;
  readonly vectorDim: number;
}

export function teiTarget(settings: TeiSettings): TeiTarget {
  return {
    url: settings.teiUrl,
    apiKey: settings.teiApiKey,
    login: settings.teiLogin,
    model: settings.teiModelId ?? settings.embeddingModel,
    dimension: settings.vectorDim,
  };
}

/**
 * Whether a server says that it serves a model. The whole id is compared, since two makers may have
 * an "all-MiniLM-L6-v2"; the hub ignores upper and lower case. Of a folder the name counts that
 * whoever started the server gave it.
 *
 * @param modelId the `model_id` of its /info
 * @param servedName its `served_model_name`
 */
export function isModel(model: string, modelId: unknown, servedName: unknown): boolean {
  const isIt = (name: unknown): boolean =>
    typeof name === 'string' && name.toLowerCase() === model.toLowerCase();
  const isFolder = typeof modelId === 'string' && /^[./]/.test(modelId);
  return isIt(modelId) || (isFolder && isIt(servedName));
}

export interface TeiFound {
  readonly version: unknown;
  readonly modelId: unknown;
  /** `--served-model-name`; else the same. */
  readonly servedName?: unknown;
  /** In the place of the one embedding that was asked for. */
  readonly embedding: unknown;
}

/** Of an /info that another server answers. */
export const notTei = 'what answers /info is not text-embeddings-inference';

/** Older versions embed texts for Qwen3 wrongly when they are padded in one batch. */
const oldestTei = [1, 8] as const;

/** A proxy may pass only what Pulse needs to work; /embed says whether TEI does what it should. */
function keepNotServed(error: unknown): void {
  const isNotServed = error instanceof HttpStatusError && [404, 405].includes(error.status);
  if (!isNotServed) throw error;
}

export const probeText = 'Is anybody there?';

export const tei: Probe<TeiTarget, TeiFound> = {
  service: 'tei',
  question: 'does it serve the configured model, with embeddings of the configured dimension?',
  // A CPU server embeds one sentence in some 200 ms, but a full batch of others may be before it.
  timeLimitMs: 15_000,
  trouble: serviceTroubleCodes('TEI'),
  address: ({ url }) => hidePassword(url),

  async ask({ url, apiKey, login }, signal) {
    const headers = writeAuthorization({ apiKey, login });
    await fetchText(url, '/health', signal, { headers }).catch(keepNotServed);
    const info = await fetchJson(url, '/info', signal, { headers });
    const embeddings = await fetchJson(url, '/embed', signal, {
      headers,
      body: { inputs: probeText },
    });
    return {
      version: readPath(info, 'version'),
      modelId: readPath(info, 'model_id'),
      servedName: readPath(info, 'served_model_name'),
      embedding: readPath(embeddings, '0'),
    };
  },

  judge({ version, modelId, servedName, embedding }, { model, dimension }) {
    if (typeof modelId !== 'string') return fail('TEI_ANSWER', notTei);
    if (isOlderThan(version, oldestTei))
      return fail(
        'TEI_VERSION',
        `the server is version ${version as string}; ${oldestTei.join('.')} or newer is needed`,
      );
    if (!isModel(model, modelId, servedName)) {
      return fail(
        'TEI_MODEL',
        `the server says ${JSON.stringify(modelId)}, configured is "${model}"`,
      );
    }
    if (!Array.isArray(embedding) || embedding.length !== dimension) {
      const length = Array.isArray(embedding)
        ? `${embedding.length} numbers`
        : 'no list of numbers';
      return fail('TEI_DIMENSION', `the embedding has ${length}, configured are ${dimension}`);
    }
    const invalid = embedding.findIndex((number) => !Number.isFinite(number));
    if (invalid >= 0)
      return fail(
        'TEI_VECTOR',
        `number ${invalid} of the embedding is ${JSON.stringify(embedding[invalid])}`,
      );
    if (embedding.every((number) => number === 0))
      return fail('TEI_VECTOR', 'all numbers of the embedding are 0');
    return pass(`${modelId}, ${dimension} dimensions`);
  },
};
