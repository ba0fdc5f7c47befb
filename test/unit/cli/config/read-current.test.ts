import { expect, test } from 'vitest';

import { secretValue } from '../../../../cli/config/import.ts';
import { parseCurrent } from '../../../../cli/config/read-current.ts';

const read = (text: string) => parseCurrent('Pulumi.mine.yaml', text);

test.each([
  ['', {}],
  ['config:\n', {}],
  ['\ufeffconfig:\r\n  pulse:apiPort: 50200\r\n', { apiPort: '50200' }],
  ['config:\n  pulse:apiSecret: { secure: v1:x }\n', { apiSecret: secretValue }],
])('the configuration of a stack is read from %j', (text, current) => {
  expect(read(text)).toEqual(current);
});

test.each([
  ['config:\n  pulse:qdrantApiKey: "hunter2\n', /no YAML: MISSING_CHAR in line 3$/],
  ['config:\n  pulse:qdrantApiKey: hunter2: x\n', /no YAML: \w+ in line 2$/],
  ['config:\n\tpulse:qdrantApiKey: hunter2\n', /no YAML: \w+ in line 2$/],
])('a file that is no YAML is named with the line, and not quoted: %j', (text, message) => {
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).not.toThrow(/hunter2/);
});
