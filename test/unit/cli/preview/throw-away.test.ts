import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { withoutSecrets } from '../../../../cli/preview/throw-away.ts';

test('a throw-away stack has the configuration without what only its own passphrase opens', () => {
  const configuration =
    'encryptionsalt: v1:abc\nconfig:\n  pulse:workerReplicas: "8"\n  pulse:redisPassword:\n    secure: v1:xyz\n';
  expect(parse(withoutSecrets(configuration))).toEqual({ config: { 'pulse:workerReplicas': '8' } });
});

test.each([[''], ['config:\n'], ['# nothing yet\n']])(
  'a configuration that says nothing says nothing: %j',
  (text) => expect(parse(withoutSecrets(text))).toEqual({ config: {} }),
);
