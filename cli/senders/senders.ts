import type { Settings } from '../../settings.ts';
import { apiUrls } from '../../settings/api-urls.ts';
import { everyAddress } from '../../settings/ipv4.ts';
import { apiPort, frontDoor } from '../../settings/names.ts';
import {
  changedetectionBody,
  changedetectionFormat,
  changedetectionUrl,
  examplePage,
  firecrawlWebhook,
  hookPath,
} from '../../shared/senders.ts';
import type { HookName } from '../../shared/senders.ts';

/** The secrets that senders need, by the names of their settings; undefined where one is unknown. */
export interface SenderSecrets {
  readonly webhookSecret: string | undefined;
  readonly apiSecret: string | undefined;
}

export interface Sender {
  readonly sender: string;
  readonly hook: HookName | null;
  /** For a sender on the stack's own network. */
  readonly urlInside: string;
  /** For others. */
  readonly urlOutside: string;
  /** Who reaches `urlOutside`, where not everybody does. */
  readonly outside: string | null;
  /** Name of the setting. */
  readonly secret: keyof SenderSecrets;
  /** What is entered where, in this order: `header Authorization`, `notification body`, … */
  readonly enter: Readonly<Record<string, string>>;
}

const firecrawlKey = 'X-Firecrawl-Signature is made by Firecrawl from the secret';

/**
 * What to enter in each sender of a stack.
 *
 * @param secrets put into their places; the names of those that are not to be shown stand as
 *   `<webhookSecret>`
 */
export function listSenders(settings: Settings, secrets: SenderSecrets): Sender[] {
  const webhookSecret = secrets.webhookSecret ?? '<webhookSecret>';
  const apiSecret = secrets.apiSecret ?? '<apiSecret>';
  const firecrawl = describeHook(settings, 'firecrawl');
  const changedetection = describeHook(settings, 'changedetection');
  const webhook = (url: string, more = {}): string =>
    JSON.stringify({ ...firecrawlWebhook(url), ...more });
  return [
    {
      sender: 'Firecrawl, self-hosted',
      ...firecrawl,
      enter: {
        'environment SELF_HOSTED_WEBHOOK_HMAC_SECRET': webhookSecret,
        'environment ALLOW_LOCAL_WEBHOOKS': 'true',
        'request "webhook"': webhook(firecrawl.urlInside),
        header: firecrawlKey,
        'where it cannot sign, pulse:webhookSignature': 'optional',
        'and request "webhook"': webhook(firecrawl.urlInside, {
          headers: { Authorization: `Bearer ${webhookSecret}` },
        }),
      },
    },
    {
      sender: 'Firecrawl, cloud',
      ...firecrawl,
      enter: {
        'setting pulse:webhookSecret': "the webhook secret of Firecrawl's account",
        'request "webhook"': webhook(firecrawl.urlOutside),
        header: firecrawlKey,
      },
    },
    {
      sender: 'changedetection.io',
      ...changedetection,
      enter: {
        'notification URL': changedetectionUrl(changedetection.urlInside, webhookSecret),
        'notification format': changedetectionFormat,
        'environment ALLOW_IANA_RESTRICTED_ADDRESSES': 'true',
        'notification body': changedetectionBody,
      },
    },
    {
      sender: 'any HTTP client',
      hook: null,
      ...urlsOf(settings, '/api/documents', false),
      secret: 'apiSecret',
      enter: {
        'header Authorization': `Bearer ${apiSecret}`,
        'header Content-Type': 'application/json',
        body: JSON.stringify(examplePage),
      },
    },
  ];
}

function describeHook(
  settings: Settings,
  hook: HookName,
): Pick<Sender, 'hook' | 'urlInside' | 'urlOutside' | 'outside' | 'secret'> {
  return { hook, ...urlsOf(settings, hookPath(hook), true), secret: 'webhookSecret' };
}

/** @param isHook hooks have a port of their own where the stack publishes one */
function urlsOf(
  { prefix, frontDoor: door }: Settings,
  path: string,
  isHook: boolean,
): Pick<Sender, 'urlInside' | 'urlOutside' | 'outside'> {
  const urlInside = `http://${frontDoor(prefix).name}:${apiPort}${path}`;
  if (door.publicUrl !== undefined)
    return { urlInside, urlOutside: `${door.publicUrl}${path}`, outside: null };
  const hasPort = isHook && door.hookPort !== undefined;
  const address = hasPort ? (door.hookAddress ?? door.address) : door.address;
  const port = (hasPort ? door.hookPort : undefined) ?? door.port;
  const origin = apiUrls({ ...door, address, port }).onHost;
  if (address === everyAddress)
    return {
      urlInside,
      urlOutside: `${origin.replace('127.0.0.1', "<this host's address>")}${path}`,
      outside: null,
    };
  const isLocal = address.startsWith('127.');
  const outside = isLocal
    ? `from this host alone: pulse:${isHook ? 'hookPort with pulse:hookHost' : 'apiHost'} opens it`
    : `where ${address} is reached`;
  return { urlInside, urlOutside: `${origin}${path}`, outside };
}
