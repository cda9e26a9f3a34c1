import { readdirSync, readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import manifest from '../../package.json' with { type: 'json' };
import { arrayAt, isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';

const folder = '.github/ISSUE_TEMPLATE';
const forms = readdirSync(folder).filter((name) => name !== 'config.yml');
const pages = ['SECURITY.md', 'CODE_OF_CONDUCT.md', 'MAINTAINERS.md', 'CONTRIBUTING.md', `${folder}/config.yml`];

describe.each(forms)('the issue form %s', (name) => {
  const form = load(readFileSync(`${folder}/${name}`, 'utf8'));
  const fields = arrayAt(form, 'body');

  it('has a name, a description, a label and fields that GitHub knows', () => {
    for (const key of ['name', 'description']) expect(stringAt(form, key), key).toMatch(/\S/);
    expect(arrayAt(form, 'labels')).toHaveLength(1);
    for (const field of fields) {
      expect(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']).toContain(valueAt(field, 'type'));
      expect(stringAt(field, 'attributes', valueAt(field, 'type') === 'markdown' ? 'value' : 'label')).toMatch(/\S/);
    }
  });

  it('has an own id for each answer, one of them required, and warns about secrets or asks for none', () => {
    const answers = fields.filter((field) => valueAt(field, 'type') !== 'markdown');
    const ids = answers.map((field) => stringAt(field, 'id'));
    expect(new Set(ids).size).toBe(answers.length);
    expect(ids).not.toContain(undefined);
    expect(answers.some((field) => valueAt(field, 'validations', 'required') === true)).toBe(true);
    expect(JSON.stringify(form).includes('Remove tokens')).toBe(ids.includes('version'));
  });
});

describe('the pages of the community', () => {
  it('name one repository, that of package.json', () => {
    const repository = manifest.repository.url.slice('git+'.length, -'.git'.length);
    expect([manifest.homepage, manifest.bugs.url].every((url) => url.startsWith(repository))).toBe(true);
    const named = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/https:\/\/github\.com\/[\w-]+\/[\w-]+/g)].map(([url]) => url),
    );
    expect([...new Set(named)]).toEqual([repository]);
  });

  it('name no mail address: reports go through the repository', () => {
    for (const page of pages) expect(readFileSync(page, 'utf8')).not.toMatch(/[\w.]@[\w-]+\.[a-z]/);
    expect(readFileSync('SECURITY.md', 'utf8')).toContain('/security/advisories/new');
  });

  it('name the reviewers of every file', () => {
    const owners = /^\* (@[\w/-]+)$/m.exec(readFileSync('.github/CODEOWNERS', 'utf8'))?.[1];
    expect(owners).toBeDefined();
    expect(readFileSync('MAINTAINERS.md', 'utf8')).toContain(`\`${owners ?? ''}\``);
  });

  it('are offered instead of an empty issue', () => {
    const config = load(readFileSync(`${folder}/config.yml`, 'utf8'));
    expect(isObject(config) && config['blank_issues_enabled']).toBe(false);
    expect(arrayAt(config, 'contact_links').map((link) => stringAt(link, 'name'))).toContain('Vulnerability');
  });
});
