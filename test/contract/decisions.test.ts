import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

const folder = 'docs/decisions';
const pages = readdirSync(folder).filter((name) => name !== 'README.md');

describe('the decisions', () => {
  it('are numbered without gaps', () => {
    const numbers = pages.map((name) => Number(/^(\d{3})-[a-z0-9-]+\.md$/.exec(name)?.[1]));
    expect(numbers).toEqual(pages.map((_, index) => index + 1));
  });

  it.each(pages)('have a title, a context, a decision and consequences: %s', (page) => {
    const headings = [...readFileSync(`${folder}/${page}`, 'utf8').matchAll(/^#+ .+$/gm)].map(([heading]) => heading);
    expect(headings[0]).toMatch(new RegExp(`^# ${page.slice(0, 3)}\\. `));
    expect(headings.slice(1)).toEqual(['## Context', '## Decision', '## Consequences']);
  });

  it('are in the index, with their titles', () => {
    const titles = pages.map((page) => {
      const title = /^# \d+\. (.+)$/m.exec(readFileSync(`${folder}/${page}`, 'utf8'))?.[1];
      return `| [${page.slice(0, 3)}](${page}) | ${title ?? ''} |`;
    });
    expect(readFileSync(`${folder}/README.md`, 'utf8').match(/^\| \[.+$/gm)).toEqual(titles);
  });
});
