/** Vitest's reporter of `./pulse test`: writes what ran, and when, as JSON. */
import { writeFileSync } from 'node:fs';

import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

/** Names the file that the reporter writes. */
export const resultsVariable = 'PULSE_TEST_RESULTS';

/** A file of tests that was run. */
export interface TestFile {
  readonly group: string;
  /** Its path from the root of the clone. */
  readonly file: string;
  readonly tests: number;
  /** In milliseconds since 1970; from its import to the end of its last hook. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** How long its import took, which is part of the time above. */
  readonly importMs: number;
}

export interface FailedTest {
  readonly file: string;
  /** With the titles of what it stands in. */
  readonly title: string;
  /** The first lines of its first error, and those that name an error in the output of a command. */
  readonly lines: readonly string[];
}

export interface TestResults {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly FailedTest[];
  readonly files: readonly TestFile[];
}

export default class ResultsReporter implements Reporter {
  /** By the id of the file; Vitest makes another object of it once its tests are known. */
  readonly #startedAt = new Map<string, number>();
  readonly #files: TestFile[] = [];

  onTestModuleQueued(module: TestModule): void {
    this.#startedAt.set(module.id, Date.now());
  }

  onTestModuleEnd(module: TestModule): void {
    const endedAt = Date.now();
    this.#files.push({
      group: module.project.name,
      file: module.relativeModuleId,
      tests: [...module.children.allTests()].length,
      startedAt: this.#startedAt.get(module.id) ?? endedAt,
      endedAt,
      importMs: module.diagnostic().collectDuration,
    });
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const failures = modules.flatMap((module) =>
      [module, ...module.children.allSuites(), ...module.children.allTests()].flatMap((one) =>
        describeFailure(module.relativeModuleId, one),
      ),
    );
    const results: TestResults = {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failed: tests.filter((test) => test.result().state === 'failed').length,
      failures,
      files: this.#files,
    };
    writeFileSync(process.env[resultsVariable] ?? '', JSON.stringify(results));
  }
}

/** A file or suite has errors of its own where its import or one of its hooks failed. */
function describeFailure(file: string, one: TestModule | TestSuite | TestCase): FailedTest[] {
  const errors = one.type === 'test' ? one.result().errors : one.errors();
  const [error] = errors ?? [];
  if (error === undefined) return [];
  const title = one.type === 'module' ? '' : one.fullName;
  return [{ file, title, lines: summarizeError(error.message) }];
}

const firstLines = 3;
const mostLines = 12;

/** @param message of an error; what it quotes may be as long as the output of an update */
export function summarizeError(message: string): string[] {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  const named = lines.slice(firstLines).filter((line) => /error|failed/i.test(line));
  return [...lines.slice(0, firstLines), ...named].slice(0, mostLines);
}
