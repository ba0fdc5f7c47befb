import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { withoutSecrets } from '../../../../cli/preview/throw-away.ts';

test('a throw-away stack has the configuration without what another passphrase encrypts', () => {
  const configuration =
    'encryptionsalt: v1:abc\nconfig:\n  pulse:workerReplicas: "8"\n  pulse:redisPassword:\n    secure: v1:xyz\n';
  expect(parse(withoutSecrets(configuration))).toEqual({ config: { 'pulse:workerReplicas': '8' } });
});

test.each([[''], ['config:\n'], ['# nothing yet\n']])(
  'a throw-away stack of the empty configuration %j has an empty configuration',
  (text) => expect(parse(withoutSecrets(text))).toEqual({ config: {} }),
);
