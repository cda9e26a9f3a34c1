import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { lintDescriptions, lintFiles } from '../../scripts/prose/lint.ts';

let folder = '';

beforeAll(async () => {
  await mkdir('.cache', { recursive: true });
  folder = await mkdtemp('.cache/prose-');
});

afterAll(() => rm(folder, { recursive: true }));

describe('the check of the language', () => {
  it('finds a banned word in a Markdown file, and none in code or in a generated part', async () => {
    const file = path.join(folder, 'page.md');
    const generated = '<!-- generated: do not edit below -->\n\nIt stays.\n\n<!-- end of generated part -->\n';
    await writeFile(file, `# Page\n\nThe run shall end. The command \`mend\` ends it.\n\n${generated}`);
    const alerts = await lintFiles([file]);
    expect(alerts.map(({ place, check }) => [place, check])).toEqual([[`${file}:3`, 'CraneTasks.Words']]);
  });

  it('names the description with a banned word', async () => {
    const descriptions = [
      { place: 'task a, param b', text: 'Name of the context. Empty: there is no login.' },
      { place: 'task a, param c', text: 'An age key. A value that is no key is refused.' },
    ];
    const alerts = await lintDescriptions(descriptions, folder);
    expect(alerts.map(({ place, check }) => [place, check])).toEqual([['task a, param c', 'CraneTasks.IsNo']]);
  });
});
