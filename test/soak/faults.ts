import type { ProxyAction } from '../harness/http-fault.ts';
import type { Proxy } from '../harness/proxy.ts';
import type { Server } from '../harness/server.ts';
import type { Stores } from '../harness/stores.ts';
import type { TestStack } from '../harness/test-stack.ts';
import type { Random } from './random.ts';
import type { Workers } from './workers.ts';

/** Something that goes wrong for a while. No two faults have one target at a time. */
export interface Fault {
  readonly name: string;
  readonly target: string;
  /** Seconds, least and most. */
  readonly lasts: readonly [number, number];
  begin(): Promise<void>;
  end(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;
/** Sometimes longer than a lock, so that jobs run twice. */
const stopped = [1, 25] as const;
const outage = [1, 12] as const;

export function everyFault(
  stack: TestStack,
  stores: Stores,
  workers: Workers,
  count: number,
  random: Random,
): Fault[] {
  const members = Array.from({ length: count }, (_, member) => member);
  return [
    ...members.flatMap((member) => ofWorker(workers, member)),
    ...(['redis', 'postgres', 'qdrant', 'tei'] as const).flatMap((name) =>
      ofProxy(name, stack.proxies[name]),
    ),
    ...(['qdrant', 'tei'] as const).flatMap((name) => ofHttp(name, stack.proxies[name], random)),
    ...(['redis', 'postgres', 'qdrant'] as const).flatMap((name) => ofServer(name, stores[name])),
  ];
}

function ofWorker(workers: Workers, member: number): Fault[] {
  const target = `worker ${member + 1}`;
  const signal = (name: NodeJS.Signals) => async (): Promise<void> => workers.signal(member, name);
  return [
    { name: 'worker SIGKILL', target, lasts: [0, 0], begin: signal('SIGKILL'), end: nothing },
    {
      name: 'worker SIGSTOP, SIGCONT',
      target,
      lasts: stopped,
      begin: signal('SIGSTOP'),
      end: signal('SIGCONT'),
    },
    { name: 'worker SIGTERM', target, lasts: [0, 0], begin: signal('SIGTERM'), end: nothing },
  ];
}

function ofProxy(target: string, proxy: Proxy): Fault[] {
  const pass = (): Promise<void> => proxy.pass();
  return [
    { name: `${target} refuses`, target, lasts: outage, begin: () => proxy.refuse(), end: pass },
    { name: `${target} silent`, target, lasts: outage, begin: () => proxy.silence(), end: pass },
    {
      name: `${target} deaf`,
      target,
      lasts: outage,
      begin: () => proxy.dropResponses(),
      end: pass,
    },
    { name: `${target} late`, target, lasts: outage, begin: () => proxy.delay(200), end: pass },
    {
      name: `${target} connections cut`,
      target,
      lasts: [0, 0],
      begin: async () => proxy.cut(),
      end: nothing,
    },
  ];
}

/** The fault hits half of the requests. */
function ofHttp(target: string, proxy: Proxy, random: Random): Fault[] {
  const fates: Readonly<Record<string, ProxyAction>> = {
    'answers 500': { status: 500, body: { status: { error: 'Service internal error' } } },
    'answers 429': {
      status: 429,
      body: { error: 'Model is overloaded', error_type: 'Overloaded' },
    },
    'applies, then cuts': 'apply, then cut',
    'applies, then hangs': 'apply, then hang',
  };
  return Object.entries(fates).map(([name, fate]) => ({
    name: `${target} ${name}`,
    target,
    lasts: outage,
    begin: () => proxy.answer(() => (random.next() < 0.5 ? fate : 'pass')),
    end: () => proxy.pass(),
  }));
}

function ofServer(target: string, server: Server): Fault[] {
  const start = async (): Promise<void> => {
    await server.docker('start');
    await server.healthy();
  };
  return [
    {
      name: `${target} killed`,
      target,
      lasts: [0, 4],
      begin: async () => void (await server.docker('kill')),
      end: start,
    },
    {
      name: `${target} restarted`,
      target,
      lasts: [0, 0],
      begin: async () => void (await server.docker('stop', '--time', '10')),
      end: start,
    },
  ];
}
