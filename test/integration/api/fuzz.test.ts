import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { hasPython, installPackages, pythonIn } from '../../harness/python-packages.ts';
import { serveApi } from '../../harness/served-api.ts';

const execute = promisify(execFile);
const requirements = join(import.meta.dirname, '../../harness/schemathesis/requirements.txt');
/** Of an answer, whatever was sent. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];
/** With every store there, and while one is away. */
const limits = {
  whole: { phases: 'examples,coverage,fuzzing', 'max-examples': 20, 'max-time': 30 },
  away: { phases: 'examples,fuzzing', 'max-examples': 3, 'max-time': 8 },
};

const served = serveApi({
  withWorker: true,
  // A key stands for the signature, which nobody can guess.
  environment: { WEBHOOK_HOOK_SIGNATURE: 'optional' },
});

/** @returns what schemathesis reports, and whether it found a fault */
async function fuzz(
  limit: (typeof limits)['whole' | 'away'],
  expected: readonly string[],
): Promise<{ failed: boolean; stdout: string }> {
  const environment = await installPackages('schemathesis', requirements);
  const folder = await mkdtemp(join(tmpdir(), 'pulse-fuzz-'));
  const configuration = join(folder, 'schemathesis.toml');
  await writeFile(
    configuration,
    [
      '[checks.not_a_server_error]',
      `expected-statuses = ${JSON.stringify(expected)}`,
      '[parameters]',
      // A replica waits for a document for up to 30 s, whatever is away.
      '"query.wait" = 0.2503',
      '',
    ].join('\n'),
  );
  const options = {
    ...limit,
    checks: checks.join(','),
    'max-failures': 20,
    // A canary waits for a minute while the queues are paused, which is one of the requests.
    'exclude-path': '/api/verify',
    // The same requests each time: what a test finds, it finds again.
    seed: 1,
    'generation-database': 'none',
    'generation-with-security-parameters': 'false',
    'suppress-health-check': 'all',
    warnings: 'off',
  };
  try {
    const run = execute(
      pythonIn(environment),
      [
        '-m',
        'schemathesis.cli',
        `--config-file=${configuration}`,
        'run',
        `${served.api.url}/openapi.json`,
        ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
        `--header=Authorization: Bearer ${keys.api}`,
        `--header=X-Pulse-Token: ${keys.hooks}`,
      ],
      { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' } },
    );
    return await run.then(
      ({ stdout }) => ({ failed: false, stdout }),
      (error: { stdout: string }) => ({ failed: true, stdout: error.stdout }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** On a busy machine a store may not be in time. What is always late each run finds again. */
function foundLateStores(stdout: string): boolean {
  const faults = [...stdout.matchAll(/^- ST\d+ (.*)$/gm)].map(([, fault]) => fault);
  const statuses = [...stdout.matchAll(/^\[(\d{3})\] /gm)].map(([, status]) => status);
  return (
    faults.length > 0 &&
    faults.every((fault) => fault === 'Server error') &&
    statuses.every((status) => status === '503')
  );
}

const searching = () =>
  eventually('an index that a worker made', async () =>
    expect(await served.api.ask('/api/search?q=granite')).toMatchObject({ status: 200 }),
  );

test.skipIf(!hasPython)(
  'whatever is sent, the answer is one of /openapi.json, and no fault of a store or of Pulse',
  async () => {
    await searching();
    const report = await eventually('a run in which every store was in time', async () => {
      const found = await fuzz(limits.whole, ['2xx', '3xx', '4xx']);
      if (foundLateStores(found.stdout)) throw new Error(found.stdout);
      return found;
    });
    expect(report.failed, report.stdout).toBe(false);
    expect(report.stdout).toMatch(/\d+ generated/);
  },
);

test.skipIf(!hasPython).each([
  ['Postgres', ['postgres']],
  ['Redis', ['redis']],
  ['the GPU host', ['qdrant', 'tei']],
] as const)(
  'while %s is away the answer is one of /openapi.json, and no fault of Pulse',
  async (_, away) => {
    await searching();
    const proxies = away.map((name) => served.stack.proxies[name]);
    await Promise.all(proxies.map((proxy) => proxy.refuse()));
    onTestFinished(async () => void (await Promise.all(proxies.map((proxy) => proxy.pass()))));
    const report = await fuzz(limits.away, ['2xx', '3xx', '4xx', '503']);
    expect(report.failed, report.stdout).toBe(false);
    expect(report.stdout).toMatch(/\d+ generated/);
  },
);
