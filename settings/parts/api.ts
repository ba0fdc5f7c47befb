/** The API, which is not part of the stack yet. */
import { ipv4 } from '../kinds/addresses.ts';
import { port } from '../kinds/numbers.ts';
import { secret } from '../kinds/secret.ts';
import { setting } from '../setting.ts';

export const api = {
  host: setting({
    key: 'apiHost',
    kind: ipv4,
    default: '0.0.0.0',
    description:
      'address on which the API will listen; ' +
      "nothing reads it before the API's container is part of the stack",
    example: '127.0.0.1',
  }),
  port: setting({
    key: 'apiPort',
    kind: port,
    default: '50108',
    description: 'host port of the API, kept free for it until its container is part of the stack',
    example: '50108',
  }),
  secret: setting({
    key: 'apiSecret',
    kind: secret,
    description: "key of the API's callers, for the API's container",
  }),
  webhookSecret: setting({
    key: 'webhookSecret',
    kind: secret,
    description: "key with which crawlers sign what they send, for the API's container",
  }),
};
