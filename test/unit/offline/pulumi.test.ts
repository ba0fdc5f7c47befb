import { describe, expect, test } from 'vitest';

import { isNewEnough } from '../../../offline/pulumi/go.ts';

describe('the Go compiler', () => {
  test('is new enough from 1.25.11', () => {
    const printed = ['1.19.8', '1.25.10', '1.25.11', '1.26', '2.0.1'].map(
      (version) => `go version go${version} linux/amd64`,
    );
    expect(printed.map(isNewEnough)).toEqual([false, false, true, true, true]);
    expect(isNewEnough('')).toBe(false);
  });
});
