/** The Alertmanager of a stack, asked from inside its container: it is not published. */
import { alertmanagerPort } from '../../settings/names.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { containersOf, nameOf } from '../containers.ts';
import { captureJson, captureOutput } from '../process.ts';

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly status: {
    readonly state: 'active' | 'suppressed' | 'unprocessed';
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
  };
}

export interface Silence {
  readonly id: string;
  readonly comment: string;
  readonly endsAt: string;
  readonly status: { readonly state: 'active' | 'pending' | 'expired' };
}

const address = `http://127.0.0.1:${alertmanagerPort}`;

/** @returns the container's name; undefined where the stack has none that runs */
export async function findAlertmanager(stack: string): Promise<string | undefined> {
  const running = (await containersOf(stack, 'alertmanager')).filter(
    ({ State }) => State.Status === 'running',
  );
  return running.map(nameOf)[0];
}

/** @throws CommandError where the stack has none */
export async function requireAlertmanager(stack: string): Promise<string> {
  const container = await findAlertmanager(stack);
  if (container === undefined)
    throw new CommandError(
      `no Alertmanager of stack ${stack} runs`,
      `pulumi config set pulse:monitoring own --stack ${stack}, then ./pulse up --stack ${stack}; ` +
        'with monitoring external, ask the one that you have',
    );
  return container;
}

export function readAlerts(container: string, filter = ''): Promise<Alert[]> {
  const query = filter === '' ? '' : `?filter=${encodeURIComponent(filter)}`;
  return captureJson('docker', readingOf(container, `/api/v2/alerts${query}`));
}

/** @returns those that have not ended */
export async function readSilences(container: string): Promise<Silence[]> {
  const all = await captureJson<Silence[]>('docker', readingOf(container, '/api/v2/silences'));
  return all.filter(({ status }) => status.state !== 'expired');
}

/** How often each kind of receiver was called, and how often it took nothing. */
export interface Deliveries {
  readonly called: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
}

export async function readDeliveries(container: string): Promise<Deliveries> {
  const text = await captureOutput('docker', readingOf(container, '/metrics'));
  return {
    called: sumOf(text, 'alertmanager_notification_requests_total'),
    failed: sumOf(text, 'alertmanager_notification_requests_failed_total'),
  };
}

function sumOf(text: string, metric: string): Record<string, number> {
  const sums: Record<string, number> = {};
  const line = new RegExp(`^${metric}\\{[^}]*integration="(\\w+)"[^}]*\\} (\\S+)$`, 'gm');
  for (const [, integration = '', value] of text.matchAll(line))
    sums[integration] = (sums[integration] ?? 0) + Number(value);
  return sums;
}

/** @param duration as `30m` @returns its id */
export async function addSilence(
  container: string,
  matcher: string,
  duration: string,
  comment: string,
): Promise<string> {
  const args = ['silence', 'add', matcher, '--duration', duration, '--comment', comment];
  return (await runAmtool(container, [...args, '--author', author])).trim();
}

export async function shortenSilence(
  container: string,
  id: string,
  duration: string,
): Promise<void> {
  await runAmtool(container, ['silence', 'update', id, '--duration', duration]);
}

export async function endSilence(container: string, id: string): Promise<void> {
  await runAmtool(container, ['silence', 'expire', id]);
}

export async function addTestAlert(
  container: string,
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): Promise<void> {
  await runAmtool(container, [
    'alert',
    'add',
    ...Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
    ...Object.entries(annotations).flatMap(([name, value]) => [
      '--annotation',
      `${name}=${JSON.stringify(value)}`,
    ]),
  ]);
}

const author = 'pulse';

function runAmtool(container: string, args: readonly string[]): Promise<string> {
  const own = ['amtool', '--alertmanager.url', address, ...args];
  return captureOutput('docker', ['exec', container, ...own]);
}

function readingOf(container: string, path: string): string[] {
  return ['exec', container, 'wget', '-q', '-T', '10', '-O', '-', `${address}${path}`];
}
