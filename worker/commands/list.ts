import { list as definition } from '../../shared/commands/list.ts';
import { formatTable } from '../../shared/table.ts';
import { normalizeFilters } from '../documents/filters.ts';
import { listDocuments } from '../records/document-list.ts';
import { workerCommand } from './command.ts';

export const list = workerCommand(definition, async ({ services }, { domain, limit }) => {
  const { domain: host } = normalizeFilters({ domain });
  const { items, next } = await listDocuments(services.pool, { host }, limit);
  const rows = items.map(({ state, url, title }) => ({ state, url, title }));
  return {
    value: { documents: items, isAll: next === undefined },
    text: [
      items.length === 0 ? 'There is no such document.' : formatTable(rows),
      ...(next === undefined ? [] : [`There are more than these ${limit}: --limit.`]),
    ].join('\n'),
  };
});
