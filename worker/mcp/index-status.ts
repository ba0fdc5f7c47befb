import { z } from 'zod';

import { codes } from '../../shared/codes.ts';
import { isCode } from '../../shared/explain.ts';
import { canonicalizeUrl } from '../documents/canonical-url.ts';
import { documentIdOf } from '../documents/document-id.ts';
import { waitMs } from '../drain.ts';
import { PulseError } from '../errors.ts';
import { takeSnapshot } from '../operator/snapshot.ts';
import { explainStandstill } from '../operator/why.ts';
import type { QueueSnapshot } from '../operator/why.ts';
import { readDocumentStatus } from '../records/document-status.ts';
import type { Tool, ToolDependencies } from './tool.ts';

/** A Redis that is not there would let the caller wait for 10 s. */
const snapshotLimitMs = 2_000;

const input = z.object({
  url: z.string().max(2_048).optional().describe('A page: what has become of it is told as well.'),
});

const output = z.object({
  ready: z.boolean(),
  waiting: z.int().optional(),
  failed: z.int().optional(),
  why: z.string(),
  document: z
    .object({
      id: z.string(),
      url: z.string(),
      state: z.string(),
      findable: z.object({ keyword: z.boolean(), meaning: z.boolean() }).optional(),
      code: z.string().optional(),
      reason: z.string().optional(),
      check: z.string().optional(),
    })
    .optional(),
});
type Status = z.output<typeof output>;

/** @returns the tool that says why a page is not found */
export function indexStatusTool({
  services,
  isReady,
}: Pick<ToolDependencies, 'services' | 'isReady'>): Tool<typeof input, typeof output> {
  return {
    name: 'index_status',
    title: 'Why a page is not found',
    description:
      'Says whether searches are answered (`ready`), how many pages wait to be indexed and have ' +
      'failed, and in `why` what they wait for. With `url` also how far that page is: `unknown`, ' +
      '`pending`, `keyword-searchable` (by words alone), `indexed`, `failed` or `cancelled`.',
    input,
    output,
    run: async ({ url }) => {
      const page = url === undefined ? undefined : readUrl(url);
      const [ready, movement, document] = await Promise.all([
        isReady(),
        describeMovement(services),
        page === undefined ? undefined : describeDocument(services, page),
      ]);
      return { value: { ready, ...movement, ...(document && { document }) } };
    },
  };
}

/** What Redis knows is left out while it is away. */
async function describeMovement(
  services: ToolDependencies['services'],
): Promise<Pick<Status, 'waiting' | 'failed' | 'why'>> {
  const asked = takeSnapshot(services).catch((error: unknown) => {
    if (!(error instanceof PulseError)) throw error;
    services.log.info({ err: error }, 'told the state of the index without its queues');
    return false as const;
  });
  const snapshot = await Promise.race([asked, waitMs(snapshotLimitMs)]);
  if (snapshot === false)
    return {
      why: 'Postgres or Redis does not answer, so that nothing is indexed (./pulse verify).',
    };
  return {
    waiting: count(snapshot, 'waiting', 'active', 'delayed'),
    failed: count(snapshot, 'failed'),
    why: explainStandstill(snapshot).reason,
  };
}

function count(
  { queues }: QueueSnapshot,
  ...states: ('waiting' | 'active' | 'delayed' | 'failed')[]
): number {
  return states.reduce((sum, one) => sum + queues.indexing[one] + queues.embedding[one], 0);
}

async function describeDocument(
  { pool }: ToolDependencies['services'],
  url: string,
): Promise<Status['document']> {
  const id = documentIdOf(url);
  const found = await readDocumentStatus(pool, id);
  if (found === undefined) return { id, url, state: 'unknown' };
  const { state, findable, failure } = found;
  const { code, reason } = failure ?? {};
  return {
    id,
    url,
    state,
    findable,
    ...(code != null && { code }),
    ...(reason != null && { reason }),
    ...(code != null && isCode(code) && { check: codes[code].check }),
  };
}

function readUrl(text: string): string {
  const url = canonicalizeUrl(text);
  if (url !== undefined) return url;
  throw new PulseError('API_INVALID', 'final', 'url: is no http, https or file URL');
}
