import { expect, test } from 'vitest';

import { importEnvFile } from '../../../../cli/config/import.ts';
import { writeCommands } from '../../../../cli/config/write-commands.ts';

test('a secret of an old .env is on the standard input of pulumi, encrypted, and no argument', () => {
  const imported = importEnvFile(
    'prod',
    [
      'WEBHOOK_QDRANT_API_KEY="q/+="',
      'WEBHOOK_API_SECRET=old-key-of-callers',
      'WEBHOOK_PORT=1',
      'WEBHOOK_TEI_URL=http://gpu:1',
    ].join('\n'),
    {},
    false,
  );
  const commands = writeCommands('prod', imported);
  expect(commands).toEqual([
    {
      what: 'settings',
      args: [
        'config',
        'set-all',
        '--stack',
        'prod',
        '--plaintext',
        'pulse:apiPort=1',
        '--plaintext',
        'pulse:teiUrl=http://gpu:1',
      ],
    },
    ...['qdrantApiKey', 'apiSecret', 'apiSecretPrevious'].map((key) => ({
      what: `pulse:${key}`,
      args: ['config', 'set', '--secret', `pulse:${key}`, '--stack', 'prod'],
      input: { ...imported.secrets, ...imported.previous }[key],
    })),
  ]);
  expect(commands.map(({ input }) => input)).toContain('q/+=');
});

test('an old .env that changes nothing writes nothing', () => {
  expect(writeCommands('prod', importEnvFile('prod', 'WEBHOOK_PORT=50108', {}, false))).toEqual([]);
});
