import { expect, it } from 'vitest';

import { formatListing } from '../../../../src/domain/app/format-listing.ts';

const entry = { mode: 0o644, modified: 0, target: '' };

it('lists files with their bytes, and the rules that leave others out', () => {
  const text = formatListing({
    entries: [
      { ...entry, path: 'src', kind: 'folder', size: 0 },
      { ...entry, path: 'src/main.js', kind: 'file', size: 12 },
    ],
    leftOut: [
      { path: 'debug.log', bytes: 7, rule: '.epinioignore: *.log' },
      { path: 'build/', bytes: undefined, rule: '.epinioignore: build/' },
    ],
    ruleFile: '.epinioignore',
  });
  expect(text).toBe(
    [
      'PATH          BYTES   RULE',
      'src/main.js   12',
      'debug.log     7       left out: .epinioignore: *.log',
      'build/                left out: .epinioignore: build/',
      '',
    ].join('\n'),
  );
});

it('says that an archive is not looked into', () => {
  expect(formatListing(undefined)).toBe('The archive is uploaded as it is.\n');
});
