import { alignColumns } from '../shared/table.ts';
import { isOptional } from './optional-checks.ts';
import type { Report } from './verify.ts';

/** Aligned at the right. */
const latencyColumn = 2;

/** The report for a person: one line a check, then what to do about each failure. */
export function formatReport(report: Report): string {
  const rows = report.checks.map(({ name, ok, latencyMs, code, target }) => [
    name,
    ok ? 'ok' : failureWord(name),
    `${latencyMs} ms`,
    code ?? '',
    target,
  ]);
  const failures = report.checks.filter(({ ok }) => !ok).map(formatFailure);
  const passed = report.checks.filter(({ ok }) => ok).length;
  const sum = `${passed} of ${report.checks.length} checks passed at ${report.verifiedAt}`;
  return (
    [
      alignColumns([['CHECK', 'RESULT', 'LATENCY', 'CODE', 'TARGET'], ...rows], [latencyColumn]),
      ...formatHops(report),
      ...failures,
      sum,
    ].join('\n\n') + '\n'
  );
}

function failureWord(name: string): string {
  return isOptional(name) ? 'WARNING' : 'FAILED';
}

function formatFailure({ name, code, problem, tried, check }: Report['checks'][number]): string {
  return [
    `${name} ${failureWord(name)}: ${problem}`,
    `    code   ${code}`,
    `    tried  ${tried}`,
    `    check  ${check}`,
  ].join('\n');
}

function formatHops({ checks }: Report): readonly string[] {
  const hops = checks.flatMap((check) => check.hops ?? []);
  if (hops.length === 0) return [];
  return [
    alignColumns(
      [
        ['HOP', 'RESULT', 'LATENCY'],
        ...hops.map(({ name, ok, latencyMs }) => [name, ok ? 'ok' : 'FAILED', `${latencyMs} ms`]),
      ],
      [latencyColumn],
    ),
  ];
}
