import type { Report } from './verify.ts';

/** The report for a person: one aligned line a check, then what to do about each failure. */
export function table(report: Report): string {
  const rows = report.checks.map(({ name, ok, latencyMs, code, target }) => [name, ok ? 'ok' : 'FAILED', `${latencyMs} ms`, code ?? '', target]);
  const failures = report.checks.filter(({ ok }) => !ok).map(failureBlock);
  const passed = report.checks.filter(({ ok }) => ok).length;
  const sum = `${passed} of ${report.checks.length} checks passed at ${report.verifiedAt}`;
  return [aligned([['CHECK', 'RESULT', 'LATENCY', 'CODE', 'TARGET'], ...rows]), ...hopsBlock(report), ...failures, sum].join('\n\n') + '\n';
}

function failureBlock({ name, code, problem, tried, check }: Report['checks'][number]): string {
  return [`${name} FAILED: ${problem}`, `    code   ${code}`, `    tried  ${tried}`, `    check  ${check}`].join('\n');
}

function hopsBlock({ checks }: Report): readonly string[] {
  const hops = checks.flatMap((check) => check.hops ?? []);
  if (hops.length === 0) return [];
  return [aligned([['HOP', 'RESULT', 'LATENCY'], ...hops.map(({ name, ok, latencyMs }) => [name, ok ? 'ok' : 'FAILED', `${latencyMs} ms`])])];
}

/** Latencies end in one column so that the slow one stands out. */
function aligned(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const cell = (text: string, column: number) => (column === 2 ? text.padStart(width(column)) : text.padEnd(width(column)));
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}
