import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clauses } from '../../src/clauses/clause-table.js';
import { plantedDefects } from '../planted-defects.js';

const pages = new URL('../../../../docs/verify/', import.meta.url);

describe('the clauses', () => {
  it('have ids of their own, in order', () => {
    const ids = clauses.map(({ id }) => id);
    expect(ids).toEqual(ids.map((_id, index) => `Q${String(index + 1).padStart(2, '0')}`));
  });

  it.each(clauses.map(({ id, page, title }) => ({ id, page, title })))(
    '$id has its page',
    ({ id, page, title }) => {
      expect(existsSync(new URL(page, pages))).toBe(true);
      const text = readFileSync(new URL(page, pages), 'utf8');
      expect(text.split('\n')[0]).toBe(`# ${id}: ${title}`);
      for (const part of [
        '**What.**',
        '**Why.**',
        '**The usual cause.**',
        '**Node.js**',
        '**Go**',
        '**Java**',
        '**Python**',
        '**nginx**',
      ]) {
        expect(text).toContain(part);
      }
    },
  );

  it('have no page that belongs to none of them', () => {
    expect(
      readdirSync(pages)
        .filter((name) => name.startsWith('q'))
        .toSorted(),
    ).toEqual(clauses.map(({ page }) => page));
  });

  it.each(clauses.map(({ id }) => id))('%s is broken by a planted defect', (id) => {
    expect(plantedDefects.some(({ found }) => found.includes(id))).toBe(true);
  });
});
