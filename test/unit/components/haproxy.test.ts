import { describe, expect, test } from 'vitest';

import { haproxyConfiguration } from '../../../components/haproxy.ts';
import { codes } from '../../../shared/codes.ts';

const args = {
  ports: [50108, 52100],
  replicas: 'pulse-test_webhook-api',
  replicaPort: 50108,
  mostReplicas: 16,
  metricsPort: 50110,
};
const text = haproxyConfiguration(args);
const linesOf = (configuration: string) => configuration.split('\n').map((line) => line.trim());
const lines = linesOf(text);

/** The lines of one section, as `frontend hooks`. */
function sectionOf(configuration: string, heading: string): string[] {
  const section = configuration.split('\n\n').find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return linesOf(section).slice(1);
}

/** Status, body and headers of what HAProxy answers by itself. */
const answers = lines.flatMap((line) => {
  const [, status, body = '', headers] =
    /^http-error status (\d+) content-type application\/problem\+json string '(.*?)'( hdr .*)?$/.exec(
      line,
    ) ?? [];
  return status === undefined ? [] : [{ status: Number(status), body, headers }];
});

describe('the configuration of HAProxy', () => {
  test('listens where senders inside the network look, old and new', () => {
    expect(lines.filter((line) => /^bind [*]/.test(line))).toEqual([
      'bind *:50108',
      'bind *:52100',
      'bind *:50110',
    ]);
  });

  test('finds every replica by one name, again each second', () => {
    expect(lines).toContain(
      'server-template api- 16 pulse-test_webhook-api:50108 ' +
        'resolvers docker resolve-prefer ipv4 init-addr none',
    );
    expect(lines).toContain('nameserver engine 127.0.0.11:53');
    expect(lines).toContain('hold valid 1s');
  });

  test('asks each replica for its health often enough to see a 503 within 3 s', () => {
    expect(lines).toContain('http-check send meth GET uri /health ver HTTP/1.1 hdr Host api');
    expect(lines).toContain('http-check expect status 200');
    expect(lines).toContain('default-server check inter 1s fastinter 500ms fall 2 rise 1');
  });

  test('tries another replica only where nothing was sent', () => {
    expect(lines.filter((line) => line.startsWith('retry-on'))).toEqual(['retry-on conn-failure']);
    expect(lines).toContain('option redispatch 1');
  });

  test('gives each request a connection of its own behind the callers, who keep theirs', () => {
    expect(lines.filter((line) => line.startsWith('http-reuse'))).toEqual([
      'http-reuse never',
      'http-reuse never',
    ]);
    expect(lines).toContain('server inside abns@inside send-proxy-v2');
    expect(lines).toContain('timeout http-keep-alive 30s');
    expect(lines).toContain('http-response set-header Keep-Alive timeout=25');
  });

  test('answers each fault of its own with a problem document and a code of the catalogue', () => {
    expect(answers.map(({ status }) => status)).toEqual([404, 413, 502, 503, 504]);
    for (const { status, body } of answers) {
      const { type, title, code, ...rest } = JSON.parse(body) as Record<string, unknown>;
      expect(rest).toMatchObject({ status });
      expect(Object.keys(codes)).toContain(code);
      expect(type).toBe(`/codes/${String(code)}`);
      expect(title).toBe(codes[code as keyof typeof codes].meaning);
    }
  });

  test('says when to come again where that may help', () => {
    expect(
      answers.filter(({ headers }) => headers === ' hdr Retry-After 2').map(({ status }) => status),
    ).toEqual([502, 503, 504]);
  });

  test('replaces what a client says of its own address', () => {
    const sent = lines.filter((line) => /^http-request (set|del|add)-header/.test(line));
    expect(sent).toEqual([
      'http-request del-header Forwarded',
      'http-request del-header X-Forwarded-Host',
      'http-request set-header X-Forwarded-Proto http',
      'http-request set-header X-Forwarded-For %[src]',
    ]);
    expect(text).not.toContain('option forwardfor');
  });

  test('takes the word of trusted proxies alone on their clients', () => {
    const trusted = haproxyConfiguration({ ...args, trustedProxies: ['10.0.0.0/8', '192.0.2.7'] });
    const asked = sectionOf(trusted, 'frontend door').filter((line) => /x-forwarded/.test(line));
    expect(asked).toHaveLength(5);
    for (const line of asked)
      expect(line).toMatch(/\{ (src|\S+ -m ip) 10\.0\.0\.0\/8 192\.0\.2\.7 \}/);
    expect(text).not.toMatch(/set-src|hdr\(x-forwarded/);
  });

  test('logs neither headers nor the query string, and as JSON', () => {
    const [format = ''] = lines.flatMap((line) => /^log-format '(.*)'$/.exec(line)?.[1] ?? []);
    expect(() => JSON.parse(format)).not.toThrow();
    expect(format).not.toMatch(/%(r|HU|HQ|HV|hr|hs)\b|hdr|url/);
    expect(lines).toContain('http-request set-var(txn.path) path');
  });

  test('has a port for hooks only where one is given', () => {
    expect(sectionOf(text, 'frontend hooks')).toEqual([]);
    const hooks = sectionOf(haproxyConfiguration({ ...args, hookPort: 50109 }), 'frontend hooks');
    expect(hooks).toContain('bind *:50109');
    expect(hooks).toContain(
      'http-request deny deny_status 404 unless ' +
        '{ path -m reg ^/api/webhook(/[A-Za-z0-9_-]+)+$ }',
    );
  });

  test('says of callers on the port for hooks what it says of all others', () => {
    const configuration = haproxyConfiguration({ ...args, hookPort: 50109 });
    const requests = (frontend: string) =>
      sectionOf(configuration, frontend).filter((line) => /^http-re|^default_backend/.test(line));
    expect(requests('frontend hooks').filter((line) => !line.includes('deny_status 404'))).toEqual(
      requests('frontend door'),
    );
  });

  test('speaks TLS on ports of their own, and plain HTTP to senders inside the network', () => {
    expect(text).not.toContain('ssl');
    const configuration = haproxyConfiguration({
      ...args,
      tls: { port: 50443, file: '/run/haproxy-tls/api.pem' },
      hookPort: 50109,
    });
    const tls = 'ssl crt /run/haproxy-tls/api.pem ssl-min-ver TLSv1.2 alpn http/1.1';
    const binds = (frontend: string) =>
      sectionOf(configuration, frontend).filter((line) => line.startsWith('bind'));
    expect(binds('frontend door')).toEqual(['bind *:50108', 'bind *:52100', `bind *:50443 ${tls}`]);
    expect(binds('frontend hooks')).toEqual([`bind *:50109 ${tls}`]);
    expect(sectionOf(configuration, 'frontend door')).toContain(
      'http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]',
    );
  });

  test('has no door of its own: no socket, no page of statistics', () => {
    expect(text).not.toMatch(/stats|socket|chroot|\n\s*(user|group) /);
  });
});
