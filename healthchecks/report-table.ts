import { alignColumns } from '../shared/table.ts';
import type { Hop } from './hops.ts';
import type { Report } from './verify.ts';

/** Aligned at the right. */
const latencyColumn = 2;

/** The report for a person: one line a check, then what to do about each failure. */
export function formatReport(report: Report): string {
  const rows = report.checks.map(({ name, ok, latencyMs, code, target }) => [
    name,
    ok ? 'ok' : 'FAILED',
    `${latencyMs} ms`,
    code ?? '',
    target,
  ]);
  const failures = report.checks.filter(({ ok }) => !ok).map(formatFailure);
  const untried = report.checks
    .filter(({ ok, code }) => ok && code !== null)
    .map(({ name, evidence }) => `${name}: ${evidence}`);
  const passed = report.checks.filter(({ ok }) => ok).length;
  const sum = `${passed} of ${report.checks.length} checks passed at ${report.verifiedAt}`;
  return (
    [
      alignColumns([['CHECK', 'RESULT', 'LATENCY', 'CODE', 'TARGET'], ...rows], [latencyColumn]),
      ...formatHops(report),
      ...untried,
      ...failures,
      sum,
    ].join('\n\n') + '\n'
  );
}

function formatFailure({ name, code, problem, tried, check }: Report['checks'][number]): string {
  return [
    `${name} FAILED: ${problem}`,
    `    code   ${code}`,
    `    tried  ${tried}`,
    `    check  ${check}`,
  ].join('\n');
}

function describeResult({ ok, code }: Hop): string {
  if (ok) return 'ok';
  return code === 'CANARY_PAUSED' ? 'paused' : 'FAILED';
}

function formatHops({ checks }: Report): readonly string[] {
  const hops = checks.flatMap((check) => check.hops ?? []);
  if (hops.length === 0) return [];
  return [
    alignColumns(
      [
        ['HOP', 'RESULT', 'LATENCY'],
        ...hops.map((hop) => [hop.name, describeResult(hop), `${hop.latencyMs} ms`]),
      ],
      [latencyColumn],
    ),
  ];
}
