import { audit as definition } from '../../shared/commands/audit.ts';
import { formatTable } from '../../shared/table.ts';
import { audit as compareStores } from '../audit/audit.ts';
import type { Audit } from '../audit/audit.ts';
import { recordAudit } from '../audit/record.ts';
import { workerCommand } from './command.ts';

const maxLines = 50;

export const audit = workerCommand(
  definition,
  async ({ services, startProgress }, { repair = false }) => {
    const total = await services.records.count();
    const progress = startProgress('documents compared');
    const found = await compareStores(services, {
      repair,
      tell: (done) => progress.update({ done, total }),
    });
    progress.end();
    await recordAudit(services.pool, found);
    return { value: found, text: formatAudit(found), ok: found.ok };
  },
);

function formatAudit(found: Audit): string {
  const { documents, pending, failed, chunks, keywordRows, points } = found;
  const { missing, orphan, duplicate, stale, away } = found;
  return [
    formatTable([{ documents, pending, failed, chunks, keywordRows, points }]),
    ...formatStandIns(found),
    formatTable([{ missing, orphan, duplicate, stale }]),
    ...away.map(({ code, reason }) => `Not compared: ${reason} (./pulse explain ${code})`),
    ...formatFindings(found),
    ...formatRepair(found),
    ...formatVerdict(found),
  ].join('\n\n');
}

function formatStandIns({ standIns }: Audit): string[] {
  if (standIns === 0) return [];
  return [
    `${standIns} points were made by the local TEI while the GPU host was away; ` +
      'the GPU host makes them again, some hundred documents a minute.',
  ];
}

function formatFindings(found: Audit): string[] {
  const rows = found.findings
    .slice(0, maxLines)
    .map(({ kind, store, url, problem }) => ({ kind, store, document: url, problem }));
  const rest = countFindings(found) - rows.length;
  return [
    ...(rows.length === 0 ? [] : [formatTable(rows)]),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

function formatRepair(found: Audit): string[] {
  if (found.mended === null || countFindings(found) === 0) return [];
  return [
    `Repaired:\n${formatTable([found.mended])}`,
    'What is embedded again is in the queue (./pulse queue counts); ' +
      './pulse audit says when all agree.',
  ];
}

function formatVerdict(found: Audit): string[] {
  const { ok, pending, mended } = found;
  const underWay = pending > 0 ? ` ${pending} document(s) are under way.` : '';
  if (ok) return [`Postgres, Qdrant and the keyword index agree.${underWay}`];
  return mended === null && countFindings(found) > 0
    ? ['./pulse audit --repair repairs these.']
    : [];
}

function countFindings({ missing, orphan, duplicate, stale }: Audit): number {
  return missing + orphan + duplicate + stale;
}
