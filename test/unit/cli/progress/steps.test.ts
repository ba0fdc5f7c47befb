import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createRepeatFilter } from '../../../../cli/progress/plain.ts';
import { runStep } from '../../../../cli/progress/steps.ts';
import type { Step, StepResult } from '../../../../cli/progress/steps.ts';
import { Interrupted } from '../../../../toolchain/process.ts';

let shown: string;

beforeEach(() => {
  shown = '';
  // The time of a step is that of its work, which takes none.
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const step = (work: Step['work']): Step => ({ name: 'tools', title: 'Installing tools', work });

describe.each([false, true])('a step without a terminal (its programs write: %s)', (own) => {
  const run = (work: Step['work'], results: StepResult[]) =>
    runStep({ ...step(work), ownsTerminal: own }, results);

  test('is shown by its title and what it tells, without colours or redrawn lines', async () => {
    const results: StepResult[] = [];
    await run(async ({ report, note }) => {
      report('Docker engine: there');
      note('a finding');
    }, results);
    const lines = shown.split('\n').map((line) => line.trim());
    expect(lines.slice(0, 3)).toEqual(['Installing tools', 'Docker engine: there', 'a finding']);
    expect(shown).not.toContain('\u001B');
    expect(results).toEqual([{ step: 'tools', ok: true, seconds: 0 }]);
  });

  test('that returns false has failed, and the next one may run', async () => {
    const results: StepResult[] = [];
    await run(() => Promise.resolve(false), results);
    expect(shown).toContain('Installing tools: FAILED after 0 s\n');
    expect(results).toEqual([{ step: 'tools', ok: false, seconds: 0 }]);
  });

  test('that throws is among the results, and its error goes on', async () => {
    const results: StepResult[] = [];
    await expect(run(() => Promise.reject(new Error('disk full')), results)).rejects.toThrow(
      'disk full',
    );
    expect(shown).not.toContain('disk full');
    expect(results).toEqual([{ step: 'tools', ok: false, seconds: 0 }]);
  });
});

test('Ctrl-C ends a quiet step at once, and tells it', async () => {
  let heard = false;
  const begun = Promise.withResolvers<void>();
  const running = runStep(
    step(({ signal }) => {
      begun.resolve();
      signal.addEventListener('abort', () => {
        heard = true;
      });
      return new Promise(() => {});
    }),
  );
  await begun.promise;
  process.emit('SIGINT');
  await expect(running).rejects.toThrow(Interrupted);
  expect(heard).toBe(true);
});

test('a question is asked before the step is shown', async () => {
  await runStep({
    ...step(() => Promise.resolve()),
    prepare: () => {
      expect(shown).toBe('');
      return Promise.resolve();
    },
  });
  expect(shown).toContain('Installing tools');
});

test('a line that comes again and again is printed every ten seconds', () => {
  const isWorthPrinting = createRepeatFilter();
  expect(
    [0, 2_000, 9_999, 10_000, 12_000].map((nowMs) => isWorthPrinting('waiting', nowMs)),
  ).toEqual([true, false, false, true, false]);
  expect(isWorthPrinting('waiting for less', 12_001)).toBe(true);
});
