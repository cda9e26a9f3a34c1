import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { epinioNeeds, releaseNameOf } from '../../../../src/domain/app/epinio.ts';

const generated = 'sample-8151325dcdbae9e0ff95f9f9658432dbedfdb209';
const nameOf = (app: string, ...known: readonly string[]) =>
  releaseNameOf(
    app,
    (release) => known.includes(release),
    (text) => hash('sha1', text),
  );

describe('the release of an application', () => {
  it.each([
    ['its name', 'sample', [], 'sample'],
    ['the release that Epinio made', 'sample', [generated], generated],
    ['the release of its name, if there are both', 'sample', ['sample', generated], 'sample'],
    [
      'a generated name, if its own is too long for helm',
      'a'.repeat(54),
      [],
      `${'a'.repeat(12)}-${hash('sha1', 'a'.repeat(54))}`,
    ],
  ])('is %s', (_, ...[app, known, expected]) => {
    expect(nameOf(app, ...known)).toBe(expected);
  });
});

it('reads what the values of Epinio name, and nothing of other values', () => {
  const routes = [{ secret: 'tls' }, { domain: 'a.example.com' }];
  const epinio = { appName: 'a', imageURL: 'image:1', configurations: ['db', '', 5], routes };
  expect(epinioNeeds({ epinio })).toEqual({ configurations: ['db'], certificates: ['tls'], image: 'image:1' });
  expect(epinioNeeds({ other: 1 })).toBeUndefined();
});
