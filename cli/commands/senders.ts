import { senders as definition } from '../../shared/commands/senders.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { print, stackCommand } from '../command.ts';
import { readStackSettings } from '../deployment/settings.ts';
import { readFromWorker } from '../in-worker.ts';
import { listSenders } from '../senders/senders.ts';
import type { Sender } from '../senders/senders.ts';
import { deployedStacks } from '../stacks.ts';
import { readSenderSecrets } from '../state.ts';

/** What a worker says of one sender: see `worker/records/last-deliveries.ts`. */
interface LastDelivery {
  readonly source: string;
  readonly receivedAt: string;
  readonly event: string;
  readonly outcome: string;
  readonly code: string | null;
}

/** The last delivery of each, or why it is not known. */
type Seen = { readonly deliveries: readonly LastDelivery[] } | { readonly unknown: string };

export const senders = stackCommand(definition, async ({ stack, reveal, json }) => {
  if (!(await deployedStacks()).includes(stack))
    throw new CommandError(
      `stack ${stack} was never deployed, so that it has no addresses yet`,
      `deploy it: ./pulse up --stack ${stack}`,
    );
  const [settings, secrets, seen] = await Promise.all([
    readStackSettings(stack),
    reveal ? readSenderSecrets(stack) : { webhookSecret: undefined, apiSecret: undefined },
    readDeliveries(stack),
  ]);
  const rows = listSenders(settings, secrets).map((sender) => ({
    ...sender,
    ...lastOf(sender, seen),
  }));
  if (json) return print(JSON.stringify({ stack, senders: rows }));
  const missing = Object.entries(secrets).filter(([, value]) => value === undefined);
  print(rows.map(format).join('\n\n'));
  if (!reveal) print(`\nWith their secrets in place: ./pulse senders --stack ${stack} --reveal`);
  else if (missing.length > 0)
    print(
      `\n${missing.map(([name]) => name).join(' and ')}: neither configured nor in the state yet: ` +
        `openssl rand -hex 32 | pulumi config set --secret pulse:${missing[0]?.[0]} --stack ${stack}`,
    );
});

/** Offline, or without a worker, it is not known. */
async function readDeliveries(stack: string): Promise<Seen> {
  try {
    const text = await readFromWorker(stack, ['senders', '--json']);
    return { deliveries: JSON.parse(text) as LastDelivery[] };
  } catch (error) {
    if (error instanceof CommandError) return { unknown: error.message };
    throw error;
  }
}

function lastOf(
  { hook }: Sender,
  seen: Seen,
): { lastDelivery: LastDelivery | null; unknown: string | null } {
  if (hook === null) return { lastDelivery: null, unknown: 'it is not kept: see ./pulse list' };
  if ('unknown' in seen) return { lastDelivery: null, unknown: seen.unknown };
  const last = seen.deliveries.find(({ source }) => source === hook);
  return { lastDelivery: last ?? null, unknown: null };
}

type Row = Sender & ReturnType<typeof lastOf>;

function format(row: Row): string {
  const lines: [string, string][] = [
    ['URL in the network', row.urlInside],
    ['URL elsewhere', row.urlOutside + (row.outside === null ? '' : ` (${row.outside})`)],
    ['secret', `pulse:${row.secret}`],
    ...Object.entries(row.enter),
    ['last delivery', formatLast(row)],
  ];
  return [row.sender, ...lines.map(([what, text]) => `  ${what}:${indent(text)}`)].join('\n');
}

function formatLast({ lastDelivery, unknown }: Row): string {
  if (unknown !== null) return `unknown (${unknown})`;
  if (lastDelivery === null) return 'never';
  const { receivedAt, event, outcome } = lastDelivery;
  return `${receivedAt}, ${event}, ${outcome}`;
}

/** A text of several lines stands below its name. */
function indent(text: string): string {
  return text.includes('\n') ? `\n${text.replaceAll(/^/gm, '    ')}` : ` ${text}`;
}
