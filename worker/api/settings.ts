import { z } from 'zod';

import { isAddressOrNetwork } from '../../shared/networks.ts';
import { frontDoorVariables, readVariables, variables as workerVariables } from '../settings.ts';
import type { ValuesOf } from '../settings.ts';
import { choice, duration, httpUrl, integer, text, variable } from '../settings/kinds.ts';

const minSecretLength = 32;
const newSecret = z.string().min(minSecretLength, `has fewer than ${minSecretLength} characters`);

/** Addresses and networks such as `172.20.0.5, 10.0.0.0/8`. */
const networks = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )
  .refine(
    (list) => list.every((one) => isAddressOrNetwork(one)),
    'is no list of addresses and networks such as 172.20.0.5, 10.0.0.0/8',
  );

/** Every variable that the API reads: those of a worker, under its own name, and its own. */
const variables = {
  ...workerVariables,
  ...frontDoorVariables,
  workerName: variable('WEBHOOK_API_NAME', text.default(`api-${process.pid}`)),
  host: variable('WEBHOOK_HOST', text.default('0.0.0.0')),
  apiSecret: variable('WEBHOOK_API_SECRET', newSecret),
  // The previous ones may be of a deployment that set no length.
  apiSecretPrevious: variable('WEBHOOK_API_SECRET_PREVIOUS', text.optional()),
  searchSecret: variable('WEBHOOK_SEARCH_SECRET', newSecret),
  searchSecretPrevious: variable('WEBHOOK_SEARCH_SECRET_PREVIOUS', text.optional()),
  // Without a key no delivery is taken.
  webhookSecret: variable('WEBHOOK_SECRET', newSecret.optional()),
  webhookSecretPrevious: variable('WEBHOOK_SECRET_PREVIOUS', text.optional()),
  webhookSignature: variable(
    'WEBHOOK_HOOK_SIGNATURE',
    choice('required', 'optional').default('required'),
  ),
  webhookFrom: variable('WEBHOOK_HOOK_FROM', networks.prefault('')),
  trustedProxies: variable('WEBHOOK_TRUSTED_PROXIES', networks.prefault('')),
  mcp: variable('WEBHOOK_MCP', choice('on', 'off').default('on')),
  // Infinite for none.
  canaryIntervalMs: variable(
    'WEBHOOK_CANARY_INTERVAL',
    z.union([z.literal('off').transform(() => Infinity), duration]).prefault('15m'),
  ),
  // The stack's own; absent without monitoring: own.
  alertmanagerUrl: variable('WEBHOOK_ALERTMANAGER_URL', httpUrl.optional()),
  // Where the front door listens when it has a certificate.
  frontDoorTlsPort: variable('WEBHOOK_FRONT_DOOR_TLS_PORT', integer(1, 65_535).optional()),
  lingerMs: variable('WEBHOOK_API_LINGER', duration.default(3_000)),
};

export type ApiSettings = ValuesOf<typeof variables>;

/** @throws SettingsError with all faults at once */
export function readApiSettings(env: NodeJS.ProcessEnv): ApiSettings {
  return readVariables(variables, env);
}
