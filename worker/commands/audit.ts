import { Command } from 'commander';

import { formatTable } from '../../shared/table.ts';
import { audit } from '../audit/audit.ts';
import type { Audit } from '../audit/audit.ts';
import type { Output, Run } from './command.ts';
import { progress } from './progress.ts';

const mostLines = 50;

/** `audit [--repair]` */
export function auditCommand(run: Run): Command {
  return new Command('audit')
    .exitOverride()
    .description(
      'whether Postgres, Qdrant and the keyword index agree; exit code 0 only when they do',
    )
    .option(
      '--repair',
      'mend what is found: write words again, embed again, remove what belongs to no document',
    )
    .option('--json', 'answer for scripts')
    .action(({ repair = false, ...output }: Output & { repair?: boolean }) =>
      run(async (services) => {
        const told = progress('documents compared', await services.records.count());
        const found = await audit(services, { repair, tell: (documents) => told.tell(documents) });
        told.end();
        return { value: found, text: text(found), ok: found.ok };
      }, output),
    );
}

function text({
  ok,
  documents,
  pending,
  failed,
  chunks,
  keywordRows,
  points,
  standIns,
  missing,
  orphan,
  duplicate,
  stale,
  findings,
  away,
  mended,
}: Audit): string {
  const all = missing + orphan + duplicate + stale;
  const rows = findings
    .slice(0, mostLines)
    .map(({ kind, store, url, problem }) => ({ kind, store, document: url, problem }));
  return [
    formatTable([{ documents, pending, failed, chunks, keywordRows, points }]),
    standIns === 0
      ? ''
      : `${standIns} points were made by the local TEI while the GPU host was away; the GPU host makes them anew, some hundred documents a minute.`,
    formatTable([{ missing, orphan, duplicate, stale }]),
    ...away.map(({ code, reason }) => `Not compared: ${reason} (./pulse explain ${code})`),
    ...(rows.length === 0 ? [] : [formatTable(rows)]),
    ...(all > rows.length ? [`and ${all - rows.length} more`] : []),
    ...(mended === null || all === 0
      ? []
      : [
          `Repaired:\n${formatTable([mended])}`,
          'What is embedded again is in the queue (./pulse queue counts); ./pulse audit says when all agree.',
        ]),
    ok
      ? `Postgres, Qdrant and the keyword index agree.${pending > 0 ? ` ${pending} document(s) are under way.` : ''}`
      : mended === null && all > 0
        ? './pulse audit --repair mends these.'
        : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
