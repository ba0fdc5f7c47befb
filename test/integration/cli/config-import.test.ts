import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterAll, expect, test } from 'vitest';

import { importEnvFile } from '../../../cli/config/import.ts';
import { writeCommands } from '../../../cli/config/write-commands.ts';
import { root } from '../../../cli/paths.ts';
import { captureOutput } from '../../../cli/process.ts';
import { installPulumi } from '../../../cli/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulse-import-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const options = {
  cwd: folder,
  env: { PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: 'of-this-test' },
};

test('the key of a service is in the configuration of the stack, encrypted and unchanged', async () => {
  await installPulumi();
  copyFileSync(join(root, 'Pulumi.yaml'), join(folder, 'Pulumi.yaml'));
  await captureOutput('pulumi', ['stack', 'init', 'old'], options);
  const key = ` Tr0ub4dor/3+%#@"'$x \\n== `.trim();
  const file = `WEBHOOK_QDRANT_API_KEY='${key.replaceAll("'", "\\'")}'\nWEBHOOK_PORT=50118`;
  for (const { args, input } of writeCommands('old', importEnvFile('old', file, {}, false)))
    await captureOutput('pulumi', args, {
      ...options,
      ...(input !== undefined && { input: Readable.from([input]) }),
    });
  const written = readFileSync(join(folder, 'Pulumi.old.yaml'), 'utf8');
  expect(written).toMatch(/pulse:apiPort: "50118"[^]*pulse:qdrantApiKey:\s+secure: /);
  expect(written).not.toMatch(/Tr0u|b4dor/);
  expect(await captureOutput('pulumi', ['config', 'get', 'pulse:qdrantApiKey'], options)).toBe(key);
});
