import { z } from 'zod';

import { PulseError } from '../errors.ts';
import { keepForAWhile } from '../keep-for-a-while.ts';
import { readLastIndexed } from '../records/host-times.ts';
import type { Tool, ToolDependencies } from './tool.ts';

/** On a large index the times take seconds. */
const keptMs = 600_000;

const input = z.object({});

const output = z.object({
  hosts: z.array(
    z.object({
      host: z.string(),
      documents: z.int(),
      lastIndexedAt: z.string().optional(),
    }),
  ),
});

/** @returns the tool that says what can be asked at all */
export function listSourcesTool({
  services: { pool, log },
  listHosts,
}: Pick<ToolDependencies, 'services' | 'listHosts'>): Tool<typeof input, typeof output> {
  const readTimes = keepForAWhile(async () => {
    const hosts = await listHosts();
    return readLastIndexed(
      pool,
      hosts.map(({ value }) => value),
    );
  }, keptMs);
  const readKnownTimes = (): Promise<Map<string, Date>> =>
    readTimes().catch((error: unknown) => {
      if (!(error instanceof PulseError)) throw error;
      log.info({ err: error }, 'listed the sources without the times that Postgres has');
      return new Map();
    });
  return {
    name: 'list_sources',
    title: 'List what is indexed',
    description:
      'Lists the hosts whose pages this index has, those with most pages first, 200 at most, and ' +
      'when the last page of each was indexed. Use it to learn what can be asked, and for the ' +
      '`domain` of `search`. A folder of files is listed by its label.',
    input,
    output,
    run: async () => {
      const [hosts, times] = await Promise.all([listHosts(), readKnownTimes()]);
      return {
        value: {
          hosts: hosts.map(({ value: host, documents }) => {
            const at = times.get(host);
            return { host, documents, ...(at && { lastIndexedAt: at.toISOString() }) };
          }),
        },
      };
    },
  };
}
