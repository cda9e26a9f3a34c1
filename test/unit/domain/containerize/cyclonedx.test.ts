import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

import { formatCycloneDx } from '../../../../src/domain/containerize/cyclonedx.ts';
import type { FoundPackage } from '../../../../src/domain/containerize/packages.ts';
import { imageUrl, listPackages } from '../../../../src/usecases/containerize/find-packages.ts';
import { hostileNames } from '../../../builders/image-summary.ts';

const digest = `sha256:${'b'.repeat(64)}`;
const place = { host: 'registry.example.org:5000', path: 'course-ml/jupyterlab', digest };
const image = {
  name: 'registry.example.org:5000/course-ml/jupyterlab',
  digest,
  purl: imageUrl(place),
  created: '2026-11-29T18:30:00.000Z',
  version: '0.1.0',
};

function found(ecosystem: string, name: string, [licence = '', where = '/p']: readonly string[] = []): FoundPackage {
  return { ecosystem, name, version: '1.2.3', licence, path: where };
}

const packages = listPackages([
  found('conda', 'numpy', ['BSD-3-Clause']),
  found('cran', 'ggplot2', ['MIT + file LICENSE']),
  found('npm', '@jupyterlab/ui', ['BSD-3-Clause', '/a']),
  found('npm', '@jupyterlab/ui', ['BSD-3-Clause', '/b']),
  found('pypi', 'Scikit_Learn'),
  found('vscode-extension', 'ms-python/python', ['MIT']),
]);

/** Problems by the schema that CycloneDX publishes, as their own library for JavaScript has it. */
function problemsOf(text: string): readonly string[] {
  const require = createRequire(import.meta.url);
  const library = require.resolve('@cyclonedx/cyclonedx-library/package.json');
  const read = (name: string): object =>
    JSON.parse(readFileSync(path.join(path.dirname(library), 'res/schema', name), 'utf8')) as object;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  for (const name of [
    'spdx.SNAPSHOT.schema.json',
    'jsf-0.82.SNAPSHOT.schema.json',
    'cryptography-defs.SNAPSHOT.schema.json',
  ])
    ajv.addSchema({ ...read(name), $id: `http://cyclonedx.org/schema/${name}` });
  const validate = ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'));
  validate(JSON.parse(text));
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

describe('a bill of materials', () => {
  it('fits the schema of CycloneDX 1.6', () => {
    expect(problemsOf(formatCycloneDx(image, packages))).toEqual([]);
    expect(problemsOf(formatCycloneDx(image, []))).toEqual([]);
    expect(problemsOf('{"bomFormat": "CycloneDX", "specVersion": 1.6}')).not.toEqual([]);
  });

  it('has package URLs as their specification wants them', () => {
    expect(packages.map(({ purl }) => purl)).toEqual([
      'pkg:conda/numpy@1.2.3',
      'pkg:cran/ggplot2@1.2.3',
      'pkg:npm/%40jupyterlab/ui@1.2.3',
      'pkg:npm/%40jupyterlab/ui@1.2.3',
      'pkg:pypi/scikit-learn@1.2.3',
      'pkg:vscode-extension/ms-python/python@1.2.3',
    ]);
    expect(image.purl).toBe(
      `pkg:oci/jupyterlab@${digest}?repository_url=registry.example.org%3A5000%2Fcourse-ml%2Fjupyterlab`,
    );
  });

  it('has a package once, with all places, and says that it is not all of the image', () => {
    const { components, compositions } = JSON.parse(formatCycloneDx(image, packages)) as {
      readonly components: readonly object[];
      readonly compositions: readonly object[];
    };
    expect(components).toHaveLength(5);
    expect(components[2]).toEqual({
      type: 'library',
      'bom-ref': 'pkg:npm/%40jupyterlab/ui@1.2.3',
      name: '@jupyterlab/ui',
      version: '1.2.3',
      licenses: [{ license: { name: 'BSD-3-Clause' } }],
      purl: 'pkg:npm/%40jupyterlab/ui@1.2.3',
      evidence: { occurrences: [{ location: '/a' }, { location: '/b' }] },
    });
    expect(compositions).toEqual([{ aggregate: 'incomplete', assemblies: [image.purl] }]);
  });

  it('of hostile names fits the schema too, and equal input gives equal bytes', () => {
    const hostile = listPackages(hostileNames.map((name) => found('pypi', name, [name, name])));
    expect(problemsOf(formatCycloneDx(image, hostile))).toEqual([]);
    expect(formatCycloneDx(image, packages)).toBe(formatCycloneDx(image, [...packages]));
  });
});
