/** The API's replicas, the front door before them, and the keys of both sides. */
import { ipv4, networks, origin } from '../kinds/addresses.ts';
import { certificateChain, certificateKey } from '../kinds/certificate.ts';
import { cpus, integer, interval, mebibytes, port } from '../kinds/numbers.ts';
import { previousSecret, secret } from '../kinds/secret.ts';
import { choice, imageReference } from '../kinds/texts.ts';
import { mostApiReplicas } from '../names.ts';
import { officialImages } from '../official-images.ts';
import { setting } from '../setting.ts';

export const api = {
  replicas: setting({
    key: 'apiReplicas',
    kind: integer(1, mostApiReplicas),
    default: '2',
    description: 'how many API containers; with one, an update answers 503 while it is replaced',
  }),
  memoryMiB: setting({
    key: 'apiMemory',
    kind: mebibytes(256),
    default: '512MiB',
    description: 'memory limit of one API container; two thirds of it are its JavaScript heap',
  }),
  cpus: setting({
    key: 'apiCpus',
    kind: cpus,
    default: '1.0',
    description: 'CPU limit of one API container',
  }),
  mcp: setting({
    key: 'mcp',
    kind: choice('on', 'off'),
    default: 'on',
    description:
      'whether assistants can search and read at `/mcp` (Model Context Protocol); `off` leaves it ' +
      'out of the memory of the API',
    example: 'off',
  }),
  canaryInterval: setting({
    key: 'canaryInterval',
    kind: interval,
    default: '15m',
    description:
      'how often a replica of the API sends a canary through the whole stack by the clock; `off`: ' +
      'only after a deploy and on request',
  }),
};

export const frontDoor = {
  address: setting({
    key: 'apiHost',
    kind: ipv4,
    default: '127.0.0.1',
    description:
      'host address on which the front door publishes the API; any other than 127.0.0.1 opens it ' +
      'to that network, in plain HTTP without `apiCertificate`',
    example: '192.0.2.10',
  }),
  port: setting({
    key: 'apiPort',
    kind: port,
    default: '50108',
    description: 'host port of the API',
    example: '50108',
  }),
  hookAddress: setting({
    key: 'hookHost',
    kind: ipv4,
    description: 'host address on which `hookPort` is published; absent, that of `apiHost`',
    example: '0.0.0.0',
  }),
  hookPort: setting({
    key: 'hookPort',
    kind: port,
    description:
      'host port on which the front door publishes `/api/webhook/*` alone, for crawlers outside; ' +
      'absent, there is none',
    example: '50109',
  }),
  certificate: setting({
    key: 'apiCertificate',
    kind: certificateChain,
    description:
      'certificate of the API with its chain; with it and its key the published ports speak TLS, ' +
      'without them plain HTTP',
  }),
  certificateKey: setting({
    key: 'apiCertificateKey',
    kind: certificateKey,
    description: 'private key of `apiCertificate`, without a passphrase',
  }),
  publicUrl: setting({
    key: 'publicUrl',
    kind: origin,
    description:
      'where clients find the API through a proxy of your own; absent, `apiHost` and `apiPort`, ' +
      'with https where there is a certificate',
  }),
  trustedProxies: setting({
    key: 'trustedProxies',
    kind: networks,
    description:
      'proxies of your own before the front door; what they say of their clients ' +
      '(`X-Forwarded-For`, `X-Forwarded-Proto`) is believed, and of nobody else',
  }),
  image: setting({
    key: 'haproxyImage',
    kind: imageReference,
    default: officialImages.haproxy,
    description: 'image of HAProxy, 2.6 or newer, with `socat` for its health check',
    example: officialImages.haproxy,
  }),
  memoryMiB: setting({
    key: 'haproxyMemory',
    kind: mebibytes(64),
    default: '128MiB',
    description: 'memory limit of HAProxy, enough for its 1,000 connections',
    example: '128MiB',
  }),
  cpus: setting({
    key: 'haproxyCpus',
    kind: cpus,
    default: '1.0',
    description: 'CPU limit of HAProxy',
  }),
};

export const apiKeys = {
  apiSecret: setting({
    key: 'apiSecret',
    kind: secret,
    description: 'key that may do everything in the API; made on the first deploy when absent',
  }),
  searchSecret: setting({
    key: 'searchSecret',
    kind: secret,
    description: 'key that may search and read in the API; made on the first deploy when absent',
  }),
  apiSecretPrevious: setting({
    key: 'apiSecretPrevious',
    kind: previousSecret,
    description: 'accepted as `apiSecret` is, while its callers change to the new one',
  }),
  searchSecretPrevious: setting({
    key: 'searchSecretPrevious',
    kind: secret,
    description: 'accepted as `searchSecret` is, while its callers change to the new one',
  }),
  webhookSecret: setting({
    key: 'webhookSecret',
    kind: secret,
    description:
      'key of `/api/webhook/*`: with it Firecrawl signs what it delivers, and changedetection.io ' +
      'shows it; made on the first deploy when absent',
  }),
  webhookSecretPrevious: setting({
    key: 'webhookSecretPrevious',
    kind: previousSecret,
    description: 'accepted as `webhookSecret` is, while its senders change to the new one',
    example: 'pulumi stack output webhookSecret --show-secrets',
  }),
};

export const hooks = {
  signature: setting({
    key: 'webhookSignature',
    kind: choice('required', 'optional'),
    default: 'required',
    description:
      'whether deliveries of Firecrawl have to be signed; `optional`: one without a signature may ' +
      'show `webhookSecret` as its token, for versions that cannot sign',
    example: 'optional',
  }),
  from: setting({
    key: 'webhookFrom',
    kind: networks,
    description:
      'addresses and networks that may send to `/api/webhook/*`, as the front door sees them; ' +
      'absent, any address may',
  }),
};
