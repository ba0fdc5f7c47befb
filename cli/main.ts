import { rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Command, CommanderError } from 'commander';

import { explain } from '../healthchecks/explain.ts';
import { toolsNeeded } from '../toolchain/toolchain.ts';
import { ToolFault } from '../toolchain/tool.ts';
import { pagesOf } from './pages.ts';
import { inWorker, outputOf, prefixOf, runProgram, toolEnvironment } from './stack.ts';
import { down, tools, up } from './up.ts';

interface InStack { readonly stack: string; readonly json?: true }

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const end = (code: number): void => { process.exitCode = code; };
const json = (wanted: true | undefined): string[] => (wanted ? ['--json'] : []);

const program = new Command('./pulse').description('A document-indexing stack on Docker, deployed by Pulumi.').exitOverride()
  .addHelpText('after', '\nExamples:\n  ./pulse up\n  ./pulse index ./handbook --wait\n  ./pulse search "rotate a password"\n  ./pulse verify --json');
const inStack = (name: string, about: string) => program.command(name).description(about).option('--stack <name>', 'which stack', 'dev').option('--json', 'for scripts');

inStack('up', 'bring tools, deploy, verify; on dev also index the sample and search it').option('--yes', 'install a missing Docker engine without asking')
  .action(async ({ stack, yes = false, json: asJson }: InStack & { yes?: boolean }) => {
    const result = await up(stack, yes);
    if (asJson) print(JSON.stringify(result));
    else print('For plain pulumi, docker and node with the same tools and state:  eval "$(./pulse env)"');
    end(result.ok ? 0 : 1);
  });
inStack('down', 'pulumi destroy; data volumes stay').option('--data', 'remove the data volumes as well').option('--yes')
  .action(async ({ stack, data = false }: InStack & { data?: boolean }) => end(await down(stack, data)));
inStack('verify', 'every connection, from inside a worker, and a canary document')
  .action(async ({ stack, json: asJson }: InStack) => {
    const replicas = (await outputOf('docker', ['ps', '-a', '--filter', `name=^${prefixOf(stack)}_webhook-worker-`, '--format', '{{.Names}}'])).trim().split('\n').length;
    end(await inWorker(stack, ['verify', '--replicas', String(replicas), ...json(asJson)]));
  });
inStack('index', 'take in Markdown files, or JSON lines from a file or - (standard input)').argument('<path>').option('--wait', 'until every document is indexed or failed')
  .action(async (path: string, { stack, wait, json: asJson }: InStack & { wait?: true }) => {
    const flags = [...(wait ? ['--wait'] : []), ...json(asJson)];
    end(await inWorker(stack, ['index', '-', ...flags], path === '-' ? undefined : pagesOf(resolve(path))));
  });
inStack('search', 'by keyword and meaning').argument('<words...>', '- for one query a line').option('--mode <mode>', 'hybrid, keyword or semantic', 'hybrid').option('--limit <n>', 'pages at most', '10')
  .action(async (words: string[], { stack, mode, limit, json: asJson }: InStack & { mode: string; limit: string }) =>
    end(await inWorker(stack, ['search', ...words, '--mode', mode, '--limit', limit, ...json(asJson)])));
inStack('queue', 'counts, list, retry [code], pause, resume, workers').argument('<command>').argument('[code]')
  .action(async (command: string, code: string | undefined, { stack, json: asJson }: InStack) =>
    end(await inWorker(stack, ['queue', command, ...(code === undefined ? [] : [code]), ...json(asJson)])));
inStack('audit', 'Postgres, Qdrant and keyword index agree').action(async ({ stack, json: asJson }: InStack) => end(await inWorker(stack, ['audit', ...json(asJson)])));
inStack('logs', 'of one container (a part of its name) or all').argument('[name]').option('-f, --follow')
  .action(async (name: string | undefined, { stack, follow }: InStack & { follow?: true }) => {
    const all = (await outputOf('docker', ['ps', '-a', '--filter', `name=^${prefixOf(stack)}_${name ?? ''}`, '--format', '{{.Names}}'])).split('\n').filter((line) => line !== '').sort();
    if (all.length === 0) throw new ToolFault(`no container of stack ${stack} is named so`, './pulse status lists them');
    const codes = await Promise.all(all.map((one) => runProgram('docker', ['logs', ...(follow ? ['--follow'] : ['--tail', '100']), one])));
    end(Math.max(...codes));
  });
inStack('status', 'containers with health, restarts and image').action(async ({ stack, json: asJson }: InStack) => {
  const ids = (await outputOf('docker', ['ps', '-aq', '--filter', `name=^${prefixOf(stack)}_`])).split('\n').filter((id) => id !== '');
  const details = ids.length === 0 ? [] : JSON.parse(await outputOf('docker', ['inspect', ...ids])) as { Name: string; RestartCount: number; Config: { Image: string }; State: { Status: string; OOMKilled: boolean; Health?: { Status: string } } }[];
  const rows = details.map(({ Name, RestartCount, Config, State }) => ({ container: Name.slice(1), state: State.Status, health: State.Health?.Status ?? 'none', restarts: RestartCount, oomKilled: State.OOMKilled, image: Config.Image }))
    .sort((one, other) => (one.container < other.container ? -1 : 1));
  if (asJson) print(JSON.stringify(rows));
  else if (rows.length === 0) print(`Stack ${stack} has no containers: ./pulse up --stack ${stack}`);
  else console.table(rows);
  end(rows.length > 0 && rows.every(({ health }) => health === 'healthy') ? 0 : 1);
});
program.command('env').description('exports for a shell: eval "$(./pulse env)"').action(() => {
  for (const [name, value] of Object.entries({ PATH: process.env['PATH'] ?? '', ...toolEnvironment() })) print(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
});
program.command('doctor').description('which tool came which way, and what is missing').option('--json').action(async ({ json: asJson }: { json?: true }) => {
  const rows = await Promise.all((await toolsNeeded()).map(async (tool) => {
    const found = await tool.find();
    const untried = tool.ways.filter(({ tried }) => !tried).map(({ way }) => way).join(', ');
    return { tool: tool.name, way: found?.way ?? 'missing', version: found?.version ?? '', where: found?.where ?? tool.byHand, neverTried: untried };
  }));
  if (asJson) print(JSON.stringify(rows));
  else console.table(rows);
  end(rows.every(({ way }) => way !== 'missing') ? 0 : 1);
});
program.command('explain').description('what an error code means and what to do').argument('<code>').action((code: string) => {
  const text = explain(code);
  if (text === undefined) throw new ToolFault(`${code} is no code of Pulse`, 'codes stand in the verification table and in ./pulse queue list');
  print(text);
});
program.command('test').description('all tests, or one group').argument('[group]', 'unit, integration or deploy').action(async (group: string | undefined) => {
  await tools(true);
  const results = join(tmpdir(), `pulse-tests-${process.pid}.json`);
  const code = await runProgram('node', ['node_modules/vitest/vitest.mjs', 'run', ...(group === undefined ? [] : ['--project', group]), '--reporter=default', '--reporter=json', `--outputFile.json=${results}`]);
  const { numPassedTests: passed, numFailedTests: failed, numFailedTestSuites: suites } = JSON.parse(readFileSync(results, 'utf8')) as { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number };
  rmSync(results);
  // A file that could not even be loaded has no failed test of its own.
  print(`${passed} passed, ${code === 0 ? 0 : Math.max(failed, suites > 0 ? 1 : 0, 1)} failed`);
  end(code);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) end(error.exitCode === 0 ? 0 : 2);
  else {
    process.stderr.write(error instanceof ToolFault ? `${error.message}\n  what to do: ${error.remedy}\n` : `${error instanceof Error ? error.stack : String(error)}\n`);
    end(1);
  }
}
