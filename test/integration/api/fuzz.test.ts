import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

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
const limits = { requestsOfRoute: 20, seconds: 30 };

const served = serveApi({
  withWorker: true,
  // A key stands for the signature, which nobody can guess.
  environment: { WEBHOOK_HOOK_SIGNATURE: 'optional' },
});

test.skipIf(!hasPython)(
  'whatever is sent, the answer is one of /openapi.json, and no fault of a store or of Pulse',
  async () => {
    const environment = await installPackages('schemathesis', requirements);
    await eventually('an index that a worker made', async () =>
      expect(await served.api.ask('/api/search?q=granite')).toMatchObject({ status: 200 }),
    );
    const folder = await mkdtemp(join(tmpdir(), 'pulse-fuzz-'));
    const options = {
      checks: checks.join(','),
      phases: 'examples,coverage,fuzzing',
      'max-examples': limits.requestsOfRoute,
      'max-time': limits.seconds,
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
          'run',
          `${served.api.url}/openapi.json`,
          ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
          `--header=Authorization: Bearer ${keys.api}`,
          `--header=X-Pulse-Token: ${keys.hooks}`,
        ],
        { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' } },
      );
      const report = await run.then(
        ({ stdout }) => ({ failed: false, stdout }),
        (error: { stdout: string }) => ({ failed: true, stdout: error.stdout }),
      );
      expect(report.failed, report.stdout).toBe(false);
      expect(report.stdout).toMatch(/\d+ generated/);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
