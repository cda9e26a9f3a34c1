import { readFileSync } from 'node:fs';

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { platforms } from '../../scripts/images/programs-of-platform.ts';
import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { version } from '../../src/runtime/version.ts';
import { foldersIn, readManifest } from './task-files.ts';

/** The closed list of Tekton's catalog. */
const categories = [
  'Automation',
  'Build Tools',
  'CLI',
  'Cloud',
  'Code Quality',
  'Continuous Integration',
  'Deployment',
  'Developer Tools',
  'Git',
  'Image Build',
  'Integration & Delivery',
  'Kubernetes',
  'Messaging',
  'Monitoring',
  'Networking',
  'Openshift',
  'Publishing',
  'Security',
  'Storage',
  'Testing',
];

/** The closed list of Artifact Hub: https://artifacthub.io/docs/topics/annotations/tekton/ */
const hubCategories = [
  'ai-machine-learning',
  'database',
  'integration-delivery',
  'monitoring-logging',
  'networking',
  'security',
  'storage',
  'streaming-messaging',
];

const manifests = (['tasks', 'pipelines'] as const).flatMap((root) => foldersIn(root).map((name) => ({ root, name })));

describe.each(manifests)('the catalog entry of $root/$name', ({ root, name }) => {
  const manifest = readManifest(`${root}/${name}/${name}.yaml`);
  const annotation = (key: string): string => stringAt(manifest, 'metadata', 'annotations', key) ?? '';

  it('has a short title', () => {
    const title = annotation('tekton.dev/displayName');
    expect(title).toMatch(/^[A-Z][^,.:;]*$/);
    expect(title.length).toBeLessThanOrEqual(40);
  });

  it('names categories, tags, platforms and the oldest Tekton as the catalog expects them', () => {
    const named = annotation('tekton.dev/categories').split(/,\s*/);
    expect(named.filter((category) => !categories.includes(category))).toEqual([]);
    expect(annotation('tekton.dev/tags')).toMatch(/^[a-z-]+(?:, [a-z-]+)+$/);
    expect(annotation('tekton.dev/platforms')).toBe(platforms.join(','));
    expect(annotation('tekton.dev/pipelines.minVersion')).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('has the annotations that Artifact Hub reads', () => {
    expect(hubCategories).toContain(annotation('artifacthub.io/category'));
    expect(annotation('artifacthub.io/license')).toBe('Apache-2.0');
    const links = load(annotation('artifacthub.io/links'));
    expect(arrayAt(links).map((link) => stringAt(link, 'name'))).toEqual(['documentation', 'support']);
    for (const link of arrayAt(links)) expect(stringAt(link, 'url')).toMatch(/^https:\/\/github\.com\/crane-tasks\//);
  });

  it('lists the changes of the version as the changelog does', () => {
    const changes = arrayAt(load(annotation('artifacthub.io/changes')));
    if (root === 'tasks') expect(changes).toEqual(changesOf(`tasks/${name}/CHANGELOG.md`));
    expect(changes.length).toBeGreaterThan(0);
  });
});

/** Bullets of the present version in a changelog, each as one line. */
function changesOf(path: string): readonly string[] {
  const [, section = ''] = readFileSync(path, 'utf8').split(`## ${version}\n`);
  const [text = ''] = section.split('\n## ');
  return text
    .split(/^- /m)
    .map((bullet) => bullet.replaceAll(/\s*\n\s+/g, ' ').trim())
    .filter((bullet) => bullet !== '');
}

describe('titles', () => {
  it('are those of one manifest each', () => {
    const titles = manifests.map(({ root, name }) =>
      stringAt(readManifest(`${root}/${name}/${name}.yaml`), 'metadata', 'annotations', 'tekton.dev/displayName'),
    );
    expect(new Set(titles).size).toBe(titles.length);
  });
});
