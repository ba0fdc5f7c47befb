import { canary } from './canary.ts';
import type { Hop } from './hops.ts';
import { ollama } from './ollama.ts';
import { isOptional } from './optional-checks.ts';
import type { Pipeline } from './pipeline.ts';
import { postgres } from './postgres.ts';
import { buildCheck, fail, runProbe, runProbeWithFindings } from './probe.ts';
import type { Check, Probe } from './probe.ts';
import { qdrant } from './qdrant.ts';
import { redis } from './redis.ts';
import { reranker } from './reranker.ts';
import { tei, teiTarget } from './tei.ts';
import { workers } from './workers.ts';

/** The worker's settings that say what is verified. */
export interface VerifySettings {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly teiUrl: string;
  readonly teiApiKey?: string | undefined;
  readonly teiLogin?: string | undefined;
  readonly teiModelId?: string | undefined;
  readonly qdrantUrl: string;
  readonly qdrantApiKey?: string | undefined;
  readonly qdrantLogin?: string | undefined;
  /** Absent, no Ollama is asked. */
  readonly ollamaUrl?: string | undefined;
  readonly ollamaApiKey?: string | undefined;
  readonly ollamaLogin?: string | undefined;
  /** Absent, no reranker is asked. */
  readonly rerankUrl?: string | undefined;
  readonly rerankApiKey?: string | undefined;
  readonly rerankLogin?: string | undefined;
  readonly embeddingModel: string;
  readonly vectorDim: number;
  readonly collection: string;
  readonly workerReplicas: number;
}

export interface VerifyOptions {
  /** Checks only the services and workers; no document is indexed. */
  readonly withoutCanary?: boolean;
  /**
   * How long the canary may take. The default of 60 s lets it wait behind a short queue of other
   * documents on a CPU embedder.
   */
  readonly canaryWaitMs?: number;
  /** Called with each check as it ends, to show progress. */
  readonly onCheck?: (check: Check) => void;
}

export interface Report {
  readonly ok: boolean;
  readonly verifiedAt: string;
  readonly checks: readonly (Check & { readonly hops?: readonly Hop[] })[];
}

/**
 * Checks every service, the workers and the canary. The caller decides whether a failure stops a
 * deployment (strict) or not (warn).
 */
export async function verify(
  settings: VerifySettings,
  pipeline: Pipeline,
  options: VerifyOptions = {},
): Promise<Report> {
  const {
    databaseUrl,
    redisUrl,
    qdrantUrl,
    qdrantApiKey,
    ollamaUrl,
    rerankUrl,
    vectorDim,
    collection,
    workerReplicas,
  } = settings;
  const notify = (check: Check): Check => (options.onCheck?.(check), check);
  const run = async <T, F>(probe: Probe<T, F>, target: T): Promise<Check> =>
    notify(await runProbe(probe, target));

  const services = await Promise.all([
    run(postgres, { url: databaseUrl }),
    run(redis, { url: redisUrl }),
    run(tei, teiTarget(settings)),
    run(qdrant, {
      url: qdrantUrl,
      apiKey: qdrantApiKey,
      login: settings.qdrantLogin,
      collection,
      dimension: vectorDim,
    }),
    ...(ollamaUrl === undefined
      ? []
      : [
          run(ollama, {
            url: ollamaUrl,
            apiKey: settings.ollamaApiKey,
            login: settings.ollamaLogin,
          }),
        ]),
    ...(rerankUrl === undefined
      ? []
      : [
          run(reranker, {
            url: rerankUrl,
            apiKey: settings.rerankApiKey,
            login: settings.rerankLogin,
          }),
        ]),
  ]);
  const canaryChecks = options.withoutCanary
    ? []
    : [await checkCanary(pipeline, services, options.canaryWaitMs ?? 60_000)];
  canaryChecks.forEach(notify);
  // After the canary: on a busy host the first heartbeats after an update are late.
  const workersCheck = await run(workers, { pipeline, expected: workerReplicas });
  const checks = [...services, workersCheck, ...canaryChecks];
  const ok = checks.every((check) => check.ok || isOptional(check.name));
  return { ok, verifiedAt: new Date().toISOString(), checks };
}

/** Without Postgres or Redis the canary is not tried: it would only wait for a minute and fail. */
async function checkCanary(
  pipeline: Pipeline,
  before: readonly Check[],
  waitMs: number,
): Promise<Report['checks'][number]> {
  const failed = before.filter(({ ok }) => !ok).map(({ name }) => name);
  const vectorsExpected = !failed.includes('tei') && !failed.includes('qdrant');
  const target = { pipeline, waitMs, vectorsExpected };
  const missing = ['postgres', 'redis'].filter((name) => failed.includes(name));
  if (missing.length > 0)
    return buildCheck(
      canary,
      target,
      fail('CANARY_NOT_TRIED', `${missing.join(' and ')} failed before it`),
      0,
    );
  const { check, found } = await runProbeWithFindings(canary, target);
  return { ...check, hops: found ?? [] };
}
