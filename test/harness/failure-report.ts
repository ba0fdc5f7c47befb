import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inspect } from 'node:util';

const root = join(import.meta.dirname, '../..');
const reportLimitMs = 20_000;
/** Last lines of a log, or of what commands printed, that stand in the message of the failure. */
const shownLines = 12;

/** Texts by the name of the file that each is written to. */
export type Files = Readonly<Record<string, string>>;

/** What the failure of a test, or of a hook, adds to. */
interface Failed {
  readonly file: { readonly filepath: string };
  readonly fullName: string;
  readonly result?: { readonly errors?: { message: string }[] | undefined } | undefined;
}

/** What a test has opened, or all tests of a file together. */
interface Scope {
  readonly reports: (() => Promise<Files>)[];
  readonly removals: (() => Promise<void>)[];
}

const newScope = (): Scope => ({ reports: [], removals: [] });
/** Tests of one file may run at the same time: each finds its own scope, however long it waits. */
const scopeOfTest = new AsyncLocalStorage<Scope>();
const scopeOfFile = newScope();
let findFailedHook: () => Failed | undefined = () => undefined;

/** Adds to what is written when the test fails that runs now, or any test of its file. */
export function reportOnFailure(report: () => Promise<Files>): void {
  (scopeOfTest.getStore() ?? scopeOfFile).reports.push(report);
}

/**
 * Removes what a report needs: within a test not before its end, when it is known whether it
 * failed, since `await using` ends earlier than that.
 */
export async function removeAfterReport(remove: () => Promise<void>): Promise<void> {
  const scope = scopeOfTest.getStore();
  if (scope !== undefined) return void scope.removals.push(remove);
  await reportFailedHook();
  await remove();
}

/** Writes the reports of the file when one of its hooks has failed; before what they tell of goes. */
export async function reportFailedHook(): Promise<void> {
  const failed = findFailedHook();
  if (failed !== undefined && scopeOfTest.getStore() === undefined)
    await writeReports(failed, scopeOfFile.reports);
}

/** Begins a file: what is opened from now on belongs to it. */
export function forgetReports(): void {
  scopeOfFile.reports.length = 0;
}

/** @param find the hook of this file that failed; each is found once */
export function watchHooks(find: () => Failed | undefined): void {
  findFailedHook = find;
}

/** Runs a test, writes its reports when it failed, and carries out what it put off until then. */
export async function runWithReports(
  run: () => Promise<void>,
  failed: () => Failed | undefined,
): Promise<void> {
  const scope = newScope();
  try {
    await scopeOfTest.run(scope, run);
    const test = failed();
    if (test !== undefined) await writeReports(test, [...scope.reports, ...scopeOfFile.reports]);
  } finally {
    await Promise.all(scope.removals.map((remove) => remove()));
  }
}

/** A folder for each failed test, which its message names. That of its last failure is replaced. */
async function writeReports(failed: Failed, reports: Scope['reports']): Promise<void> {
  const files = (await Promise.all(reports.map(collect))).flatMap((one) => Object.entries(one));
  if (files.length === 0) return;
  const folder = folderOf(failed);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  for (const error of failed.result?.errors?.slice(0, 1) ?? [])
    error.message += `\n\nLogs and states of that moment: ${folder}${endsOf(files)}`;
}

/** The ends of logs and outputs: where a run's folder is gone, its printed lines say the cause. */
function endsOf(files: readonly (readonly [string, string])[]): string {
  return files
    .filter(([name]) => /(\.log|commands\.txt)$/.test(name))
    .map(([name, text]) => [name, ...text.trimEnd().split('\n').slice(-shownLines)])
    .map((lines) => `\n\n${lines.join('\n  ')}`)
    .join('');
}

/** One that cannot be read does not keep the others from being written. */
async function collect(report: () => Promise<Files>, index: number): Promise<Files> {
  try {
    return await withinLimit(report(), reportLimitMs);
  } catch (error) {
    return { [`not-read-${index + 1}.txt`]: inspect(error) };
  }
}

/** @throws when it takes longer: a store may be gone or silent */
export async function withinLimit<T>(reading: Promise<T>, limitMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not within ${limitMs / 1_000} s`)), limitMs);
  return Promise.race([reading, promise]).finally(() => clearTimeout(timer));
}

function folderOf({ file, fullName }: Failed): string {
  const words = fullName.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  // Titles of one table may begin alike.
  const hash = createHash('sha256').update(fullName).digest('hex').slice(0, 6);
  // A folder that is named like a source would be read as one.
  const path = relative(join(root, 'test'), file.filepath).replace(/\.test\.ts$/, '');
  return join(root, 'test-results', path, `${words.slice(0, 60)}-${hash}`);
}
