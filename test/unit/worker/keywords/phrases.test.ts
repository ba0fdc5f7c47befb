import { describe, expect, test } from 'vitest';

import { indexTexts } from './indexed-texts.ts';

describe('a query with words in quotation marks that nothing has', () => {
  test.each([
    { query: 'ERROR: relation "orders_2024" does not exist', text: 'the relation does not exist' },
    { query: 'permission denied for table "invoices"', text: 'permission denied: grant a role' },
    { query: 'Can’t resolve “./Foo”', text: 'Can’t resolve means that it is not installed' },
    { query: 'what is "deadlock detected" here', text: 'it has detected a deadlock' },
  ])('finds by its words, and says so: $query', ({ query, text }) => {
    const { index, find } = indexTexts('a lantern', text, 'granite');
    expect(find(query)).toEqual([1]);
    expect(index.search(query, {}, 1)).toMatchObject([{ relaxed: true }]);
    expect(index.countFacetsOf(query, {}, 5)).toMatchObject({ documents: 1 });
  });

  test.each(['"deadlock detected"', '“deadlock detected” "a lock"', '"책을 읽다"', '("lock a") …'])(
    'finds nothing where it has no other words: %s',
    (query) => {
      const { index, find } = indexTexts('it has detected a deadlock of a lock', '책을 안 읽다');
      expect(find(query)).toEqual([]);
      expect(index.countFacetsOf(query, {}, 5)).toMatchObject({ documents: 0 });
    },
  );
});

test('a text that has the words in quotation marks is found by them alone', () => {
  const { index, find } = indexTexts('a deadlock detected in postgres', 'postgres, postgres');
  expect(find('postgres "deadlock detected"')).toEqual([0]);
  expect(index.search('postgres "deadlock detected"', {}, 1)[0]).not.toHaveProperty('relaxed');
});
