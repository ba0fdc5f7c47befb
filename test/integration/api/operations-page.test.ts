import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import { serveApi } from '../../harness/served-api.ts';
import { blocks } from '../../unit/docs/blocks.ts';

const served = serveApi({ withWorker: true });
const requests = blocks.filter(
  ({ place, text }) => place.startsWith('docs/operations.md') && text.startsWith('curl'),
);
const run = promisify(execFile);

test('docs/operations.md has requests', () => expect(requests).not.toEqual([]));

test.each(requests)('the requests of $place are answered', async ({ text }) => {
  // The address is that of the stack dev, and ./pulse prints a key. The keyword index is there a
  // moment after the worker: until then a search is answered with 503.
  const options = `--silent --show-error --fail --retry 60 --retry-delay 1`;
  const prelude = `
set -e
function ./pulse { [ "$*" = 'api key --admin' ] && echo '${keys.api}' || echo '${keys.search}'; }
function curl { command curl ${options} --connect-to ::127.0.0.1:${served.api.port} "$@"; }
`;
  const { stdout } = await run('bash', ['--norc', '-c', prelude + text]);
  expect(stdout).toMatch(/"outcome":"accepted".*"results":\[/s);
  expect(await served.storedUrls()).toEqual(['https://docs.example.org/page']);
});
