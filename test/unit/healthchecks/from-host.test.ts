import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, onTestFinished, test } from 'vitest';

const script = new URL('../../../healthchecks/from-host.ts', import.meta.url).pathname;
const check = {
  name: 'tei',
  target: 'http://tei',
  latencyMs: 3,
  tried: 'x',
  check: 'y',
  evidence: null,
};
const report = (ok: boolean, verifiedAt = new Date().toISOString(), code = 'TEI_TIMEOUT') =>
  JSON.stringify({
    ok,
    verifiedAt,
    checks: [{ ...check, ok, code: ok ? null : code, problem: ok ? null : 'no answer' }],
  });

/** Runs the script with a fake `docker`, in which only replica `api-2` answers, with `inside`. */
async function fromHost({
  args = [],
  inside = report(true),
  kept = '',
  replicas = 'api-1 api-2',
  states = 'running healthy',
}: {
  args?: string[];
  inside?: string;
  kept?: string;
  replicas?: string;
  states?: string;
}) {
  const bin = mkdtempSync(join(tmpdir(), 'docker-'));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  writeFileSync(join(bin, 'states'), states);
  writeFileSync(join(bin, 'later'), states.replace('running starting', 'running healthy'));
  const docker = [
    '#!/bin/sh',
    `cd ${bin}`,
    'if [ "$1" = inspect ]; then cat states; cp later states; exit 1; fi',
    `if grep -q 'running starting' states; then echo 'still starting' >&2; exit 1; fi`,
    `if [ "$*" != 'exec api-2 node worker/cli.ts verify --report --replicas 3' ]; then`,
    '  echo "No such container: $2" >&2; exit 1',
    'fi',
    `cat <<'JSON'\n${inside}\nJSON\n`,
  ].join('\n');
  writeFileSync(join(bin, 'docker'), docker, { mode: 0o755 });
  const child = spawn(process.execPath, [script, ...args], {
    env: {
      PATH: `${bin}:/usr/bin:/bin`,
      PULSE_API_REPLICAS: replicas,
      PULSE_WORKERS: 'w-1 w-2 w-3',
      PULSE_CONTAINERS: 'w-1 w-2 w-3 api-2',
    },
  });
  child.stdin.end(kept);
  const code = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, report: JSON.parse(stdout), stderr };
}

describe('a verification from the host', () => {
  test('passes on the report of the first replica of the API that answers', async () => {
    expect(await fromHost({})).toMatchObject({
      code: 0,
      report: { ok: true },
      stderr: expect.stringContaining('1 of 1 checks passed'),
    });
  });
  test('exits with 0 even when the report is bad', async () => {
    expect(await fromHost({ inside: report(false) })).toMatchObject({
      code: 0,
      report: { ok: false },
    });
  });
  test.each([
    ['api-1 api-3', 'api-1: No such container: api-1; api-3: No such container: api-3'],
    ['', 'PULSE_API_REPLICAS names no replica'],
  ])('with the replicas "%s" reports that none answers, and why', async (replicas, problem) => {
    expect(await fromHost({ replicas })).toMatchObject({
      code: 0,
      report: { ok: false, checks: [{ code: 'WORKERS_UNKNOWN', problem }] },
    });
  });
  test('waits for containers that are starting, and for no others', async () => {
    const states = 'exited starting\nrunning starting\nrestarting starting\nrunning unhealthy\n';
    expect((await fromHost({ states })).report).toMatchObject({ ok: true });
  });
  test('reports an answer of a replica that is not a report', async () => {
    expect((await fromHost({ inside: '{"hello":1}' })).report.checks[0].problem).toContain(
      'api-2: it answered no report',
    );
  });
});

describe('enforcing a verification', () => {
  const strict = ['--enforce', 'strict'];
  const longAgo = '2026-01-01T00:00:00.000Z';

  test('passes on a good report unchanged, however old it is', async () => {
    expect(
      await fromHost({ args: strict, kept: report(true, longAgo), inside: report(false) }),
    ).toMatchObject({ code: 0, report: { ok: true, verifiedAt: longAgo } });
  });
  test('fails on a bad report under strict, with the table, and goes on under warn', async () => {
    const kept = report(false);
    expect(await fromHost({ args: strict, kept, inside: kept })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('tei FAILED: no answer'),
    });
    expect(await fromHost({ args: ['--enforce', 'warn'], kept })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('tei FAILED: no answer'),
    });
  });
  test('passes while an operator has paused the queue, and shows what was not tried', async () => {
    const paused = report(false, longAgo, 'CANARY_PAUSED');
    expect(await fromHost({ args: strict, kept: paused, inside: report(false) })).toMatchObject({
      code: 0,
      report: { ok: false },
      stderr: expect.stringContaining('CANARY_PAUSED'),
    });
  });
  test('asks a worker again before a bad report fails an update', async () => {
    expect(await fromHost({ args: strict, kept: report(false) })).toMatchObject({
      code: 0,
      report: { ok: true },
    });
  });
});
